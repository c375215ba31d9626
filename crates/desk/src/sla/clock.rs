//! Clocks: what a policy says of one ticket at an instant. Computed from the ticket's marks, never stored.

use serde::{Deserialize, Serialize};

use super::{Policy, Reopen, RespondOn, Target, WorkingTime};
use crate::{Instant, PriorityId, StatusKind};

/// A moment in a ticket's history that clocks care about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mark {
    /// When.
    pub at: Instant,
    /// What.
    #[serde(rename = "is")]
    pub kind: MarkKind,
}

/// What clocks care about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MarkKind {
    /// It came into a status of this kind.
    Status(StatusKind),
    /// It got this priority.
    Priority(PriorityId),
    /// An agent answered in public.
    Answered,
    /// The requester wrote.
    Asked,
}

/// How a clock stands. Later ones win over earlier ones where a queue shows one for the whole ticket.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClockState {
    /// No such target.
    None,
    /// Done in time.
    Met,
    /// Standing still.
    Paused,
    /// Running, with time to spare.
    Running,
    /// Running, with most of its time spent.
    AtRisk,
    /// Missed, once and for all.
    Breached,
}

/// One clock of one ticket at an instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Clock {
    /// How it stands.
    pub state: ClockState,
    /// When its time is up, or was up when it stopped; `None` while it stands still.
    pub due: Option<Instant>,
    /// Working seconds spent.
    pub used: i64,
    /// Working seconds there are in all.
    pub target: i64,
    /// When it stopped for good.
    pub stopped_at: Option<Instant>,
    /// When it was missed: strictly later than when its time was up.
    pub breached_at: Option<Instant>,
}

impl Clock {
    const NONE: Self =
        Self { state: ClockState::None, due: None, used: 0, target: 0, stopped_at: None, breached_at: None };

    /// Whether its time is running out or has run out.
    pub fn is_pressing(&self) -> bool {
        matches!(self.state, ClockState::AtRisk | ClockState::Breached)
    }

    /// Whether its work is still to be done, so that its due time matters to a queue.
    pub fn is_outstanding(&self) -> bool {
        self.state != ClockState::None && self.stopped_at.is_none()
    }
}

/// Every clock of one ticket.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Clocks {
    /// Until the first answer.
    pub first_response: Clock,
    /// Until it is resolved.
    pub resolution: Clock,
}

impl Clocks {
    /// The clock that an agent has to look at next: of those outstanding, the one that is due first; a paused one
    /// only when nothing runs. `None` when everything is done.
    pub fn next(&self) -> Option<&Clock> {
        let outstanding = [&self.first_response, &self.resolution].into_iter().filter(|c| c.is_outstanding());
        outstanding.min_by_key(|clock| clock.due.unwrap_or(Instant::from_millis(i64::MAX)))
    }
}

/// The clocks of a ticket as of an instant. Marks later than that are as if they had not happened.
pub fn clocks(marks: &[Mark], policy: &Policy, time: &WorkingTime, as_of: Instant) -> Clocks {
    let known = &marks[..marks.partition_point(|mark| mark.at <= as_of)];
    let run = |which| Run::new(which, policy, time).through(known, as_of);
    Clocks { first_response: run(Which::FirstResponse), resolution: run(Which::Resolution) }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Which {
    FirstResponse,
    Resolution,
}

/// One clock on its way through the history.
struct Run<'a> {
    which: Which,
    policy: &'a Policy,
    time: &'a WorkingTime,
    target: Option<i64>,
    status: Option<StatusKind>,
    /// Working milliseconds spent in the stretches that are over: seconds are rounded once, at the end.
    used: i64,
    /// Those stretches, of the cycle under way.
    stretches: Vec<(Instant, Instant)>,
    /// Since when it has been running without a stop.
    since: Option<Instant>,
    stopped_at: Option<Instant>,
    breached_at: Option<Instant>,
}

impl<'a> Run<'a> {
    fn new(which: Which, policy: &'a Policy, time: &'a WorkingTime) -> Self {
        Self {
            which,
            policy,
            time,
            target: None,
            status: None,
            used: 0,
            stretches: Vec::new(),
            since: None,
            stopped_at: None,
            breached_at: None,
        }
    }

