//! What a queue shows of a ticket's clocks.

use super::clock::{Clock, ClockState, Clocks};
use super::{Sla, Subject};
use crate::Instant;

/// The one clock of a ticket that an agent has to look at next, in short.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Deadline {
    /// How the clock stands.
    pub state: ClockState,
    /// When its time is up, or was up when it stopped; `None` while it stands still.
    pub due: Option<Instant>,
    /// Whether its work is still to be done.
    pub is_outstanding: bool,
}

impl From<&Clock> for Deadline {
    fn from(clock: &Clock) -> Self {
        Self { state: clock.state, due: clock.due, is_outstanding: clock.is_outstanding() }
    }
}

impl From<&Clocks> for Deadline {
    /// The clock that comes next; the resolution when everything is done.
    fn from(clocks: &Clocks) -> Self {
        clocks.next().map_or(&clocks.resolution, |(_, clock)| clock).into()
    }
}

impl Deadline {
    /// Nothing to be met.
    pub const NONE: Self = Self { state: ClockState::None, due: None, is_outstanding: false };
}

impl Sla {
    /// A ticket's deadline, and until when it holds if nothing happens.
    pub fn deadline(&self, subject: Subject, now: Instant) -> (Deadline, Option<Instant>) {
        let clocks = self.clocks(subject, now);
        // Rules that hold from a later instant on are news as well.
        let until = clocks.changes_at().into_iter().chain(self.next_version(now)).min();
        (Deadline::from(&clocks), until)
    }
}
