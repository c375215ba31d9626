//! The workspace: the one desk in this database.

use holdfast_desk::Rules;
use holdfast_desk::ticket::TicketNumber;
use holdfast_sync::protocol::Epoch;
use rusqlite::OptionalExtension;

use super::{Transaction, View};
use crate::storage::{StorageError, Workspace};

/// The number of the first ticket.
const FIRST_NUMBER: u32 = 1001;

impl View<'_> {
    /// The desk in this database; `None` before one was set up.
    ///
    /// # Errors
    /// What SQLite reports.
    pub fn workspace(&self) -> Result<Option<Workspace>, StorageError> {
        let mut statement =
            self.connection.prepare_cached("SELECT id, epoch, token_secret FROM workspace")?;
        let row = statement.query_row([], |row| {
            Ok(Workspace { id: row.get(0)?, epoch: Epoch(row.get(1)?), token_secret: row.get(2)? })
        });
        Ok(row.optional()?)
    }

    /// The desk in this database, where there must be one.
    ///
    /// # Errors
    /// [`StorageError::Empty`] when there is none.
    pub fn existing_workspace(&self) -> Result<Workspace, StorageError> {
        self.workspace()?.ok_or(StorageError::Empty)
    }

    /// The number that the next ticket gets.
    ///
    /// # Errors
    /// [`StorageError::Empty`] when there is no workspace.
    pub fn next_number(&self) -> Result<TicketNumber, StorageError> {
        let mut statement = self.connection.prepare_cached("SELECT next_number FROM workspace")?;
        let number = statement.query_row([], |row| row.get(0)).optional()?;
        number.map(TicketNumber).ok_or(StorageError::Empty)
    }
}

impl Transaction<'_> {
    /// Sets up a desk in an empty database.
    ///
    /// # Errors
    /// What SQLite reports; a second desk is an error.
    pub fn create_workspace(&self, workspace: &Workspace, rules: &Rules) -> Result<(), StorageError> {
        self.connection.execute(
            "INSERT INTO workspace (only_one, id, epoch, next_number, reference, token_secret)
             VALUES (1, ?1, ?2, ?3, 0, ?4)",
            (workspace.id, workspace.epoch.0, FIRST_NUMBER, &workspace.token_secret),
        )?;
        self.put_rules(rules)
    }

    /// Notes that this number is given away, and with it all before it.
    ///
    /// # Errors
    /// What SQLite reports.
    pub fn number_given(&self, number: TicketNumber) -> Result<(), StorageError> {
        let mut statement =
            self.connection.prepare_cached("UPDATE workspace SET next_number = max(next_number, ?1 + 1)")?;
        statement.execute([number.0])?;
        Ok(())
    }
}
