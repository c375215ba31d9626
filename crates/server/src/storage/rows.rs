//! Events and headers on their way into the storage, written out already: whoever stores does nothing else meanwhile.

use std::ops::Range;

use holdfast_desk::ticket::{Header, TicketNumber};
use holdfast_desk::{Event, EventId, Instant, PersonId, TeamId, TicketId};
use holdfast_sync::protocol::{Recorded, Seq, Stamp};
use serde::de::DeserializeOwned;

use super::{Digest, StorageError};

/// Accepted events to be stored. Their JSON is one text, so that threads do not hand thousands of small pieces of memory
/// to each other.
#[derive(Clone, Debug, Default)]
pub struct EventRows {
    pub(super) rows: Vec<EventRow>,
    pub(super) text: Vec<u8>,
}

/// An event as it is read again.
pub(super) type WithDigest = (Recorded<Event>, Option<Digest>);

#[derive(Clone, Debug)]
pub(super) struct EventRow {
    pub seq: Seq,
    pub received_at: Instant,
    pub stamp: Option<Stamp>,
    pub id: EventId,
    pub ticket: TicketId,
    pub digest: Option<Digest>,
    pub json: Range<usize>,
}

impl EventRows {
    /// Adds an event. An imported one has no digest.
    ///
    /// # Errors
    /// When it cannot be written as JSON.
    pub fn push(&mut self, recorded: &Recorded<Event>, digest: Option<Digest>) -> Result<(), StorageError> {
        let Recorded { seq, received_at, stamp, ref event } = *recorded;
        let json = append(&mut self.text, "event", event)?;
        let (id, ticket) = (event.id, event.ticket);
        self.rows.push(EventRow { seq, received_at, stamp, id, ticket, digest, json });
        Ok(())
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The events with their digests, read again.
    ///
    /// # Errors
    /// When one cannot be read.
    pub(super) fn read(&self) -> Result<Vec<WithDigest>, StorageError> {
        let read = |row: &EventRow| {
            let EventRow { seq, received_at, stamp, digest, .. } = *row;
            let event = read("event", &self.text[row.json.clone()])?;
            Ok((Recorded { seq, received_at, stamp, event }, digest))
        };
        self.rows.iter().map(read).collect()
    }

    /// Empties it.
    pub fn clear(&mut self) {
        self.rows.clear();
        self.text.clear();
    }

    /// Empties it and gives away what was in it; room for as much again is kept ready.
    pub fn take(&mut self) -> Self {
        let fresh = Self {
            rows: Vec::with_capacity(self.rows.len()),
            text: Vec::with_capacity(self.text.len() + self.text.len() / 4),
        };
        std::mem::replace(self, fresh)
    }
}

/// Headers of new tickets to be stored, written out already.
#[derive(Clone, Debug, Default)]
pub struct HeaderRows {
    pub(super) rows: Vec<HeaderRow>,
    pub(super) text: Vec<u8>,
}

#[derive(Clone, Debug)]
pub(super) struct HeaderRow {
    pub number: Option<TicketNumber>,
    pub ticket: TicketId,
    pub requester: PersonId,
    pub status: Range<usize>,
    pub team: Option<TeamId>,
    pub agent: Option<PersonId>,
    pub last_seq: Seq,
    pub json: Range<usize>,
}

impl HeaderRows {
    /// Adds a header, as of the event with this sequence number.
    ///
    /// # Errors
    /// When it cannot be written as JSON.
    pub fn push(&mut self, header: &Header, last_seq: Seq) -> Result<(), StorageError> {
        let json = append(&mut self.text, "header", header)?;
        let start = self.text.len();
        self.text.extend_from_slice(header.status.as_str().as_bytes());
        let status = start..self.text.len();
        let &Header { number, id: ticket, requester, team, agent, .. } = header;
        self.rows.push(HeaderRow { number, ticket, requester, status, team, agent, last_seq, json });
        Ok(())
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The headers, read again.
    ///
    /// # Errors
    /// When one cannot be read.
    pub(super) fn read(&self) -> Result<Vec<Header>, StorageError> {
        self.rows.iter().map(|row| read("header", &self.text[row.json.clone()])).collect()
    }
}

fn read<T: DeserializeOwned>(what: &'static str, json: &[u8]) -> Result<T, StorageError> {
    serde_json::from_slice(json).map_err(|source| StorageError::Record { what, source })
}

fn append(
    text: &mut Vec<u8>,
    what: &'static str,
    value: &impl serde::Serialize,
) -> Result<Range<usize>, StorageError> {
    let start = text.len();
    serde_json::to_writer(&mut *text, value).map_err(|source| StorageError::Record { what, source })?;
    Ok(start..text.len())
}
