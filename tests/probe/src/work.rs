//! What is measured.

use holdfast_desk::queue::{Here, Lists};
use holdfast_desk::sla::{
    AppliesTo, Calendar, Day, Holiday, Policy, Sla, SlaRules, SlaVersion, Subject, Target, Window,
    WorkingTime, Zone,
};
use holdfast_desk::ticket::{Created, evolve};
use holdfast_desk::{Change, Event, EventId, Header, Instant, PersonId, StatusKind, TicketId};
use uuid::Uuid;

/// The years of the compiled calendar.
const YEARS: std::ops::Range<i32> = 2020..2030;
/// Tickets that differ; more than these go through them again.
pub const TICKETS: u32 = 10_000;
/// Events of each.
pub const EVENTS: u32 = 10;

/// A calendar of ten years, and tickets with their histories.
pub struct Work {
    time: WorkingTime,
    sla: Sla,
    headers: Vec<Header>,
}

/// The same numbers for everybody.
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: u64) -> i64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) % limit) as i64
    }
}

/// Five days from nine to five with a break at noon, ten holidays a year.
pub fn office() -> (Calendar, Zone) {
    let window = |opens, closes| Window::parse(opens, closes);
    let windows: Vec<Window> =
        [window("09:00", "12:00"), window("13:00", "17:00")].into_iter().flatten().collect();
    let holidays = YEARS.flat_map(|year| (1..=10).map(move |month| format!("{year}-{month:02}-15")));
    let calendar = Calendar {
        id: "office".into(),
        name: "Office".to_owned(),
        zone: "Europe/Berlin".to_owned(),
        hours: Day::ALL[..5].iter().map(|day| (*day, windows.clone())).collect(),
        holidays: holidays
            .filter_map(|date| holdfast_desk::sla::Date::parse(&date))
            .map(|date| Holiday { date, name: String::new(), off: false })
            .collect(),
        breaks: Vec::new(),
        extra: Vec::new(),
    };
    // The last Sundays of March and October, near enough to measure by.
    let changes = YEARS.flat_map(|year| {
        let day = |text: String| Instant::parse(&text).unwrap_or_default().seconds();
        [(day(format!("{year}-03-28T01:00:00Z")), 7200), (day(format!("{year}-10-28T01:00:00Z")), 3600)]
    });
    let zone = Zone {
        name: "Europe/Berlin".to_owned(),
        version: "near".to_owned(),
        offset: 3600,
        changes: changes.collect(),
        since: Instant::default(),
    };
    (calendar, zone)
}

/// 2024-01-01T00:00:00Z.
fn start() -> Instant {
    Instant::from_seconds(1_704_067_200)
}

/// When all of them are looked at.
fn as_of() -> Instant {
    start().plus_seconds(90 * 86_400)
}

impl Work {
    /// Prepares everything.
    #[allow(clippy::new_without_default)] // There is nothing default about it.
    pub fn new() -> Self {
        let (calendar, zone) = office();
        let target = Target {
            first_response: Some(4 * 3600),
            next_response: Some(8 * 3600),
            resolution: Some(40 * 3600),
        };
        let policy = Policy {
            name: "Standard".to_owned(),
            applies_to: AppliesTo::Everything,
            targets: [("p1".into(), target), ("p2".into(), target)].into(),
            pause_on: vec![StatusKind::Pending, StatusKind::OnHold],
            pause_first_response: false,
            respond_on: Default::default(),
            reopen: Default::default(),
            at_risk_percent: 80,
            calendar: "office".into(),
        };
        let version = SlaVersion {
            valid_from: Instant::default(),
            policies: vec![policy],
            calendars: vec![calendar],
            calendars_of: Vec::new(),
        };
        let sla = Sla::compile(&SlaRules { versions: vec![version], zones: vec![zone] }, YEARS);
        Self { time: Self::compile(), sla, headers: (0..TICKETS).filter_map(ticket).collect() }
    }

    /// Compiles the calendar for its ten years.
    pub fn compile() -> WorkingTime {
        let (calendar, zone) = office();
        WorkingTime::compile(&calendar, &zone, YEARS).unwrap_or_else(|_| WorkingTime::always())
    }

