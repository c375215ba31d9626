//! Storing much at once.

use holdfast_desk::ticket::TicketNumber;
use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{Connection, ToSql};

use super::Session;
use super::events::as_integer;
use crate::storage::contract::{ReadWorkspace, WriteBulk, WriteWorkspace};
use crate::storage::{BulkEvents, BulkHeaders, Counters, StorageError};

/// Bytes that are known to be text in UTF-8.
struct Text<'a>(&'a [u8]);

impl ToSql for Text<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(ValueRef::Text(self.0)))
    }
}

impl WriteBulk for Session<'_> {
    /// Gives the connection memory for what it changes, so that it need not write pages out early. On an empty
    /// history, indexes are made once at the end instead of being kept up row by row.
    fn begin_bulk(&self) -> Result<(), StorageError> {
        remember_pages(self.connection)?;
        if self.counters()?.head > 0 {
            return Ok(());
        }
        let mut statement = self.connection.prepare(
            "SELECT name, sql FROM sqlite_schema
             WHERE type = 'index' AND tbl_name IN ('events', 'headers') AND sql IS NOT NULL",
        )?;
        let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
        let indexes: Vec<(String, String)> = rows.collect::<Result<_, _>>()?;
        for (name, sql) in indexes {
            self.connection.execute_batch(&format!("DROP INDEX {name}"))?;
            self.dropped.borrow_mut().push(sql);
        }
        Ok(())
    }

    fn record_bulk(&self, events: &BulkEvents) -> Result<(), StorageError> {
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
        let Some(last) = events.rows.last() else { return Ok(()) };
        let counters = self.counters()?;
        self.set_counters(&Counters { head: counters.head.max(last.seq), ..counters })
    }

    fn put_headers(&self, headers: &BulkHeaders) -> Result<(), StorageError> {
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
        let Some(last) = headers.rows.iter().filter_map(|row| row.number).max() else { return Ok(()) };
        let counters = self.counters()?;
        let next_number = counters.next_number.max(TicketNumber(last.0 + 1));
        self.set_counters(&Counters { next_number, ..counters })
    }

    fn end_bulk(&self) -> Result<(), StorageError> {
        for sql in self.dropped.take() {
            self.connection.execute_batch(&sql)?;
        }
        Ok(())
    }

    fn clear_reference(&self) -> Result<(), StorageError> {
        let sql = "DELETE FROM refresh_sessions; DELETE FROM people; DELETE FROM teams; DELETE FROM rules;";
        self.connection.execute_batch(sql)?;
        self.reference_changed()
    }
}

/// Room for 128 MiB of changed pages.
pub(super) fn remember_pages(connection: &Connection) -> Result<(), StorageError> {
    Ok(connection.pragma_update(None, "cache_size", -131_072)?)
}
