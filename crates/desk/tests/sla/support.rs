//! Calendars, policies and histories to try things on.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use holdfast_desk::sla::{
    AppliesTo, Calendar, Clocks, Date, Day, Exception, Holiday, Moment, Plan, Policy, Run, Target, Window,
    WorkingTime, Zone,
};
use holdfast_desk::ticket::Created;
use holdfast_desk::{Instant, PersonId, StatusKind};
use proptest::prelude::*;
use uuid::Uuid;

/// Monday, nine in the morning.
pub fn start() -> Instant {
    at("2026-03-02T09:00:00Z")
}

pub fn at(text: &str) -> Instant {
    Instant::parse(text).unwrap()
}

pub fn date(text: &str) -> Date {
    Date::parse(text).unwrap()
}

pub fn window(opens: &str, closes: &str) -> Window {
    Window::parse(opens, closes).unwrap()
}

/// A calendar in UTC with these windows on every working day.
pub fn office(windows: &[Window]) -> Calendar {
    let days = [Day::Mon, Day::Tue, Day::Wed, Day::Thu, Day::Fri];
    Calendar {
        id: "office".into(),
        name: "Office".to_owned(),
        zone: "UTC".to_owned(),
        hours: days.iter().map(|day| (*day, windows.to_vec())).collect(),
        holidays: vec![Holiday { date: date("2026-03-05"), name: String::new(), off: false }],
        breaks: vec![Exception { date: date("2026-03-03"), windows: vec![window("10:00", "11:30")] }],
        extra: vec![Exception { date: date("2026-03-07"), windows: vec![window("10:00", "12:00")] }],
    }
}

pub fn compile(calendar: &Calendar) -> WorkingTime {
    WorkingTime::compile(calendar, &Zone::utc(), 2026..2027).unwrap()
}

/// Five office days with a break at noon, a night shift, and around the clock.
pub static WORKING_TIMES: LazyLock<Vec<WorkingTime>> = LazyLock::new(|| {
    vec![
        compile(&office(&[window("09:00", "12:00"), window("13:00", "17:30")])),
        compile(&office(&[window("22:00", "06:00")])),
        WorkingTime::always(),
    ]
});

pub fn target(hours: i64) -> Target {
    Target {
        first_response: Some(hours * 1200),
        next_response: Some(hours * 1800),
        resolution: Some(hours * 3600),
    }
}

pub fn policy() -> Policy {
    Policy {
        name: "Test".to_owned(),
        applies_to: AppliesTo::Everything,
        targets: BTreeMap::from([("p1".into(), target(4)), ("p2".into(), target(24))]),
        pause_on: vec![StatusKind::Pending, StatusKind::OnHold],
        pause_first_response: true,
        respond_on: Default::default(),
        reopen: Default::default(),
        at_risk_percent: 80,
        calendar: "office".into(),
    }
}

/// Something that happens to a ticket.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Happening {
    Began(StatusKind),
    Moved(StatusKind, bool),
    Prioritised(&'static str),
    Answered,
    Asked,
    Merged,
}

pub type History = Vec<(Instant, Happening)>;

/// Feeds what happened into clocks.
pub fn feed<'a>(run: &mut Run<'a>, at: Instant, what: Happening, policy: &'a Policy, time: &'a WorkingTime) {
    let plan = |priority: &str| {
        let target = policy.targets.get(&priority.into()).copied().unwrap_or_default();
        Moment::Plan(Some(Plan { policy, target, time }))
    };
    match what {
        Happening::Began(kind) => {
            run.feed(at, plan("p2"));
            run.feed(at, Moment::Began(kind));
        }
        Happening::Moved(kind, by_agent) => run.feed(at, Moment::Moved { kind, by_agent }),
        Happening::Prioritised(priority) => run.feed(at, plan(priority)),
        Happening::Answered => run.feed(at, Moment::Answered),
        Happening::Asked => run.feed(at, Moment::Asked),
        Happening::Merged => run.feed(at, Moment::Merged),
    }
}

pub fn clocks(
    history: &[(Instant, Happening)],
    policy: &Policy,
    time: &WorkingTime,
    as_of: Instant,
) -> Clocks {
    let mut run = Run::default();
    for (at, what) in history.iter().take_while(|(at, _)| *at <= as_of) {
        feed(&mut run, *at, *what, policy, time);
    }
    run.read(as_of)
}

/// Histories from the beginning on, in order of time, with pauses of up to this many milliseconds between happenings.
pub fn histories(longest_ms: i64) -> impl Strategy<Value = History> {
    let what = prop_oneof![
        6 => (kinds(), any::<bool>()).prop_map(|(kind, by_agent)| Happening::Moved(kind, by_agent)),
        2 => proptest::sample::select(vec!["p1", "p2", "none"]).prop_map(Happening::Prioritised),
        2 => Just(Happening::Answered),
        3 => Just(Happening::Asked),
    ];
    // Some things happen at the same instant.
    let after = prop_oneof![1 => Just(0), 5 => 0..longest_ms];
    (kinds(), proptest::collection::vec((what, after), 0..12), proptest::bool::weighted(0.1)).prop_map(
        |(kind, later, merged)| {
            let mut now = start();
            let mut history = vec![(now, Happening::Began(kind))];
            for (what, ms) in later {
                now = now.plus_millis(ms);
                history.push((now, what));
            }
            if merged {
                history.push((now, Happening::Merged));
            }
            history
        },
    )
}

pub fn kinds() -> impl Strategy<Value = StatusKind> {
    use StatusKind::{Closed, New, OnHold, Open, Pending, Resolved};
    proptest::sample::select(vec![New, Open, Open, Pending, OnHold, Resolved, Closed])
}

/// A ticket as it is raised: open, and nothing else said of it.
pub fn created(priority: &str) -> Created {
    Created {
        number: None,
        subject: "Fan".to_owned(),
        description: String::new(),
        requester: PersonId(Uuid::nil()),
        channel: "web".into(),
        status: "open".into(),
        status_kind: StatusKind::Open,
        priority: priority.into(),
        category: None,
        team: None,
        agent: None,
        site: None,
        asset: None,
        tags: Vec::new(),
    }
}
