//! Clocks: what the targets in force say of one ticket at an instant. Computed from what happened to it, never stored.
//! `docs/sla.md` tells the meaning with examples.

use serde::{Deserialize, Serialize};

use super::stopwatch::Stopwatch;
use super::{Policy, Reopen, RespondOn, Target, WorkingTime};
use crate::{Instant, StatusKind};

/// How a clock stands. Later ones win over earlier ones where a queue shows one for the whole ticket.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClockState {
    /// No such target, or not any more.
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
    /// When it was missed: its time was up, and it was still to be done strictly later.
    pub breached_at: Option<Instant>,
    /// When its state changes next, if nothing happens until then.
    pub changes_at: Option<Instant>,
}

impl Clock {
    /// No such target.
    pub const NONE: Self = Self {
        state: ClockState::None,
        due: None,
        used: 0,
        target: 0,
        stopped_at: None,
        breached_at: None,
        changes_at: None,
    };

    /// Whether its work is still to be done, so that its due time matters to a queue.
    pub fn is_outstanding(&self) -> bool {
        self.state != ClockState::None && self.stopped_at.is_none()
    }
}

/// The names of the clocks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)]
pub enum Which {
    FirstResponse,
    NextResponse,
    Resolution,
}

impl Which {
    /// All of them, in the order in which they are shown.
    pub const ALL: [Self; 3] = [Self::FirstResponse, Self::NextResponse, Self::Resolution];

    /// Its name as it is written.
    pub fn code(self) -> &'static str {
        ["first_response", "next_response", "resolution"][self as usize]
    }

    /// Its target.
    pub fn of(self, target: &Target) -> Option<i64> {
        target.each()[self as usize].1
    }
}

/// Every clock of one ticket.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Clocks {
    /// Until the first answer.
    pub first_response: Clock,
    /// Until the answer to what the requester wrote since.
    pub next_response: Clock,
    /// Until it is resolved.
    pub resolution: Clock,
}

impl Clocks {
    /// One of them.
    pub fn of(&self, which: Which) -> &Clock {
        match which {
            Which::FirstResponse => &self.first_response,
            Which::NextResponse => &self.next_response,
            Which::Resolution => &self.resolution,
        }
    }

    /// Every clock with its name.
    pub fn each(&self) -> [(Which, &Clock); 3] {
        Which::ALL.map(|which| (which, self.of(which)))
    }

    /// The clock that an agent has to look at next: of those outstanding, the one that is due first; a paused one
    /// only when nothing runs. `None` when everything is done.
    pub fn next(&self) -> Option<(Which, &Clock)> {
        let outstanding = self.each().into_iter().filter(|(_, clock)| clock.is_outstanding());
        outstanding.min_by_key(|(_, clock)| clock.due.unwrap_or(Instant::from_millis(i64::MAX)))
    }

    /// When any of them changes its state by itself next.
    pub fn changes_at(&self) -> Option<Instant> {
        self.each().into_iter().filter_map(|(_, clock)| clock.changes_at).min()
    }
}

/// What a ticket is measured by from a moment on.
#[derive(Clone, Copy, Debug)]
pub struct Plan<'a> {
    /// The policy that applies.
    pub policy: &'a Policy,
    /// Its targets for the ticket's priority.
    pub target: Target,
    /// The working time it counts.
    pub time: &'a WorkingTime,
}

/// Something that clocks care about.
#[derive(Clone, Copy, Debug)]
pub enum Moment<'a> {
    /// From here on this is what the ticket is measured by. Without one there are no targets.
    Plan(Option<Plan<'a>>),
    /// The ticket began in a status of this kind.
    Began(StatusKind),
    /// It went to a status of this kind.
    Moved {
        /// Which.
        kind: StatusKind,
        /// Whether somebody of the desk did it.
        by_agent: bool,
    },
    /// An agent answered in public.
    Answered,
    /// The requester wrote.
    Asked,
    /// It was merged into another ticket.
    Merged,
}

/// All clocks on their way through a history. Fed in the order of the history, read at any instant after the last
/// moment fed.
#[derive(Clone, Debug)]
pub struct Run<'a> {
    plan: Option<Plan<'a>>,
    kind: Option<StatusKind>,
    merged: bool,
    first: Stopwatch<'a>,
    next: Stopwatch<'a>,
    resolution: Stopwatch<'a>,
}

