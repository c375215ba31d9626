//! What a queue shows of a ticket's clocks, kept for many tickets: computed again when something happened to a ticket or
//! when one of its clocks has changed by itself, and only then.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};

use super::clock::{Clock, ClockState, Clocks};
use super::{Sla, Subject};
use crate::{Instant, TicketId};

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
    /// Whether its time is running out or has run out, and there is still something to do.
    pub fn is_pressing(&self) -> bool {
        self.is_outstanding && matches!(self.state, ClockState::AtRisk | ClockState::Breached)
    }
}

/// The deadlines of many tickets, under the rules in force.
#[derive(Debug, Default)]
pub struct Deadlines {
    sla: Sla,
    /// Each with the instant until which it holds by itself.
    known: HashMap<TicketId, (Deadline, Option<Instant>)>,
    /// When tickets change by themselves, the next one on top. What was overtaken is passed over.
    changes: BinaryHeap<Reverse<(Instant, TicketId)>>,
}

impl Deadlines {
    /// No ticket yet, under these rules.
    pub fn new(sla: Sla) -> Self {
        Self { sla, ..Self::default() }
    }

    /// The rules.
    pub fn sla(&self) -> &Sla {
        &self.sla
    }

    /// A ticket's deadline: as it is known, or computed now.
    pub fn of(&mut self, subject: Subject, now: Instant) -> Deadline {
        let ticket = subject.header.id;
        if let Some((deadline, until)) = self.known.get(&ticket)
            && until.is_none_or(|until| now < until)
        {
            return *deadline;
        }
        let clocks = self.sla.clocks(subject, now);
        let deadline = Deadline::from(&clocks);
        // Rules that hold from a later instant on are news as well.
        let until = [clocks.changes_at(), self.sla.next_version(now)].into_iter().flatten().min();
        self.changes.extend(until.map(|until| Reverse((until, ticket))));
        self.known.insert(ticket, (deadline, until));
        deadline
    }

    /// Something happened to a ticket.
    pub fn forget(&mut self, ticket: TicketId) {
        self.known.remove(&ticket);
    }

    /// Everything is to be computed again.
    pub fn forget_all(&mut self) {
        self.known.clear();
        self.changes.clear();
    }

    /// When the next of the tickets asked for so far changes by itself: the one instant to wake up for.
    pub fn next_change(&mut self) -> Option<Instant> {
        loop {
            let Reverse((at, ticket)) = self.changes.peek().copied()?;
            if self.known.get(&ticket).is_some_and(|(_, until)| *until == Some(at)) {
                return Some(at);
            }
            self.changes.pop();
        }
    }
}
