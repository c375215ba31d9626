//! Storing much at once: what an import brings.

use std::collections::{HashMap, HashSet};

use holdfast_desk::ticket::{Header, evolve};
use holdfast_desk::{Event, EventId, Instant, TicketId};
use holdfast_sync::protocol::{Recorded, Seq, Stamp};
use rusqlite::Connection;

use super::events::as_integer;
use super::{Transaction, View, read_json, write_json};
use crate::storage::StorageError;

/// An event to be stored, written out already, so that the thread that stores does nothing else.
#[derive(Clone, Debug, PartialEq)]
pub struct BulkEvent {
    seq: Seq,
    received_at: Instant,
    stamp: Option<Stamp>,
    id: EventId,
    ticket: TicketId,
    json: String,
}

impl BulkEvent {
    /// Writes an event out.
    ///
    /// # Errors
    /// When it cannot be written as JSON.
    pub fn new(recorded: &Recorded<Event>) -> Result<Self, StorageError> {
        let Recorded { seq, received_at, stamp, ref event } = *recorded;
        let json = write_json("event", event)?;
        Ok(Self { seq, received_at, stamp, id: event.id, ticket: event.ticket, json })
    }
}

impl View<'_> {
    /// The id of every event there is.
    ///
    /// # Errors
    /// What SQLite reports.
    pub fn event_ids(&self) -> Result<HashSet<EventId>, StorageError> {
        let mut statement = self.connection.prepare("SELECT id FROM events")?;
        let ids = statement.query_map([], |row| row.get(0).map(EventId))?;
        Ok(ids.collect::<Result<_, _>>()?)
    }

    /// Every ticket there is, by its id.
    ///
    /// # Errors
    /// What SQLite reports.
    pub fn headers_by_id(&self) -> Result<HashMap<TicketId, Header>, StorageError> {
        let mut statement = self.connection.prepare("SELECT json FROM headers")?;
        let rows = statement.query_map([], |row| row.get::<_, String>(0))?;
        rows.map(|json| read_json("header", &json?).map(|header: Header| (header.id, header))).collect()
    }
}

impl Transaction<'_> {
    /// Gives the writing connection memory for what it changes, so that it need not write pages out early.
    ///
    /// # Errors
    /// What SQLite reports.
    pub fn prepare_for_bulk(&self) -> Result<(), StorageError> {
        remember_pages(self.connection)
    }

    /// Keeps events without their headers, which [`Self::put_headers`] puts when all events are there.
    ///
    /// # Errors
    /// What SQLite reports.
    pub fn record_bulk(&self, events: &[BulkEvent]) -> Result<(), StorageError> {
        let mut statement = self.connection.prepare_cached(
            "INSERT INTO events
             (seq, id, ticket, received_at, device, device_seq, occurred_at, offset_ms, json)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
        )?;
        for event in events {
            let stamp = event.stamp;
            statement.execute((
                as_integer(event.seq),
                event.id.0,
                event.ticket.0,
                event.received_at.millis(),
                stamp.map(|stamp| stamp.device.0),
                stamp.map(|stamp| as_integer(stamp.device_seq)),
                stamp.map(|stamp| stamp.occurred_at.millis()),
                stamp.map(|stamp| stamp.offset_ms),
                &event.json,
            ))?;
        }
        Ok(())
    }

    /// Keeps the headers of tickets, each as of the event with this sequence number.
    ///
    /// # Errors
    /// What SQLite reports.
    pub fn put_headers<'a>(
        &self,
        headers: impl IntoIterator<Item = (&'a Header, Seq)>,
    ) -> Result<(), StorageError> {
        let mut last = None;
        for (header, last_seq) in headers {
            self.put_header(header, last_seq)?;
            last = last.max(header.number);
        }
        last.map_or(Ok(()), |number| self.number_given(number))
    }

    /// Makes a ticket's header again from its history.
    ///
    /// # Errors
    /// What SQLite reports.
    pub fn rebuild_header(&self, ticket: TicketId) -> Result<(), StorageError> {
        let history = self.history(ticket)?;
        let header = history.iter().fold(None, |header, recorded| evolve(header, &recorded.event));
        match (header, history.last()) {
            (Some(header), Some(last)) => self.put_header(&header, last.seq),
            _ => Ok(()),
        }
    }

    /// Forgets rules, people and teams, so that those of an export can take their place.
    ///
    /// # Errors
    /// What SQLite reports.
    pub fn clear_reference(&self) -> Result<(), StorageError> {
        let sql = "DELETE FROM refresh_sessions; DELETE FROM people; DELETE FROM teams; DELETE FROM rules;";
        self.connection.execute_batch(sql)?;
        self.reference_changed()
    }
}

/// Room for 128 MiB of changed pages.
pub(super) fn remember_pages(connection: &Connection) -> Result<(), StorageError> {
    Ok(connection.pragma_update(None, "cache_size", -131_072)?)
}
