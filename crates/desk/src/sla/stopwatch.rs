//! One clock at work: it runs, stands still, runs again, and stops.

use super::clock::{Clock, ClockState, Plan, Which};
use crate::{Instant, StatusKind};

/// A stretch of a clock that is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Stretch {
    pub from: Instant,
    pub to: Instant,
    /// The kind of status that it stood still in; `None` where it ran.
    pub stood: Option<StatusKind>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// It has not begun.
    Idle,
    /// Running since then.
    Running(Instant),
    /// Standing still since then.
    Paused(Instant),
    /// Stopped for good, or until a reopening.
    Stopped(Instant),
    /// Ended without being met.
    Dropped(Instant),
}

/// A clock, and what it did so far.
#[derive(Clone, Debug)]
pub(super) struct Stopwatch<'a> {
    which: Which,
    plan: Option<Plan<'a>>,
    target: Option<i64>,
    state: State,
    /// What is over, of the cycle under way.
    stretches: Vec<Stretch>,
    /// The kind of status it stands still in.
    stood: Option<StatusKind>,
    /// When it was missed, in this cycle or an earlier one.
    breached_at: Option<Instant>,
}

impl<'a> Stopwatch<'a> {
    pub fn new(which: Which) -> Self {
        Self {
            which,
            plan: None,
            target: None,
            state: State::Idle,
            stretches: Vec::new(),
            stood: None,
            breached_at: None,
        }
    }