    /// Adds working time so many times.
    pub fn add(&self, times: u32) -> i64 {
        let mut dice = Dice(1);
        let one = |_| {
            let from = start().plus_seconds(dice.below(3 * 31_536_000));
            self.time.add(from, dice.below(144_000)).unwrap_or_default().seconds()
        };
        (0..times).map(one).fold(0, i64::wrapping_add)
    }

    /// Measures working time so many times.
    pub fn within(&self, times: u32) -> i64 {
        let mut dice = Dice(1);
        let one = |_| {
            let from = start().plus_seconds(dice.below(3 * 31_536_000));
            self.time.within(from, from.plus_seconds(dice.below(1_000_000)))
        };
        (0..times).map(one).fold(0, i64::wrapping_add)
    }

    /// The lists of all tickets.
    pub fn queue(&self) -> Lists {
        let mut lists = Lists::default();
        self.headers.iter().for_each(|header| self.put(&mut lists, header));
        lists
    }

    fn put(&self, lists: &mut Lists, header: &Header) {
        let deadline = self.sla.deadline(Subject { header, organisation: None }, as_of());
        lists.put(header, deadline, Here::default(), as_of());
    }

    /// So many times something happens to one ticket of the lists, and they are looked at again.
    pub fn one_event(&self, lists: &mut Lists, times: u32) -> i64 {
        let one = |index: u32| {
            let header = &self.headers[(index % TICKETS) as usize];
            self.put(lists, header);
            let due = lists.deadline(header.id).and_then(|deadline| deadline.due);
            due.map_or(0, Instant::seconds) + lists.next_change().map_or(0, Instant::seconds)
        };
        (0..times).map(one).fold(0, i64::wrapping_add)
    }

    /// All clocks of so many tickets.
    pub fn clocks(&self, tickets: u32) -> i64 {
        let one = |index: u32| {
            let header = &self.headers[(index % TICKETS) as usize];
            let clocks = self.sla.clocks(Subject { header, organisation: None }, as_of());
            clocks.resolution.used + clocks.first_response.used + clocks.next_response.used
        };
        (0..tickets).map(one).fold(0, i64::wrapping_add)
    }
}

/// A ticket with its ten events.
fn ticket(index: u32) -> Option<Header> {
    let mut dice = Dice(u64::from(index));
    let (requester, agent) = (PersonId(Uuid::from_u128(1)), PersonId(Uuid::from_u128(2)));
    let created = Created {
        number: None,
        subject: "Fan".to_owned(),
        description: String::new(),
        requester,
        channel: "web".into(),
        status: "open".into(),
        status_kind: StatusKind::Open,
        priority: "p2".into(),
        category: None,
        team: None,
        agent: None,
        site: None,
        asset: None,
        tags: Vec::new(),
    };
    let moved =
        |kind| Change::Transitioned { to: "some".into(), status_kind: kind, cause: Default::default() };
    let reply = || Change::Replied { text: "Hello".to_owned() };
    let note = || Change::Noted { text: "Hello".to_owned() };
    let told = [
        (requester, Change::Created(Box::new(created))),
        (agent, note()),
        (agent, reply()),
        (agent, moved(StatusKind::Pending)),
        (requester, reply()),
        (agent, moved(StatusKind::Open)),
        (agent, Change::Prioritised { to: "p1".into() }),
        (agent, reply()),
        (agent, note()),
        (agent, moved(if index.is_multiple_of(3) { StatusKind::Open } else { StatusKind::Resolved })),
    ];
    let mut at = start().plus_seconds(dice.below(60 * 86_400));
    let mut header = None;
    for (by, change) in told {
        let event = Event {
            id: EventId(Uuid::nil()),
            ticket: TicketId(Uuid::from_u128(index.into())),
            by,
            at,
            changes: vec![change],
        };
        header = evolve(header, &event);
        at = at.plus_seconds(dice.below(6 * 3600));
    }
    header
}

/// The minute loop of the seed document 001: the deadline is found by walking over every minute.
pub fn walk_minutes(from: Instant, minutes: i64) -> Instant {
    let (_, zone) = office();
    let (mut at, mut left) = (from, minutes);
    while left > 0 {
        let local = at.seconds() + i64::from(zone.offset_at(at));
        let (day, hour) = ((local.div_euclid(86_400) + 3).rem_euclid(7), local.rem_euclid(86_400) / 3600);
        if day < 5 && (9..17).contains(&hour) && hour != 12 {
            left -= 1;
        }
        at = at.plus_seconds(60);
    }
    at
}
