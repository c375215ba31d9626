//! Which records have events of which tickets. It may say too much and never too little: what it names is looked through.
//!
//! An index of the browser's would do the same, at 16 µs for each ticket of each record (`docs/storage.md`).

use std::collections::HashSet;

use holdfast_desk::TicketId;
use js_sys::Uint8Array;
use matrix_indexed_db_futures::KeyRange;
use matrix_indexed_db_futures::error::Error as IdbError;
use matrix_indexed_db_futures::object_store::ObjectStore;
use matrix_indexed_db_futures::prelude::*;
use uuid::Uuid;
use wasm_bindgen::{JsCast, JsValue};

use super::StorageError;

/// The bytes of a key, and of a ticket's id.
const KEY_BYTES: usize = 4;
const ID_BYTES: usize = 16;
const ENTRY_BYTES: usize = KEY_BYTES + ID_BYTES;

/// A record of the histories and the tickets that it has events of.
pub(super) type Entries = (u32, Vec<TicketId>);

/// The directory as far as it was read.
#[derive(Debug, Default)]
pub(super) struct Directory {
    entries: Vec<(TicketId, u32)>,
    read_up_to: f64,
}

impl Directory {
    /// What the records themselves say, in the place of all that is written of them.
    pub async fn of(
        records: Vec<(u32, HashSet<TicketId>)>,
        store: &ObjectStore<'_>,
    ) -> Result<Self, StorageError> {
        let keys = store.get_all_keys::<f64>().primitive()?.await?;
        let read_up_to = keys.last().transpose()?.unwrap_or_default();
        let of_record = |(record, tickets): (u32, HashSet<TicketId>)| {
            tickets.into_iter().map(move |ticket| (ticket, record))
        };
        Ok(Self { entries: records.into_iter().flat_map(of_record).collect(), read_up_to })
    }

    /// Reads what was written since.
    pub async fn read_on(&mut self, store: &ObjectStore<'_>) -> Result<(), StorageError> {
        let news = || KeyRange::LowerBound(self.read_up_to, true);
        let keys = store.get_all_keys::<f64>().with_query::<f64, _>(news()).primitive()?.await?;
        let rows = store.get_all::<JsValue>().with_query::<f64, _>(news()).primitive()?.await?;
        for (key, row) in keys.zip(rows) {
            let bytes = row?.dyn_into::<Uint8Array>().map(|bytes| bytes.to_vec()).unwrap_or_default();
            let (entries, rest) = bytes.as_chunks::<ENTRY_BYTES>();
            if entries.is_empty() || !rest.is_empty() {
                return Err(StorageError::Unreadable(format!("{} bytes of the directory", bytes.len())));
            }
            self.entries.extend(entries.iter().filter_map(entry));
            self.read_up_to = key?;
        }
        Ok(())
    }

    /// The records that may have something of these tickets, the first that was written first.
    pub fn records(&self, tickets: &HashSet<TicketId>) -> Vec<u32> {
        let of_them = self.entries.iter().filter(|(ticket, _)| tickets.contains(ticket));
        let mut records: Vec<u32> = of_them.map(|(_, record)| *record).collect();
        records.sort_unstable();
        records.dedup();
        records
    }
}

fn entry(bytes: &[u8; ENTRY_BYTES]) -> Option<(TicketId, u32)> {
    let (key, id) = bytes.split_first_chunk::<KEY_BYTES>()?;
    Some((TicketId(Uuid::from_slice(id).ok()?), u32::from_le_bytes(*key)))
}

/// Notes what is in new records.
pub(super) fn add(store: &ObjectStore, written: &[Entries]) -> Result<(), IdbError> {
    let mut bytes = Vec::new();
    for (record, tickets) in written {
        for ticket in tickets {
            bytes.extend(record.to_le_bytes());
            bytes.extend(ticket.0.as_bytes());
        }
    }
    if !bytes.is_empty() {
        // The commit reports what goes wrong.
        let _request = store.add(JsValue::from(Uint8Array::from(&*bytes))).primitive()?;
    }
    Ok(())
}