impl Default for Run<'_> {
    fn default() -> Self {
        Self {
            plan: None,
            kind: None,
            merged: false,
            first: Stopwatch::new(Which::FirstResponse),
            next: Stopwatch::new(Which::NextResponse),
            resolution: Stopwatch::new(Which::Resolution),
        }
    }
}

impl<'a> Run<'a> {
    /// Takes in what happened at an instant.
    pub fn feed(&mut self, at: Instant, moment: Moment<'a>) {
        if self.merged {
            return;
        }
        match moment {
            Moment::Plan(plan) => self.measure_by(plan, at),
            Moment::Began(kind) => {
                self.kind = Some(kind);
                let (first_waits, waits) = self.waits(kind);
                self.first.begin(self.plan, first_waits, at);
                self.resolution.begin(self.plan, waits, at);
                if kind.is_done() {
                    self.first.stop(at);
                    self.resolution.stop(at);
                }
                self.stand_still(kind, at);
            }
            Moment::Moved { kind, by_agent } => self.move_to(kind, by_agent, at),
            Moment::Answered => {
                self.first.stop(at);
                self.next.stop(at);
            }
            Moment::Asked => {
                if self.first.is_stopped() && !self.next.is_under_way() && !self.is_done() {
                    self.next.begin(self.plan, self.kind.is_some_and(|kind| self.waits(kind).1), at);
                }
            }
            Moment::Merged => {
                self.merged = true;
                for clock in [&mut self.first, &mut self.next, &mut self.resolution] {
                    clock.drop_unmet(at);
                }
            }
        }
    }

    /// The clocks as of an instant that is not before anything fed.
    pub fn read(&self, as_of: Instant) -> Clocks {
        Clocks {
            first_response: self.first.read(as_of),
            next_response: self.next.read(as_of),
            resolution: self.resolution.read(as_of),
        }
    }

    /// One of the clocks at work, to explain it.
    pub(super) fn stopwatch(&self, which: Which) -> &Stopwatch<'a> {
        match which {
            Which::FirstResponse => &self.first,
            Which::NextResponse => &self.next,
            Which::Resolution => &self.resolution,
        }
    }

    fn is_done(&self) -> bool {
        self.kind.is_some_and(StatusKind::is_done)
    }

    /// Whether the first-response clock, and the others, stand still in a status of this kind.
    fn waits(&self, kind: StatusKind) -> (bool, bool) {
        let policy = self.plan.map(|plan| plan.policy);
        let waits = policy.is_some_and(|policy| policy.pause_on.contains(&kind));
        (waits && policy.is_some_and(|policy| policy.pause_first_response), waits)
    }

    fn measure_by(&mut self, plan: Option<Plan<'a>>, at: Instant) {
        self.plan = plan;
        for clock in [&mut self.first, &mut self.next, &mut self.resolution] {
            clock.measure_by(plan, at);
        }
        // What a clock stands still on may be another kind of status from here on.
        if let Some(kind) = self.kind.filter(|kind| !kind.is_done()) {
            self.stand_still(kind, at);
        }
    }

    fn stand_still(&mut self, kind: StatusKind, at: Instant) {
        let (first_waits, waits) = self.waits(kind);
        self.first.stand_still(first_waits, kind, at);
        self.next.stand_still(waits, kind, at);
        self.resolution.stand_still(waits, kind, at);
    }

    fn move_to(&mut self, kind: StatusKind, by_agent: bool, at: Instant) {
        let was_done = self.is_done();
        self.kind = Some(kind);
        if kind.is_done() {
            self.first.stop(at);
            self.next.stop(at);
            return self.resolution.stop(at);
        }
        let respond_on = self.plan.map(|plan| plan.policy.respond_on);
        if respond_on == Some(RespondOn::Work) && kind == StatusKind::Open && by_agent {
            self.first.stop(at);
        }
        if was_done {
            let waits = self.waits(kind).1;
            match self.plan.map(|plan| plan.policy.reopen) {
                Some(Reopen::Restart) => self.resolution.begin(self.plan, waits, at),
                _ => self.resolution.go_on(self.plan, waits, at),
            }
        }
        self.stand_still(kind, at);
    }
}
