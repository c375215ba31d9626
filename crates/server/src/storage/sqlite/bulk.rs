//! Storing much at once: what an import brings.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use holdfast_desk::ticket::{Header, TicketNumber, evolve};
use holdfast_desk::{Event, EventId, Instant, PersonId, TeamId, TicketId};
use holdfast_sync::protocol::{Recorded, Seq, Stamp};
use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{Connection, ToSql};

use super::events::as_integer;
use super::{Transaction, View, read_json};
use crate::storage::StorageError;

/// Events to be stored, written out already, so that the thread that stores does nothing else. Their JSON is one
/// text, so that threads do not hand thousands of small pieces of memory to each other.
#[derive(Clone, Debug, Default)]
pub struct BulkEvents {
    rows: Vec<EventRow>,
    text: Vec<u8>,
}

#[derive(Clone, Debug)]
struct EventRow {
    seq: Seq,
    received_at: Instant,
    stamp: Option<Stamp>,
    id: EventId,
    ticket: TicketId,
    json: Range<usize>,
}

impl BulkEvents {
    /// Adds an event.
    ///
    /// # Errors
    /// When it cannot be written as JSON.
    pub fn push(&mut self, recorded: &Recorded<Event>) -> Result<(), StorageError> {
        let Recorded { seq, received_at, stamp, ref event } = *recorded;
        let json = append(&mut self.text, "event", event)?;
        self.rows.push(EventRow { seq, received_at, stamp, id: event.id, ticket: event.ticket, json });
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
pub struct BulkHeaders {
    rows: Vec<HeaderRow>,
    text: Vec<u8>,
}

#[derive(Clone, Debug)]
struct HeaderRow {
    number: Option<TicketNumber>,
    ticket: TicketId,
    requester: PersonId,
    status: Range<usize>,
    team: Option<TeamId>,
    agent: Option<PersonId>,
    last_seq: Seq,
    json: Range<usize>,
}

impl BulkHeaders {
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

/// Bytes that are known to be text in UTF-8.
struct Text<'a>(&'a [u8]);

impl ToSql for Text<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(ValueRef::Text(self.0)))
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
    pub fn record_bulk(&self, events: &BulkEvents) -> Result<(), StorageError> {
        let mut statement = self.connection.prepare_cached(
            "INSERT INTO events
             (seq, id, ticket, received_at, device, device_seq, occurred_at, offset_ms, json)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
        )?;
        for event in &events.rows {
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
                Text(&events.text[event.json.clone()]),
            ))?;
        }
        Ok(())
    }

    /// Keeps the headers of tickets.
    ///
    /// # Errors
    /// What SQLite reports.
    pub fn put_headers(&self, headers: &BulkHeaders) -> Result<(), StorageError> {
        let mut statement = self.connection.prepare_cached(
            "INSERT INTO headers (number, ticket, requester, status, team, agent, last_seq, json)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        )?;
        for row in &headers.rows {
            statement.execute((
                row.number.map(|number| number.0),
                row.ticket.0,
                row.requester.0,
                Text(&headers.text[row.status.clone()]),
                row.team.map(|team| team.0),
                row.agent.map(|agent| agent.0),
                as_integer(row.last_seq),
                Text(&headers.text[row.json.clone()]),
            ))?;
        }
        let last = headers.rows.iter().filter_map(|row| row.number).max();
        last.map_or(Ok(()), |number| self.number_given(number))
    }

    /// Does much on an empty history: indexes are made once at its end instead of being kept up row by row.
    ///
    /// # Errors
    /// What `work` returns, and what SQLite reports.
    pub fn fill<T, E: From<StorageError>>(&self, work: impl FnOnce() -> Result<T, E>) -> Result<T, E> {
        if self.head()? > 0 {
            return work();
        }
        let indexes = self.indexes()?;
        let every = |sql: &dyn Fn(&(String, String)) -> String| {
            let batch: String = indexes.iter().map(|index| sql(index) + ";").collect();
            self.connection.execute_batch(&batch).map_err(StorageError::from)
        };
        every(&|(name, _)| format!("DROP INDEX {name}"))?;
        let value = work()?;
        every(&|(_, sql)| sql.clone())?;
        Ok(value)
    }

    /// The indexes of the history that are not constraints: their names, and what makes them.
    fn indexes(&self) -> Result<Vec<(String, String)>, StorageError> {
        let mut statement = self.connection.prepare(
            "SELECT name, sql FROM sqlite_schema
             WHERE type = 'index' AND tbl_name IN ('events', 'headers') AND sql IS NOT NULL",
        )?;
        let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(rows.collect::<Result<_, _>>()?)
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
