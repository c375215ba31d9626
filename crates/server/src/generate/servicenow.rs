//! The form of the incident log of a ServiceNow instance: its columns, and how it writes what it has.

use std::io::{self, Write};

use chrono::{Datelike, NaiveDate, NaiveDateTime, TimeDelta, Timelike};

use super::dice::Dice;
use super::ticket::{State, Update, go_backwards, live, lose_the_state};

const COLUMNS: [&str; 36] = [
    "number",
    "incident_state",
    "active",
    "reassignment_count",
    "reopen_count",
    "sys_mod_count",
    "made_sla",
    "caller_id",
    "opened_by",
    "opened_at",
    "sys_created_by",
    "sys_created_at",
    "sys_updated_by",
    "sys_updated_at",
    "contact_type",
    "location",
    "category",
    "subcategory",
    "u_symptom",
    "cmdb_ci",
    "impact",
    "urgency",
    "priority",
    "assignment_group",
    "assigned_to",
    "knowledge",
    "u_priority_confirmation",
    "notify",
    "problem_id",
    "rfc",
    "vendor",
    "caused_by",
    "closed_code",
    "resolved_by",
    "resolved_at",
    "closed_at",
];
const PRIORITIES: [&str; 4] = ["1 - Critical", "2 - High", "3 - Moderate", "4 - Low"];
const CHANNELS: [&str; 5] = ["Phone", "Self service", "Email", "IVR", "Direct opening"];
/// The first ticket of the real log is INC0000045.
const FIRST_NUMBER: u32 = 45;
/// On average, how many minutes pass between two tickets: 24,918 in a year.
const BETWEEN: u32 = 20;

/// Writes a log of so many tickets.
pub(super) fn write(seed: u64, tickets: u32, out: &mut dyn Write) -> io::Result<()> {
    let mut dice = Dice::new(seed);
    let mut rows = csv::Writer::from_writer(out);
    rows.write_record(COLUMNS)?;
    let first_day = NaiveDate::from_ymd_opt(2016, 2, 29).unwrap_or_default();
    let mut opened = first_day.and_hms_opt(1, 16, 0).unwrap_or_default();
    for index in 0..tickets {
        opened += TimeDelta::minutes(dice.about(BETWEEN));
        let mut updates = live(&mut dice, opened, (tickets / 5).max(4));
        let mut opened = opened;
        // The quirks that the real log has a fixed number of, in any log that has room for them.
        match index {
            2 => go_backwards(&mut updates),
            3 => lose_the_state(&mut updates, 2),
            4 => lose_the_state(&mut updates, 3),
            5..=9 => opened += TimeDelta::minutes(134),
            _ => {}
        }
        let ticket = Ticket::new(&mut dice, FIRST_NUMBER + index, opened, &updates);
        for update in &updates {
            rows.write_record(ticket.row(update))?;
        }
    }
    rows.flush()
}

/// What every row of a ticket repeats.
struct Ticket {
    number: String,
    opened_at: String,
    opened_by: String,
    created_by: String,
    created_at: String,
    made_sla: bool,
    knowledge: bool,
    confirmed: bool,
    problem: String,
    closed_code: String,
    resolved_by: String,
    resolved_at: String,
    closed_at: String,
}

impl Ticket {
    fn new(dice: &mut Dice, number: u32, opened: NaiveDateTime, updates: &[Update]) -> Self {
        let first = updates.first().map_or(opened, |update| update.at);
        let created_is_known = dice.chance(5_400);
        let created_by = 1 + dice.skewed(185);
        let resolved = updates.iter().rfind(|update| update.state == State::Resolved);
        let closed = updates.iter().rfind(|update| update.state == State::Closed);
        let time = |update: Option<&Update>| update.map_or_else(missing, |update| written(update.at));
        Self {
            number: format!("INC{number:07}"),
            opened_at: written(opened),
            opened_by: maybe("Opened by  ", if dice.chance(340) { 0 } else { 1 + dice.skewed(207) }),
            created_by: maybe("Created by ", if created_is_known { created_by } else { 0 }),
            created_at: if created_is_known { written(first) } else { missing() },
            made_sla: !dice.chance(650),
            knowledge: dice.chance(1_790),
            confirmed: dice.chance(2_890),
            problem: maybe("Problem ID  ", if dice.chance(160) { 1 + dice.below(252) } else { 0 }),
            closed_code: format!("code {}", 1 + dice.skewed(17)),
            resolved_by: maybe("Resolved by ", 1 + dice.skewed(216)),
            resolved_at: time(resolved),
            closed_at: time(closed),
        }
    }

    fn row(&self, update: &Update) -> [String; 36] {
        let truth = |truth: bool| truth.to_string();
        let level = |levels: [&str; 3]| levels[(update.priority.clamp(1, 3) - 1) as usize].to_owned();
        let text =
            |list: &[&str], index: u32| list.get(index as usize).map_or_else(missing, |t| (*t).to_owned());
        [
            self.number.clone(),
            update.state.name().to_owned(),
            truth(update.state != State::Closed),
            update.reassignments.to_string(),
            update.reopenings.to_string(),
            update.revision.to_string(),
            truth(self.made_sla),
            maybe("Caller ", update.caller),
            self.opened_by.clone(),
            self.opened_at.clone(),
            self.created_by.clone(),
            self.created_at.clone(),
            maybe("Updated by ", update.actor),
            written(update.at),
            text(&CHANNELS, update.channel),
            maybe("Location ", update.location),
            maybe("Category ", update.category),
            maybe("Subcategory ", update.subcategory),
            maybe("Symptom ", update.symptom),
            maybe("cmdb_ci ", update.asset),
            level(["1 - High", "2 - Medium", "3 - Low"]),
            level(["1 - High", "2 - Medium", "3 - Low"]),
            text(&PRIORITIES, update.priority.saturating_sub(1)),
            maybe("Group ", update.group),
            maybe("Resolver ", update.resolver),
            truth(self.knowledge),
            truth(self.confirmed),
            "Do Not Notify".to_owned(),
            self.problem.clone(),
            missing(),
            missing(),
            missing(),
            self.closed_code.clone(),
            self.resolved_by.clone(),
            self.resolved_at.clone(),
            self.closed_at.clone(),
        ]
    }
}

fn missing() -> String {
    "?".to_owned()
}

/// A name made of a kind and a number; missing for 0.
fn maybe(kind: &str, number: u32) -> String {
    if number == 0 { missing() } else { format!("{kind}{number}") }
}

/// As the source writes times: by the clock on the wall, `29/2/2016 01:16`.
fn written(at: NaiveDateTime) -> String {
    format!("{}/{}/{} {:02}:{:02}", at.day(), at.month(), at.year(), at.hour(), at.minute())
}
