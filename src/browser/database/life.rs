//! The life of a database: what the browser does to it, and what is saved when it goes.

use std::collections::HashSet;

use holdfast_desk::EventId;
use holdfast_sync::protocol::{DeviceId, DeviceSeq};
use matrix_indexed_db_futures::database::Database as Connection;
use matrix_indexed_db_futures::internals::SystemRepr;
use matrix_indexed_db_futures::prelude::*;
use matrix_indexed_db_futures::transaction::{TransactionDurability, TransactionMode};
use wasm_bindgen::JsValue;

use super::rows::{Work, fact, put, put_text};
use super::{
    ALL, DIRECTORY, DONE, Database, EVENTS, FACTS, Fact, OPEN, OUTBOX, PARKED, ParkedEvent, StorageError,
    WaitingEvent,
};
use crate::browser::{page, random};

/// Makes way for other tabs, and tells of the loss.
pub(super) fn watch(connection: &Connection, on_loss: impl Fn() + Clone + 'static) {
    page::listen(connection.as_sys(), "close", on_loss.clone());
    let held = connection.clone();
    page::listen(connection.as_sys(), "versionchange", move || {
        held.clone().close();
        on_loss();
    });
}

impl Database {
    /// Whether the connection can still be used.
    pub fn is_open(&self) -> bool {
        self.connection.transaction(FACTS).with_mode(TransactionMode::Readonly).build().is_ok()
    }

    /// Where this is another database than the one this device had, puts into it what memory still has of the work
    /// that was not sent, and says under which name the device goes on. Nothing where it is the same as before.
    ///
    /// # Errors
    /// When it could not be kept; then nothing of it is.
    pub async fn keep_again(
        &self,
        device: DeviceId,
        work: &[WaitingEvent],
        needs_you: &[ParkedEvent],
    ) -> Result<Option<DeviceId>, StorageError> {
        let tx = self.write(&[OUTBOX, PARKED, FACTS], TransactionDurability::Strict)?;
        let facts = tx.object_store(FACTS)?;
        let known = fact(&facts, Fact::Device).await?;
        if known == Some(device) {
            tx.abort().await?;
            return Ok(None);
        }
        // The count begins anew, so that it is another device to the server.
        let device = known.unwrap_or_else(|| DeviceId(random::uuid()));
        put(&facts, JsValue::from_str(Fact::Device.key()), &device)?;
        let outbox = tx.object_store(OUTBOX)?;
        // Another tab may have put its part here already.
        let here = Work::of(&outbox, &tx.object_store(PARKED)?).await?.waiting()?;
        let ids: HashSet<EventId> = here.iter().map(|entry| entry.proposed.event.id).collect();
        for entry in work.iter().filter(|entry| !ids.contains(&entry.proposed.event.id)) {
            let seq = entry.proposed.stamp.device_seq;
            if here.iter().any(|other| other.proposed.stamp.device_seq == seq) {
                let _request = outbox.add(serde_json::to_string(entry)?).primitive()?;
            } else {
                put(&outbox, JsValue::from_f64(seq as f64), entry)?;
            }
        }
        let parked = tx.object_store(PARKED)?;
        for entry in needs_you {
            put(&parked, JsValue::from_str(&entry.proposed.event.id.to_string()), entry)?;
        }
        tx.commit().await?;
        Ok(Some(device))
    }

    /// The counter under which an event waits, if it does.
    ///
    /// # Errors
    /// When the outbox cannot be read.
    pub async fn counter_of(&self, event: EventId) -> Result<Option<DeviceSeq>, StorageError> {
        let (waiting, _, _) = self.load_work().await?;
        let mut stamps = waiting.iter().filter(|entry| entry.proposed.event.id == event);
        Ok(stamps.next().map(|entry| entry.proposed.stamp.device_seq))
    }

    /// Takes out what cannot be read, and everything that the server has. Returns how many things that waited, or
    /// needed a person, could not be read.
    ///
    /// # Errors
    /// When the database cannot be mended; then it is as it was.
    pub async fn mend(&self) -> Result<usize, StorageError> {
        let tx = self.write(&ALL, TransactionDurability::Strict)?;
        let mut lost = 0;
        let outbox = tx.object_store(OUTBOX)?;
        let keys = outbox.get_all_keys::<JsValue>().primitive()?.await?;
        let rows = outbox.get_all::<JsValue>().primitive()?.await?;
        for (key, row) in keys.zip(rows) {
            if !is_readable::<WaitingEvent>(&row?) {
                lost += 1;
                let _request = outbox.delete(key?).primitive()?;
            }
        }
        let parked = tx.object_store(PARKED)?;
        let keys = parked.get_all_keys::<JsValue>().primitive()?.await?;
        let rows = parked.get_all::<JsValue>().primitive()?.await?;
        for (key, row) in keys.zip(rows) {
            if !is_readable::<ParkedEvent>(&row?) {
                lost += 1;
                let _request = parked.delete(key?).primitive()?;
            }
        }
        for store in [OPEN, DONE, EVENTS, DIRECTORY] {
            tx.object_store(store)?.clear()?;
        }
        let facts = tx.object_store(FACTS)?;
        let device = facts.get(Fact::Device.key()).primitive()?.await?;
        facts.clear()?;
        if let Some(device) =
            device.filter(is_readable::<DeviceId>).and_then(|device: JsValue| device.as_string())
        {
            put_text(&facts, JsValue::from_str(Fact::Device.key()), device)?;
        }
        put(&facts, JsValue::from_str(Fact::Whole.key()), &true)?;
        tx.commit().await?;
        Ok(lost)
    }

    /// Removes a database that cannot be opened.
    ///
    /// # Errors
    /// When the browser does not.
    pub async fn remove(name: &str) -> Result<(), StorageError> {
        Ok(Connection::delete_by_name(name)?.await?)
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        self.connection.clone().close();
    }
}

fn is_readable<T: serde::de::DeserializeOwned>(row: &JsValue) -> bool {
    row.as_string().is_some_and(|text| serde_json::from_str::<T>(&text).is_ok())
}
