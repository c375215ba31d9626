//! The histories: what is confirmed, some hundred events a record ([`super::lines`]). A directory leads from a ticket to
//! its records ([`super::directory`]); in them, in the order of their keys, its events lie in their order.

use std::collections::{HashMap, HashSet};

use holdfast_desk::{Event, TicketId};
use holdfast_sync::protocol::Recorded;
use matrix_indexed_db_futures::KeyRange;
use matrix_indexed_db_futures::error::Error as IdbError;
use matrix_indexed_db_futures::object_store::ObjectStore;
use matrix_indexed_db_futures::prelude::*;
use matrix_indexed_db_futures::transaction::{Transaction, TransactionDurability, TransactionMode};
use wasm_bindgen::JsValue;

use super::directory::{self, Directory, Entries};
use super::lines::{add, lines};
use super::mending::mend;
use super::record::{self, text};
use super::rows::names;
use super::{DIRECTORY, Database, EVENTS, FACTS, Fact, StorageError};

/// Events of a record at the most, beside the rest of the last ticket's.
pub(super) const AT_ONCE: usize = 256;
/// Records that are looked at in one transaction.
pub(super) const PART: usize = 16;

/// Events as they are stored: texts of JSON with their tickets.
pub(super) fn as_rows(events: &[Recorded<Event>]) -> Result<Vec<(TicketId, String)>, StorageError> {
    let mut rows = Vec::with_capacity(events.len());
    for recorded in events {
        rows.push((recorded.event.ticket, serde_json::to_string(recorded)?));
    }
    Ok(rows)
}

/// Adds events to the histories. Returns what the directory has to say of the new records.
pub(super) async fn append(
    store: &ObjectStore<'_>,
    events: &[(TicketId, String)],
) -> Result<Vec<Entries>, IdbError> {
    let mut order = Vec::new();
    let mut by_ticket: HashMap<TicketId, Vec<&str>> = HashMap::new();
    for (ticket, event) in events {
        let of_ticket = by_ticket.entry(*ticket).or_default();
        if of_ticket.is_empty() {
            order.push(*ticket);
        }
        of_ticket.push(event);
    }
    let mut written = Vec::new();
    let (mut tickets, mut record, mut count) = (Vec::new(), String::new(), 0);
    let last = order.last().copied();
    for ticket in order {
        tickets.push(ticket);
        for event in &by_ticket[&ticket] {
            add(&mut record, ticket, event);
            count += 1;
        }
        if count >= AT_ONCE || Some(ticket) == last {
            let request = store.add(record::stored(&record)).with_key_type::<f64>().primitive()?;
            written.push((request, std::mem::take(&mut tickets)));
            (record, count) = (String::new(), 0);
        }
    }
    let mut entries = Vec::new();
    for (request, tickets) in written {
        let key = request.await?;
        entries.push((key as u32, tickets));
    }
    Ok(entries)
}

/// Takes the events of these tickets out, as the directory finds them.
pub(super) async fn remove(
    store: &ObjectStore<'_>,
    directory: &Directory,
    tickets: &HashSet<TicketId>,
) -> Result<(), StorageError> {
    for key in directory.records(tickets) {
        let row: Option<JsValue> = store.get(f64::from(key)).primitive()?.await?;
        if let Some(row) = row {
            without(store, key.into(), &text(&row)?, tickets)?;
        }
    }
    Ok(())
}

/// Writes a record anew without these tickets.
fn without(
    store: &ObjectStore,
    key: f64,
    record: &str,
    tickets: &HashSet<TicketId>,
) -> Result<(), StorageError> {
    let mut left = String::new();
    for line in lines(record) {
        let line = line?;
        if !tickets.contains(&line.ticket) {
            left.push_str(line.whole);
            left.push('\n');
        }
    }
    // The commit reports what goes wrong.
    if left.is_empty() {
        let _request = store.delete(key).primitive()?;
    } else if left.len() < record.len() {
        let _request = store.put(record::stored(&left)).with_key(JsValue::from_f64(key)).primitive()?;
    }
    Ok(())
}

impl Database {
    /// A ticket's confirmed history, in order. Where something in its way is damaged, what is left of it.
    ///
    /// # Errors
    /// When it cannot be read.
    pub async fn history(&self, ticket: TicketId) -> Result<Vec<Recorded<Event>>, StorageError> {
        self.mending(async || self.read_history(ticket).await).await
    }

    async fn read_history(&self, ticket: TicketId) -> Result<Vec<Recorded<Event>>, StorageError> {
        let tx =
            self.connection.transaction([EVENTS, DIRECTORY]).with_mode(TransactionMode::Readonly).build()?;
        let (store, directory) = (tx.object_store(EVENTS)?, tx.object_store(DIRECTORY)?);
        let directory = self.directory(&directory).await?;
        let records = directory.records(&HashSet::from([ticket]));
        self.directory.replace(directory);
        let mut asked = Vec::new();
        for key in records {
            asked.push(store.get::<JsValue, _, _>(f64::from(key)).primitive()?);
        }
        let mut history = Vec::new();
        for request in asked {
            let Some(row) = request.await? else { continue };
            for line in lines(&text(&row)?) {
                let line = line?;
                if let (true, Some(json)) = (line.ticket == ticket, line.json) {
                    history.push(serde_json::from_str(json)?);
                }
            }
        }
        // What was fetched again may have had more than this device had read, which came once more when it read on.
        history.sort_by_key(|recorded: &Recorded<Event>| recorded.seq);
        history.dedup_by_key(|recorded| recorded.seq);
        Ok(history)
    }

