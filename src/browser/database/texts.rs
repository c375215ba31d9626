//! Reading the histories from one end to the other, for whoever makes something of all of them.

use std::collections::HashSet;

use holdfast_desk::{Event, TicketId};
use holdfast_sync::protocol::Recorded;
use matrix_indexed_db_futures::KeyRange;
use matrix_indexed_db_futures::prelude::*;
use matrix_indexed_db_futures::transaction::TransactionMode;
use serde::de::DeserializeOwned;
use wasm_bindgen::JsValue;

use super::lines::lines;
use super::record::text;
use super::rows::fact;
use super::{DONE, Database, EVENTS, FACTS, Fact, OPEN, Position, StorageError, headers};

impl Database {
    /// The keys of the records of events behind this one, in their order.
    ///
    /// # Errors
    /// When they cannot be had.
    pub async fn event_records(&self, after: u32) -> Result<Vec<u32>, StorageError> {
        let tx = self.connection.transaction(EVENTS).with_mode(TransactionMode::Readonly).build()?;
        let range = KeyRange::LowerBound(f64::from(after), true);
        let keys =
            tx.object_store(EVENTS)?.get_all_keys::<f64>().with_query::<f64, _>(range).primitive()?.await?;
        keys.map(|key| Ok(key? as u32)).collect()
    }

    /// The events of a record; none where it is gone.
    ///
    /// # Errors
    /// When it cannot be read.
    pub async fn events_of(&self, record: u32) -> Result<Vec<Recorded<Event>>, StorageError> {
        let tx = self.connection.transaction(EVENTS).with_mode(TransactionMode::Readonly).build()?;
        let row: Option<JsValue> = tx.object_store(EVENTS)?.get(f64::from(record)).primitive()?.await?;
        drop(tx);
        let Some(row) = row else { return Ok(Vec::new()) };
        let mut events = Vec::new();
        for line in lines(&text(&row)?) {
            if let Some(json) = line?.json {
                events.push(serde_json::from_str(json)?);
            }
        }
        Ok(events)
    }

    /// Every ticket that is here.
    ///
    /// # Errors
    /// When they cannot be read.
    pub async fn tickets(&self) -> Result<HashSet<TicketId>, StorageError> {
        let tx = self.connection.transaction([OPEN, DONE]).with_mode(TransactionMode::Readonly).build()?;
        let open = headers::read(&tx.object_store(OPEN)?).await?;
        let done = headers::read(&tx.object_store(DONE)?).await?;
        drop(tx);
        let mut here = HashSet::new();
        for log in [open, done] {
            let mut log = log.renew().await?;
            while let Some(record) = log.next()? {
                for row in record.rows().rev() {
                    match row.is_gone() {
                        true => drop(log.gone.insert(row.ticket())),
                        false if log.gone.contains(&row.ticket()) => {}
                        false => drop(here.insert(row.ticket())),
                    }
                }
            }
        }
        Ok(here)
    }

    /// How far the device has read.
    ///
    /// # Errors
    /// When that cannot be read.
    pub async fn position(&self) -> Result<Option<Position>, StorageError> {
        let tx = self.connection.transaction(FACTS).with_mode(TransactionMode::Readonly).build()?;
        fact(&tx.object_store(FACTS)?, Fact::Position).await
    }

    /// Rules and people.
    ///
    /// # Errors
    /// When they cannot be read.
    pub async fn reference<R: DeserializeOwned>(&self) -> Result<Option<R>, StorageError> {
        let tx = self.connection.transaction(FACTS).with_mode(TransactionMode::Readonly).build()?;
        fact(&tx.object_store(FACTS)?, Fact::Reference).await
    }
}
