//! The device's database: one IndexedDB a person and workspace. A method is one transaction, all of it or nothing.
//!
//! | store | key | value |
//! | --- | --- | --- |
//! | `outbox` | counter given by the store | an event that waits for the server, with its stamp |
//! | `parked` | event | an event that needs a person |
//! | `events` | counter | confirmed events, some hundred ([`histories`]) |
//! | `directory` | counter | which records of `events` have something of which tickets ([`directory`]) |
//! | `open` | counter | headers of tickets that are not done, as the confirmed history leaves them, packed ([`headers`]) |
//! | `done` | counter | the same of those that are resolved or closed |
//! | `drafts` | what it is a draft of | text that somebody is typing |
//! | `facts` | name | device, the names it had before, position, reference data, last contact, that every history is whole |
//!
//! The outbox's key generator is the device's counter: it grows in the transaction that stores the event, for all
//! tabs alike, and never gives a number twice. So one record is event, outbox entry and counter at once, and what a
//! person sees of a waiting event is computed from it (see `docs/architecture.md`).

mod directory;
mod headers;
mod histories;
mod life;
mod lines;
mod mending;
mod merging;
mod record;
mod rows;
mod seldom;
mod store;
mod texts;
mod upgrade;

use std::cell::{Cell, RefCell};

use holdfast_desk::ticket::packed::PackedError;
use holdfast_sync::protocol::{DeviceId, DeviceSeq};
use holdfast_sync::write::PositionOf;
use holdfast_sync::{Parked, Tickets, Waiting};
use matrix_indexed_db_futures::database::Database as Connection;
use matrix_indexed_db_futures::error::{DomException, Error as IdbError, OpenDbError, UnexpectedDataError};
use matrix_indexed_db_futures::prelude::*;
use matrix_indexed_db_futures::transaction::{
    Transaction, TransactionDurability, TransactionMode, TransactionOptions,
};
use serde::Serialize;
use serde::de::DeserializeOwned;
use thiserror::Error;
use wasm_bindgen::JsValue;

use super::part::PartMissing;
use super::{opening, random};
use directory::Directory;
pub use headers::Headers;
use rows::{Work, fact, put, put_text};
use seldom::seldom;

/// An event of this desk that waits.
pub type WaitingEvent = Waiting<holdfast_desk::Event>;
/// How far this device has read.
pub type Position = PositionOf<Tickets>;
/// An event of this desk that needs a person.
pub type ParkedEvent = Parked<holdfast_desk::Event, holdfast_desk::Refusal>;

/// Why the device cannot keep something.
#[derive(Clone, Debug, PartialEq, Error)]
pub enum StorageError {
    /// There is no room left.
    #[error("this device has no room left; free some space and save again")]
    Full,
    /// A newer version of the app, in another tab, has changed the database's format.
    #[error("a newer version of Holdfast is open in another tab; reload this page")]
    Newer,
    /// It is of an older version of the app and not brought up to date yet.
    #[error("what this browser keeps for you is of an older version of Holdfast; reload this page")]
    Older,
    /// Another tab has moved on since this one last looked.
    #[error("another tab was faster")]
    Moved,
    /// Something is stored that cannot be read.
    #[error("something that this browser keeps for you cannot be read ({0})")]
    Unreadable(String),
    /// The browser does not give us its database.
    #[error("this browser's database cannot be used ({0}); a private window or a full disk may be why")]
    Unusable(String),
}

impl From<IdbError> for StorageError {
    fn from(error: IdbError) -> Self {
        match &error {
            IdbError::DomException(DomException::Other(other)) => match other.name().as_str() {
                "QuotaExceededError" => Self::Full,
                "VersionError" => Self::Newer,
                _ => Self::Unusable(format!("{}: {}", other.name(), other.message())),
            },
            // Browsers notice at the commit that there is no room, and end the transaction with no word to whoever
            // asked for it.
            IdbError::MissingData(UnexpectedDataError::TransactionAborted) => Self::Full,
            // What the library says of these is of no use to a person, and would bring along how it says numbers.
            _ => Self::Unusable("it answers with something else".to_owned()),
        }
    }
}

impl From<OpenDbError> for StorageError {
    fn from(error: OpenDbError) -> Self {
        match error {
            OpenDbError::Base(error) => error.into(),
            _ => Self::Unusable("it cannot be opened".to_owned()),
        }
    }
}

/// A part of the app that is needed first.
impl From<PartMissing> for StorageError {
    fn from(missing: PartMissing) -> Self {
        Self::Unusable(missing.to_string())
    }
}

impl From<PackedError> for StorageError {
    fn from(error: PackedError) -> Self {
        Self::Unreadable(error.to_string())
    }
}

impl From<serde_json::Error> for StorageError {
    fn from(error: serde_json::Error) -> Self {
        Self::Unreadable(error.to_string())
    }
}

