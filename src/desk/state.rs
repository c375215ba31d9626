//! The desk on this device: opening it, handing it to the pages, and keeping it in step with other tabs.

use std::collections::HashMap;
use std::rc::Rc;
use std::sync::Arc;

use async_lock::Mutex;
use holdfast_desk::queue::{Lists, Naming, Order, Query, View};
use holdfast_desk::sla::Sla;
use holdfast_desk::ticket::Shelf;
use holdfast_desk::{Actor, Directory, Instant, Rules, TicketId};
use holdfast_sync::protocol::{DeviceId, Epoch};
use holdfast_sync::tickets::{Again, TicketRules, not_yet};
use holdfast_sync::{Client, Replica, Tickets};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::alone::Beginning;
use super::api::{Api, Contact};
use super::recovery::{self, Trouble};
use super::searching::Searching;
use super::status::Status;
use super::sync::Syncer;
use super::views::Saved;
use super::{Account, alone};
use crate::browser::clock;
use crate::browser::database::{Database, Headers, StorageError};
use crate::browser::part::PartMissing;
use crate::browser::tabs::Tabs;

/// Rules and people, as the server last had them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Reference {
    /// The life of the server's database that counts the version; none where an older app stored this, or there is no
    /// server.
    #[serde(default)]
    pub epoch: Epoch,
    /// Grows with every change.
    pub version: u32,
    /// The rules in force.
    pub rules: Rules,
    /// Who there is.
    pub directory: Directory,
}

impl Reference {
    /// What decisions of this person rest on.
    pub(super) fn as_rules<'a>(&'a self, actor: &'a Actor, again: Again) -> TicketRules<'a> {
        TicketRules { rules: &self.rules, directory: &self.directory, actor, number: None, again }
    }
}

/// Why a desk cannot be opened.
#[derive(Clone, Debug, PartialEq, Error)]
pub enum OpenError {
    /// The device's database is of no use.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// The demonstration is not here.
    #[error(transparent)]
    Part(#[from] PartMissing),
}

/// What one tab tells the others.
#[derive(Serialize, Deserialize)]
pub(super) enum News {
    /// Something was stored: a person's work, or what came from the server.
    Stored,
    /// The server's database began another life, and everything confirmed is read anew.
    Restarted,
    /// Rules or people changed.
    Reference,
}

pub(super) struct Inner {
    pub database: Rc<Database>,
    pub device: DeviceId,
    /// Whether this browser had nothing of this person when the desk was opened.
    pub is_new: bool,
    /// Whether the person was told so.
    pub is_told: bool,
    /// Whether the database was made anew and lacks what memory has.
    pub is_bare: bool,
    /// Whether the database is being opened again, and when that was last begun.
    pub reopening: bool,
    pub reopened_at: Instant,
    pub account: Account,
    pub api: Option<Api>,
    /// What the device has, and what it does to keep in step.
    pub client: Client<Tickets>,
    pub reference: Option<Rc<Reference>>,
    /// The rules' clocks.
    pub sla: Sla,
    /// The person's views, and every ticket as it is shown.
    pub views: Rc<Vec<View>>,
    /// What people saved, and the same as queues; both come with the pages.
    pub saved: Saved,
    pub saved_views: Vec<View>,
    /// Held while it is said to the server.
    pub views_turn: Arc<Mutex<()>>,
    pub lists: Lists,
    /// Tickets that are not here any more, and that the searcher has not been told of.
    pub purged: Vec<TicketId>,
    /// Whether of what is done is known if it was in time.
    pub judges: bool,
    /// How names are found, and how what waits is decided again.
    pub naming: Naming,
    pub again: Again,
    pub searching: Searching,
    /// What has the words of a query, in an order or by rank.
    pub find: fn(&mut Self, &Query, Option<Order>, Order) -> Vec<TicketId>,
    pub contact: Option<Contact>,
    /// The same, as the database has it.
    pub kept_contact: Option<Contact>,
    /// Grows with everything that this tab stored.
    pub kept: u64,
    pub tabs: Tabs,
    pub syncer: Syncer,
    /// Held by what a person does until it is kept.
    pub turn: Arc<Mutex<()>>,
    /// Held while what another tab stored is read, and whether something is told of that nobody has begun to read.
    pub reading: Arc<Mutex<()>>,
    pub is_unread: bool,
    /// What was typed and could not be kept, by the draft's key: the page it was typed on may have been left.
    pub unkept: HashMap<String, String>,
}

impl Inner {
    /// Who acts here.
    pub fn actor(&self) -> Actor {
        let Some(api) = &self.api else { return Actor::from(self.account.person()) };
        let signed_in = api.actor();
        // Roles and teams change while a session goes on.
        let known = self.reference.as_ref().and_then(|known| known.directory.person(signed_in.person));
        known.map_or(signed_in, Actor::from)
    }

