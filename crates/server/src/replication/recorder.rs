//! Adding to the history: numbers are given in order, headers follow their events, and words that are taken back go.

use std::collections::{BTreeMap, HashMap};

use holdfast_desk::ticket::{TicketNumber, evolve, redacted};
use holdfast_desk::{Change, Event, Header, TicketId};
use holdfast_sync::protocol::{Recorded, Seq};

use crate::storage::{Counters, Digest, EventRows, StorageError, Transaction};

/// The one way in which events that were decided here get into the history. Headers and counters are read once and
/// written once, in [`Self::finish`]; events are stored many at a time, which is faster.
pub struct Recorder<'a> {
    transaction: &'a dyn Transaction,
    counters: Counters,
    headers: HashMap<TicketId, Option<Header>>,
    /// Recorded and not stored yet.
    rows: EventRows,
    /// The last event of each ticket that got one.
    changed: BTreeMap<TicketId, Seq>,
}

impl<'a> Recorder<'a> {
    /// Begins where the history ends.
    ///
    /// # Errors
    /// What the storage reports.
    pub fn begin(transaction: &'a dyn Transaction) -> Result<Self, StorageError> {
        let counters = transaction.counters()?;
        let (headers, rows, changed) = (HashMap::new(), EventRows::default(), BTreeMap::new());
        Ok(Self { transaction, counters, headers, rows, changed })
    }

    /// The sequence number of the next event, and the number of the next ticket.
    pub fn next(&self) -> (Seq, TicketNumber) {
        (self.counters.head + 1, self.counters.next_number)
    }

    /// A ticket as it is after what was recorded so far.
    ///
    /// # Errors
    /// What the storage reports.
    pub fn header(&mut self, ticket: TicketId) -> Result<Option<&Header>, StorageError> {
        let header = match self.headers.remove(&ticket) {
            Some(header) => header,
            None => self.transaction.header(ticket)?,
        };
        Ok(self.headers.entry(ticket).or_insert(header).as_ref())
    }

    /// Records an event and the state that it leads to.
    ///
    /// # Errors
    /// What the storage reports.
    pub fn record(
        &mut self,
        recorded: &Recorded<Event>,
        digest: Option<Digest>,
        mut state: Header,
    ) -> Result<(), StorageError> {
        let event = &recorded.event;
        self.rows.push(recorded, digest)?;
        for change in event.changes.iter().filter(|change| change.takes_back()) {
            self.store()?;
            self.take_back(event.ticket, change)?;
            let history = self.transaction.history_after(event.ticket, 0)?;
            state = folded(&history).unwrap_or(state);
        }
        self.counters.head = recorded.seq;
        let number = state.number.map_or(0, |number| number.0);
        self.counters.next_number.0 = self.counters.next_number.0.max(number + 1);
        self.changed.insert(event.ticket, recorded.seq);
        self.headers.insert(event.ticket, Some(state));
        Ok(())
    }

    /// Stores what was recorded so far, for whoever reads the history in the same transaction.
    ///
    /// # Errors
    /// What the storage reports.
    pub fn store(&mut self) -> Result<(), StorageError> {
        self.transaction.record(&self.rows)?;
        self.rows.clear();
        Ok(())
    }

    /// Takes words out of what happened to a ticket.
    fn take_back(&self, ticket: TicketId, by: &Change) -> Result<(), StorageError> {
        for earlier in self.transaction.history_after(ticket, 0)? {
            if let Some(event) = redacted(&earlier.event, by) {
                self.transaction.redact(earlier.seq, &event)?;
            }
        }
        Ok(())
    }

    /// Writes what changed beside the events. Without it, what was recorded does not hold together.
    ///
    /// # Errors
    /// What the storage reports.
    pub fn finish(mut self) -> Result<(), StorageError> {
        self.store()?;
        for (ticket, seq) in self.changed {
            if let Some(header) = self.headers.remove(&ticket).flatten() {
                self.transaction.put_header(&header, seq)?;
            }
        }
        self.transaction.set_counters(&self.counters)
    }
}

/// The header that a whole history leads to.
pub fn folded(history: &[Recorded<Event>]) -> Option<Header> {
    history.iter().fold(None, |header, recorded| evolve(header, &recorded.event))
}
