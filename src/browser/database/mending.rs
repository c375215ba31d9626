//! What is done where a record is damaged. The histories stay the truth: headers and the directory are made of them again.
//! Of a history that is not whole any more nothing stays, so that it is seen to be missing, and fetched.

use std::collections::{HashMap, HashSet};

use holdfast_desk::ticket::{Shelf, evolve};
use holdfast_desk::{Event, Header, TicketId};
use holdfast_sync::protocol::{Epoch, Recorded, Seq};
use matrix_indexed_db_futures::KeyRange;
use matrix_indexed_db_futures::object_store::ObjectStore;
use matrix_indexed_db_futures::prelude::*;
use matrix_indexed_db_futures::transaction::{Transaction, TransactionDurability};
use uuid::Uuid;
use wasm_bindgen::JsValue;

use super::directory::{Directory, Entries};
use super::headers::{self, Record};
use super::histories::{self, PART};
use super::lines::lines;
use super::rows::{fact, put};
use super::store::breathe;
use super::{DIRECTORY, DONE, Database, EVENTS, FACTS, Fact, OPEN, Position, StorageError, record};

/// How often headers are made again where another tab stores something meanwhile.
const TIMES: usize = 5;

impl Database {
    /// Does something with the histories; where they are damaged, once more when that is mended.
    pub(super) async fn mending<T>(
        &self,
        work: impl AsyncFn() -> Result<T, StorageError>,
    ) -> Result<T, StorageError> {
        match work().await {
            Err(StorageError::Unreadable(_)) => {}
            outcome => return outcome,
        }
        let tx = self.write(&[EVENTS, DIRECTORY, FACTS], TransactionDurability::Relaxed)?;
        let directory = mend(&tx).await?;
        tx.commit().await?;
        self.directory.replace(directory);
        work().await
    }

    /// Writes the logs of headers anew, out of the histories. Returns whether something may be missing: then headers whose
    /// histories are not here are as what is left of the logs says, and everything is loaded again when that can be.
    ///
    /// # Errors
    /// When it does not work; then the logs are as they were.
    pub async fn rebuild(&self) -> Result<bool, StorageError> {
        for _ in 0..TIMES {
            match self.mending(async || self.rebuild_once().await).await {
                Err(StorageError::Moved) => {}
                outcome => return outcome,
            }
        }
        Err(StorageError::Moved)
    }

    async fn rebuild_once(&self) -> Result<bool, StorageError> {
        let from = self.position().await?;
        let mut told = Told::default();
        self.each(|_, record, _| told.tell(record)).await?;

        let tx = self.write(&[FACTS, OPEN, DONE], TransactionDurability::Relaxed)?;
        let (facts, logs) = (tx.object_store(FACTS)?, [tx.object_store(OPEN)?, tx.object_store(DONE)?]);
        if fact(&facts, Fact::Position).await? != from {
            tx.abort().await?;
            return Err(StorageError::Moved);
        }
        let is_whole = fact(&facts, Fact::Whole).await?.unwrap_or(false);
        let mut left = Shelf::default();
        for log in &logs {
            if !is_whole {
                left_in(log, &told.headers, &mut left).await?;
            }
            log.clear()?;
        }
        left.headers().for_each(|header| told.headers.put(header));
        write(&logs, &told.headers, &facts).await?;
        if let Some(position) = from.filter(|_| !is_whole) {
            // Of another life of the server's database: everything here gives way to what that has now.
            let position = Position { epoch: Epoch(Uuid::nil()), ..position };
            put(&facts, JsValue::from_str(Fact::Position.key()), &position)?;
        }
        let read_up_to = [headers::last(&logs[0]).await?, headers::last(&logs[1]).await?];
        tx.commit().await?;
        self.read_up_to.set(read_up_to);
        Ok(!is_whole)
    }
}

/// What the histories say of tickets, as far as they were gone through.
#[derive(Default)]
struct Told {
    headers: Shelf,
    up_to: HashMap<TicketId, Seq>,
}

