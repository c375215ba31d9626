//! From one format of the database to the next. None takes away what waits, and none needs the network.

use holdfast_desk::TicketId;
use js_sys::{Array, Reflect};
use matrix_indexed_db_futures::database::{Database as Connection, VersionChangeEvent};
use matrix_indexed_db_futures::error::Error;
use matrix_indexed_db_futures::object_store::ObjectStore;
use matrix_indexed_db_futures::prelude::*;
use matrix_indexed_db_futures::transaction::Transaction;
use wasm_bindgen::{JsCast, JsValue};

use super::lines::add;
use super::{DIRECTORY, DONE, EVENTS, OPEN, STORES, StorageError, directory, histories};

/// Grows when the stores change; the browser refuses a database that is newer than this.
pub(super) const VERSION: u8 = 4;

/// The index of version 2, and the field of a record that it was of.
const TICKETS: &str = "tickets";
/// Headers of a record.
const AT_ONCE: usize = 256;

/// Brings a database of an older version to the one of today.
pub(super) async fn upgrade(name: &str) -> Result<(), StorageError> {
    let change = async move |event: VersionChangeEvent, tx: &Transaction<'_>| match event.old_version() as u8
    {
        // Somebody has deleted it since its version was seen.
        0 => make(tx),
        1 => many_in_a_record(tx).await,
        2 => with_directory(tx).await,
        _ => Ok(()),
    };
    Connection::open(name).with_version(VERSION).with_on_upgrade_needed_fut(change).await?.close();
    Ok(())
}

fn make(tx: &Transaction<'_>) -> Result<(), Error> {
    for (store, counts) in STORES {
        tx.db().create_object_store(store).with_auto_increment(counts).build()?;
    }
    Ok(())
}

/// Version 1 had a record for each header, under the ticket's id, and for each event, under that and its number.
async fn many_in_a_record(tx: &Transaction<'_>) -> Result<(), Error> {
    let open = rows(&tx.object_store(OPEN)?).await?;
    let done = rows(&tx.object_store(DONE)?).await?;
    let events = rows(&tx.object_store(EVENTS)?).await?;
    for store in [OPEN, DONE, EVENTS] {
        tx.db().delete_object_store(store)?;
    }
    for store in [OPEN, DONE, EVENTS, DIRECTORY] {
        tx.db().create_object_store(store).with_auto_increment(true).build()?;
    }
    fill(&tx.object_store(OPEN)?, &open)?;
    fill(&tx.object_store(DONE)?, &done)?;
    let written = histories::append(&tx.object_store(EVENTS)?, &events).await?;
    directory::add(&tx.object_store(DIRECTORY)?, &written)
}

/// Writes headers as version 2 had them, which are read like any others.
fn fill(log: &ObjectStore, headers: &[(TicketId, String)]) -> Result<(), Error> {
    for part in headers.chunks(AT_ONCE) {
        let mut record = String::new();
        for (ticket, text) in part {
            add(&mut record, *ticket, text);
        }
        let _request = log.add(record).primitive()?;
    }
    Ok(())
}

/// Version 2 had an index in the place of the directory.
async fn with_directory(tx: &Transaction<'_>) -> Result<(), Error> {
    let events = tx.object_store(EVENTS)?;
    events.delete_index(TICKETS)?;
    tx.db().create_object_store(DIRECTORY).with_auto_increment(true).build()?;
    let keys = events.get_all_keys::<f64>().primitive()?.await?;
    let rows = events.get_all::<JsValue>().primitive()?.await?;
    let mut entries = Vec::new();
    for (key, row) in keys.zip(rows) {
        let tickets = Reflect::get(&row?, &JsValue::from_str(TICKETS)).unwrap_or_default();
        let tickets = Array::from(&tickets).to_vec();
        let tickets = tickets.iter().filter_map(|ticket| ticket.as_string()?.parse().ok());
        entries.push((key? as u32, tickets.collect()));
    }
    directory::add(&tx.object_store(DIRECTORY)?, &entries)
}

/// The texts of a store, with the tickets that their keys begin with or are. What is neither is nothing that was ever
/// written there.
async fn rows(store: &ObjectStore<'_>) -> Result<Vec<(TicketId, String)>, Error> {
    let keys = store.get_all_keys::<JsValue>().primitive()?.await?;
    let texts = store.get_all::<JsValue>().primitive()?.await?;
    let mut rows = Vec::new();
    for (key, text) in keys.zip(texts) {
        let key = key?;
        let key = key.dyn_ref::<Array>().map_or_else(|| key.clone(), |parts| parts.get(0));
        let ticket = key.as_string().and_then(|key| key.parse().ok());
        rows.extend(ticket.zip(text?.as_string()));
    }
    Ok(rows)
}
