//! What is stored, as rows: texts of JSON under their keys.

use holdfast_sync::Names;
use holdfast_sync::protocol::{DeviceId, DeviceSeq};
use matrix_indexed_db_futures::object_store::ObjectStore;
use matrix_indexed_db_futures::prelude::*;
use serde::Serialize;
use serde::de::DeserializeOwned;
use wasm_bindgen::JsValue;

use super::{Fact, StorageError, WaitingEvent};

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

pub(super) async fn all<T: DeserializeOwned>(store: &ObjectStore<'_>) -> Result<Vec<T>, StorageError> {
    let texts = store.get_all::<String>().primitive()?.await?;
    let mut values = Vec::with_capacity(texts.len());
    for text in texts {
        values.push(serde_json::from_str(&text?)?);
    }
    Ok(values)
}

/// The outbox. The counter is the record's key, so it is put into the stamp here.
pub(super) async fn waiting(outbox: &ObjectStore<'_>) -> Result<Vec<WaitingEvent>, StorageError> {
    let keys = outbox.get_all_keys::<f64>().primitive()?.await?;
    let entries: Vec<WaitingEvent> = all(outbox).await?;
    let keyed = keys.zip(entries).map(|(key, mut entry)| {
        entry.proposed.stamp.device_seq = key? as DeviceSeq;
        Ok(entry)
    });
    keyed.collect()
}
