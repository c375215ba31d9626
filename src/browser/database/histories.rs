//! The histories: what is confirmed, about a hundred events a record ([`super::lines`]). An index leads from a ticket to
//! its records; in them its events lie in their order.

use std::collections::{HashMap, HashSet};

use holdfast_desk::{Event, TicketId};
use holdfast_sync::protocol::{DeviceId, Recorded};
use js_sys::{Array, Object, Reflect, Set};
use matrix_indexed_db_futures::KeyRange;
use matrix_indexed_db_futures::error::Error as IdbError;
use matrix_indexed_db_futures::object_store::ObjectStore;
use matrix_indexed_db_futures::prelude::*;
use matrix_indexed_db_futures::transaction::{TransactionDurability, TransactionMode};
use wasm_bindgen::JsValue;

use super::lines::{add, lines};
use super::{Database, EVENTS, StorageError};

/// The index, and the field of a record with the tickets that it has events of.
pub(super) const TICKETS: &str = "tickets";
/// The field of a record with its lines.
const LINES: &str = "lines";
/// Events of a record at the most, beside the rest of the last ticket's.
const AT_ONCE: usize = 128;
/// Records that are looked at in one transaction.
const PART: usize = 16;

/// Events as they are stored: texts of JSON with their tickets.
pub(super) fn as_rows(events: &[Recorded<Event>]) -> Result<Vec<(TicketId, String)>, StorageError> {
    let mut rows = Vec::with_capacity(events.len());
    for recorded in events {
        rows.push((recorded.event.ticket, serde_json::to_string(recorded)?));
    }
    Ok(rows)
}

/// Adds events to the histories.
pub(super) fn append(store: &ObjectStore, events: &[(TicketId, String)]) -> Result<(), IdbError> {
    let mut order = Vec::new();
    let mut by_ticket: HashMap<TicketId, Vec<&str>> = HashMap::new();
    for (ticket, event) in events {
        let of_ticket = by_ticket.entry(*ticket).or_default();
        if of_ticket.is_empty() {
            order.push(*ticket);
        }
        of_ticket.push(event);
    }
    let (mut tickets, mut record, mut count) = (Array::new(), String::new(), 0);
    for ticket in order {
        tickets.push(&JsValue::from_str(&ticket.to_string()));
        for event in &by_ticket[&ticket] {
            add(&mut record, ticket, event);
            count += 1;
        }
        if count >= AT_ONCE {
            put(store, None, &tickets, &record)?;
            (tickets, record, count) = (Array::new(), String::new(), 0);
        }
    }
    if count > 0 { put(store, None, &tickets, &record) } else { Ok(()) }
}

/// Writes a record: a new one, or what takes the place of the one with this key.
fn put(store: &ObjectStore, key: Option<f64>, tickets: &Array, record: &str) -> Result<(), IdbError> {
    let row = Object::new();
    for (field, value) in [(TICKETS, tickets.as_ref()), (LINES, &JsValue::from_str(record))] {
        // Setting a field of a plain object does not fail.
        let _ = Reflect::set(&row, &JsValue::from_str(field), value);
    }
    let row = JsValue::from(row);
    // The commit reports what goes wrong.
    match key {
        None => drop(store.add(row).primitive()?),
        Some(key) => drop(store.put(row).with_key(JsValue::from_f64(key)).primitive()?),
    }
    Ok(())
}

/// The lines of a record.
fn text(row: &JsValue) -> Result<String, StorageError> {
    let text = Reflect::get(row, &JsValue::from_str(LINES)).ok().and_then(|text| text.as_string());
    text.ok_or_else(|| StorageError::Unreadable("a record of events has no lines".to_owned()))
}

/// Takes the events of these tickets out.
pub(super) async fn remove(
    store: &ObjectStore<'_>,
    tickets: impl Iterator<Item = TicketId>,
) -> Result<(), StorageError> {
    let tickets: HashSet<TicketId> = tickets.collect();
    let index = store.index(TICKETS)?;
    // One record may be of several of them.
    let keys = Set::new(&JsValue::UNDEFINED);
    for ticket in &tickets {
        let found =
            index.get_all_keys::<f64>().with_query::<String, _>(ticket.to_string()).primitive()?.await?;
        for key in found {
            keys.add(&JsValue::from_f64(key?));
        }
    }
    for key in Array::from(&keys).iter().filter_map(|key| key.as_f64()) {
        let row: Option<JsValue> = store.get(key).primitive()?.await?;
        if let Some(row) = row {
            without(store, key, &text(&row)?, &tickets)?;
        }
    }
    Ok(())
}

/// Writes a record anew without these tickets.
fn without(
    store: &ObjectStore,
    key: f64,
    record: &str,
    tickets: &HashSet<TicketId>,
) -> Result<(), StorageError> {
    let (mut kept, mut left) = (HashSet::new(), String::new());
    let of = Array::new();
    for line in lines(record) {
        let line = line?;
        if tickets.contains(&line.ticket) {
            continue;
        }
        if kept.insert(line.ticket) {
            of.push(&JsValue::from_str(&line.ticket.to_string()));
        }
        left.push_str(line.whole);
        left.push('\n');
    }
    if kept.is_empty() {
        let _request = store.delete(key).primitive()?;
    } else if left.len() < record.len() {
        put(store, Some(key), &of, &left)?;
    }
    Ok(())
}

