//! Sessions that can be refreshed, and the devices that pushed.

use holdfast_desk::{Instant, PersonId};
use holdfast_sync::protocol::{DeviceId, DeviceSeq};
use rusqlite::OptionalExtension;

use super::Session;
use super::events::as_integer;
use crate::storage::contract::{ReadSessions, WriteSessions};
use crate::storage::{Digest, StorageError};

impl ReadSessions for Session<'_> {
    fn session(&self, token: &Digest, now: Instant) -> Result<Option<PersonId>, StorageError> {
        let sql = "SELECT person FROM refresh_sessions WHERE digest = ?1 AND expires_at > ?2";
        let mut statement = self.connection.prepare_cached(sql)?;
        let person = statement.query_row((token, now.millis()), |row| row.get(0)).optional()?;
        Ok(person.map(PersonId))
    }

    fn device(&self, device: DeviceId) -> Result<Option<(PersonId, DeviceSeq)>, StorageError> {
        let sql = "SELECT person, last_device_seq FROM devices WHERE device = ?1";
        let mut statement = self.connection.prepare_cached(sql)?;
        let row = statement
            .query_row([device.0], |row| Ok((PersonId(row.get(0)?), row.get::<_, i64>(1)?.unsigned_abs())));
        Ok(row.optional()?)
    }
}

impl WriteSessions for Session<'_> {
    fn begin_session(
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

    fn extend_session(&self, token: &Digest, until: Instant) -> Result<(), StorageError> {
        let sql = "UPDATE refresh_sessions SET expires_at = ?2 WHERE digest = ?1";
        self.connection.execute(sql, (token, until.millis()))?;
        Ok(())
    }

    fn end_session(&self, token: &Digest, person: PersonId) -> Result<(), StorageError> {
        let sql = "DELETE FROM refresh_sessions WHERE digest = ?1 AND person = ?2";
        self.connection.execute(sql, (token, person.0))?;
        Ok(())
    }

    fn device_seen(
        &self,
        device: DeviceId,
        person: PersonId,
        reached: DeviceSeq,
        now: Instant,
    ) -> Result<(), StorageError> {
        let mut statement = self.connection.prepare_cached(
            "INSERT INTO devices (device, person, last_device_seq, seen_at) VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT (device) DO UPDATE SET seen_at = excluded.seen_at,
                 last_device_seq = max(last_device_seq, excluded.last_device_seq)",
        )?;
        statement.execute((device.0, person.0, as_integer(reached), now.millis()))?;
        Ok(())
    }
}
