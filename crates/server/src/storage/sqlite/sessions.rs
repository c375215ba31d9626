//! Sessions that can be refreshed, and the devices that pushed.

use holdfast_desk::{Instant, PersonId};
use holdfast_sync::protocol::{DeviceSeq, Stamp};
use rusqlite::OptionalExtension;

use super::events::as_integer;
use super::{Transaction, View};
use crate::storage::{Digest, StorageError};

impl View<'_> {
    /// Whose session this token's digest stands for, unless it has run out.
    ///
    /// # Errors
    /// What SQLite reports.
    pub fn session(&self, token: &Digest, now: Instant) -> Result<Option<PersonId>, StorageError> {
        let sql = "SELECT person FROM refresh_sessions WHERE digest = ?1 AND expires_at > ?2";
        let mut statement = self.connection.prepare_cached(sql)?;
        let person = statement.query_row((token, now.millis()), |row| row.get(0)).optional()?;
        Ok(person.map(PersonId))
    }
}

impl Transaction<'_> {
    /// Begins a session, and forgets those of everybody that have run out.
    ///
    /// # Errors
    /// What SQLite reports.
    pub fn begin_session(
        &self,
        token: &Digest,
        person: PersonId,
        now: Instant,
        until: Instant,
    ) -> Result<(), StorageError> {
        self.connection.execute("DELETE FROM refresh_sessions WHERE expires_at <= ?1", [now.millis()])?;
        self.connection.execute(
            "INSERT INTO refresh_sessions (digest, person, created_at, expires_at) VALUES (?1, ?2, ?3, ?4)",
            (token, person.0, now.millis(), until.millis()),
        )?;
        Ok(())
    }

    /// Lets a session run until later.
    ///
    /// # Errors
    /// What SQLite reports.
    pub fn extend_session(&self, token: &Digest, until: Instant) -> Result<(), StorageError> {
        let sql = "UPDATE refresh_sessions SET expires_at = ?2 WHERE digest = ?1";
        self.connection.execute(sql, (token, until.millis()))?;
        Ok(())
    }

    /// Ends a session of this person.
    ///
    /// # Errors
    /// What SQLite reports.
    pub fn end_session(&self, token: &Digest, person: PersonId) -> Result<(), StorageError> {
        let sql = "DELETE FROM refresh_sessions WHERE digest = ?1 AND person = ?2";
        self.connection.execute(sql, (token, person.0))?;
        Ok(())
    }

    /// Notes the device that made an event; returns the count that it had reached before.
    ///
    /// # Errors
    /// What SQLite reports.
    pub fn device_seen(
        &self,
        stamp: &Stamp,
        person: PersonId,
        now: Instant,
    ) -> Result<DeviceSeq, StorageError> {
        let mut before =
            self.connection.prepare_cached("SELECT last_device_seq FROM devices WHERE device = ?1")?;
        let reached: Option<i64> = before.query_row([stamp.device.0], |row| row.get(0)).optional()?;
        let mut statement = self.connection.prepare_cached(
            "INSERT INTO devices (device, person, last_device_seq, seen_at) VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT (device) DO UPDATE SET person = excluded.person, seen_at = excluded.seen_at,
                 last_device_seq = max(last_device_seq, excluded.last_device_seq)",
        )?;
        statement.execute((stamp.device.0, person.0, as_integer(stamp.device_seq), now.millis()))?;
        Ok(reached.unwrap_or(0).unsigned_abs())
    }
}
