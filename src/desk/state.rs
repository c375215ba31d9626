//! The desk's state on this device, and acting on it.

use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use holdfast_desk::queue::{Entry, View};
use holdfast_desk::sla::{Clocks, WorkingTime, clocks};
use holdfast_desk::ticket::{NewTicket, decide, evolve};
use holdfast_desk::{
    Actor, Command, Directory, Event, EventId, Header, Instant, Refusal, Rules, TicketId, queue,
};
use holdfast_sync::protocol::{DeviceId, Proposed, Recorded, Stamp};
use holdfast_sync::replica::Position;
use holdfast_sync::tickets::TicketRules;
use holdfast_sync::{Replica, Tickets, Waiting, Write};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::api::{Api, Contact};
use super::sync::{Status, Syncer};
use super::{Account, Draft, alone};
use crate::browser::database::{Database, StorageError, read_header};
use crate::browser::tabs::Tabs;
use crate::browser::{clock, random};

/// Rules and people, as the server last had them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Reference {
    /// Grows with every change.
    pub version: u32,
    /// The rules in force.
    pub rules: Rules,
    /// Who there is.
    pub directory: Directory,
}

impl Reference {
    /// What decisions of this person rest on.
    pub(super) fn as_rules<'a>(&'a self, actor: &'a Actor) -> TicketRules<'a> {
        TicketRules { rules: &self.rules, directory: &self.directory, actor, number: None }
    }
}

/// Headers of finished tickets that are read without a pause: some milliseconds' work.
const DONE_AT_ONCE: usize = 500;

/// Why something that a person did is not saved.
#[derive(Clone, Debug, PartialEq, Error)]
pub enum ActError {
    /// A rule stands against it.
    #[error("{0}")]
    Refused(#[from] Refusal),
    /// The device could not keep it.
    #[error("{0}")]
    Storage(#[from] StorageError),
    /// The rules have not arrived yet.
    #[error("the desk is still being fetched; try again in a moment")]
    NotReady,
}

/// What one tab tells the others.
#[derive(Serialize, Deserialize)]
pub(super) enum News {
    /// Something was added to the outbox or to what needs a person, or left it.
    Work,
    /// These tickets have a longer history.
    Tickets(Vec<TicketId>),
    /// The server's database began another life, and everything confirmed is read anew.
    Restarted,
    /// Rules or people changed.
    Reference,
}

pub(super) struct Inner {
    pub database: Rc<Database>,
    pub device: DeviceId,
    pub account: Account,
    pub api: Option<Api>,
    pub replica: Replica<Tickets>,
    pub reference: Option<Rc<Reference>>,
    pub time: Rc<WorkingTime>,
    pub contact: Option<Contact>,
    pub tabs: Tabs,
    pub syncer: Syncer,
    /// What search looks through, a ticket; made when first asked for.
    searched: HashMap<TicketId, String>,
}

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
}

impl Desk {
    /// Opens the desk of an account: from the device alone, without asking anybody.
    ///
    /// # Errors
    /// When the device's database cannot be opened or read.
    pub async fn open(account: Account) -> Result<Self, StorageError> {
        let name = account.database();
        let database = Rc::new(Database::open(&name).await?);
        let mut stored = database.load::<Reference, Contact>().await?;
        read_again(&database, &mut stored.open, stored.position).await?;
        let open = stored.open.into_iter().map(|header| (header.id, header));
        let replica = Replica::new(open, stored.waiting, stored.parked, stored.position);
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
            account,
            api,
            replica,
            reference: None,
            time: Rc::new(WorkingTime::always()),
            contact: stored.contact,
            tabs: Tabs::listen::<News>("", |_| {}),
            syncer,
            searched: HashMap::new(),
        });
        let desk = Self { inner, revision, status, complete: RwSignal::new(false) };
        let tabs = Tabs::listen(&name, move |news| desk.hear(news));
        desk.with_mut(|inner| inner.tabs = tabs);
        match stored.reference {
            Some(reference) => desk.set_reference(reference),
            None if desk.is_alone() => desk.begin_alone().await?,
            None => {}
        }
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

    /// Reads what is done, a few tickets at a time, so that the page answers meanwhile. Nothing is sent or fetched
    /// before that: a page of the history may go on with any ticket.
    ///
    /// # Errors
    /// When something stored cannot be read.
    pub async fn complete(&self) -> Result<(), StorageError> {
        let texts = self.database().done().await?;
        for part in texts.chunks(DONE_AT_ONCE) {
            let headers: Result<Vec<Header>, _> = part.iter().map(|text| read_header(text)).collect();
            let mut headers = headers?;
            let (database, position) = (self.database(), self.with(|inner| inner.replica.position()));
            read_again(&database, &mut headers, position).await?;
            // What another tab has told of meanwhile is newer.
            let is_new = |header: &Header| self.with(|inner| inner.replica.confirmed(header.id).is_none());
            let states = headers.into_iter().filter(is_new).map(|header| (header.id, header)).collect();
            self.take_over(Write { states, ..Write::default() });
            clock::sleep(0).await;
        }
        self.complete.set(true);
        self.changed();
        Ok(())
    }