impl Told {
    fn tell(&mut self, record: &str) -> Result<(), StorageError> {
        let mut events: Vec<Recorded<Event>> = Vec::new();
        for line in lines(record) {
            events.extend(line?.json.map(serde_json::from_str).transpose()?);
        }
        for run in events.chunk_by(|one, next| one.event.ticket == next.event.ticket) {
            let Some(ticket) = run.first().map(|recorded| recorded.event.ticket) else { continue };
            let up_to = self.up_to.entry(ticket).or_default();
            let mut header = self.headers.get(ticket);
            // What was fetched again may be here twice.
            for recorded in run.iter().filter(|recorded| recorded.seq > *up_to) {
                header = evolve(header, &recorded.event);
            }
            *up_to = run.iter().map(|recorded| recorded.seq).fold(*up_to, Seq::max);
            header.into_iter().for_each(|header| self.headers.put(header));
        }
        Ok(())
    }
}

/// What can still be read in a log of tickets that are not among those that were told. Of two words the later holds.
async fn left_in(log: &ObjectStore<'_>, told: &Shelf, left: &mut Shelf) -> Result<(), StorageError> {
    let mut seen = HashSet::new();
    let rows = log.get_all::<JsValue>().primitive()?.await?.collect::<Result<Vec<_>, _>>()?;
    for row in rows.into_iter().rev() {
        let said = Record::of(row).and_then(|record| record.said()).unwrap_or_default();
        for (ticket, header) in said.into_iter().rev() {
            let is_last = !told.has(ticket) && seen.insert(ticket);
            let Some(header) = header.filter(|_| is_last) else { continue };
            if left.get(ticket).is_none_or(|other| other.updated_at <= header.updated_at) {
                left.put(header);
            }
        }
    }
    Ok(())
}

/// Writes headers into the logs to which they belong.
async fn write(
    logs: &[ObjectStore<'_>; 2],
    headers: &Shelf,
    facts: &ObjectStore<'_>,
) -> Result<(), StorageError> {
    let mut parts = [Vec::new(), Vec::new()];
    for header in headers.headers() {
        let at = usize::from(header.kind.is_done());
        parts[at].push(header);
        if parts[at].len() == headers::AT_ONCE {
            add(&logs[at], &std::mem::take(&mut parts[at]))?;
            breathe(facts).await?;
        }
    }
    logs.iter().zip(&parts).try_for_each(|(log, part)| add(log, part))
}

fn add(log: &ObjectStore, part: &[Header]) -> Result<(), StorageError> {
    let said: Vec<_> = part.iter().map(|header| (header.id, Some(header))).collect();
    headers::add(log, &said)
}

/// Takes out what is damaged of the histories, with everything of the tickets that had something in it, and writes the
/// directory anew. Returns that.
pub(super) async fn mend(tx: &Transaction<'_>) -> Result<Directory, StorageError> {
    let (store, places) = (tx.object_store(EVENTS)?, tx.object_store(DIRECTORY)?);
    let mut known = Directory::default();
    let is_known = match known.read_on(&places).await {
        Err(StorageError::Unreadable(_)) => false,
        outcome => outcome.map(|()| true)?,
    };
    let (mut entries, mut damaged): (Vec<Entries>, HashSet<u32>) = Default::default();
    let keys = store.get_all_keys::<f64>().primitive()?.await?;
    for part in keys.collect::<Result<Vec<_>, _>>()?.chunks(PART) {
        let range = KeyRange::Bound(part[0], false, part[part.len() - 1], false);
        let rows = store.get_all::<JsValue>().with_query::<f64, _>(range).primitive()?.await?;
        for (key, row) in part.iter().zip(rows) {
            match record::tickets(&row?) {
                Ok(tickets) => entries.push((*key as u32, tickets.into_iter().collect())),
                Err(_) => {
                    damaged.insert(*key as u32);
                    let _request = store.delete(*key).primitive()?;
                }
            }
        }
    }
    let directory = Directory::write(&places, entries).await?;
    if damaged.is_empty() {
        return Ok(directory);
    }
    let _request = tx.object_store(FACTS)?.delete(Fact::Whole.key()).primitive()?;
    if is_known {
        histories::remove(&store, &directory, &known.tickets(&damaged)).await?;
        return Ok(directory);
    }
    // Nobody knows any more whose events those were.
    store.clear()?;
    Directory::write(&places, Vec::new()).await
}
