//! The life of one ticket of a made-up service desk, update by update.

use chrono::{NaiveDateTime, TimeDelta, Timelike};

use super::dice::Dice;

/// The states of the form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    New,
    Active,
    UserInfo,
    Vendor,
    Problem,
    Evidence,
    Resolved,
    Closed,
    Unknown,
}
use State::{Active, Closed, Evidence, New, Problem, Resolved, Unknown, UserInfo, Vendor};

const FIRST: [(State, u32); 5] =
    [(New, 16_397), (Active, 6_503), (Resolved, 1_819), (UserInfo, 193), (Problem, 6)];

impl State {
    /// Every state.
    pub const ALL: [Self; 9] = [New, Active, UserInfo, Vendor, Problem, Evidence, Resolved, Closed, Unknown];

    pub fn name(self) -> &'static str {
        match self {
            New => "New",
            Active => "Active",
            UserInfo => "Awaiting User Info",
            Vendor => "Awaiting Vendor",
            Problem => "Awaiting Problem",
            Evidence => "Awaiting Evidence",
            Resolved => "Resolved",
            Closed => "Closed",
            Unknown => "-100",
        }
    }

    /// Where a ticket goes from here, staying included. The weights are the counts of the real log, so that made-up
    /// tickets walk as real ones do.
    fn next(self) -> &'static [(State, u32)] {
        match self {
            New => &[
                (New, 20_010),
                (Active, 7_936),
                (Resolved, 6_347),
                (UserInfo, 1_944),
                (Vendor, 90),
                (Problem, 60),
                (Evidence, 8),
                (Closed, 11),
            ],
            Active => &[
                (Active, 22_728),
                (Resolved, 12_048),
                (UserInfo, 3_629),
                (Vendor, 180),
                (Problem, 120),
                (Evidence, 9),
                (Closed, 1),
            ],
            UserInfo => &[
                (UserInfo, 8_790),
                (Resolved, 4_657),
                (Active, 1_140),
                (Vendor, 30),
                (Problem, 24),
                (Closed, 1),
            ],
            Vendor => &[(Vendor, 380), (Resolved, 190), (UserInfo, 50), (Active, 50)],
            Problem => &[(Problem, 260), (Resolved, 150), (UserInfo, 30), (Active, 28)],
            Evidence => &[(Evidence, 15), (Resolved, 17), (UserInfo, 4), (Active, 2)],
            Resolved => &[(Resolved, 515), (Closed, 24_917), (Active, 317), (UserInfo, 2)],
            Closed => &[(Closed, 24_973), (Active, 12)],
            Unknown => &[(Resolved, 1)],
        }
    }

    pub fn is_done(self) -> bool {
        matches!(self, Resolved | Closed)
    }
}

/// A ticket after one update.
#[derive(Clone, Debug)]
pub(super) struct Update {
    pub state: State,
    pub at: NaiveDateTime,
    pub revision: u32,
    pub reassignments: u32,
    pub reopenings: u32,
    pub actor: u32,
    /// From 1; 0 is missing.
    pub group: u32,
    /// From 1; 0 is missing.
    pub resolver: u32,
    pub priority: u32,
    pub category: u32,
    pub subcategory: u32,
    /// 0 is missing.
    pub symptom: u32,
    /// 0 is missing.
    pub location: u32,
    /// 0 is missing.
    pub asset: u32,
    pub caller: u32,
    pub channel: u32,
}

/// The states that work is in: thousands of hours that the real log's tickets spent in each.
const STAYS: [(State, u32); 6] =
    [(New, 1_084), (Active, 1_414), (UserInfo, 1_230), (Vendor, 271), (Problem, 93), (Evidence, 12)];

/// How many groups there are; each resolver works in one of them.
const GROUPS: u32 = 79;
const RESOLVERS: u32 = 235;
/// No ticket of the real log has more rows.
const MOST_ROWS: usize = 58;

/// Lives one ticket from its opening to its last row.
pub(super) fn live(dice: &mut Dice, opened: NaiveDateTime, callers: u32) -> Vec<Update> {
    let first = Update {
        state: dice.weighted(&FIRST, New),
        at: opened + TimeDelta::minutes(dice.about(4)),
        revision: 0,
        reassignments: 0,
        reopenings: 0,
        actor: 1 + dice.skewed(846),
        group: if dice.chance(360) { 0 } else { 1 + dice.skewed(GROUPS) },
        resolver: 0,
        priority: dice.weighted(&[(3, 9_340), (4, 290), (2, 210), (1, 160)], 3),
        category: 1 + dice.skewed(58),
        subcategory: 0,
        symptom: if dice.chance(2_300) { 0 } else { 1 + dice.skewed(525) },
        location: if dice.chance(20) { 0 } else { 1 + dice.skewed(224) },
        asset: if dice.chance(30) { 1 + dice.below(50) } else { 0 },
        caller: 1 + dice.skewed(callers),
        channel: dice.weighted(&[(0, 9_910), (1, 70), (2, 16), (3, 2), (4, 2)], 0),
    };
    let mut now = Update { subcategory: subcategory_of(dice, first.category), ..first };
    let mut updates = vec![now.clone()];
    loop {
        let next = dice.weighted(now.state.next(), Closed);
        if now.state == Closed && next == Closed {
            return updates;
        }
        // A ticket that goes on for too long is brought to its end by the last two rows.
        let next = match MOST_ROWS.saturating_sub(updates.len()) {
            0..=1 => Closed,
            2 => Resolved,
            _ => next,
        };
        now = update(dice, &now, next);
        updates.push(now.clone());
        if updates.len() == MOST_ROWS {
            return updates;
        }
    }
}