    async fn begin_alone(&self) -> Result<(), StorageError> {
        let (reference, write) = alone::beginning(clock::now());
        let database = self.database();
        database.store(&write, None).await?;
        database.put_reference(&reference).await?;
        self.with_mut(|inner| inner.replica.apply(write));
        self.set_reference(reference);
        Ok(())
    }

    pub(super) fn database(&self) -> Rc<Database> {
        self.with(|inner| Rc::clone(&inner.database))
    }

    pub(super) fn set_reference(&self, reference: Reference) {
        self.with_mut(|inner| {
            // Rules that cannot be compiled never leave the server; should they all the same, clocks run around the
            // clock rather than not at all.
            let time = reference.rules.sla.working_time().unwrap_or_else(|_| WorkingTime::always());
            inner.time = Rc::new(time);
            inner.reference = Some(Rc::new(reference));
            inner.searched.clear();
        });
        self.changed();
    }

    pub(super) fn changed(&self) {
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
        self.with(|inner| match &inner.api {
            Some(api) => api.actor(),
            None => Actor::from(inner.account.person()),
        })
    }

    /// Rules and people; `None` until they were fetched for the first time. Tracks changes.
    pub fn reference(&self) -> Option<Rc<Reference>> {
        self.revision.track();
        self.with(|inner| inner.reference.clone())
    }

    /// The server's time, as far as the device knows.
    pub fn now(&self) -> Instant {
        clock::now().plus_millis(self.offset_ms())
    }

    fn offset_ms(&self) -> i64 {
        self.with(|inner| inner.contact.map_or(0, |contact| contact.offset_ms))
    }

    /// Does something to a ticket. When this returns, it is saved on this device.
    ///
    /// # Errors
    /// Why it is not; then nothing happened.
    pub async fn act(&self, ticket: TicketId, command: Command) -> Result<EventId, ActError> {
        self.commit(ticket, command, None).await
    }

    /// The same with what was typed: the draft becomes the event, so that the words are never there twice.
    ///
    /// # Errors
    /// Why it is not saved; then nothing happened and the draft stays.
    pub async fn act_from(
        &self,
        draft: Draft,
        ticket: TicketId,
        command: Command,
    ) -> Result<EventId, ActError> {
        let key = draft.hold();
        let outcome = self.commit(ticket, command, Some(&key)).await;
        match &outcome {
            Ok(_) => draft.sent(),
            Err(_) => draft.go_on(),
        }
        outcome
    }

    async fn commit(
        &self,
        ticket: TicketId,
        command: Command,
        draft: Option<&str>,
    ) -> Result<EventId, ActError> {
        let reference = self.with(|inner| inner.reference.clone()).ok_or(ActError::NotReady)?;
        let actor = self.actor();
        let state = self.with(|inner| inner.state(ticket, &actor));
        let occurred_at = clock::now();
        let offset_ms = self.offset_ms();
        let at = occurred_at.plus_millis(offset_ms);
        let at = state.as_ref().map_or(at, |header| at.max(header.updated_at));
        let changes = decide(state.as_ref(), &command, &reference.as_rules(&actor).context(at))?;
        let event = Event { id: random::event_id(), ticket, by: actor.person, at, changes };
        let (database, device) = self.with(|inner| (Rc::clone(&inner.database), inner.device));
        let stamp = Stamp { device, device_seq: 0, occurred_at, offset_ms };
        let id = event.id;
        let mut waiting = Waiting { proposed: Proposed { stamp, event }, accepted: None };
        waiting.proposed.stamp.device_seq = database.append(&waiting, draft).await?;
        let desk = *self;
        self.take_over(Write { waiting: vec![waiting], ..Write::default() });
        // The caller says "saved" first; the page is drawn anew right after that.
        clock::after(0, move || {
            desk.changed();
            desk.with(|inner| inner.tabs.tell(&News::Work));
            desk.wake();
        });
        Ok(id)
    }

    /// Raises a ticket from what was typed; returns which it became.
    ///
    /// # Errors
    /// Why it is not saved.
    pub async fn raise(&self, draft: Draft, ticket: NewTicket) -> Result<TicketId, ActError> {
        let id = random::ticket_id();
        self.act_from(draft, id, Command::create(ticket)).await?;
        Ok(id)
    }

