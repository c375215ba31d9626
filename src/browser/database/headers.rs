//! The headers, as two logs: one of what is to be done, one of what is done. What changed is written behind what was
//! there, some hundred headers a record ([`super::lines`]); of what is said of a ticket the last word holds. One that
//! moves from one log to the other is gone from the first.

use std::collections::{HashMap, HashSet};

use holdfast_desk::{Header, TicketId};
use holdfast_sync::{Tickets, Write};
use matrix_indexed_db_futures::KeyRange;
use matrix_indexed_db_futures::error::Error as IdbError;
use matrix_indexed_db_futures::object_store::ObjectStore;
use matrix_indexed_db_futures::prelude::*;
use matrix_indexed_db_futures::transaction::{TransactionDurability, TransactionMode};

use super::lines::{add, add_gone, lines};
use super::rows::texts;
use super::{DONE, Database, OPEN, StorageError};

/// Lines of a record at the most.
const AT_ONCE: usize = 256;
/// Records that a log may have beyond those that it needs, before it is made short again.
const LOOSE: usize = 500;
/// Records that are read at a time while that is done.
const PART: usize = 8;

/// How far the logs were read, by the keys of their last records: what is to be done, what is done.
pub(super) type ReadUpTo = [f64; 2];

/// What is known of tickets that changed; nothing of those that are gone.
pub type Changed = Vec<(TicketId, Option<Header>)>;

/// A header as it is stored.
///
/// # Errors
/// When it cannot be read.
pub fn read_header(text: &str) -> Result<Header, StorageError> {
    Ok(serde_json::from_str(text)?)
}

/// The headers of a log, in no order, as texts.
pub(super) async fn read(log: &ObjectStore<'_>) -> Result<Vec<String>, StorageError> {
    let records = texts(log).await?;
    let mut seen = HashSet::new();
    let mut headers = Vec::new();
    for record in records.iter().rev() {
        for line in lines(record).rev() {
            let line = line?;
            if seen.insert(line.ticket) {
                headers.extend(line.json.map(str::to_owned));
            }
        }
    }
    Ok(headers)
}

/// The key of a log's last record.
pub(super) async fn last(log: &ObjectStore<'_>) -> Result<f64, StorageError> {
    let keys = log.get_all_keys::<f64>().primitive()?.await?;
    keys.last().transpose().map(Option::unwrap_or_default).map_err(unreadable)
}

fn unreadable(error: impl std::fmt::Display) -> StorageError {
    StorageError::Unreadable(error.to_string())
}

/// Writes what a plan says of headers behind what is in the logs.
pub(super) fn append(
    open: &ObjectStore,
    done: &ObjectStore,
    write: &Write<Tickets>,
) -> Result<(), StorageError> {
    let mut records = [(open, String::new()), (done, String::new())];
    for ticket in &write.gone {
        records.iter_mut().for_each(|(_, record)| add_gone(record, *ticket));
    }
    for part in write.states.chunks(AT_ONCE) {
        for (ticket, header) in part {
            let is_done = header.kind.is_done();
            add(&mut records[usize::from(is_done)].1, *ticket, &serde_json::to_string(header)?);
            // A ticket is in one of the two. Only one that is done, or that was, can have been in the other one.
            if is_done || header.reopenings > 0 {
                add_gone(&mut records[usize::from(!is_done)].1, *ticket);
            }
        }
        flush(&mut records)?;
    }
    flush(&mut records)
}

fn flush(records: &mut [(&ObjectStore, String); 2]) -> Result<(), StorageError> {
    for (log, record) in records.iter_mut().filter(|(_, record)| !record.is_empty()) {
        // The commit reports what goes wrong.
        let _request = log.add(std::mem::take(record)).primitive()?;
    }
    Ok(())
}

/// Writes texts of headers behind what is in a log.
pub(super) fn fill(log: &ObjectStore, headers: &[(TicketId, String)]) -> Result<(), IdbError> {
    for part in headers.chunks(AT_ONCE) {
        let mut record = String::new();
        for (ticket, text) in part {
            add(&mut record, *ticket, text);
        }
        let _request = log.add(record).primitive()?;
    }
    Ok(())
}

impl Database {
    /// The confirmed headers of what is done, as they are stored: read with [`read_header`], a few at a time.
    ///
    /// # Errors
    /// When they cannot be had.
    pub async fn done(&self) -> Result<Vec<String>, StorageError> {
        let tx = self.connection.transaction(DONE).with_mode(TransactionMode::Readonly).build()?;
        read(&tx.object_store(DONE)?).await
    }

    /// What other tabs wrote about headers since this one last looked.
    ///
    /// # Errors
    /// When it cannot be read.
    pub async fn changed_headers(&self) -> Result<Changed, StorageError> {
        let tx = self.connection.transaction([OPEN, DONE]).with_mode(TransactionMode::Readonly).build()?;
        let mut read_up_to = self.read_up_to.get();
        let mut found: HashMap<TicketId, Option<Header>> = HashMap::new();
        for (name, read) in [OPEN, DONE].into_iter().zip(&mut read_up_to) {
            let log = tx.object_store(name)?;
            let end = last(&log).await?;
            if end <= *read {
                continue;
            }
            let news = KeyRange::Bound(*read, true, end, false);
            let records = log.get_all::<String>().with_query::<f64, _>(news).primitive()?.await?;
            let records = records.collect::<Result<Vec<_>, _>>()?;
            let mut seen = HashSet::new();
            for line in records.iter().rev().flat_map(|record| lines(record).rev()) {
                let line = line?;
                if seen.insert(line.ticket) {
                    let header = line.json.map(read_header).transpose()?;
                    let known = found.entry(line.ticket).or_default();
                    *known = header.or(known.take());
                }
            }
            *read = end;
        }
        self.read_up_to.set(read_up_to);
        Ok(found.into_iter().collect())
    }

    /// Makes the logs short again, where they have become long for what is in them; `headers` is how many there are.
    ///
    /// # Errors
    /// When it does not work; then they are as they were.
    pub async fn shorten(&self, headers: usize) -> Result<(), StorageError> {
        let enough = LOOSE + 2 * headers / AT_ONCE;
        let tx = self.write(&[OPEN, DONE], TransactionDurability::Relaxed)?;
        let mut read_up_to = self.read_up_to.get();
        for (name, read) in [OPEN, DONE].into_iter().zip(&mut read_up_to) {
            let log = tx.object_store(name)?;
            let keys = log.get_all_keys::<f64>().primitive()?.await?;
            let keys = keys.collect::<Result<Vec<_>, _>>()?;
            if keys.len() <= enough {
                continue;
            }
            let mut seen = HashSet::new();
            for part in keys.rchunks(PART) {
                let range = || KeyRange::Bound(part[0], false, part[part.len() - 1], false);
                let records = log.get_all::<String>().with_query::<f64, _>(range()).primitive()?.await?;
                let records = records.collect::<Result<Vec<_>, _>>()?;
                let mut kept = Vec::new();
                for line in records.iter().rev().flat_map(|record| lines(record).rev()) {
                    let line = line?;
                    if seen.insert(line.ticket) {
                        kept.extend(line.json.map(|json| (line.ticket, json.to_owned())));
                    }
                }
                let _request = log.delete::<f64, _>(range()).primitive()?;
                fill(&log, &kept)?;
            }
            *read = last(&log).await?;
        }
        tx.commit().await?;
        self.read_up_to.set(read_up_to);
        Ok(())
    }
}