fn update(dice: &mut Dice, before: &Update, state: State) -> Update {
    let mut now = before.clone();
    now.revision += if dice.chance(1_200) { 1 + dice.below(4) } else { 1 };
    now.actor = 1 + dice.skewed(846);
    now.reopenings += u32::from(before.state.is_done() && !state.is_done());
    now.state = state;
    if state == Closed {
        // Resolved tickets are closed by themselves five days later, on the hour.
        let due = before.at + TimeDelta::days(5);
        now.at = due - TimeDelta::minutes(due.minute().into());
        return now;
    }
    now.at = before.at + TimeDelta::minutes(dice.about(600));
    if dice.chance(2_200) {
        now.group = if dice.chance(1_400) { 0 } else { 1 + dice.skewed(GROUPS) };
        now.resolver = 0;
    } else if before.resolver == 0 && dice.chance(4_500) {
        now.resolver = resolver_of(dice, now.group);
    }
    // The source counts every change of the group, and sometimes one that no row shows.
    now.reassignments += u32::from(now.group != before.group || dice.chance(8));
    if dice.chance(37) {
        now.priority = 1 + dice.below(4);
    }
    if dice.chance(150) {
        now.category = 1 + dice.skewed(58);
        now.subcategory = subcategory_of(dice, now.category);
    }
    if dice.chance(180) {
        now.symptom = if dice.chance(2_000) { 0 } else { 1 + dice.skewed(525) };
    }
    if dice.chance(10) {
        now.location = 1 + dice.skewed(224);
    }
    if dice.chance(2) {
        now.asset = 1 + dice.below(50);
    }
    if dice.chance(1) {
        now.caller += 1;
    }
    now
}

/// Each category has a handful of subcategories.
fn subcategory_of(dice: &mut Dice, category: u32) -> u32 {
    1 + (category * 4 + dice.skewed(6)) % 254
}

fn resolver_of(dice: &mut Dice, group: u32) -> u32 {
    let team = RESOLVERS / GROUPS;
    1 + (group.saturating_sub(1) * team + dice.below(team)).min(RESOLVERS - 1)
}

/// A ticket with some updates that left it in a state with no name, as two tickets of the real log have.
pub(super) fn lose_the_state(updates: &mut Vec<Update>, rows: u32) {
    let Some(mut last) = updates.pop() else { return };
    updates.truncate(1);
    last.revision = rows + 1;
    let lost = Update { state: Unknown, ..updates.first().unwrap_or(&last).clone() };
    updates.extend((1..=rows).map(|row| Update { revision: row, ..lost.clone() }));
    updates.push(last);
}

/// A ticket whose second row is earlier than its first, under the same revision, as one ticket of the real log is.
pub(super) fn go_backwards(updates: &mut Vec<Update>) {
    let Some(first) = updates.first_mut() else { return };
    first.revision = 1;
    let second = Update { at: first.at - TimeDelta::minutes(78), ..first.clone() };
    for update in &mut updates[1..] {
        update.revision += 1;
    }
    updates.insert(1, second);
    updates.truncate(MOST_ROWS);
}

/// A ticket that nobody has brought to its end yet: what happened to it before that, spread over the time since.
pub(super) fn leave_open(
    dice: &mut Dice,
    updates: &mut Vec<Update>,
    opened: NaiveDateTime,
    until: NaiveDateTime,
) {
    let stays = dice.weighted(&STAYS, Active);
    let end = updates.iter().position(|update| update.state.is_done()).unwrap_or(updates.len());
    updates.truncate(if stays == New { 1 } else { end.max(1) });
    if let [first] = updates.as_mut_slice() {
        first.state = if first.state.is_done() || stays == New { New } else { first.state };
    }
    if let Some(last) = updates.last().filter(|last| last.state != stays) {
        updates.push(update(dice, last, stays));
    }
    let age = (until - opened).num_minutes().max(1);
    let spread = i64::from(dice.below(u32::try_from(age).unwrap_or(u32::MAX)));
    let lasted = updates.last().map_or(1, |update| (update.at - opened).num_minutes().max(1));
    for update in updates {
        update.at = opened + TimeDelta::minutes((update.at - opened).num_minutes() * spread / lasted);
    }
}
