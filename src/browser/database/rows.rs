//! What is stored, as rows: texts of JSON under their keys.

use holdfast_sync::Names;
use holdfast_sync::protocol::{DeviceId, DeviceSeq};
use matrix_indexed_db_futures::object_store::ObjectStore;
use matrix_indexed_db_futures::prelude::*;
use serde::Serialize;
use serde::de::DeserializeOwned;
use wasm_bindgen::JsValue;
use wasm_split_helpers::wasm_split;

use super::{Fact, ParkedEvent, StorageError, WaitingEvent};
use crate::browser::part::PartMissing;

pub(super) fn put(store: &ObjectStore, key: JsValue, value: &impl Serialize) -> Result<(), StorageError> {
    put_text(store, key, serde_json::to_string(value)?)
}

pub(super) fn put_text(store: &ObjectStore, key: JsValue, text: String) -> Result<(), StorageError> {
    // The request runs inside the transaction, whose commit reports what went wrong with it.
    let _request = store.put(text).with_key(key).primitive()?;
    Ok(())
}

pub(super) async fn fact<T: DeserializeOwned>(
    facts: &ObjectStore<'_>,
    name: Fact,
) -> Result<Option<T>, StorageError> {
    let text = text_of_fact(facts, name).await?;
    Ok(text.map(|text| serde_json::from_str(&text)).transpose()?)
}

/// What this device is called, and was; nothing where its database is new.
pub(super) async fn names(facts: &ObjectStore<'_>) -> Result<Option<Names>, StorageError> {
    let now: Option<DeviceId> = fact(facts, Fact::Device).await?;
    let before = fact(facts, Fact::NamesBefore).await?.unwrap_or_default();
    Ok(now.map(|now| Names { now, before }))
}

async fn text_of_fact(facts: &ObjectStore<'_>, name: Fact) -> Result<Option<String>, StorageError> {
    Ok(facts.get(name.key()).primitive()?.await?)
}

/// The outbox and what needs a person, as they are stored.
#[derive(Debug)]
pub(super) struct Work {
    keys: Vec<f64>,
    waiting: Vec<String>,
    parked: Vec<String>,
}

/// The same, read.
pub(super) type ReadWork = (Vec<WaitingEvent>, Vec<ParkedEvent>);

impl Work {
    /// To be read when the transaction is over.
    pub async fn of(outbox: &ObjectStore<'_>, parked: &ObjectStore<'_>) -> Result<Self, StorageError> {
        let keys = outbox.get_all_keys::<f64>().primitive()?.await?.collect::<Result<_, _>>()?;
        Ok(Self { keys, waiting: texts(outbox).await?, parked: texts(parked).await? })
    }

    /// Reads it. Where there is nothing, what reads it is not needed.
    pub async fn read(self) -> Result<ReadWork, StorageError> {
        if self.keys.is_empty() && self.parked.is_empty() {
            return Ok((Vec::new(), Vec::new()));
        }
        read_work(self).await?
    }

    /// The outbox. The counter is the record's key, so it is put into the stamp here.
    pub fn waiting(&self) -> Result<Vec<WaitingEvent>, StorageError> {
        let keyed = |(key, text): (&f64, &String)| {
            let mut entry: WaitingEvent = serde_json::from_str(text)?;
            entry.proposed.stamp.device_seq = *key as DeviceSeq;
            Ok(entry)
        };
        self.keys.iter().zip(&self.waiting).map(keyed).collect()
    }
}

/// With the pages: most of the time nothing waits when the app starts.
#[wasm_split(pages, fallible)]
fn read_work(work: Work) -> Result<Result<ReadWork, StorageError>, PartMissing> {
    let parked = |text: &String| Ok(serde_json::from_str(text)?);
    let read = || Ok((work.waiting()?, work.parked.iter().map(parked).collect::<Result<_, StorageError>>()?));
    Ok(read())
}

async fn texts(store: &ObjectStore<'_>) -> Result<Vec<String>, StorageError> {
    Ok(store.get_all::<String>().primitive()?.await?.collect::<Result<_, _>>()?)
}
