//! Making room: histories that the server has as well go from the device, and come back when somebody wants to read one.

use holdfast_desk::TicketId;
use holdfast_sync::protocol::{DeviceId, Recorded};
use matrix_indexed_db_futures::KeyRange;
use matrix_indexed_db_futures::prelude::*;
use matrix_indexed_db_futures::transaction::TransactionDurability;
use wasm_bindgen::JsValue;

use super::rows::{event_key, put};
use super::{Database, EVENTS, StorageError};

/// Tickets whose histories go in one transaction.
const AT_ONCE: usize = 100;

impl Database {
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
        let device = device.to_string();
        let mut dropped = 0;
        for part in tickets.chunks(AT_ONCE) {
            let tx = self.write(&[EVENTS], TransactionDurability::Relaxed)?;
            let events = tx.object_store(EVENTS)?;
            for ticket in part {
                let texts =
                    events.get_all::<String>().with_query::<JsValue, _>(of(*ticket)).primitive()?.await?;
                let texts = texts.collect::<Result<Vec<_>, _>>()?;
                if !texts.is_empty() && !texts.iter().any(|text| text.contains(&device)) {
                    let _request = events.delete::<JsValue, _>(of(*ticket)).primitive()?;
                    dropped += 1;
                }
            }
            tx.commit().await?;
        }
        Ok(dropped)
    }

    /// Keeps the confirmed history of a ticket that was dropped.
    ///
    /// # Errors
    /// When it could not be kept.
    pub async fn put_history(&self, history: &[Recorded<holdfast_desk::Event>]) -> Result<(), StorageError> {
        let tx = self.write(&[EVENTS], TransactionDurability::Relaxed)?;
        let events = tx.object_store(EVENTS)?;
        for recorded in history {
            put(&events, event_key(recorded.event.ticket, recorded.seq as f64), recorded)?;
        }
        Ok(tx.commit().await?)
    }
}

/// Where the events of a ticket are.
pub(super) fn of(ticket: TicketId) -> KeyRange<JsValue> {
    KeyRange::Bound(event_key(ticket, 0.0), false, event_key(ticket, f64::MAX), false)
}
