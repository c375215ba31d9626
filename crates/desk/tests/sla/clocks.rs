//! Clocks: what holds for any history.

use holdfast_desk::StatusKind::{Open, Pending, Resolved};
use holdfast_desk::sla::{Clock, ClockState, Run, Which};
use proptest::prelude::*;

use crate::support::{Happening, WORKING_TIMES, clocks, feed, histories, policy, start, target};

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, ..ProptestConfig::default() })]

    /// Clocks that took in one thing after another, and were read in between, are those of a replay.
    #[test]
    fn in_steps_is_as_at_once(history in histories(40_000_000)) {
        let policy = policy();
        for time in WORKING_TIMES.iter() {
            let mut run = Run::default();
            for (index, (at, what)) in history.iter().enumerate() {
                feed(&mut run, *at, *what, &policy, time);
                if history.get(index + 1).is_none_or(|(next, _)| next > at) {
                    prop_assert_eq!(run.read(*at), clocks(&history, &policy, time, *at));
                }
            }
        }
    }

    /// What was missed stays missed, at the same instant, and never at the due time itself.
    #[test]
    fn a_breach_stays(history in histories(40_000_000), one in 0..400_000_000_i64, more in 0..400_000_000_i64) {
        let (policy, before, after) = (policy(), start().plus_millis(one), start().plus_millis(one + more));
        for time in WORKING_TIMES.iter() {
            let then = clocks(&history, &policy, time, before);
            let now = clocks(&history, &policy, time, after);
            for ((_, then), (_, now)) in then.each().into_iter().zip(now.each()) {
                prop_assert!(then.breached_at.is_none_or(|at| at < before));
                prop_assert_eq!(then.breached_at.is_some(), then.state == ClockState::Breached);
                if then.breached_at.is_some() {
                    prop_assert_eq!(now.breached_at, then.breached_at);
                }
            }
        }
    }

    /// A pause never brings a deadline nearer, and one of no length changes nothing at all.
    #[test]
    fn a_pause_never_makes_anything_due_earlier(from in 0..90_000_000_i64, length in 0..90_000_000_i64) {
        let (policy, begin) = (policy(), start().plus_millis(from));
        let as_of = begin.plus_millis(length);
        let plain = vec![(start(), Happening::Began(Open))];
        let pause = |length| {
            let mut history = plain.clone();
            history.push((begin, Happening::Moved(Pending, true)));
            history.push((begin.plus_millis(length), Happening::Moved(Open, true)));
            history
        };
        for time in WORKING_TIMES.iter() {
            let without = clocks(&plain, &policy, time, as_of);
            let with = clocks(&pause(length), &policy, time, as_of);
            for ((_, without), (_, with)) in without.each().into_iter().zip(with.each()) {
                prop_assert!(with.due >= without.due, "{:?} after {:?}", without.due, with.due);
                prop_assert!(with.used <= without.used);
            }
            prop_assert_eq!(clocks(&pause(0), &policy, time, as_of), without);
        }
    }

    /// Nothing changes before the next change that a clock names, and something does then.
    #[test]
    fn the_next_change_is_the_next(history in histories(40_000_000), share in 0..100_i64) {
        let policy = policy();
        let as_of = history[history.len() - 1].0;
        for time in WORKING_TIMES.iter() {
            let now = clocks(&history, &policy, time, as_of);
            for ((which, clock), index) in now.each().into_iter().zip(0..) {
                let state = |at| clocks(&history, &policy, time, at).each()[index].1.state;
                if let Some(next) = clock.changes_at {
                    prop_assert!(next > as_of);
                    prop_assert_ne!(state(next), clock.state, "{:?} at {}", which, next);
                    prop_assert_eq!(state(next.plus_millis(-1)), clock.state);
                    let between = as_of.millis() + (next.millis() - 1 - as_of.millis()) * share / 100;
                    prop_assert_eq!(state(holdfast_desk::Instant::from_millis(between)), clock.state);
                } else {
                    prop_assert_eq!(state(as_of.plus_seconds(400 * 86_400)), clock.state);
                }
            }
        }
    }

    /// What is left is what there is less what was used: working on until due uses it up, exactly.
    #[test]
    fn a_running_clock_is_used_up_when_it_is_due(history in histories(40_000_000)) {
        let policy = policy();
        let as_of = history[history.len() - 1].0;
        for time in WORKING_TIMES.iter() {
            let found = clocks(&history, &policy, time, as_of).resolution;
            if let Some(due) = found.due.filter(|due| *due > as_of && found.is_outstanding()) {
                let then = clocks(&history, &policy, time, due).resolution;
                prop_assert_eq!(then.used, then.target);
                prop_assert_eq!(then.breached_at, found.breached_at, "due is not late");
                let later = clocks(&history, &policy, time, due.plus_millis(1)).resolution;
                prop_assert_eq!(later.state, ClockState::Breached);
            }
        }
    }
}

