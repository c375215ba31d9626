//! Which records have events of which tickets. It may say too much and never too little: what it names is looked through.
//!
//! An index of the browser's would do the same, at 16 µs for each ticket of each record (`docs/storage.md`).

use std::collections::{HashMap, HashSet};

use holdfast_desk::TicketId;
use holdfast_desk::ticket::packed::{sealed, unsealed};
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
/// Records of events that one of the directory speaks of, where it is written anew.
const AT_ONCE: usize = 256;

/// A record of the histories and the tickets that it has events of.
pub(super) type Entries = (u32, Vec<TicketId>);

/// The directory as far as it was read.
#[derive(Debug, Default)]
pub(super) struct Directory {
    entries: Vec<(TicketId, u32)>,
    read_up_to: f64,
}

impl Directory {
    /// Writes the directory anew: this, in the place of all that it said.
    pub async fn write(store: &ObjectStore<'_>, entries: Vec<Entries>) -> Result<Self, StorageError> {
        store.clear()?;
        for part in entries.chunks(AT_ONCE) {
            add(store, part)?;
        }
        let mut directory = Self::default();
        directory.read_on(store).await?;
        Ok(directory)
    }

    /// Reads what was written since.
    pub async fn read_on(&mut self, store: &ObjectStore<'_>) -> Result<(), StorageError> {
        let news = || KeyRange::LowerBound(self.read_up_to, true);
        let keys = store.get_all_keys::<f64>().with_query::<f64, _>(news()).primitive()?.await?;
        let rows = store.get_all::<JsValue>().with_query::<f64, _>(news()).primitive()?.await?;
        for (key, row) in keys.zip(rows) {
            let bytes = row?.dyn_into::<Uint8Array>().map(|bytes| bytes.to_vec()).unwrap_or_default();
            let damaged = || StorageError::Unreadable(format!("{} bytes of the directory", bytes.len()));
            let entries = entries(&bytes).ok_or_else(damaged)?;
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

    /// The tickets that may have something in these records.
    pub fn tickets(&self, records: &HashSet<u32>) -> HashSet<TicketId> {
        let in_them = self.entries.iter().filter(|(_, record)| records.contains(record));
        in_them.map(|(ticket, _)| *ticket).collect()
    }

    /// The same by record.
    pub fn by_record(&self) -> HashMap<u32, HashSet<TicketId>> {
        let mut records: HashMap<u32, HashSet<TicketId>> = HashMap::new();
        for (ticket, record) in &self.entries {
            records.entry(*record).or_default().insert(*ticket);
        }
        records
    }
}

/// The entries of a record. Until version 4 of the database there was no checksum behind them.
fn entries(bytes: &[u8]) -> Option<&[[u8; ENTRY_BYTES]]> {
    let written = if bytes.len().is_multiple_of(ENTRY_BYTES) { bytes } else { unsealed(bytes).ok()? };
    let (entries, rest) = written.as_chunks();
    (!entries.is_empty() && rest.is_empty()).then_some(entries)
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
        let _request = store.add(JsValue::from(Uint8Array::from(&*sealed(bytes)))).primitive()?;
    }
    Ok(())
}
