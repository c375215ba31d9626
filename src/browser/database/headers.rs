//! The headers, as two logs: one of what is to be done, one of what is done. What changed is written behind what was
//! there, some hundred headers a record, packed ([`holdfast_desk::ticket::packed`]); of what is said of a ticket the last
//! word holds. One that moves from one log to the other is gone from the first.

use std::collections::{HashMap, HashSet};

use holdfast_desk::ticket::packed::{self, PackedError, Said, first, pack, unpack};
use holdfast_desk::{Header, TicketId};
use holdfast_sync::{Tickets, Write};
use js_sys::Uint8Array;
use matrix_indexed_db_futures::KeyRange;
use matrix_indexed_db_futures::object_store::ObjectStore;
use matrix_indexed_db_futures::prelude::*;
use matrix_indexed_db_futures::transaction::{TransactionDurability, TransactionMode};
use wasm_bindgen::{JsCast, JsValue};
use wasm_split_helpers::wasm_split;

use super::lines::lines;
use super::{DONE, Database, OPEN, StorageError};
use crate::browser::part::PartMissing;

/// Headers of a record at the most.
pub(super) const AT_ONCE: usize = 512;
/// Records that a log may have beyond those that it needs, before it is made short again.
const LOOSE: usize = 500;
/// Records that are read at a time while that is done.
const PART: usize = 8;

/// How far the logs were read, by the keys of their last records: what is to be done, what is done.
pub(super) type ReadUpTo = [f64; 2];

/// A record, as it is stored.
#[derive(Debug)]
pub(super) enum Record {
    /// As it is written today, or was in version 3 of the database.
    Packed(Vec<u8>),
    /// As versions 1 and 2 of the database wrote it: lines of JSON.
    Lines(String),
}

impl Record {
    pub fn of(row: JsValue) -> Result<Self, StorageError> {
        match row.as_string() {
            Some(lines) => Ok(Self::Lines(lines)),
            None if row.is_instance_of::<Uint8Array>() => Ok(Self::Packed(Uint8Array::from(row).to_vec())),
            None => Err(StorageError::Unreadable("a record of headers has none".to_owned())),
        }
    }

    /// What it says of each ticket, in the order in which it was written. With the pages, all of them.
    pub fn said(&self) -> Result<Said, StorageError> {
        match self {
            Self::Packed(bytes) => match unpack(bytes) {
                Err(PackedError::Version(first::VERSION)) => Ok(first::unpack(bytes)?),
                said => Ok(said?),
            },
            Self::Lines(text) => {
                let said = |line: Result<super::lines::Line, StorageError>| {
                    let line = line?;
                    Ok((line.ticket, line.json.map(serde_json::from_str).transpose()?))
                };
                lines(text).map(said).collect()
            }
        }
    }
}

/// The headers of a log, read from its end, a record at a time: of what is said of a ticket the last word holds.
#[derive(Debug)]
pub struct Headers {
    records: Vec<Record>,
    /// Tickets that are gone, as far as it was read: what an older record says of them counts no more.
    pub gone: HashSet<TicketId>,
}

impl Headers {
    /// Makes records of older versions such as are written today.
    pub(super) async fn renew(mut self) -> Result<Self, StorageError> {
        let is_of_today = |record: &Record| match record {
            Record::Packed(bytes) => bytes.first() != Some(&first::VERSION),
            Record::Lines(_) => false,
        };
        if !self.records.iter().all(is_of_today) {
            self.records = renewed(self.records).await??;
        }
        Ok(self)
    }

    /// The next record; `None` when all were read.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn next(&mut self) -> Result<Option<packed::Record>, StorageError> {
        match self.records.pop() {
            Some(Record::Packed(bytes)) => Ok(Some(packed::Record::read(bytes)?)),
            _ => Ok(None),
        }
    }
}

/// Records of older versions as ones of today. With the pages, since few devices still have any.
#[wasm_split(pages, fallible)]
fn renewed(records: Vec<Record>) -> Result<Result<Vec<Record>, StorageError>, PartMissing> {
    let renewed = |record: Record| {
        let said = record.said()?;
        Ok(Record::Packed(pack(said.iter().map(|(ticket, header)| (ticket, header.as_ref())))))
    };
    Ok(records.into_iter().map(renewed).collect())
}

