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
    /// Milliseconds worked in it, by the calendar in force; none where it stood.
    worked: i64,
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
        self.stretches.iter().copied().chain(self.under_way(until)).collect()
    }

    fn under_way(&self, to: Instant) -> Option<Stretch> {
        match self.state {
            State::Running(from) => {
                Some(Stretch { from, to, stood: None, worked: worked(self.plan.as_ref(), from, to) })
            }
            State::Paused(from) => {
                Some(Stretch { from, to, stood: self.stood.or(Some(StatusKind::Pending)), worked: 0 })
            }
            _ => None,
        }
    }

    pub fn is_stopped(&self) -> bool {
        matches!(self.state, State::Stopped(_))
    }

    pub fn is_under_way(&self) -> bool {
        matches!(self.state, State::Running(_) | State::Paused(_))
    }

    /// It begins, or begins again.
    pub fn begin(&mut self, plan: Option<Plan<'a>>, waits: bool, at: Instant) {
        self.stretches.clear();
        self.set(plan);
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
        let time = |plan: Option<Plan<'a>>| plan.map(|plan| std::ptr::from_ref(plan.time));
        let is_other_time = time(self.plan) != time(plan);
        self.plan = plan;
        if is_other_time {
            for stretch in self.stretches.iter_mut().filter(|stretch| stretch.stood.is_none()) {
                stretch.worked = worked(plan.as_ref(), stretch.from, stretch.to);
            }
        }
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
        self.stretches.extend(self.under_way(at));
    }

    /// What it spent in the stretches that are over.
    fn spent_millis(&self) -> i64 {
        self.stretches.iter().map(|stretch| stretch.worked).sum()
    }

    fn used_millis(&self, plan: &Plan, until: Instant) -> i64 {
        let under_way = match self.state {
            State::Running(from) => plan.time.millis_within(from, until),
            _ => 0,
        };
        self.spent_millis() + under_way
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
            if stretch.worked >= left {
                let due = plan.time.add_millis(stretch.from, left)?;
                // Stopped exactly when the time was up is not a breach, so the fit has to be strict.
                if due < stretch.to {
                    return Some(due);
                }
            }
            left -= stretch.worked;
        }
        match self.state {
            State::Running(since) => plan.time.add_millis(since, left),
            _ => None,
        }
    }

    /// When the time was up that the clock had left as it stopped, had it gone on.
    fn due_when_stopped(&self, plan: &Plan, millis: i64) -> Option<Instant> {
        let last = self.stretches.iter().rfind(|stretch| stretch.stood.is_none())?;
        let spent = self.spent_millis() - last.worked;
        plan.time.add_millis(last.from, (millis - spent).max(0))
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
                    true => plan.time.add_millis(since, millis - self.spent_millis()),
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

fn worked(plan: Option<&Plan>, from: Instant, to: Instant) -> i64 {
    plan.map_or(0, |plan| plan.time.millis_within(from, to))
}
