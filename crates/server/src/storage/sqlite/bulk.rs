//! Storing much at once.

use holdfast_desk::ticket::TicketNumber;
use rusqlite::Connection;

use super::events::as_integer;
use super::{Session, Text};
use crate::storage::contract::{ReadWorkspace, WriteBulk, WriteWorkspace};
use crate::storage::{HeaderRows, StorageError};

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

    fn put_headers(&self, headers: &HeaderRows) -> Result<(), StorageError> {
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
        Ok(())
    }

    fn end_bulk(&self) -> Result<(), StorageError> {
        for sql in self.dropped.take() {
            self.connection.execute_batch(&sql)?;
        }
        let sql = "SELECT (SELECT max(seq) FROM events), (SELECT max(number) FROM headers)";
        let (head, number): (Option<i64>, Option<u32>) =
            self.connection.query_row(sql, [], |row| Ok((row.get(0)?, row.get(1)?)))?;
        let (head, number) = (head.map(i64::unsigned_abs), number.map(TicketNumber));
        self.set_counters(&self.counters()?.behind(head, number))
    }

    fn clear_reference(&self) -> Result<(), StorageError> {
        let sql = "DELETE FROM refresh_sessions; DELETE FROM people; DELETE FROM views; DELETE FROM teams;
                   DELETE FROM rules;";
        self.connection.execute_batch(sql)?;
        self.reference_changed()
    }
}

/// Room for 128 MiB of changed pages.
pub(super) fn remember_pages(connection: &Connection) -> Result<(), StorageError> {
    Ok(connection.pragma_update(None, "cache_size", -131_072)?)
}
