//! The search index as it is kept: a database of its own, since nothing in it is the only copy of anything. Where it is not
//! there, or cannot be read, the index is built anew.

use js_sys::Uint8Array;
use matrix_indexed_db_futures::database::Database as Connection;
use matrix_indexed_db_futures::prelude::*;
use matrix_indexed_db_futures::transaction::TransactionMode;
use serde::Serialize;
use serde::de::DeserializeOwned;
use wasm_bindgen::{JsCast, JsValue};

use super::database::StorageError;
use super::opening::{self, Stores};

const VERSION: u8 = 1;
const SEGMENTS: &str = "segments";
const FACTS: &str = "facts";
/// What the index was made of, as JSON; and how far each ticket's history is in it, as bytes.
const ABOUT: &str = "about";
const COVERED: &str = "covered";
/// Grows whenever it is kept.
const ROUND: &str = "round";

/// A segment, copied out of the app's own memory, which never becomes smaller again.
pub type Copied = Uint8Array;

/// The database of an index.
#[derive(Debug)]
pub struct KeptIndex(Connection);

/// An index as it was kept.
#[derive(Debug)]
pub struct Kept<T> {
    /// What it was made of.
    pub about: T,
    /// How far each ticket's history is in it.
    pub covered: Vec<u8>,
    /// How often it was kept.
    pub round: u32,
    /// Its segments with their names.
    pub segments: Vec<(u32, Vec<u8>)>,
}

impl KeptIndex {
    /// Opens the index that belongs to the database of this name, or makes it.
    ///
    /// # Errors
    /// When the browser gives none.
    pub async fn open(name: &str) -> Result<Self, StorageError> {
        let stores: Stores = &[(SEGMENTS, false), (FACTS, false)];
        Ok(Self(opening::open(&format!("{name}/search"), VERSION, stores).await?))
    }

    /// What is kept; nothing where there is nothing.
    ///
    /// # Errors
    /// When it cannot be read.
    pub async fn load<T: DeserializeOwned>(&self) -> Result<Option<Kept<T>>, StorageError> {
        let tx = self.0.transaction([SEGMENTS, FACTS]).with_mode(TransactionMode::Readonly).build()?;
        let (segments, facts) = (tx.object_store(SEGMENTS)?, tx.object_store(FACTS)?);
        let about: Option<String> = facts.get(ABOUT).primitive()?.await?;
        let covered: Option<JsValue> = facts.get(COVERED).primitive()?.await?;
        let round: Option<f64> = facts.get(ROUND).primitive()?.await?;
        let names = segments.get_all_keys::<f64>().primitive()?.await?;
        let rows = segments.get_all::<JsValue>().primitive()?.await?;
        let (Some(about), Some(covered)) = (about, covered) else { return Ok(None) };
        let (about, round) = (serde_json::from_str(&about)?, round.unwrap_or_default() as u32);
        let mut kept = Kept { about, covered: bytes(covered), round, segments: Vec::new() };
        for (name, row) in names.zip(rows) {
            kept.segments.push((name? as u32, bytes(row?)));
        }
        Ok(Some(kept))
    }

    /// Keeps an index in the place of what is there: the names of its segments, and those of them that are new. All of them
    /// are where `round` is not how often it was kept, since what is there is another tab's then.
    ///
    /// # Errors
    /// [`StorageError::Moved`] when some are missing for that; when it could not be kept. Then what was there is.
    pub async fn store(
        &self,
        round: u32,
        about: &impl Serialize,
        covered: &[u8],
        names: &[u32],
        new: &[(u32, Copied)],
    ) -> Result<(), StorageError> {
        let tx = self.0.transaction([SEGMENTS, FACTS]).with_mode(TransactionMode::Readwrite).build()?;
        let (kept, facts) = (tx.object_store(SEGMENTS)?, tx.object_store(FACTS)?);
        let last: Option<f64> = facts.get(ROUND).primitive()?.await?;
        if new.len() < names.len() && last.unwrap_or_default() as u32 != round {
            tx.abort().await?;
            return Err(StorageError::Moved);
        }
        let known = kept.get_all_keys::<f64>().primitive()?.await?;
        for name in known.collect::<Result<Vec<_>, _>>()? {
            if !names.contains(&(name as u32)) {
                let _request = kept.delete(name).primitive()?;
            }
        }
        for (name, segment) in new {
            let name = f64::from(*name);
            let _request = kept.put(JsValue::from(segment)).with_key(JsValue::from_f64(name)).primitive()?;
        }
        let _request = facts.put(JsValue::from(Uint8Array::from(covered))).with_key(COVERED).primitive()?;
        let _request = facts.put(serde_json::to_string(about)?).with_key(ABOUT).primitive()?;
        let _request = facts.put(f64::from(round) + 1.0).with_key(ROUND).primitive()?;
        Ok(tx.commit().await?)
    }
}

fn bytes(row: JsValue) -> Vec<u8> {
    row.dyn_into::<Uint8Array>().map(|bytes| bytes.to_vec()).unwrap_or_default()
}
