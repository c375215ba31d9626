//! Why a clock stands as it stands: the steps from the beginning to its due time, as data.

use serde::Serialize;

use super::clock::Which;
use super::rules::{Sla, Subject};
use super::stopwatch::Stretch;
use crate::{Instant, StatusKind};

/// Working intervals that are told one by one; more of them in a row are summed up.
const TOLD: usize = 4;

/// One step of an explanation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "step", rename_all = "snake_case")]
pub enum Step {
    /// The clock began, or began again.
    Began {
        /// When.
        at: Instant,
        /// The target in force, in working seconds.
        target: i64,
        /// The policy's name.
        policy: String,
        /// Where a calendar names it.
        calendar: String,
    },
    /// It ran.
    Ran {
        /// From.
        from: Instant,
        /// To.
        to: Instant,
        /// Working seconds between them.
        seconds: i64,
    },
    /// It ran over many working intervals.
    RanOn {
        /// From.
        from: Instant,
        /// To.
        to: Instant,
        /// How many intervals.
        intervals: usize,
        /// Working seconds in all of them.
        seconds: i64,
    },
    /// Nobody works then, so nothing counts.
    Closed {
        /// From.
        from: Instant,
        /// To.
        to: Instant,
    },
    /// It stood still.
    Stood {
        /// From.
        from: Instant,
        /// To; missing while it still does.
        to: Option<Instant>,
        /// In which kind of status.
        kind: StatusKind,
    },
    /// Its time was up, or will be.
    Due {
        /// When.
        at: Instant,
    },
    /// It stopped.
    Stopped {
        /// When.
        at: Instant,
        /// Working seconds spent.
        used: i64,
    },
    /// It was missed.
    Missed {
        /// When its time was up.
        at: Instant,
    },
}

impl Sla {
    /// The steps of one clock as of an instant; none where there is no such target.
    pub fn explain(&self, subject: Subject, which: Which, as_of: Instant) -> Vec<Step> {
        let run = self.run(subject, as_of);
        let clocks = run.read(as_of);
        let clock = clocks.each()[which as usize].1;
        let watch = run.stopwatch(which);
        let (Some(plan), Some(began)) = (watch.plan(), watch.began()) else { return Vec::new() };
        if which.of(&plan.target).is_none() {
            return Vec::new();
        }
        let calendar = self.calendar_name(subject, as_of).unwrap_or_default().to_owned();
        let target = clock.target;
        let mut steps = vec![Step::Began { at: began, target, policy: plan.policy.name.clone(), calendar }];
        let until = clock.due.filter(|_| clock.stopped_at.is_none());
        for Stretch { from, to, stood, .. } in watch.stretches(until.unwrap_or(as_of)) {
            match stood {
                Some(kind) => {
                    let ended = (to < as_of || clock.stopped_at.is_some()).then_some(to);
                    steps.push(Step::Stood { from, to: ended, kind });
                }
                None => steps.extend(ran(&plan.time.intervals(from, to), from, to)),
            }
        }
        if let Some(at) = clock.stopped_at {
            steps.push(Step::Stopped { at, used: clock.used });
        }
        match (clock.breached_at, clock.due) {
            (Some(at), _) => steps.push(Step::Missed { at }),
            (None, Some(at)) => steps.push(Step::Due { at }),
            (None, None) => {}
        }
        steps
    }
}

/// Working intervals and what lies between them.
fn ran(intervals: &[(Instant, Instant)], from: Instant, to: Instant) -> Vec<Step> {
    let seconds = |(from, to): &(Instant, Instant)| (to.millis() - from.millis()) / 1000;
    let mut steps = Vec::new();
    let mut at = from;
    let closed = |steps: &mut Vec<Step>, from: Instant, to: Instant| {
        if from < to {
            steps.push(Step::Closed { from, to });
        }
    };
    let summed = intervals.len() > TOLD + 1;
    let (head, tail) =
        if summed { (TOLD / 2, intervals.len() - TOLD / 2) } else { (intervals.len(), intervals.len()) };
    for interval in &intervals[..head] {
        closed(&mut steps, at, interval.0);
        steps.push(Step::Ran { from: interval.0, to: interval.1, seconds: seconds(interval) });
        at = interval.1;
    }
    if let (true, Some(first), Some(last)) = (summed, intervals.get(head), intervals.get(tail - 1)) {
        closed(&mut steps, at, first.0);
        let between = &intervals[head..tail];
        let sum = between.iter().map(seconds).sum();
        steps.push(Step::RanOn { from: first.0, to: last.1, intervals: between.len(), seconds: sum });
        at = last.1;
        for interval in &intervals[tail..] {
            closed(&mut steps, at, interval.0);
            steps.push(Step::Ran { from: interval.0, to: interval.1, seconds: seconds(interval) });
            at = interval.1;
        }
    }
    closed(&mut steps, at, to);
    steps
}