    /// Every confirmed event that this device made: what a restored server may lack.
    ///
    /// # Errors
    /// When one cannot be read.
    pub async fn made_here(&self) -> Result<Vec<Recorded<Event>>, StorageError> {
        let tx = self.connection.transaction(FACTS).with_mode(TransactionMode::Readonly).build()?;
        let names = names(&tx.object_store(FACTS)?).await?;
        drop(tx);
        let Some(names) = names else { return Ok(Vec::new()) };
        let before = names.before.iter().map(|(name, _)| name.to_string());
        let known_as: Vec<String> = before.chain([names.now.to_string()]).collect();
        let is_named = |json: &&str| known_as.iter().any(|name| json.contains(name));
        self.mending(async || {
            let (mut made, mut seen) = (Vec::new(), HashSet::new());
            self.each(|_, record, _| {
                for line in lines(record) {
                    if let Some(json) = line?.json.filter(is_named) {
                        let recorded: Recorded<Event> = serde_json::from_str(json)?;
                        let is_ours = recorded.stamp.is_some_and(|stamp| names.made(&stamp));
                        made.extend((is_ours && seen.insert(recorded.seq)).then_some(recorded));
                    }
                }
                Ok(())
            })
            .await?;
            Ok(made)
        })
        .await
    }

    /// Drops the confirmed histories of these tickets. One with something in it that this device made stays whole: a
    /// server that was restored from a backup may lack it. Returns how many went.
    ///
    /// # Errors
    /// When one cannot be dropped; those before it may be gone.
    pub async fn drop_histories(&self, tickets: &[TicketId]) -> Result<usize, StorageError> {
        let mut tickets: HashSet<TicketId> = tickets.iter().copied().collect();
        for recorded in self.made_here().await? {
            tickets.remove(&recorded.event.ticket);
        }
        let tx = self.write(&[FACTS], TransactionDurability::Relaxed)?;
        let _request = tx.object_store(FACTS)?.delete(Fact::Whole.key()).primitive()?;
        tx.commit().await?;
        // What is left of a record is written anew, which takes room: first goes what leaves nothing.
        let mut dropped = HashSet::new();
        for writes in [false, true] {
            let pass = self.each(|key, record, store| {
                let of = lines(record)
                    .map(|line| Ok(line?.ticket))
                    .collect::<Result<HashSet<_>, StorageError>>()?;
                let goes: HashSet<TicketId> = of.intersection(&tickets).copied().collect();
                if !goes.is_empty() && (writes || goes.len() == of.len()) {
                    without(store, key, record, &goes)?;
                    dropped.extend(goes);
                }
                Ok(())
            });
            match pass.await {
                Err(StorageError::Full) if !dropped.is_empty() => break,
                outcome => outcome?,
            }
        }
        Ok(dropped.len())
    }

    /// Keeps the confirmed history of a ticket that was dropped, in the place of what is here of it.
    ///
    /// # Errors
    /// When it could not be kept.
    pub async fn put_history(
        &self,
        ticket: TicketId,
        history: &[Recorded<Event>],
    ) -> Result<(), StorageError> {
        let tx = self.write(&[EVENTS, DIRECTORY, FACTS], TransactionDurability::Relaxed)?;
        self.take_out(&tx, &HashSet::from([ticket])).await?;
        let (store, places) = (tx.object_store(EVENTS)?, tx.object_store(DIRECTORY)?);
        directory::add(&places, &append(&store, &as_rows(history)?).await?)?;
        Ok(tx.commit().await?)
    }

    /// Takes the histories of these tickets out, and whatever is damaged.
    pub(super) async fn take_out(
        &self,
        tx: &Transaction<'_>,
        tickets: &HashSet<TicketId>,
    ) -> Result<(), StorageError> {
        let (store, places) = (tx.object_store(EVENTS)?, tx.object_store(DIRECTORY)?);
        let removed = async |directory: Directory| {
            remove(&store, &directory, tickets).await?;
            Ok(directory)
        };
        let outcome = match self.directory(&places).await {
            Ok(directory) => removed(directory).await,
            Err(error) => Err(error),
        };
        let directory = match outcome {
            Err(StorageError::Unreadable(_)) => removed(mend(tx).await?).await?,
            outcome => outcome?,
        };
        self.directory.replace(directory);
        Ok(())
    }

    /// The directory as it is now. To be given back, so that it need not be read from the beginning the next time.
    pub(super) async fn directory(&self, places: &ObjectStore<'_>) -> Result<Directory, StorageError> {
        let mut directory = self.directory.take();
        directory.read_on(places).await?;
        Ok(directory)
    }

    /// Goes through all records, some in each transaction.
    pub(super) async fn each(
        &self,
        mut work: impl FnMut(f64, &str, &ObjectStore) -> Result<(), StorageError>,
    ) -> Result<(), StorageError> {
        let tx = self.connection.transaction(EVENTS).with_mode(TransactionMode::Readonly).build()?;
        let keys = tx.object_store(EVENTS)?.get_all_keys::<f64>().primitive()?.await?;
        let keys = keys.collect::<Result<Vec<_>, _>>()?;
        drop(tx);
        for part in keys.chunks(PART) {
            let range = || KeyRange::Bound(part[0], false, part[part.len() - 1], false);
            let tx = self.write(&[EVENTS], TransactionDurability::Relaxed)?;
            let store = tx.object_store(EVENTS)?;
            let rows = store.get_all::<JsValue>().with_query::<f64, _>(range()).primitive()?.await?;
            // Another tab may have taken some out meanwhile.
            let keys = store.get_all_keys::<f64>().with_query::<f64, _>(range()).primitive()?.await?;
            for (key, row) in keys.zip(rows) {
                work(key?, &text(&row?)?, &store)?;
            }
            tx.commit().await?;
        }
        Ok(())
    }
}
