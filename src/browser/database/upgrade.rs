//! From one format of the database to the next. None takes away what waits, and none needs the network.

use holdfast_desk::TicketId;
use js_sys::Array;
use matrix_indexed_db_futures::error::Error;
use matrix_indexed_db_futures::object_store::ObjectStore;
use matrix_indexed_db_futures::prelude::*;
use matrix_indexed_db_futures::transaction::Transaction;
use wasm_bindgen::{JsCast, JsValue};

use super::{DONE, DRAFTS, EVENTS, FACTS, OPEN, OUTBOX, PARKED, headers, histories};

/// Grows when the stores change; the browser refuses a database that is newer than this.
pub(super) const VERSION: u8 = 2;

/// Brings a database of this version to the one of today.
pub(super) async fn upgrade(tx: &Transaction<'_>, from: u8) -> Result<(), Error> {
    match from {
        0 => {
            tx.db().create_object_store(OUTBOX).with_auto_increment(true).build()?;
            for store in [PARKED, DRAFTS, FACTS] {
                tx.db().create_object_store(store).build()?;
            }
            make(tx)
        }
        1 => many_in_a_record(tx).await,
        _ => Ok(()),
    }
}

/// Version 1 had a record for each header, under the ticket's id, and for each event, under that and its number.
async fn many_in_a_record(tx: &Transaction<'_>) -> Result<(), Error> {
    let open = rows(&tx.object_store(OPEN)?).await?;
    let done = rows(&tx.object_store(DONE)?).await?;
    let events = rows(&tx.object_store(EVENTS)?).await?;
    for store in [OPEN, DONE, EVENTS] {
        tx.db().delete_object_store(store)?;
    }
    make(tx)?;
    headers::fill(&tx.object_store(OPEN)?, &open)?;
    headers::fill(&tx.object_store(DONE)?, &done)?;
    histories::append(&tx.object_store(EVENTS)?, &events)
}

/// Makes what keeps what the server has as well.
fn make(tx: &Transaction<'_>) -> Result<(), Error> {
    for store in [OPEN, DONE] {
        tx.db().create_object_store(store).with_auto_increment(true).build()?;
    }
    let events = tx.db().create_object_store(EVENTS).with_auto_increment(true).build()?;
    events.create_index(histories::TICKETS, histories::TICKETS.into()).with_multi_entry(true).build()?;
    Ok(())
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