    /// Takes something off the list of what needs a person, for good.
    ///
    /// # Errors
    /// When the device could not keep that.
    pub async fn dismiss(&self, event: EventId) -> Result<(), ActError> {
        let (write, from) = self.with(|inner| (inner.replica.dismissed(event), inner.replica.position()));
        self.database().store(&write, from).await?;
        self.took_over(write);
        self.with(|inner| inner.tabs.tell(&News::Work));
        Ok(())
    }

    /// Takes over what was stored, and shows it.
    pub(super) fn took_over(&self, write: Write<Tickets>) {
        self.take_over(write);
        self.changed();
    }

    fn take_over(&self, write: Write<Tickets>) {
        self.with_mut(|inner| {
            let touched = write.states.iter().map(|(ticket, _)| *ticket);
            let waiting = write.waiting.iter().map(|entry| entry.proposed.event.ticket);
            for ticket in touched.chain(waiting) {
                inner.searched.remove(&ticket);
            }
            inner.replica.apply(write);
        });
    }

    /// A ticket as this person sees it. Tracks changes.
    pub fn header(&self, ticket: TicketId) -> Option<Header> {
        self.revision.track();
        let actor = self.actor();
        self.with(|inner| inner.state(ticket, &actor))
    }

    /// A ticket with its clocks. Tracks changes.
    pub fn ticket(&self, ticket: TicketId, now: Instant) -> Option<(Header, Clocks)> {
        let header = self.header(ticket)?;
        let clocks = self.with(|inner| {
            let policy = &inner.reference.as_ref()?.rules.sla.policy;
            Some(clocks(&header.marks, policy, &inner.time, now))
        })?;
        Some((header, clocks))
    }

    /// A ticket's history: what is confirmed, then what waits here.
    ///
    /// # Errors
    /// When the device cannot read it.
    pub async fn history(&self, ticket: TicketId) -> Result<Vec<(Recorded<Event>, bool)>, StorageError> {
        let confirmed = self.database().history(ticket).await?;
        let waiting: Vec<_> = self
            .with(|inner| inner.replica.waiting_for(ticket).map(|entry| entry.proposed.clone()).collect());
        let shown: HashSet<EventId> = confirmed.iter().map(|recorded| recorded.event.id).collect();
        let confirmed = confirmed.into_iter().map(|recorded| (recorded, false));
        let waiting =
            waiting.into_iter().filter(|proposed| !shown.contains(&proposed.event.id)).map(|proposed| {
                let Proposed { stamp, event } = proposed;
                (Recorded { seq: 0, received_at: event.at, stamp: Some(stamp), event }, true)
            });
        Ok(confirmed.chain(waiting).collect())
    }

    /// The tickets of a view, in its order, that are found by these words. Tracks changes.
    pub fn queue(&self, view: View, words: &str, now: Instant) -> Vec<TicketId> {
        self.revision.track();
        let actor = self.actor();
        let words: Vec<String> = words.split_whitespace().map(queue::folded).collect();
        self.with_mut(|inner| inner.queue(view, &words, &actor, now))
    }

    /// How many tickets each view has, in the order of [`View::ALL`]. Tracks changes.
    pub fn view_counts(&self, now: Instant) -> Vec<usize> {
        self.revision.track();
        let actor = self.actor();
        self.with(|inner| inner.view_counts(&actor, now))
    }

    /// The outbox and what needs a person. Tracks changes.
    pub fn work(
        &self,
    ) -> (Vec<crate::browser::database::WaitingEvent>, Vec<crate::browser::database::ParkedEvent>) {
        self.revision.track();
        self.with(|inner| (inner.replica.waiting().cloned().collect(), inner.replica.parked().to_vec()))
    }

    /// How many events have not reached the server, and how many need a person. Tracks changes.
    pub fn counts(&self) -> (usize, usize) {
        self.revision.track();
        self.with(|inner| (inner.replica.unsent(), inner.replica.parked().len()))
    }

    /// The counter under which an event of a ticket with no number yet waits: its provisional number.
    pub fn provisional(&self, ticket: TicketId) -> Option<u64> {
        self.with(|inner| {
            inner.replica.waiting_for(ticket).next().map(|entry| entry.proposed.stamp.device_seq)
        })
    }

    /// Whether something of a ticket waits to be sent, and whether something needs a person. Tracks changes.
    pub fn marks(&self, ticket: TicketId) -> (bool, bool) {
        self.revision.track();
        self.with(|inner| {
            let parked = inner.replica.parked().iter().any(|parked| parked.proposed.event.ticket == ticket);
            (inner.replica.waiting_for(ticket).next().is_some(), parked)
        })
    }