    fn through(mut self, marks: &[Mark], as_of: Instant) -> Clock {
        for mark in marks {
            self.notice_breach(mark.at);
            match &mark.kind {
                MarkKind::Priority(priority) => self.target = self.target_of(priority),
                MarkKind::Status(kind) => self.enter(*kind, mark.at),
                MarkKind::Answered if self.which == Which::FirstResponse => self.stop(mark.at),
                MarkKind::Answered | MarkKind::Asked => {}
            }
        }
        self.notice_breach(self.stopped_at.unwrap_or(as_of));
        self.read(as_of)
    }

    fn target_of(&self, priority: &PriorityId) -> Option<i64> {
        let Target { first_response, resolution } = self.policy.targets.get(priority)?;
        match self.which {
            Which::FirstResponse => *first_response,
            Which::Resolution => *resolution,
        }
    }

    fn enter(&mut self, kind: StatusKind, at: Instant) {
        let before = self.status.replace(kind);
        let first = self.which == Which::FirstResponse;
        let worked = first && self.policy.respond_on == RespondOn::Work && kind == StatusKind::Open;
        if kind.is_done() || (worked && before.is_some()) {
            return self.stop(at);
        }
        if self.stopped_at.is_some() && !first && before.is_some_and(StatusKind::is_done) {
            self.reopen();
        }
        let pauses = self.policy.pause_on.contains(&kind) && (!first || self.policy.pause_first_response);
        if pauses {
            self.pause(at);
        } else if self.since.is_none() && self.stopped_at.is_none() {
            self.since = Some(at);
        }
    }

    fn reopen(&mut self) {
        self.stopped_at = None;
        if self.policy.reopen == Reopen::Restart {
            self.used = 0;
            self.stretches.clear();
        }
    }

    fn pause(&mut self, at: Instant) {
        if let Some(since) = self.since.take() {
            self.used += self.time.millis_within(since, at);
            self.stretches.push((since, at));
        }
    }

    fn stop(&mut self, at: Instant) {
        if self.stopped_at.is_none() {
            self.pause(at);
            self.stopped_at = Some(at);
        }
    }

    fn used_at(&self, at: Instant) -> i64 {
        (self.used + self.since.map_or(0, |since| self.time.millis_within(since, at))) / 1000
    }

    /// Before the target can change: whether it ran out strictly before `until`.
    fn notice_breach(&mut self, until: Instant) {
        if self.breached_at.is_none()
            && let Some(target) = self.target
            && let Some(due) = self.ran_out(target)
            && due < until
        {
            self.breached_at = Some(due);
        }
    }

    /// When a target ran out or will run out, if nothing changes from here on.
    fn ran_out(&self, target: i64) -> Option<Instant> {
        let mut left = target.max(0).saturating_mul(1000);
        for (from, to) in &self.stretches {
            let worked = self.time.millis_within(*from, *to);
            let due = self.time.add_millis(*from, left)?;
            // Stopped exactly when the time was up is not a breach, so the fit has to be strict.
            if worked >= left && due < *to {
                return Some(due);
            }
            left = (left - worked).max(0);
        }
        self.time.add_millis(self.since?, left)
    }

    /// When the time was up that the clock had left as it stopped, had it gone on.
    fn due_when_stopped(&self, target: i64) -> Option<Instant> {
        let (last, earlier) = self.stretches.split_last()?;
        let spent: i64 = earlier.iter().map(|(from, to)| self.time.millis_within(*from, *to)).sum();
        let left = target.max(0).saturating_mul(1000) - spent;
        self.time.add_millis(last.0, left.max(0))
    }

    fn read(&self, as_of: Instant) -> Clock {
        let Some(target) = self.target else { return Clock::NONE };
        let used = self.used_at(as_of);
        let due = match self.stopped_at {
            Some(_) => self.due_when_stopped(target),
            None => self.since.and_then(|_| self.ran_out(target)),
        };
        let at_risk = used.saturating_mul(100) >= target.saturating_mul(self.policy.at_risk_percent.into());
        let state = match (self.breached_at, self.stopped_at, self.since) {
            (Some(_), _, _) => ClockState::Breached,
            (None, Some(_), _) => ClockState::Met,
            (None, None, None) => ClockState::Paused,
            (None, None, Some(_)) if at_risk => ClockState::AtRisk,
            (None, None, Some(_)) => ClockState::Running,
        };
        Clock { state, due, used, target, stopped_at: self.stopped_at, breached_at: self.breached_at }
    }
}