    /// What it is measured by.
    pub fn plan(&self) -> Option<&Plan<'a>> {
        self.plan.as_ref()
    }

    /// When the cycle under way began; `None` before the first.
    pub fn began(&self) -> Option<Instant> {
        self.stretches.first().map(|stretch| stretch.from).or(match self.state {
            State::Running(at) | State::Paused(at) | State::Stopped(at) | State::Dropped(at) => Some(at),
            State::Idle => None,
        })
    }

    /// Everything it did in this cycle, the stretch under way up to an instant.
    pub fn stretches(&self, until: Instant) -> Vec<Stretch> {
        let under_way = match self.state {
            State::Running(from) => Some(Stretch { from, to: until, stood: None }),
            State::Paused(from) => Some(Stretch { from, to: until, stood: self.stood }),
            _ => None,
        };
        self.stretches.iter().copied().chain(under_way).collect()
    }

    pub fn is_stopped(&self) -> bool {
        matches!(self.state, State::Stopped(_))
    }

    pub fn is_under_way(&self) -> bool {
        matches!(self.state, State::Running(_) | State::Paused(_))
    }

    /// It begins, or begins again.
    pub fn begin(&mut self, plan: Option<Plan<'a>>, waits: bool, at: Instant) {
        self.set(plan);
        self.stretches.clear();
        self.state = if waits { State::Paused(at) } else { State::Running(at) };
    }

    pub fn stop(&mut self, at: Instant) {
        if self.is_under_way() {
            self.notice_breach(at);
            self.close(at);
            self.state = State::Stopped(at);
        }
    }

    pub fn drop_unmet(&mut self, at: Instant) {
        if self.is_under_way() {
            self.notice_breach(at);
            self.close(at);
            self.state = State::Dropped(at);
        }
    }

    /// It goes on after it had stopped: the time between does not count.
    pub fn go_on(&mut self, plan: Option<Plan<'a>>, waits: bool, at: Instant) {
        if self.is_stopped() {
            self.set(plan);
            self.state = if waits { State::Paused(at) } else { State::Running(at) };
        }
    }

    /// The target changes. What stopped keeps what it was measured by.
    pub fn measure_by(&mut self, plan: Option<Plan<'a>>, at: Instant) {
        if self.is_under_way() {
            self.notice_breach(at);
            self.set(plan);
        }
    }

    fn set(&mut self, plan: Option<Plan<'a>>) {
        self.plan = plan;
        self.target = plan.and_then(|plan| self.which.of(&plan.target));
    }

    /// Whether it stands still from here on, in a status of this kind.
    pub fn stand_still(&mut self, waits: bool, kind: StatusKind, at: Instant) {
        match self.state {
            State::Running(_) if waits => {
                self.close(at);
                self.state = State::Paused(at);
            }
            State::Paused(_) if !waits => {
                self.close(at);
                self.state = State::Running(at);
            }
            _ => {}
        }
        self.stood = Some(kind);
    }

    fn close(&mut self, at: Instant) {
        match self.state {
            State::Running(from) => self.stretches.push(Stretch { from, to: at, stood: None }),
            State::Paused(from) => {
                self.stretches.push(Stretch {
                    from,
                    to: at,
                    stood: self.stood.or(Some(StatusKind::Pending)),
                });
            }
            _ => {}
        }
    }

    /// The stretches in which it ran, the one under way up to an instant.
    fn ran(&self, until: Instant) -> impl Iterator<Item = (Instant, Instant)> {
        let under_way = match self.state {
            State::Running(from) => Some((from, until)),
            _ => None,
        };
        let over = self.stretches.iter().filter(|stretch| stretch.stood.is_none());
        over.map(|stretch| (stretch.from, stretch.to)).chain(under_way)
    }

    fn used_millis(&self, plan: &Plan, until: Instant) -> i64 {
        self.ran(until).map(|(from, to)| plan.time.millis_within(from, to)).sum()
    }

    /// Before anything changes: whether its time ran out strictly before.
    fn notice_breach(&mut self, until: Instant) {
        if self.breached_at.is_none() {
            self.breached_at = self.breach(until);
        }
    }

    fn breach(&self, until: Instant) -> Option<Instant> {
        let (plan, target) = (self.plan.as_ref()?, self.target?);
        if self.used_millis(plan, until) < target.saturating_mul(1000) {
            return None;
        }
        self.ran_out(plan, target.saturating_mul(1000)).filter(|due| *due < until)
    }

    /// When so many milliseconds were spent, or will be if nothing changes from here on; `None` while it stands still
    /// with some left, and where that was exactly as the clock stopped or stood still.
    fn ran_out(&self, plan: &Plan, millis: i64) -> Option<Instant> {
        let mut left = millis;
        for stretch in self.stretches.iter().filter(|stretch| stretch.stood.is_none()) {
            let worked = plan.time.millis_within(stretch.from, stretch.to);
            if worked >= left {
                let due = plan.time.add_millis(stretch.from, left)?;
                // Stopped exactly when the time was up is not a breach, so the fit has to be strict.
                if due < stretch.to {
                    return Some(due);
                }
            }
            left -= worked;
        }
        match self.state {
            State::Running(since) => plan.time.add_millis(since, left),
            _ => None,
        }
    }

    /// When the time was up that the clock had left as it stopped, had it gone on.
    fn due_when_stopped(&self, plan: &Plan, millis: i64) -> Option<Instant> {
        let ran: Vec<_> = self.ran(Instant::default()).collect();
        let ((last, _), earlier) = ran.split_last()?;
        let spent: i64 = earlier.iter().map(|(from, to)| plan.time.millis_within(*from, *to)).sum();
        plan.time.add_millis(*last, (millis - spent).max(0))
    }

    pub fn read(&self, as_of: Instant) -> Clock {
        let none = Clock { breached_at: self.breached_at, ..Clock::NONE };
        let breached = |clock: Clock| match clock.breached_at {
            Some(_) => Clock { state: ClockState::Breached, ..clock },
            None => clock,
        };
        let (Some(plan), Some(target), false) = (&self.plan, self.target, self.state == State::Idle) else {
            return breached(none);
        };
        let (millis, until) = (target.saturating_mul(1000), self.ended_at().unwrap_or(as_of));
        let used_millis = self.used_millis(plan, until);
        let used = Clock { used: used_millis / 1000, target, ..none };
        match self.state {
            State::Idle => none,
            State::Dropped(at) => breached(Clock { stopped_at: Some(at), ..used }),
            State::Stopped(at) => {
                // Of an exchange that is answered nothing is due any more.
                let exchange = self.which == Which::NextResponse;
                let due = if exchange { None } else { self.due_when_stopped(plan, millis) };
                breached(Clock { state: ClockState::Met, due, stopped_at: Some(at), ..used })
            }
            State::Paused(_) => {
                let breached_at = used.breached_at.or_else(|| self.breach(as_of));
                breached(Clock { state: ClockState::Paused, breached_at, ..used })
            }
            State::Running(since) => {
                let due = match used_millis < millis {
                    // Nothing ran out yet: what is left is left to the stretch under way.
                    true => plan
                        .time
                        .add_millis(since, millis - (used_millis - plan.time.millis_within(since, as_of))),
                    false => self.ran_out(plan, millis),
                };
                let breached_at = used.breached_at.or_else(|| due.filter(|due| *due < as_of));
                let risk_millis = millis / 100 * i64::from(plan.policy.at_risk_percent);
                let at_risk = used_millis >= risk_millis;
                let state = if at_risk { ClockState::AtRisk } else { ClockState::Running };
                let changes_at = match (breached_at, at_risk) {
                    (Some(_), _) => None,
                    (None, true) => due.map(|due| due.plus_millis(1)),
                    (None, false) => self.ran_out(plan, risk_millis),
                };
                breached(Clock { state, due, breached_at, changes_at, ..used })
            }
        }
    }

    fn ended_at(&self) -> Option<Instant> {
        match self.state {
            State::Stopped(at) | State::Dropped(at) => Some(at),
            _ => None,
        }
    }
}