const OUTBOX: &str = "outbox";
const PARKED: &str = "parked";
const EVENTS: &str = "events";
const DIRECTORY: &str = "directory";
const OPEN: &str = "open";
const DONE: &str = "done";
const DRAFTS: &str = "drafts";
const FACTS: &str = "facts";
/// All of them, each with whether it counts what is added to it.
const STORES: [(&str, bool); 8] = [
    (OUTBOX, true),
    (PARKED, false),
    (DRAFTS, false),
    (FACTS, false),
    (OPEN, true),
    (DONE, true),
    (EVENTS, true),
    (DIRECTORY, true),
];
/// Everything but drafts, which nobody else's writing concerns.
const ALL: [&str; 7] = [OUTBOX, PARKED, EVENTS, DIRECTORY, OPEN, DONE, FACTS];

/// Facts of which there is one each.
#[derive(Clone, Copy, Debug)]
enum Fact {
    Device,
    /// What it was called before.
    NamesBefore,
    Position,
    Reference,
    Contact,
    /// That no history was ever taken out of what is kept here. Taking it away needs no room.
    Whole,
}

impl Fact {
    fn key(self) -> &'static str {
        match self {
            Self::Device => "device",
            Self::NamesBefore => "names before",
            Self::Position => "position",
            Self::Reference => "reference",
            Self::Contact => "contact",
            Self::Whole => "whole",
        }
    }
}

/// What is read when the app starts: all there is to work on. What is done is read after that ([`Database::done`]),
/// histories when a ticket is opened.
#[derive(Debug)]
pub struct Snapshot<R, C> {
    /// This device.
    pub device: DeviceId,
    /// Whether the database was made just now.
    pub is_new: bool,
    /// Confirmed headers of what is not done.
    pub open: Headers,
    /// The outbox, in order.
    pub waiting: Vec<WaitingEvent>,
    /// What needs a person.
    pub parked: Vec<ParkedEvent>,
    /// How far the device has read.
    pub position: Option<Position>,
    /// Rules and people.
    pub reference: Option<R>,
    /// When the server last answered.
    pub contact: Option<C>,
}

/// An open database.
#[derive(Debug)]
pub struct Database {
    connection: Connection,
    read_up_to: Cell<headers::ReadUpTo>,
    directory: RefCell<Directory>,
}

impl Database {
    /// Opens the database of this name, or makes it. `on_loss` is called when the browser drops the connection, and when
    /// another tab deletes the database or changes its format, for which this connection makes way.
    ///
    /// # Errors
    /// [`StorageError::Unusable`] where the browser gives none, [`StorageError::Newer`] where its format is newer.
    pub async fn open(name: &str, on_loss: impl Fn() + Clone + 'static) -> Result<Self, StorageError> {
        let connection = match opening::open(name, upgrade::VERSION, &STORES).await {
            Err(StorageError::Older) => {
                (seldom().await?.upgrade)(name).await?;
                opening::open(name, upgrade::VERSION, &STORES).await?
            }
            outcome => outcome?,
        };
        life::watch(&connection, on_loss);
        Ok(Self { connection, read_up_to: Cell::default(), directory: RefCell::default() })
    }

    /// Reads what the app needs to start.
    ///
    /// # Errors
    /// When something stored cannot be read.
    pub async fn load<R: DeserializeOwned, C: DeserializeOwned>(
        &self,
    ) -> Result<Snapshot<R, C>, StorageError> {
        let tx = self.connection.transaction(ALL).with_mode(TransactionMode::Readonly).build()?;
        let facts = tx.object_store(FACTS)?;
        let known = fact(&facts, Fact::Device).await?;
        let position = fact(&facts, Fact::Position).await?;
        let reference = fact(&facts, Fact::Reference).await?;
        let contact = fact(&facts, Fact::Contact).await?;
        let (open, done) = (tx.object_store(OPEN)?, tx.object_store(DONE)?);
        // What is done is read later; what was written to it until then, once more.
        self.read_up_to.set([headers::last(&open).await?, headers::last(&done).await?]);
        let open = headers::read(&open).await?;
        let work = Work::of(&tx.object_store(OUTBOX)?, &tx.object_store(PARKED)?).await?;
        drop(tx);
        let (waiting, parked) = work.read().await?;
        let open = open.renew().await?;
        let (device, is_new) = match known {
            Some(device) => (device, false),
            None => (self.device().await?, true),
        };
        Ok(Snapshot { device, is_new, open, waiting, parked, position, reference, contact })
    }

    /// The outbox, what needs a person, and how far the device has read: what other tabs may have changed.
    ///
    /// # Errors
    /// When something stored cannot be read.
    pub async fn load_work(
        &self,
    ) -> Result<(Vec<WaitingEvent>, Vec<ParkedEvent>, Option<Position>), StorageError> {
        let stores = [OUTBOX, PARKED, FACTS];
        let tx = self.connection.transaction(stores).with_mode(TransactionMode::Readonly).build()?;
        let position = fact(&tx.object_store(FACTS)?, Fact::Position).await?;
        let work = Work::of(&tx.object_store(OUTBOX)?, &tx.object_store(PARKED)?).await?;
        drop(tx);
        let (waiting, parked) = work.read().await?;
        Ok((waiting, parked, position))
    }

