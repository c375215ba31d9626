//! The workspace: the one desk in this database, its rules, and how far its history goes.

use std::sync::Arc;

use holdfast_desk::ticket::TicketNumber;
use holdfast_desk::{Directory, Rules};
use holdfast_sync::protocol::Epoch;
use rusqlite::OptionalExtension;

use super::events::as_integer;
use super::{Session, lock, read_json};
use crate::storage::contract::{ReadPeople, ReadWorkspace, WriteWorkspace};
use crate::storage::{Counters, Reference, StorageError, Workspace};

impl ReadWorkspace for Session<'_> {
    fn workspace(&self) -> Result<Option<Workspace>, StorageError> {
        let mut statement =
            self.connection.prepare_cached("SELECT id, epoch, token_secret FROM workspace")?;
        let row = statement.query_row([], |row| {
            Ok(Workspace { id: row.get(0)?, epoch: Epoch(row.get(1)?), token_secret: row.get(2)? })
        });
        Ok(row.optional()?)
    }

    fn counters(&self) -> Result<Counters, StorageError> {
        let sql = "SELECT head, next_number, compacted FROM workspace";
        let mut statement = self.connection.prepare_cached(sql)?;
        let row = statement.query_row([], |row| {
            Ok(Counters {
                head: row.get::<_, i64>(0)?.unsigned_abs(),
                next_number: TicketNumber(row.get(1)?),
                compacted: row.get::<_, i64>(2)?.unsigned_abs(),
            })
        });
        row.optional()?.ok_or(StorageError::Empty)
    }

    fn reference_version(&self) -> Result<u32, StorageError> {
        let mut statement = self.connection.prepare_cached("SELECT reference FROM workspace")?;
        statement.query_row([], |row| row.get(0)).optional()?.ok_or(StorageError::Empty)
    }

    fn reference(&self) -> Result<Arc<Reference>, StorageError> {
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
}

impl WriteWorkspace for Session<'_> {
    fn create_workspace(&self, workspace: &Workspace, rules: &Rules) -> Result<(), StorageError> {
        self.connection.execute(
            "INSERT INTO workspace (only_one, id, epoch, next_number, reference, token_secret)
             VALUES (1, ?1, ?2, ?3, 0, ?4)",
            (workspace.id, workspace.epoch.0, Counters::FIRST.next_number.0, &workspace.token_secret),
        )?;
        self.put_rules(rules)
    }

    fn renew_epoch(&self, epoch: Epoch) -> Result<(), StorageError> {
        self.connection.execute("UPDATE workspace SET epoch = ?1", [epoch.0])?;
        Ok(())
    }

    fn set_counters(&self, counters: &Counters) -> Result<(), StorageError> {
        let sql = "UPDATE workspace SET head = ?1, next_number = ?2, compacted = ?3";
        let Counters { head, next_number, compacted } = *counters;
        self.head.set(Some(head));
        let mut statement = self.connection.prepare_cached(sql)?;
        statement.execute((as_integer(head), next_number.0, as_integer(compacted)))?;
        Ok(())
    }

    fn put_rules(&self, rules: &Rules) -> Result<(), StorageError> {
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

    fn reference_changed(&self) -> Result<(), StorageError> {
        self.connection.execute("UPDATE workspace SET reference = reference + 1", [])?;
        Ok(())
    }
}

impl Session<'_> {
    /// The rules in force.
    fn rules(&self) -> Result<Rules, StorageError> {
        let sql = "SELECT json FROM rules ORDER BY version DESC LIMIT 1";
        let json: Option<String> = self.connection.query_row(sql, [], |row| row.get(0)).optional()?;
        read_json("rules", &json.ok_or(StorageError::Empty)?)
    }
}
