//! The history: accepted events, and the answers to those that were refused.

use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use holdfast_desk::{Event, EventId, Instant, PersonId, Refusal, TicketId};
use holdfast_sync::protocol::{DeviceId, DeviceSeq, Recorded, Seq, Stamp, Verdict};
use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension, Params, Row};

use super::{Session, Text, read_json, write_json};
use crate::storage::contract::{ReadEvents, WriteEvents};
use crate::storage::{Digest, EventRows, Known, StorageError, StoredEvent};

/// Bytes of events in one page: the one that reaches them is its last, however many more there are.
const PAGE_BYTES: usize = 4 * 1024 * 1024;

const COLUMNS: &str = "e.seq, e.received_at, e.device, e.device_seq, e.occurred_at, e.offset_ms, e.json";

impl ReadEvents for Session<'_> {
    fn known(&self, ids: &[EventId]) -> Result<HashMap<EventId, Known>, StorageError> {
        let mut statement = self.connection.prepare_cached(
            "SELECT id, digest, seq, NULL FROM rarray(?1) CROSS JOIN events ON id = value
             UNION ALL SELECT id, digest, seq, NULL FROM rarray(?1) CROSS JOIN forgotten ON id = value
             UNION ALL SELECT id, digest, NULL, verdict FROM rarray(?1) CROSS JOIN rejections ON id = value",
        )?;
        let ids: Vec<Value> = ids.iter().map(|id| id.0.into()).collect();
        let rows = statement.query_map([Rc::new(ids)], |row| {
            let (id, digest, seq): (_, _, Option<i64>) = (row.get(0)?, row.get(1)?, row.get(2)?);
            Ok((EventId(id), digest, seq, row.get::<_, Option<String>>(3)?))
        })?;
        let known = rows.map(|row| {
            let (id, digest, seq, rejected) = row?;
            let verdict = match rejected {
                Some(verdict) => read_json("verdict", &verdict)?,
                None => Verdict::Accepted { seq: seq.unwrap_or_default().unsigned_abs() },
            };
            Ok((id, Known { digest, verdict }))
        });
        known.collect()
    }

    fn event_of_device(
        &self,
        device: DeviceId,
        device_seq: DeviceSeq,
    ) -> Result<Option<EventId>, StorageError> {
        let sql = "SELECT id FROM events WHERE device = ?1 AND device_seq = ?2 LIMIT 1";
        let mut statement = self.connection.prepare_cached(sql)?;
        let id = statement.query_row((device.0, as_integer(device_seq)), |row| row.get(0)).optional()?;
        Ok(id.map(EventId))
    }

    fn events_after(&self, seq: Seq, limit: usize) -> Result<Vec<Recorded<Event>>, StorageError> {
        let sql = format!("SELECT {COLUMNS} FROM events e WHERE e.seq > ?1 ORDER BY e.seq LIMIT ?2");
        self.page(&sql, (as_integer(seq), limit as i64))
    }

    fn history_after(&self, ticket: TicketId, seq: Seq) -> Result<Vec<Recorded<Event>>, StorageError> {
        let sql = format!("SELECT {COLUMNS} FROM events e WHERE e.ticket = ?1 AND e.seq > ?2 ORDER BY e.seq");
        self.events(&sql, (ticket.0, as_integer(seq)))
    }

    fn stored_history(&self, ticket: TicketId) -> Result<Vec<Recorded<StoredEvent>>, StorageError> {
        let sql = format!("SELECT {COLUMNS} FROM events e WHERE e.ticket = ?1 ORDER BY e.seq");
        let mut statement = self.connection.prepare_cached(&sql)?;
        let rows = statement.query_map([ticket.0], RawEvent::read)?;
        rows.map(|raw| raw?.stored()).collect()
    }

    fn event_ids(&self) -> Result<HashSet<EventId>, StorageError> {
        let mut statement =
            self.connection.prepare("SELECT id FROM events UNION ALL SELECT id FROM forgotten")?;
        let ids = statement.query_map([], |row| row.get(0).map(EventId))?;
        Ok(ids.collect::<Result<_, _>>()?)
    }
}