/// A log as it is, to be renewed and read when its transaction is over.
pub(super) async fn read(log: &ObjectStore<'_>) -> Result<Headers, StorageError> {
    let rows = log.get_all::<JsValue>().primitive()?.await?;
    let records = rows.map(|row| Record::of(row?)).collect::<Result<_, _>>()?;
    Ok(Headers { records, gone: HashSet::new() })
}

/// The key of a log's last record.
pub(super) async fn last(log: &ObjectStore<'_>) -> Result<f64, StorageError> {
    let keys = log.get_all_keys::<f64>().primitive()?.await?;
    Ok(keys.last().transpose()?.unwrap_or_default())
}

/// Writes what a plan says of headers behind what is in the logs.
pub(super) fn append(
    open: &ObjectStore,
    done: &ObjectStore,
    write: &Write<Tickets>,
) -> Result<(), StorageError> {
    let gone: Vec<(TicketId, Option<&Header>)> = write.gone.iter().map(|ticket| (*ticket, None)).collect();
    let mut said = [gone.clone(), gone];
    for (ticket, header) in &write.states {
        let is_done = header.kind.is_done();
        said[usize::from(is_done)].push((*ticket, Some(header)));
        // A ticket is in one of the two. Only one that is done, or that was, can have been in the other one.
        if is_done || header.reopenings > 0 {
            said[usize::from(!is_done)].push((*ticket, None));
        }
    }
    add(open, &said[0])?;
    add(done, &said[1])
}

pub(super) fn add(log: &ObjectStore, said: &[(TicketId, Option<&Header>)]) -> Result<(), StorageError> {
    for part in said.chunks(AT_ONCE) {
        let record = Uint8Array::from(&*pack(part.iter().map(|(ticket, header)| (ticket, *header))));
        // The commit reports what goes wrong.
        let _request = log.add(JsValue::from(record)).primitive()?;
    }
    Ok(())
}

impl Database {
    /// The confirmed headers of what is done.
    ///
    /// # Errors
    /// When they cannot be had.
    pub async fn done(&self) -> Result<Headers, StorageError> {
        let tx = self.connection.transaction(DONE).with_mode(TransactionMode::Readonly).build()?;
        let done = read(&tx.object_store(DONE)?).await?;
        drop(tx);
        done.renew().await
    }

    /// What other tabs wrote about headers since this one last looked.
    ///
    /// # Errors
    /// When it cannot be read.
    pub async fn changed_headers(&self) -> Result<Said, StorageError> {
        let tx = self.connection.transaction([OPEN, DONE]).with_mode(TransactionMode::Readonly).build()?;
        let mut read_up_to = self.read_up_to.get();
        let mut news = Vec::new();
        for (name, read) in [OPEN, DONE].into_iter().zip(&mut read_up_to) {
            let log = tx.object_store(name)?;
            let end = last(&log).await?;
            if end > *read {
                let since = KeyRange::Bound(*read, true, end, false);
                let rows = log.get_all::<JsValue>().with_query::<f64, _>(since).primitive()?.await?;
                news.push(rows.map(|row| Record::of(row?)).collect::<Result<Vec<_>, StorageError>>()?);
                *read = end;
            }
        }
        drop(tx);
        let mut found: HashMap<TicketId, Option<Header>> = HashMap::new();
        for records in news {
            let mut seen = HashSet::new();
            for record in records.into_iter().rev() {
                for (ticket, header) in record.said()?.into_iter().rev() {
                    if seen.insert(ticket) {
                        // It is in one log where it is gone from the other.
                        let known = found.entry(ticket).or_default();
                        *known = header.or(known.take());
                    }
                }
            }
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
                let rows = log.get_all::<JsValue>().with_query::<f64, _>(range()).primitive()?.await?;
                let mut kept = Vec::new();
                for row in rows.collect::<Result<Vec<_>, _>>()?.into_iter().rev() {
                    for (ticket, header) in Record::of(row)?.said()?.into_iter().rev() {
                        if seen.insert(ticket) {
                            kept.extend(header.map(|header| (ticket, header)));
                        }
                    }
                }
                let _request = log.delete::<f64, _>(range()).primitive()?;
                let kept: Vec<_> = kept.iter().map(|(ticket, header)| (*ticket, Some(header))).collect();
                add(&log, &kept)?;
            }
            *read = last(&log).await?;
        }
        tx.commit().await?;
        self.read_up_to.set(read_up_to);
        Ok(())
    }
}