    fn hear(&self, news: News) {
        let desk = *self;
        leptos::task::spawn_local(async move {
            // Another tab has stored something; a failure to read it shows at the next read of this tab's own.
            let _ = match news {
                News::Work => desk.reload(&[]).await,
                News::Tickets(tickets) => desk.reload(&tickets).await,
                News::Restarted => desk.reload_all().await,
                News::Reference => desk.reload_reference().await,
            };
        });
    }

    /// Reads again what another tab stored.
    pub(super) async fn reload(&self, tickets: &[TicketId]) -> Result<(), StorageError> {
        let database = self.database();
        let (waiting, parked, position) = database.load_work().await?;
        let headers = database.headers(tickets).await?;
        self.with_mut(|inner| {
            let mut confirmed: HashMap<TicketId, Header> =
                inner.replica.all_confirmed().map(|(id, header)| (*id, header.clone())).collect();
            for header in headers {
                inner.searched.remove(&header.id);
                confirmed.insert(header.id, header);
            }
            inner.replica = Replica::new(confirmed, waiting, parked, position);
        });
        self.changed();
        Ok(())
    }

    async fn reload_reference(&self) -> Result<(), StorageError> {
        let stored = self.database().load::<Reference, Contact>().await?;
        if let Some(reference) = stored.reference {
            self.set_reference(reference);
        }
        Ok(())
    }
}

/// Replays tickets to which something happened that the version of the app at that time did not know. This version may.
async fn read_again(
    database: &Database,
    headers: &mut [Header],
    position: Option<Position>,
) -> Result<(), StorageError> {
    let mut write = Write::<Tickets>::default();
    for header in headers.iter_mut().filter(|header| header.needs_update) {
        let history = database.history(header.id).await?;
        let replayed = history.iter().fold(None, |state, recorded| evolve(state, &recorded.event));
        if let Some(replayed) = replayed.filter(|replayed| replayed != header) {
            *header = replayed.clone();
            write.states.push((replayed.id, replayed));
        }
    }
    if write.is_empty() { Ok(()) } else { database.store(&write, position).await }
}

impl Inner {
    /// A ticket with what waits here on top; without rules there is nothing to decide by, and the server's word stands.
    fn state(&self, ticket: TicketId, actor: &Actor) -> Option<Header> {
        match &self.reference {
            Some(reference) => self.replica.state(ticket, reference.as_rules(actor)),
            None => self.replica.confirmed(ticket).cloned(),
        }
    }

    /// Every ticket as this person sees it. Only those with waiting work on top have to be made.
    fn shown(&self, actor: &Actor) -> (Vec<Header>, HashSet<TicketId>) {
        let waiting: HashSet<TicketId> =
            self.replica.waiting().map(|entry| entry.proposed.event.ticket).collect();
        (waiting.iter().filter_map(|id| self.state(*id, actor)).collect(), waiting)
    }

    fn queue(&mut self, view: View, words: &[String], actor: &Actor, now: Instant) -> Vec<TicketId> {
        let Some(reference) = self.reference.clone() else { return Vec::new() };
        let (touched, waiting) = self.shown(actor);
        let mut searched = std::mem::take(&mut self.searched);
        let untouched = self.replica.all_confirmed().filter(|(id, _)| !waiting.contains(id));
        let mut entries = Vec::new();
        for header in untouched.map(|(_, header)| header).chain(&touched) {
            if view != View::All && header.kind.is_done() {
                continue;
            }
            let found = words.is_empty() || {
                let text =
                    searched.entry(header.id).or_insert_with(|| super::words::searched(header, &reference));
                queue::is_found(words, text)
            };
            if found {
                let entry = Entry::new(header, &reference.rules.sla.policy, &self.time, now);
                if view.shows(actor, entry.header, &entry.clocks) {
                    entries.push(entry);
                }
            }
        }
        entries.sort_unstable_by(Entry::by_deadline);
        let tickets = entries.iter().map(|entry| entry.header.id).collect();
        self.searched = searched;
        tickets
    }

    fn view_counts(&self, actor: &Actor, now: Instant) -> Vec<usize> {
        let mut counts = vec![0; View::ALL.len()];
        let Some(reference) = &self.reference else { return counts };
        let (touched, waiting) = self.shown(actor);
        let mut count = |header: &Header| {
            // What is done is in no view but that of everything, and needs no clock to say so.
            let done = header.kind.is_done();
            let clocks = (!done).then(|| clocks(&header.marks, &reference.rules.sla.policy, &self.time, now));
            for (count, view) in counts.iter_mut().zip(View::ALL) {
                let shows = match &clocks {
                    Some(clocks) => view.shows(actor, header, clocks),
                    None => view == View::All,
                };
                *count += usize::from(shows);
            }
        };
        for (id, header) in self.replica.all_confirmed() {
            if waiting.is_empty() || !waiting.contains(id) {
                count(header);
            }
        }
        touched.iter().for_each(count);
        counts
    }
}
