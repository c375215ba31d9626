//! Clocks: the cases that every implementation has to agree on, and what holds for any history.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // A panic is how a test says what broke.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use holdfast_desk::sla::{
    Calendar, Clock, ClockState, Clocks, Day, Mark, MarkKind, Policy, SlaRules, Target, WorkingTime, Zone,
    clocks,
};
use holdfast_desk::{Instant, StatusKind};
use proptest::prelude::*;
use serde::Deserialize;

/// A history, a question, and what has to be answered.
#[derive(Deserialize)]
struct Case {
    id: String,
    policy: Policy,
    marks: Vec<Mark>,
    as_of: Instant,
    expect: BTreeMap<String, serde_json::Map<String, serde_json::Value>>,
}

/// Berlin, as far as the cases speak of it.
fn berlin() -> Zone {
    let at = |text: &str| Instant::parse(text).unwrap().seconds();
    let changes = vec![
        (at("2012-10-28T01:00:00Z"), 3600),
        (at("2013-03-31T01:00:00Z"), 7200),
        (at("2013-10-27T01:00:00Z"), 3600),
        (at("2024-03-31T01:00:00Z"), 7200),
        (at("2024-10-27T01:00:00Z"), 3600),
    ];
    Zone { name: "Europe/Berlin".to_owned(), version: "test".to_owned(), offset: 3600, changes }
}

/// What a case calls the state of a clock: it does not tell apart how pressing a running one is.
fn state(clock: &Clock) -> &'static str {
    match clock.state {
        ClockState::None => "none",
        ClockState::Met => "met",
        ClockState::Paused => "paused",
        ClockState::Running | ClockState::AtRisk => "running",
        ClockState::Breached => "breached",
    }
}

#[test]
fn clocks_agree_with_the_cases() {
    let cases = include_str!("../data/ticket-clocks.jsonl");
    let mut wrong = Vec::new();
    for line in cases.lines() {
        let case: Case = serde_json::from_str(line).unwrap();
        let sla = SlaRules { policy: case.policy, zones: vec![Zone::utc(), berlin()] };
        let found = clocks(&case.marks, &sla.policy, &sla.working_time().unwrap(), case.as_of);
        for (which, fields) in &case.expect {
            let clock = match which.as_str() {
                "first_response" => found.first_response,
                "resolution" => found.resolution,
                other => panic!("{}: no clock {other}", case.id),
            };
            for (field, expected) in fields {
                let found = match field.as_str() {
                    "state" => serde_json::json!(state(&clock)),
                    "due" => serde_json::json!(clock.due),
                    "used" => serde_json::json!(clock.used),
                    "stopped_at" => serde_json::json!(clock.stopped_at),
                    "breached_at" => serde_json::json!(clock.breached_at),
                    other => panic!("{}: no field {other}", case.id),
                };
                if found != *expected {
                    wrong.push(format!("{} {which} {field}: {found}, not {expected}", case.id));
                }
            }
        }
    }
    assert_eq!(cases.lines().count(), 16);
    assert_eq!(wrong, Vec::<String>::new());
}

/// Five office days with a break at noon, a night shift, and around the clock.
static WORKING_TIMES: LazyLock<Vec<(&'static str, WorkingTime)>> = LazyLock::new(|| {
    let window = |from: &str, to: &str| (from.to_owned(), to.to_owned());
    let days = [Day::Mon, Day::Tue, Day::Wed, Day::Thu, Day::Fri];
    let calendar = |windows: &[(String, String)]| Calendar {
        name: "Test".to_owned(),
        zone: "UTC".to_owned(),
        hours: days.iter().map(|day| (*day, windows.to_vec())).collect(),
        holidays: ["2026-03-05".parse().unwrap()].into(),
    };
    let compile = |windows: &[_]| WorkingTime::compile(&calendar(windows), &Zone::utc()).unwrap();
    vec![
        ("office", compile(&[window("09:00", "12:00"), window("13:00", "17:30")])),
        ("night", compile(&[window("22:00", "06:00")])),
        ("always", WorkingTime::always()),
    ]
});

fn start() -> Instant {
    Instant::parse("2026-03-02T09:00:00Z").unwrap()
}

fn policy() -> Policy {
    let target = |hours: i64| Target { first_response: Some(hours * 1200), resolution: Some(hours * 3600) };
    Policy {
        name: "Test".to_owned(),
        targets: BTreeMap::from([("p1".into(), target(4)), ("p2".into(), target(24))]),
        pause_on: vec![StatusKind::Pending, StatusKind::OnHold],
        pause_first_response: true,
        respond_on: Default::default(),
        reopen: Default::default(),
        at_risk_percent: 80,
        calendar: None,
    }
}

/// Marks of a ticket from its creation on, in order of time, to the millisecond.
fn marks() -> impl Strategy<Value = Vec<Mark>> {
    use StatusKind::{Closed, New, OnHold, Open, Pending, Resolved};
    let kind = prop_oneof![
        6 => proptest::sample::select(vec![New, Open, Pending, OnHold, Resolved, Closed]).prop_map(MarkKind::Status),
        2 => proptest::sample::select(vec!["p1", "p2"]).prop_map(|id| MarkKind::Priority(id.into())),
        1 => Just(MarkKind::Answered),
        1 => Just(MarkKind::Asked),
    ];
    proptest::collection::vec((kind, 0..40_000_000_i64), 0..12).prop_map(|later| {
        let mut at = start();
        let mut marks = vec![
            Mark { at, kind: MarkKind::Priority("p2".into()) },
            Mark { at, kind: MarkKind::Status(New) },
        ];
        for (kind, ms) in later {
            at = at.plus_millis(ms);
            marks.push(Mark { at, kind });
        }
        marks
    })
}

