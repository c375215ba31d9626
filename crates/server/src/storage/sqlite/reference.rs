//! Reference data: the rules in force, people and teams, under one version.

use std::sync::Arc;

use holdfast_desk::{Directory, Rules};
use rusqlite::OptionalExtension;

use super::{Transaction, View, lock, read_json};
use crate::storage::{Reference, StorageError};

impl View<'_> {
    /// The version of the reference data in force.
    ///
    /// # Errors
    /// [`StorageError::Empty`] when there is no workspace.
    pub fn reference_version(&self) -> Result<u32, StorageError> {
        let mut statement = self.connection.prepare_cached("SELECT reference FROM workspace")?;
        statement.query_row([], |row| row.get(0)).optional()?.ok_or(StorageError::Empty)
    }

    /// The reference data in force. Read once for each version.
    ///
    /// # Errors
    /// [`StorageError::Empty`] when there is no workspace, and what SQLite reports.
    pub fn reference(&self) -> Result<Arc<Reference>, StorageError> {
        let version = self.reference_version()?;
        if let Some(kept) = lock(self.reference).as_ref().filter(|kept| kept.version == version) {
            return Ok(Arc::clone(kept));
        }
        let people = self.accounts()?.into_iter().map(|account| account.person).collect();
        let directory = Directory::new(people, self.teams()?);
        let fresh = Arc::new(Reference { version, rules: self.rules()?, directory });
        *lock(self.reference) = Some(Arc::clone(&fresh));
        Ok(fresh)
    }

    fn rules(&self) -> Result<Rules, StorageError> {
        let sql = "SELECT json FROM rules ORDER BY version DESC LIMIT 1";
        let json: Option<String> = self.connection.query_row(sql, [], |row| row.get(0)).optional()?;
        read_json("rules", &json.ok_or(StorageError::Empty)?)
    }
}

impl Transaction<'_> {
    /// Puts rules in force. A version that is there already is replaced: whoever edits rules counts it up.
    ///
    /// # Errors
    /// What SQLite reports.
    pub fn put_rules(&self, rules: &Rules) -> Result<(), StorageError> {
        // By way of a value, whose maps are in order: the same rules are always the same text.
        let text = serde_json::to_value(rules)
            .map_err(|source| StorageError::Record { what: "rules", source })?
            .to_string();
        self.connection.execute(
            "INSERT INTO rules (version, valid_from, json) VALUES (?1, ?2, ?3)
             ON CONFLICT (version) DO UPDATE SET valid_from = excluded.valid_from, json = excluded.json",
            (rules.version, rules.valid_from.millis(), text),
        )?;
        self.reference_changed()
    }

    pub(super) fn reference_changed(&self) -> Result<(), StorageError> {
        self.connection.execute("UPDATE workspace SET reference = reference + 1", [])?;
        Ok(())
    }
}
