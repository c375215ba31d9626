//! A bare table: what an import's rate is measured against.

use std::path::Path;

use rusqlite::{Connection, params_from_iter};

use super::connect;
use crate::storage::StorageError;

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