    /// How far the server's clock is ahead of the device's.
    pub fn offset_ms(&self) -> i64 {
        self.contact.map_or(0, |contact| contact.offset_ms)
    }

    /// The server's time, as far as the device knows.
    pub fn now(&self) -> Instant {
        clock::now().plus_millis(self.offset_ms())
    }
}

/// For so long headers are read before the page may answer, in milliseconds.
const AT_A_TIME_MS: i64 = 8;

/// A handle to the desk, cheap to copy into every part of the page.
#[derive(Clone, Copy)]
pub struct Desk {
    inner: StoredValue<Inner, LocalStorage>,
    /// Grows with every change of what is shown.
    pub revision: RwSignal<u64>,
    /// How things stand with the server.
    pub status: RwSignal<Status>,
    /// Whether everything on the device has been read: what is done comes after what is to be done.
    pub complete: RwSignal<bool>,
    /// What the person has to know of what this browser does with the desk's data.
    pub trouble: RwSignal<Option<Trouble>>,
    /// Grows when more was found.
    pub finds: RwSignal<u32>,
    /// Grows when the person changed their views.
    pub(super) views_changed: RwSignal<u32>,
    /// Grows when the connection to the database is lost.
    pub(super) losses: RwSignal<u32>,
    /// Grows when the database was made anew.
    pub(super) renewals: RwSignal<u32>,
}

impl Desk {
    /// Opens the desk of an account: from the device alone, without asking anybody.
    ///
    /// # Errors
    /// When the device's database cannot be opened or read.
    pub async fn open(account: Account) -> Result<Self, OpenError> {
        let name = account.database();
        let losses = RwSignal::new(0);
        // Before anything is read, so that nothing that changes after it goes unnoticed.
        let tabs = Tabs::open(&name);
        let database = Rc::new(open_database(&name, losses).await?);
        let stored = database.load::<Reference, Contact>().await?;
        let replica = Replica::new(Shelf::default(), stored.waiting, stored.parked, stored.position);
        let client = Client::new(replica);
        let api = match &account {
            Account::Signed(session, base) => Some(Api::new(base.clone(), session.clone())),
            Account::Alone(_) => None,
        };
        let revision = RwSignal::new(0);
        let status = RwSignal::new(Status::first(api.is_some(), stored.contact.map(|contact| contact.at)));
        let syncer = Syncer::new(&name);
        let inner = StoredValue::new_local(Inner {
            database,
            device: stored.device,
            is_new: stored.is_new,
            is_told: false,
            is_bare: false,
            reopening: false,
            reopened_at: Instant::default(),
            account,
            api,
            client,
            reference: None,
            sla: Sla::default(),
            views: Rc::default(),
            saved: Saved::default(),
            saved_views: Vec::new(),
            views_turn: Arc::default(),
            lists: Lists::default(),
            purged: Vec::new(),
            judges: false,
            naming: Naming::NONE,
            again: not_yet,
            searching: Searching::default(),
            // What searches comes with the pages.
            find: |_, _, _, _| Vec::new(),
            contact: stored.contact,
            kept_contact: stored.contact,
            kept: 0,
            tabs,
            syncer,
            turn: Arc::default(),
            reading: Arc::default(),
            is_unread: false,
            unkept: HashMap::new(),
        });
        let (complete, trouble) = (RwSignal::new(false), RwSignal::new(None));
        let renewals = RwSignal::new(0);
        let desk = Self {
            inner,
            revision,
            status,
            complete,
            trouble,
            finds: RwSignal::new(0),
            views_changed: RwSignal::new(0),
            losses,
            renewals,
        };
        match stored.reference {
            Some(reference) => desk.set_reference(reference),
            None if desk.is_alone() => desk.begin_alone().await?,
            None => {}
        }
        desk.read_headers(stored.open).await?;
        Ok(desk)
    }

