//! Many small records of events made few. What the server says by itself comes a few events at a time, and each time is a
//! record, in the histories and in the directory.

use std::collections::HashSet;

use holdfast_desk::TicketId;
use matrix_indexed_db_futures::KeyRange;
use matrix_indexed_db_futures::object_store::ObjectStore;
use matrix_indexed_db_futures::prelude::*;
use matrix_indexed_db_futures::transaction::{TransactionDurability, TransactionMode};
use wasm_bindgen::JsValue;

use super::directory::{self, Directory, Entries};
use super::histories::AT_ONCE;
use super::lines::lines;
use super::record::{stored, text};
use super::{DIRECTORY, Database, EVENTS, StorageError};

/// Records that the directory may have before anything is done: each is a time that something was written.
const LOOSE: usize = 128;
/// A record with something of more tickets than this is not worth looking at.
const FEW: usize = 16;

impl Database {
    /// Makes few records of small ones that lie side by side, where there are many.
    ///
    /// # Errors
    /// When it does not work; what was done before that holds, and nothing is lost or doubled.
    pub async fn merge(&self) -> Result<(), StorageError> {
        self.mending(async || self.merge_small().await).await
    }

    async fn merge_small(&self) -> Result<(), StorageError> {
        let tx =
            self.connection.transaction([EVENTS, DIRECTORY]).with_mode(TransactionMode::Readonly).build()?;
        let (store, places) = (tx.object_store(EVENTS)?, tx.object_store(DIRECTORY)?);
        if places.get_all_keys::<f64>().primitive()?.await?.count() <= LOOSE {
            return Ok(());
        }
        let directory = self.directory(&places).await?;
        let tickets = directory.by_record();
        self.directory.replace(directory);
        let keys = store.get_all_keys::<f64>().primitive()?.await?.collect::<Result<Vec<_>, _>>()?;
        drop(tx);
        let is_small = |key: &f64| tickets.get(&(*key as u32)).is_none_or(|tickets| tickets.len() <= FEW);
        for run in keys.chunk_by(|one, next| is_small(one) && is_small(next)) {
            for part in run.chunks(AT_ONCE).filter(|part| part.len() > 1) {
                self.merge_part(part).await?;
            }
        }
        self.rewrite_directory().await
    }

    /// Makes few records of these, which lie side by side.
    async fn merge_part(&self, part: &[f64]) -> Result<(), StorageError> {
        let range = || KeyRange::Bound(part[0], false, part[part.len() - 1], false);
        let tx = self.write(&[EVENTS, DIRECTORY], TransactionDurability::Relaxed)?;
        let (store, places) = (tx.object_store(EVENTS)?, tx.object_store(DIRECTORY)?);
        // Another tab may have taken some out meanwhile.
        let keys = store.get_all_keys::<f64>().with_query::<f64, _>(range()).primitive()?.await?;
        let rows = store.get_all::<JsValue>().with_query::<f64, _>(range()).primitive()?.await?;
        let (mut merged, mut entries) = (Merged::default(), Vec::new());
        for (key, row) in keys.zip(rows) {
            let text = text(&row?)?;
            if merged.count + text.lines().count() > AT_ONCE {
                entries.extend(std::mem::take(&mut merged).put(&store)?);
            }
            merged.add(key?, &text)?;
        }
        entries.extend(merged.put(&store)?);
        directory::add(&places, &entries)?;
        Ok(tx.commit().await?)
    }

    /// Writes the directory anew, in few records and without what it says of records that are gone.
    async fn rewrite_directory(&self) -> Result<(), StorageError> {
        let tx = self.write(&[EVENTS, DIRECTORY], TransactionDurability::Relaxed)?;
        let (store, places) = (tx.object_store(EVENTS)?, tx.object_store(DIRECTORY)?);
        let mut tickets = self.directory(&places).await?.by_record();
        let keys = store.get_all_keys::<f64>().primitive()?.await?.collect::<Result<Vec<_>, _>>()?;
        let entry = |key: f64| {
            let record = key as u32;
            Some((record, tickets.remove(&record)?.into_iter().collect()))
        };
        let entries: Vec<Entries> = keys.into_iter().filter_map(entry).collect();
        let directory = Directory::write(&places, entries).await?;
        tx.commit().await?;
        self.directory.replace(directory);
        Ok(())
    }
}

/// Records that become one.
#[derive(Default)]
struct Merged {
    keys: Vec<f64>,
    record: String,
    count: usize,
    tickets: HashSet<TicketId>,
}

impl Merged {
    fn add(&mut self, key: f64, record: &str) -> Result<(), StorageError> {
        self.keys.push(key);
        self.record.push_str(record);
        for line in lines(record) {
            self.tickets.insert(line?.ticket);
            self.count += 1;
        }
        Ok(())
    }

    /// Puts it in the place of the last of them: the order of records stays that of time, and whoever goes through them
    /// meanwhile, part by part, may meet something twice and misses nothing. Returns what the directory has to say of it.
    fn put(self, store: &ObjectStore) -> Result<Option<Entries>, StorageError> {
        let Some((last, before)) = self.keys.split_last().filter(|(_, before)| !before.is_empty()) else {
            return Ok(None);
        };
        for key in before {
            let _request = store.delete(*key).primitive()?;
        }
        // The commit reports what goes wrong.
        let _request = store.put(stored(&self.record)).with_key(JsValue::from_f64(*last)).primitive()?;
        Ok(Some((*last as u32, self.tickets.into_iter().collect())))
    }
}