    /// Keeps an event that was just made, for good, and forgets the draft that it was made from: when this returns,
    /// both are on the disk. Returns the event's counter.
    ///
    /// # Errors
    /// When it could not be kept; then nothing of it is, and the draft stays.
    pub async fn append(&self, event: &WaitingEvent, draft: Option<&str>) -> Result<DeviceSeq, StorageError> {
        let stores: &[&str] = if draft.is_some() { &[OUTBOX, DRAFTS] } else { &[OUTBOX] };
        let tx = self.write(stores, TransactionDurability::Strict)?;
        if let Some(draft) = draft {
            let _request = tx.object_store(DRAFTS)?.delete(draft).primitive()?;
        }
        let store = tx.object_store(OUTBOX)?;
        let request = store.add(serde_json::to_string(event)?).with_key_type::<f64>().primitive()?;
        tx.commit().await?;
        Ok(request.await? as DeviceSeq)
    }

    /// Keeps events that were made together, for good: when this returns, all of them are on the disk. Returns the first
    /// one's counter; each of the others has the next.
    ///
    /// # Errors
    /// When they could not be kept; then none of them is.
    pub async fn append_many(&self, events: &[WaitingEvent]) -> Result<DeviceSeq, StorageError> {
        let tx = self.write(&[OUTBOX], TransactionDurability::Strict)?;
        let store = tx.object_store(OUTBOX)?;
        let mut requests = Vec::with_capacity(events.len());
        for event in events {
            requests.push(store.add(serde_json::to_string(event)?).with_key_type::<f64>().primitive()?);
        }
        tx.commit().await?;
        match requests.into_iter().next() {
            Some(request) => Ok(request.await? as DeviceSeq),
            None => Ok(0),
        }
    }

    /// What was being typed under this key.
    ///
    /// # Errors
    /// When it cannot be read.
    pub async fn draft(&self, key: &str) -> Result<Option<String>, StorageError> {
        let tx = self.connection.transaction(DRAFTS).with_mode(TransactionMode::Readonly).build()?;
        Ok(tx.object_store(DRAFTS)?.get(key).primitive()?.await?)
    }

    /// Keeps what is being typed: when this returns, it is on the disk. A blank draft is forgotten.
    ///
    /// # Errors
    /// When it could not be kept.
    pub async fn put_draft(&self, key: &str, text: &str) -> Result<(), StorageError> {
        let tx = self.write(&[DRAFTS], TransactionDurability::Strict)?;
        let store = tx.object_store(DRAFTS)?;
        if text.is_empty() {
            let _request = store.delete(key).primitive()?;
        } else {
            let _request = store.put(text).with_key(key).primitive()?;
        }
        Ok(tx.commit().await?)
    }

    /// Keeps rules and people, as they came.
    ///
    /// # Errors
    /// When they could not be kept.
    pub async fn put_reference(&self, reference: String) -> Result<(), StorageError> {
        self.put_fact(Fact::Reference, reference).await
    }

    /// Keeps when the server last answered.
    ///
    /// # Errors
    /// When it could not be kept.
    pub async fn put_contact(&self, contact: &impl Serialize) -> Result<(), StorageError> {
        self.put_fact(Fact::Contact, serde_json::to_string(contact)?).await
    }

    async fn put_fact(&self, name: Fact, text: String) -> Result<(), StorageError> {
        let tx = self.write(&[FACTS], TransactionDurability::Relaxed)?;
        put_text(&tx.object_store(FACTS)?, JsValue::from_str(name.key()), text)?;
        Ok(tx.commit().await?)
    }

    /// This device: made up when its database is new, and kept as long as that lives.
    async fn device(&self) -> Result<DeviceId, StorageError> {
        let tx = self.write(&[FACTS], TransactionDurability::Strict)?;
        let facts = tx.object_store(FACTS)?;
        if let Some(device) = fact(&facts, Fact::Device).await? {
            tx.commit().await?;
            return Ok(device);
        }
        let device = DeviceId(random::uuid());
        put(&facts, JsValue::from_str(Fact::Device.key()), &device)?;
        put_text(&facts, JsValue::from_str(Fact::Whole.key()), "true".to_owned())?;
        tx.commit().await?;
        Ok(device)
    }

    fn write(
        &self,
        stores: &[&str],
        durability: TransactionDurability,
    ) -> Result<Transaction<'_>, StorageError> {
        let options = TransactionOptions::new().with_durability(durability);
        let tx = self.connection.transaction(stores).with_mode(TransactionMode::Readwrite);
        Ok(tx.with_options(options).build()?)
    }
}
