//! What is seldom done to a database: a part of the app that comes with the pages, so that the queue does not wait for it.
//! It is had before a transaction begins, since nothing but requests may be awaited inside one.

use std::collections::HashSet;
use std::future::Future;
use std::pin::Pin;

use holdfast_desk::TicketId;
use holdfast_sync::{Tickets, Write};
use matrix_indexed_db_futures::object_store::ObjectStore;
use matrix_indexed_db_futures::prelude::*;
use matrix_indexed_db_futures::transaction::Transaction;
use wasm_bindgen::JsValue;
use wasm_split_helpers::wasm_split;

use super::rows::{names, put};
use super::store::{AT_ONCE, breathe};
use super::{Database, FACTS, Fact, OUTBOX, PARKED, StorageError, upgrade};
use crate::browser::part::PartMissing;

/// What is under way.
pub(super) type Doing<'a> = Pin<Box<dyn Future<Output = Result<(), StorageError>> + 'a>>;

/// What can be done.
pub(super) struct Seldom {
    /// Brings the database of this name to the version of today.
    pub upgrade: for<'a> fn(&'a str) -> Doing<'a>,
    /// Takes the histories of these tickets out.
    pub remove: for<'a> fn(&'a Database, &'a Transaction<'a>, &'a HashSet<TicketId>) -> Doing<'a>,
    /// Keeps what waits and what needs a person, and forgets what does not any more.
    pub keep_work: for<'a> fn(&'a Transaction<'a>, &'a Write<Tickets>) -> Doing<'a>,
    /// Keeps what is new about the device's names.
    pub rename: for<'a> fn(&'a ObjectStore<'a>, &'a Write<Tickets>) -> Doing<'a>,
}

static SELDOM: Seldom = Seldom {
    upgrade: |name| Box::pin(upgrade::upgrade(name)),
    remove: |database, tx, tickets| Box::pin(database.take_out(tx, tickets)),
    keep_work: |tx, write| Box::pin(keep_work(tx, write)),
    rename: |facts, write| Box::pin(rename(facts, write)),
};

async fn keep_work(tx: &Transaction<'_>, write: &Write<Tickets>) -> Result<(), StorageError> {
    let (outbox, parked) = (tx.object_store(OUTBOX)?, tx.object_store(PARKED)?);
    let facts = tx.object_store(FACTS)?;
    for part in write.waiting.chunks(AT_ONCE) {
        for waiting in part {
            put(&outbox, JsValue::from_f64(waiting.proposed.stamp.device_seq as f64), waiting)?;
        }
        breathe(&facts).await?;
    }
    for id in &write.unparked {
        let _request = parked.delete(id.to_string()).primitive()?;
    }
    for entry in &write.parked {
        put(&parked, JsValue::from_str(&entry.proposed.event.id.to_string()), entry)?;
    }
    Ok(())
}

async fn rename(facts: &ObjectStore<'_>, write: &Write<Tickets>) -> Result<(), StorageError> {
    if let Some(mut names) = names(facts).await? {
        names.learn(write);
        put(facts, JsValue::from_str(Fact::Device.key()), &names.now)?;
        put(facts, JsValue::from_str(Fact::NamesBefore.key()), &names.before)?;
    }
    Ok(())
}

/// Fetches it.
#[wasm_split(pages, fallible)]
pub(super) fn seldom() -> Result<&'static Seldom, PartMissing> {
    Ok(&SELDOM)
}
