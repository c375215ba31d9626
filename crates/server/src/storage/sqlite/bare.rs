//! Bare tables: what the rates of an import and of accepting events are measured against.

use std::path::Path;

use holdfast_desk::Header;
use holdfast_sync::protocol::Seq;
use rusqlite::{Connection, params_from_iter};

use super::{connect, connect_to_write, events, headers};
use crate::storage::{EventRows, StorageError};

/// A database with one table of text and nothing else.
pub struct BareTable {
    connection: Connection,
    insert: String,
}

impl BareTable {
    /// Makes the table, and begins the one transaction it is filled in.
    ///
    /// # Errors
    /// What SQLite reports.
    pub fn create(path: &Path, columns: usize) -> Result<Self, StorageError> {
        let connection = connect(path)?;
        let names: Vec<String> = (0..columns).map(|index| format!("c{index} TEXT")).collect();
        connection.execute_batch(&format!("CREATE TABLE bare ({}); BEGIN IMMEDIATE", names.join(", ")))?;
        super::bulk::remember_pages(&connection)?;
        let places = vec!["?"; columns].join(", ");
        Ok(Self { connection, insert: format!("INSERT INTO bare VALUES ({places})") })
    }

    /// Keeps a row.
    ///
    /// # Errors
    /// What SQLite reports.
    pub fn insert<'a>(&self, cells: impl Iterator<Item = &'a str>) -> Result<(), StorageError> {
        self.connection.prepare_cached(&self.insert)?.execute(params_from_iter(cells))?;
        Ok(())
    }

    /// Makes all of it durable.
    ///
    /// # Errors
    /// What SQLite reports.
    pub fn commit(self) -> Result<(), StorageError> {
        Ok(self.connection.execute_batch("COMMIT")?)
    }
}

/// A database to put such rows into, with nothing decided and nothing answered.
pub struct BareHistory {
    connection: Connection,
    table: &'static str,
}

impl BareHistory {
    /// The tables of a desk that is in this file.
    ///
    /// # Errors
    /// What SQLite reports.
    pub fn of_desk(path: &Path) -> Result<Self, StorageError> {
        Ok(Self { connection: connect_to_write(path)?, table: "events" })
    }

    /// A new table with the history's columns and no index. Headers are left out.
    ///
    /// # Errors
    /// What SQLite reports.
    pub fn without_index(path: &Path) -> Result<Self, StorageError> {
        let connection = connect_to_write(path)?;
        connection.execute_batch(
            "CREATE TABLE bare (seq INTEGER, id BLOB, ticket BLOB, received_at INTEGER, digest BLOB, device BLOB,
                 device_seq INTEGER, occurred_at INTEGER, offset_ms INTEGER, json TEXT)",
        )?;
        Ok(Self { connection, table: "bare" })
    }

    /// Keeps the events of a push and the headers that they lead to, as JSON, in one transaction.
    ///
    /// # Errors
    /// What SQLite reports.
    pub fn keep(&self, rows: &EventRows, headers: &[(Header, Seq, String)]) -> Result<(), StorageError> {
        self.connection.execute_batch("BEGIN IMMEDIATE")?;
        events::insert(&self.connection, self.table, rows)?;
        if self.table == "events" {
            for (header, last_seq, json) in headers {
                headers::put(&self.connection, header, *last_seq, json)?;
            }
        }
        Ok(self.connection.execute_batch("COMMIT")?)
    }
}
