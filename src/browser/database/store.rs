//! Storing what came from the server: all of it in one transaction, or nothing.

use std::collections::HashSet;

use holdfast_desk::{EventId, TicketId};
use holdfast_sync::protocol::{DeviceId, DeviceSeq};
use holdfast_sync::{Tickets, Write};
use matrix_indexed_db_futures::KeyRange;
use matrix_indexed_db_futures::object_store::ObjectStore;
use matrix_indexed_db_futures::prelude::*;
use matrix_indexed_db_futures::transaction::TransactionDurability;
use wasm_bindgen::JsValue;

use super::rows::{fact, put};
use super::seldom::seldom;
use super::{
    ALL, DIRECTORY, DONE, Database, EVENTS, FACTS, Fact, OPEN, OUTBOX, Position, StorageError, directory,
    headers, histories,
};

/// After so many events the page may answer before the next ones.
pub(super) const AT_ONCE: usize = 1_000;

impl Database {
    /// Stores what a replica planned, if the device still stands where the plan began.
    ///
    /// # Errors
    /// [`StorageError::Moved`] when another tab stored something meanwhile; nothing is stored then, or when anything
    /// else fails.
    pub async fn store(&self, write: &Write<Tickets>, from: Option<&Position>) -> Result<(), StorageError> {
        let outdated: HashSet<TicketId> = write.gone.iter().chain(&write.whole).copied().collect();
        let has_names = write.renamed.is_some() || !write.twins.is_empty();
        let has_work = !(write.waiting.is_empty() && write.parked.is_empty() && write.unparked.is_empty());
        let is_seldom = has_names || has_work || !outdated.is_empty();
        let seldom = if is_seldom { Some(seldom().await?) } else { None };
        let tx = self.write(&ALL, TransactionDurability::Relaxed)?;
        let facts = tx.object_store(FACTS)?;
        if fact::<Position>(&facts, Fact::Position).await?.as_ref() != from {
            tx.abort().await?;
            return Err(StorageError::Moved);
        }
        let (open, done) = (tx.object_store(OPEN)?, tx.object_store(DONE)?);
        let (events, directory) = (tx.object_store(EVENTS)?, tx.object_store(DIRECTORY)?);
        if write.restart {
            for store in [&open, &done, &events, &directory] {
                store.clear()?;
            }
            let _request = facts.delete(Fact::Position.key()).primitive()?;
        }
        if let Some(seldom) = seldom.filter(|_| !outdated.is_empty()) {
            let remove = seldom.remove;
            remove(self, &tx, &outdated).await?;
        }
        headers::append(&open, &done, write)?;
        breathe(&facts).await?;
        // What is done lies by itself, so that it can go by itself when room is needed.
        let done_now: HashSet<TicketId> = write
            .states
            .iter()
            .filter(|(_, header)| header.kind.is_done())
            .map(|(ticket, _)| *ticket)
            .collect();
        for part in write.events.chunks(AT_ONCE) {
            let is_done = |(ticket, _): &(TicketId, String)| done_now.contains(ticket);
            let (finished, busy): (Vec<_>, Vec<_>) = histories::as_rows(part)?.into_iter().partition(is_done);
            let mut written = histories::append(&events, &finished).await?;
            written.append(&mut histories::append(&events, &busy).await?);
            directory::add(&directory, &written)?;
            breathe(&facts).await?;
        }
        let outbox = tx.object_store(OUTBOX)?;
        let device = fact::<DeviceId>(&facts, Fact::Device).await?;
        for (seq, id) in came_back(write, device) {
            // It may have been made in a tab that this one has not heard of.
            let text: Option<String> = outbox.get(seq as f64).primitive()?.await?;
            if text.is_some_and(|text| text.contains(&id.to_string())) {
                let _request = outbox.delete(seq as f64).primitive()?;
            }
        }
        for run in write.settled.chunk_by(|one, next| *next == one + 1) {
            let settled = KeyRange::Bound(run[0] as f64, false, run[run.len() - 1] as f64, false);
            let _request = outbox.delete::<f64, _>(settled).primitive()?;
        }
        if let Some(seldom) = seldom.filter(|_| has_work) {
            let keep_work = seldom.keep_work;
            keep_work(&tx, write).await?;
        }
        if let Some(position) = &write.position {
            put(&facts, JsValue::from_str(Fact::Position.key()), position)?;
        }
        if let Some(seldom) = seldom.filter(|_| has_names) {
            let rename = seldom.rename;
            rename(&facts, write).await?;
        }
        // Where the device stands as it was, nobody else has written to the logs.
        let read_up_to = [headers::last(&open).await?, headers::last(&done).await?];
        tx.commit().await?;
        self.read_up_to.set(read_up_to);
        Ok(())
    }
}

/// Events of this device in what is stored, as far as nobody here knows that they wait.
fn came_back(write: &Write<Tickets>, device: Option<DeviceId>) -> impl Iterator<Item = (DeviceSeq, EventId)> {
    let settled: HashSet<DeviceSeq> = write.settled.iter().copied().collect();
    write.events.iter().filter_map(move |recorded| {
        let stamp = recorded.stamp.filter(|stamp| Some(stamp.device) == device)?;
        (!settled.contains(&stamp.device_seq)).then_some((stamp.device_seq, recorded.event.id))
    })
}

/// Waits for what was asked so far, in the same transaction, so that the page can answer meanwhile.
pub(super) async fn breathe(facts: &ObjectStore<'_>) -> Result<(), StorageError> {
    let _device: Option<String> = facts.get(Fact::Device.key()).primitive()?.await?;
    Ok(())
}