impl WriteEvents for Session<'_> {
    fn record(&self, events: &EventRows) -> Result<(), StorageError> {
        insert(self.connection, "events", events)
    }

    fn reject(
        &self,
        id: EventId,
        digest: &Digest,
        person: PersonId,
        received_at: Instant,
        verdict: &Verdict<Refusal>,
    ) -> Result<(), StorageError> {
        let mut statement = self.connection.prepare_cached(
            "INSERT INTO rejections (id, digest, person, received_at, verdict) VALUES (?1, ?2, ?3, ?4, ?5)",
        )?;
        let verdict = write_json("verdict", verdict)?;
        statement.execute((id.0, digest, person.0, received_at.millis(), verdict))?;
        Ok(())
    }

    fn redact(&self, seq: Seq, event: &Event) -> Result<(), StorageError> {
        let mut statement = self.connection.prepare_cached("UPDATE events SET json = ?2 WHERE seq = ?1")?;
        statement.execute((as_integer(seq), write_json("event", event)?))?;
        Ok(())
    }

    fn forget(&self, ticket: TicketId) -> Result<(), StorageError> {
        for sql in [
            "INSERT INTO forgotten (id, seq, digest) SELECT id, seq, digest FROM events WHERE ticket = ?1",
            "DELETE FROM events WHERE ticket = ?1",
            "DELETE FROM headers WHERE ticket = ?1",
        ] {
            self.connection.execute(sql, [ticket.0])?;
        }
        Ok(())
    }
}

impl Session<'_> {
    fn page(&self, sql: &str, params: impl Params) -> Result<Vec<Recorded<Event>>, StorageError> {
        let mut statement = self.connection.prepare_cached(sql)?;
        let (mut events, mut bytes) = (Vec::new(), 0);
        for raw in statement.query_map(params, RawEvent::read)? {
            let raw = raw?;
            bytes += raw.json.len();
            events.push(raw.recorded()?);
            if bytes >= PAGE_BYTES {
                break;
            }
        }
        Ok(events)
    }

    fn events(&self, sql: &str, params: impl Params) -> Result<Vec<Recorded<Event>>, StorageError> {
        let mut statement = self.connection.prepare_cached(sql)?;
        let rows = statement.query_map(params, RawEvent::read)?;
        rows.map(|raw| raw?.recorded()).collect()
    }
}

/// Writes events into a table with the columns of the history.
pub(super) fn insert(connection: &Connection, table: &str, events: &EventRows) -> Result<(), StorageError> {
    let mut statement = connection.prepare_cached(&format!(
        "INSERT INTO {table}
         (seq, id, ticket, received_at, digest, device, device_seq, occurred_at, offset_ms, json)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)"
    ))?;
    for event in &events.rows {
        let stamp = event.stamp;
        statement.execute((
            as_integer(event.seq),
            event.id.0,
            event.ticket.0,
            event.received_at.millis(),
            event.digest,
            stamp.map(|stamp| stamp.device.0),
            stamp.map(|stamp| as_integer(stamp.device_seq)),
            stamp.map(|stamp| stamp.occurred_at.millis()),
            stamp.map(|stamp| stamp.offset_ms),
            Text(&events.text[event.json.clone()]),
        ))?;
    }
    Ok(())
}

/// A row of `events`, before its JSON is read.
struct RawEvent {
    seq: Seq,
    received_at: Instant,
    stamp: Option<Stamp>,
    json: String,
}

impl RawEvent {
    fn read(row: &Row) -> rusqlite::Result<Self> {
        let device: Option<uuid::Uuid> = row.get(2)?;
        let stamp = match device {
            None => None,
            Some(device) => Some(Stamp {
                device: DeviceId(device),
                device_seq: row.get::<_, i64>(3)?.unsigned_abs(),
                occurred_at: Instant::from_millis(row.get(4)?),
                offset_ms: row.get(5)?,
            }),
        };
        Ok(Self {
            seq: row.get::<_, i64>(0)?.unsigned_abs(),
            received_at: Instant::from_millis(row.get(1)?),
            stamp,
            json: row.get(6)?,
        })
    }

    fn recorded(self) -> Result<Recorded<Event>, StorageError> {
        let event = read_json("event", &self.json)?;
        Ok(Recorded { seq: self.seq, received_at: self.received_at, stamp: self.stamp, event })
    }

    fn stored(self) -> Result<Recorded<StoredEvent>, StorageError> {
        let event = StoredEvent::from_json(self.json)?;
        Ok(Recorded { seq: self.seq, received_at: self.received_at, stamp: self.stamp, event })
    }
}

/// SQLite's integers have a sign; counts beyond what they hold are brought to their end.
pub(super) fn as_integer(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}