impl Database {
    /// A ticket's confirmed history, in order.
    ///
    /// # Errors
    /// When it cannot be read.
    pub async fn history(&self, ticket: TicketId) -> Result<Vec<Recorded<Event>>, StorageError> {
        let tx = self.connection.transaction(EVENTS).with_mode(TransactionMode::Readonly).build()?;
        let store = tx.object_store(EVENTS)?;
        let index = store.index(TICKETS)?;
        let rows =
            index.get_all::<JsValue>().with_query::<String, _>(ticket.to_string()).primitive()?.await?;
        let mut history = Vec::new();
        for row in rows {
            for line in lines(&text(&row?)?) {
                let line = line?;
                if let (true, Some(json)) = (line.ticket == ticket, line.json) {
                    history.push(serde_json::from_str(json)?);
                }
            }
        }
        Ok(history)
    }

    /// Every confirmed event that this device made: what a restored server may lack.
    ///
    /// # Errors
    /// When one cannot be read.
    pub async fn made_by(&self, device: DeviceId) -> Result<Vec<Recorded<Event>>, StorageError> {
        let name = device.to_string();
        let mut made = Vec::new();
        self.each(|_, record, _| {
            for line in lines(record) {
                if let Some(json) = line?.json.filter(|json| json.contains(&name)) {
                    let recorded: Recorded<Event> = serde_json::from_str(json)?;
                    made.extend(
                        (recorded.stamp.is_some_and(|stamp| stamp.device == device)).then_some(recorded),
                    );
                }
            }
            Ok(())
        })
        .await?;
        Ok(made)
    }

    /// Drops the confirmed histories of these tickets. One with something in it that this device made stays whole: a
    /// server that was restored from a backup may lack it. Returns how many went.
    ///
    /// # Errors
    /// When one cannot be dropped; those before it may be gone.
    pub async fn drop_histories(
        &self,
        tickets: &[TicketId],
        device: DeviceId,
    ) -> Result<usize, StorageError> {
        let mut tickets: HashSet<TicketId> = tickets.iter().copied().collect();
        for recorded in self.made_by(device).await? {
            tickets.remove(&recorded.event.ticket);
        }
        // What is left of a record is written anew, which takes room: first goes what leaves nothing.
        let mut dropped = HashSet::new();
        for writes in [false, true] {
            let pass = self.each(|key, record, store| {
                let of = lines(record)
                    .map(|line| Ok(line?.ticket))
                    .collect::<Result<HashSet<_>, StorageError>>()?;
                let goes: HashSet<TicketId> = of.intersection(&tickets).copied().collect();
                if !goes.is_empty() && (writes || goes.len() == of.len()) {
                    without(store, key, record, &goes)?;
                    dropped.extend(goes);
                }
                Ok(())
            });
            match pass.await {
                Err(StorageError::Full) if !dropped.is_empty() => break,
                outcome => outcome?,
            }
        }
        Ok(dropped.len())
    }

    /// Keeps the confirmed history of a ticket that was dropped, in the place of what is here of it.
    ///
    /// # Errors
    /// When it could not be kept.
    pub async fn put_history(
        &self,
        ticket: TicketId,
        history: &[Recorded<Event>],
    ) -> Result<(), StorageError> {
        let tx = self.write(&[EVENTS], TransactionDurability::Relaxed)?;
        let store = tx.object_store(EVENTS)?;
        remove(&store, std::iter::once(ticket)).await?;
        append(&store, &as_rows(history)?)?;
        Ok(tx.commit().await?)
    }

    /// Goes through all records, some in each transaction.
    async fn each(
        &self,
        mut work: impl FnMut(f64, &str, &ObjectStore) -> Result<(), StorageError>,
    ) -> Result<(), StorageError> {
        let tx = self.connection.transaction(EVENTS).with_mode(TransactionMode::Readonly).build()?;
        let keys = tx.object_store(EVENTS)?.get_all_keys::<f64>().primitive()?.await?;
        let keys = keys.collect::<Result<Vec<_>, _>>()?;
        drop(tx);
        for part in keys.chunks(PART) {
            let range = || KeyRange::Bound(part[0], false, part[part.len() - 1], false);
            let tx = self.write(&[EVENTS], TransactionDurability::Relaxed)?;
            let store = tx.object_store(EVENTS)?;
            let rows = store.get_all::<JsValue>().with_query::<f64, _>(range()).primitive()?.await?;
            // Another tab may have taken some out meanwhile.
            let keys = store.get_all_keys::<f64>().with_query::<f64, _>(range()).primitive()?.await?;
            for (key, row) in keys.zip(rows) {
                work(key?, &text(&row?)?, &store)?;
            }
            tx.commit().await?;
        }
        Ok(())
    }
}