#[test]
fn things_at_one_instant_happen_in_the_order_of_the_history() {
    let time = &WORKING_TIMES[2];
    let soon = start().plus_seconds(60);
    let began = (start(), Happening::Began(Open));
    let answered_first = [began, (soon, Happening::Answered), (soon, Happening::Asked)];
    let asked_first = [began, (soon, Happening::Asked), (soon, Happening::Answered)];
    let next = |history: &[_]| clocks(history, &policy(), time, soon).next_response.state;
    assert_eq!(next(&answered_first), ClockState::Running);
    assert_eq!(next(&asked_first), ClockState::None);
    let reopened = [began, (soon, Happening::Moved(Resolved, true)), (soon, Happening::Moved(Open, true))];
    let resolved = [began, (soon, Happening::Moved(Open, true)), (soon, Happening::Moved(Resolved, true))];
    let resolution = |history: &[_]| clocks(history, &policy(), time, soon).resolution.state;
    assert_eq!(resolution(&reopened), ClockState::Running);
    assert_eq!(resolution(&resolved), ClockState::Met);
}

#[test]
fn a_merged_ticket_has_no_clock_left_but_what_was_missed() {
    let time = &WORKING_TIMES[2];
    let (soon, late) = (start().plus_seconds(60), start().plus_seconds(40 * 3600));
    let merged = |at| [(start(), Happening::Began(Open)), (at, Happening::Merged)];
    let states = |history: &[_]| clocks(history, &policy(), time, late).each().map(|(_, clock)| clock.state);
    assert_eq!(states(&merged(soon)), [ClockState::None; 3]);
    assert_eq!(states(&merged(late)), [ClockState::Breached, ClockState::None, ClockState::Breached]);
}

#[test]
fn each_exchange_is_measured_and_the_worst_one_stays() {
    let (time, policy) = (&WORKING_TIMES[2], policy());
    let hour = |hours: i64| start().plus_seconds(hours * 3600);
    let mut history = vec![
        (start(), Happening::Began(Open)),
        (hour(1), Happening::Answered),
        (hour(2), Happening::Asked),
        (hour(3), Happening::Answered),
    ];
    let next = |history: &[_], at| -> Clock { clocks(history, &policy, time, at).next_response };
    assert_eq!((next(&history, hour(4)).state, next(&history, hour(4)).due), (ClockState::Met, None));
    history.push((hour(5), Happening::Asked));
    assert_eq!(next(&history, hour(6)).due, Some(hour(17)));
    assert_eq!(next(&history, hour(20)).breached_at, Some(hour(17)));
    history.push((hour(21), Happening::Answered));
    history.push((hour(22), Happening::Asked));
    let now = next(&history, hour(23));
    assert_eq!((now.state, now.due, now.breached_at), (ClockState::Breached, Some(hour(34)), Some(hour(17))));
}

/// A lead may type any number; no clock may fall over it.
#[test]
fn no_target_is_too_large() {
    for seconds in [i64::MAX, i64::MAX / 1000, i64::MAX / 1000 + 1, 0] {
        let mut policy = policy();
        let mut wide = target(1);
        (wide.first_response, wide.resolution) = (Some(seconds), Some(seconds));
        policy.targets.insert("p2".into(), wide);
        for time in WORKING_TIMES.iter() {
            let found = clocks(&[(start(), Happening::Began(Open))], &policy, time, start().plus_seconds(60));
            assert_eq!(found.resolution.breached_at.is_some(), seconds == 0, "{seconds}");
            assert_eq!(Which::Resolution.of(&wide), Some(seconds));
        }
    }
}