    pub(super) fn with<T>(&self, read: impl FnOnce(&Inner) -> T) -> T {
        self.inner.with_value(read)
    }

    pub(super) fn with_mut<T>(&self, write: impl FnOnce(&mut Inner) -> T) -> T {
        let mut result = None;
        self.inner.update_value(|inner| result = Some(write(inner)));
        // The value lives as long as the page, so the closure above has run.
        #[allow(clippy::expect_used)]
        result.expect("the desk is there as long as the page")
    }

    /// Reads what is done. Nothing is sent or fetched before that: a page of the history may go on with any ticket.
    ///
    /// # Errors
    /// When something stored cannot be read.
    pub async fn complete(&self) -> Result<(), StorageError> {
        let done = self.database().done().await?;
        self.read_headers(done).await?;
        self.complete.set(true);
        self.changed();
        Ok(())
    }

    /// Reads a log of headers, so that the page answers meanwhile. What another tab has told of is newer.
    pub(super) async fn read_headers(&self, mut headers: Headers) -> Result<(), StorageError> {
        let mut begun = clock::now();
        while let Some(record) = headers.next()? {
            self.with_mut(|inner| inner.adopt(record, &mut headers.gone));
            if clock::now().millis() - begun.millis() > AT_A_TIME_MS {
                clock::sleep(0).await;
                begun = clock::now();
            }
        }
        Ok(())
    }

    pub(super) async fn begin_alone(&self) -> Result<(), OpenError> {
        let Beginning { reference, text, write } = alone::beginning(clock::now()).await?;
        let database = self.database();
        database.store(&write, None).await?;
        database.put_reference(text).await?;
        self.take_over(write);
        self.set_reference(reference);
        Ok(())
    }

    pub(super) fn database(&self) -> Rc<Database> {
        self.with(|inner| Rc::clone(&inner.database))
    }

    /// Does something with the database. Where the browser has dropped the connection, once more on a new one.
    pub(super) async fn stored<T>(
        &self,
        work: impl AsyncFn(Rc<Database>) -> Result<T, StorageError>,
    ) -> Result<T, StorageError> {
        let mut again = false;
        loop {
            let database = self.database();
            match work(Rc::clone(&database)).await {
                Err(_) if !again && !database.is_open() => self.reopen().await?,
                outcome => return outcome,
            }
            again = true;
        }
    }

    /// Opens the database again, when the connection is lost.
    pub(super) async fn reopen(&self) -> Result<(), StorageError> {
        match recovery::reopen(*self).await {
            Ok(opening) => opening.await,
            Err(missing) => Err(StorageError::Unusable(missing.to_string())),
        }
    }

    pub(super) fn set_reference(&self, reference: Reference) {
        self.with_mut(|inner| {
            inner.client.knows_reference(reference.epoch, reference.version);
            inner.reference = Some(Rc::new(reference));
            inner.compile();
            inner.look_again();
        });
        self.changed();
    }

    /// What is shown is to be looked at again.
    pub fn changed(&self) {
        self.revision.update(|revision| *revision += 1);
    }

    /// Whether there is no server.
    pub fn is_alone(&self) -> bool {
        self.with(|inner| inner.api.is_none())
    }

    /// Whose desk it is.
    pub fn account(&self) -> Account {
        self.with(|inner| inner.account.clone())
    }

    /// Who acts here.
    pub fn actor(&self) -> Actor {
        self.with(Inner::actor)
    }

    /// Rules and people; `None` until they were fetched for the first time. Tracks changes.
    pub fn reference(&self) -> Option<Rc<Reference>> {
        self.revision.track();
        self.with(|inner| inner.reference.clone())
    }

    /// The server's time, as far as the device knows.
    pub fn now(&self) -> Instant {
        self.with(Inner::now)
    }

    /// How far the server's clock is ahead of the device's.
    pub fn offset_ms(&self) -> i64 {
        self.with(Inner::offset_ms)
    }
}

/// Opens a database; `losses` grows when the connection to it is lost.
pub(super) async fn open_database(name: &str, losses: RwSignal<u32>) -> Result<Database, StorageError> {
    Database::open(name, move || losses.update(|losses| *losses += 1)).await
}