fn both(clocks: &Clocks) -> [Clock; 2] {
    [clocks.first_response, clocks.resolution]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, ..ProptestConfig::default() })]

    /// What was added is there, and adding in two steps is adding at once.
    #[test]
    fn what_was_added_is_there(later in 0..10_000_000_i64, first in 0..500_000_i64, second in 0..500_000_i64) {
        let start = start().plus_seconds(later);
        for (_, time) in WORKING_TIMES.iter() {
            let due = time.add(start, first).unwrap();
            prop_assert!(due >= start);
            prop_assert_eq!(time.within(start, due), first);
            let at_once = time.add(start, first + second).unwrap();
            prop_assert_eq!(time.within(start, at_once), first + second);
            if second > 0 {
                prop_assert_eq!(time.add(due, second).unwrap(), at_once);
            }
        }
    }

    /// Stretches of time add up.
    #[test]
    fn stretches_add_up(times in proptest::collection::vec(0..10_000_000_i64, 3)) {
        let mut times = times;
        times.sort_unstable();
        let [a, b, c] = [times[0], times[1], times[2]].map(|s| start().plus_seconds(s));
        for (_, time) in WORKING_TIMES.iter() {
            prop_assert_eq!(time.within(a, b) + time.within(b, c), time.within(a, c));
            prop_assert_eq!(time.within(c, a), 0);
        }
    }

    /// What comes later does not matter to a question about now.
    #[test]
    fn later_marks_do_not_matter(marks in marks(), later in 0..400_000_000_i64) {
        let as_of = start().plus_millis(later);
        let known: Vec<Mark> = marks.iter().filter(|mark| mark.at <= as_of).cloned().collect();
        for (_, time) in WORKING_TIMES.iter() {
            prop_assert_eq!(clocks(&marks, &policy(), time, as_of), clocks(&known, &policy(), time, as_of));
        }
    }

    /// What was missed stays missed, at the same instant, and never at the due time itself.
    #[test]
    fn a_breach_stays(marks in marks(), one in 0..400_000_000_i64, more in 0..400_000_000_i64) {
        let (before, after) = (start().plus_millis(one), start().plus_millis(one + more));
        for (_, time) in WORKING_TIMES.iter() {
            let then = both(&clocks(&marks, &policy(), time, before));
            let now = both(&clocks(&marks, &policy(), time, after));
            for (then, now) in then.iter().zip(now) {
                prop_assert!(then.breached_at.is_none_or(|at| at < before));
                if then.breached_at.is_some() {
                    prop_assert_eq!(now.breached_at, then.breached_at);
                    prop_assert_eq!(now.state, ClockState::Breached);
                }
            }
        }
    }

    /// A pause never brings a deadline nearer, and one of no length changes nothing at all.
    #[test]
    fn a_pause_never_makes_anything_due_earlier(from in 0..90_000_000_i64, length in 0..90_000_000_i64) {
        let mark = |ms, kind| Mark { at: start().plus_millis(ms), kind: MarkKind::Status(kind) };
        let as_of = start().plus_millis(from + length);
        let plain = vec![Mark { at: start(), kind: MarkKind::Priority("p2".into()) }, mark(0, StatusKind::Open)];
        let pause = |length| {
            let pause = [mark(from, StatusKind::Pending), mark(from + length, StatusKind::Open)];
            plain.iter().cloned().chain(pause).collect::<Vec<_>>()
        };
        for (_, time) in WORKING_TIMES.iter() {
            let without = clocks(&plain, &policy(), time, as_of);
            let with = clocks(&pause(length), &policy(), time, as_of);
            for (without, with) in both(&without).iter().zip(both(&with)) {
                prop_assert!(with.due >= without.due, "{:?} after {:?}", without.due, with.due);
                prop_assert!(with.used <= without.used);
            }
            prop_assert_eq!(clocks(&pause(0), &policy(), time, as_of), without);
        }
    }

    /// What is left is what there is less what was used: working on until due uses it up, exactly.
    #[test]
    fn a_running_clock_is_used_up_when_it_is_due(marks in marks()) {
        let as_of = marks.last().unwrap().at;
        for (_, time) in WORKING_TIMES.iter() {
            let found = clocks(&marks, &policy(), time, as_of);
            let due = found.resolution.due.filter(|due| *due > as_of && found.resolution.stopped_at.is_none());
            if let Some(due) = due {
                let then = clocks(&marks, &policy(), time, due);
                prop_assert_eq!(then.resolution.used, then.resolution.target);
                prop_assert_eq!(then.resolution.breached_at, found.resolution.breached_at, "due is not late");
                let later = clocks(&marks, &policy(), time, due.plus_millis(1));
                prop_assert_eq!(later.resolution.state, ClockState::Breached);
            }
        }
    }
}

/// A lead may type any number; no clock may fall over it.
#[test]
fn no_target_is_too_large() {
    let mark = |kind| Mark { at: start(), kind };
    let marks = [mark(MarkKind::Priority("p1".into())), mark(MarkKind::Status(StatusKind::Open))];
    for target in [i64::MAX, i64::MAX / 1000, i64::MAX / 1000 + 1, 0, i64::MIN] {
        let target = Target { first_response: Some(target), resolution: Some(target) };
        let policy = Policy { targets: BTreeMap::from([("p1".into(), target)]), ..policy() };
        for (name, time) in WORKING_TIMES.iter() {
            let found = clocks(&marks, &policy, time, start().plus_seconds(60));
            let expected = policy.targets[&"p1".into()].resolution <= Some(0);
            assert_eq!(found.resolution.breached_at.is_some(), expected, "{name}");
        }
    }
}
