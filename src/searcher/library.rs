//! What can be found: the index, and how far the stored histories are in it. Histories are read record by record, in the
//! order of their keys. How far each ticket's history is in the index tells what of a record is new: records are written
//! anew under other keys where small ones are merged.

use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use holdfast_desk::{Change, Event, EventId, TicketId};
use holdfast_search::{self as search, Field, Index, Words, pieces, snippet};
use holdfast_sync::protocol::{Epoch, Recorded, Seq};
use serde::{Deserialize, Serialize};

use super::Shared;
use super::messages::{ID_BYTES, Say};
use crate::browser::database::{Database, Position, StorageError, WaitingEvent};
use crate::browser::kept_index::{Copied, KeptIndex};
use crate::browser::thread;
use crate::desk::Reference;

/// The form of what is kept beside the index; grows when what is taken in changes.
const FORM: u32 = 2;
/// After so many events that were taken in, the index is kept.
const KEEP_AFTER: usize = 500;
/// How often it is looked whether there is quiet enough to go on.
const REST_MS: i32 = 50;
/// Characters around what was found.
const AROUND: usize = 40;
/// The bytes of how far a ticket's history is in the index.
const COVERED_BYTES: usize = ID_BYTES + 8;

/// What an index was made of. Another life of the server's database, or another view of it, is another index.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct About {
    form: u32,
    epoch: Epoch,
    scope: String,
    /// The last record of the histories that is in it.
    up_to: u32,
}

impl About {
    fn of(position: Option<&Position>) -> Self {
        let scope = position.map(|position| serde_json::to_string(&position.scope).unwrap_or_default());
        let epoch = position.map(|position| position.epoch).unwrap_or_default();
        Self { form: FORM, epoch, scope: scope.unwrap_or_default(), up_to: 0 }
    }

    fn is_same(&self, other: &Self) -> bool {
        *self == Self { up_to: self.up_to, ..other.clone() }
    }
}

impl Reference {
    /// What of an event can be searched for.
    fn texts(&self, event: &Event) -> Vec<(Field, String)> {
        search::texts(event, &self.directory, &self.rules.number_prefix)
    }
}

/// The index with its sources.
pub struct Library {
    pub index: Index,
    database: Rc<Database>,
    kept: Option<Rc<KeptIndex>>,
    about: About,
    covered: HashMap<TicketId, Seq>,
    /// Events that are in it and have not come back from the server.
    early: HashSet<EventId>,
    /// Events taken in since the index was kept; the names of the segments that were, and how often that was done.
    news: usize,
    stored: Vec<u32>,
    round: u32,
}

impl Library {
    /// Opens what is kept.
    pub async fn open(name: &str) -> Result<Self, StorageError> {
        let database = Rc::new(Database::open(name, || {}).await?);
        let kept = KeptIndex::open(name).await.ok().map(Rc::new);
        let about = About::of(database.position().await?.as_ref());
        let mut library = Self {
            index: Index::default(),
            database,
            kept,
            about,
            covered: HashMap::new(),
            early: HashSet::new(),
            news: 0,
            stored: Vec::new(),
            round: 0,
        };
        library.open_kept().await;
        if !library.covered.is_empty() {
            let here = library.database.tickets().await?;
            let gone: Vec<TicketId> =
                library.covered.keys().filter(|ticket| !here.contains(ticket)).copied().collect();
            library.forget(gone);
        }
        Ok(library)
    }

    /// Takes up the index as it was kept; where there is none that can be used, it is built anew.
    async fn open_kept(&mut self) {
        let Some(index) = &self.kept else { return };
        let Ok(Some(kept)) = index.load::<About>().await else { return };
        if !kept.about.is_same(&self.about) {
            return;
        }
        let names = kept.segments.iter().map(|(name, _)| *name).collect();
        if let Ok(index) = Index::open(kept.segments) {
            (self.stored, self.round) = (names, kept.round);
            (self.index, self.about) = (index, kept.about);
            let entry = |bytes: &[u8; COVERED_BYTES]| {
                let (id, seq) = bytes.split_first_chunk::<ID_BYTES>()?;
                let seq = Seq::from_le_bytes(seq.try_into().ok()?);
                Some((TicketId(uuid::Uuid::from_bytes(*id)), seq))
            };
            self.covered = kept.covered.as_chunks::<COVERED_BYTES>().0.iter().filter_map(entry).collect();
        }
    }

    /// Takes in what a record says that is new. Returns tickets of which words were taken back: their histories are read
    /// again.
    fn take(&mut self, events: Vec<Recorded<Event>>, reference: &Reference) -> Vec<TicketId> {
        let mut by_ticket: HashMap<TicketId, Vec<Recorded<Event>>> = HashMap::new();
        for recorded in events {
            by_ticket.entry(recorded.event.ticket).or_default().push(recorded);
        }
        let mut taken_back = Vec::new();
        for (ticket, mut events) in by_ticket {
            let covered = self.covered.get(&ticket).copied().unwrap_or_default();
            events.retain(|recorded| recorded.seq > covered);
            let Some(last) = events.iter().map(|recorded| recorded.seq).max() else { continue };
            if events.iter().any(|recorded| recorded.event.changes.iter().any(Change::takes_back)) {
                taken_back.push(ticket);
                continue;
            }
            self.news += events.len();
            // What waited here is in it already.
            let events: Vec<&Event> = events.iter().map(|recorded| &recorded.event).collect();
            let events: Vec<&Event> =
                events.into_iter().filter(|event| !self.early.remove(&event.id)).collect();
            self.add(ticket, &events, reference);
            self.covered.insert(ticket, last);
        }
        taken_back
    }

    fn add(&mut self, ticket: TicketId, events: &[&Event], reference: &Reference) {
        let texts: Vec<(Field, String)> = events.iter().flat_map(|event| reference.texts(event)).collect();
        if !texts.is_empty() {
            self.index.add(ticket, &pieces(&texts));
        }
    }

    /// Takes in what waits here and is not in it yet.
    fn take_waiting(&mut self, waiting: &[WaitingEvent], reference: &Reference) {
        for event in waiting.iter().map(|entry| &entry.proposed.event) {
            if self.early.insert(event.id) {
                self.add(event.ticket, &[event], reference);
            }
        }
    }

    /// Takes a ticket's history in anew.
    fn take_again(&mut self, ticket: TicketId, history: &[Recorded<Event>], reference: &Reference) {
        // What was taken back is not to stay anywhere.
        self.news += KEEP_AFTER;
        self.index.remove(ticket);
        let events: Vec<&Event> = history.iter().map(|recorded| &recorded.event).collect();
        self.add(ticket, &events, reference);
        let last = history.iter().map(|recorded| recorded.seq).max().unwrap_or_default();
        self.covered.insert(ticket, last);
    }

    /// These tickets are not here any more.
    pub fn forget(&mut self, tickets: impl IntoIterator<Item = TicketId>) {
        for ticket in tickets {
            if self.covered.remove(&ticket).is_some() {
                self.index.remove(ticket);
                self.news += KEEP_AFTER;
            }
        }
    }

    fn covered(&self) -> Vec<u8> {
        let entry =
            |(ticket, seq): (&TicketId, &Seq)| ticket.0.into_bytes().into_iter().chain(seq.to_le_bytes());
        self.covered.iter().flat_map(entry).collect()
    }
}

/// Takes in the records that are not in the index yet.
pub async fn take_in(searcher: &Shared) -> Result<(), StorageError> {
    let Some(database) = with(searcher, |library| Rc::clone(&library.database)) else { return Ok(()) };
    let (waiting, _, position) = database.load_work().await?;
    let now = About::of(position.as_ref());
    with(searcher, |library| {
        if !library.about.is_same(&now) {
            (library.index, library.about) = (Index::default(), now);
            library.covered.clear();
            library.early.clear();
            library.stored.clear();
        }
    });
    let up_to = with(searcher, |library| library.about.up_to).unwrap_or_default();
    let keys = database.event_records(up_to).await?;
    let is_known =
        |library: &mut Library| waiting.iter().all(|entry| library.early.contains(&entry.proposed.event.id));
    if keys.is_empty() && with(searcher, is_known).unwrap_or(true) {
        thread::say(&Say::Indexed(1, 1), &[]);
        return keep(searcher).await;
    }
    let Some(reference) = database.reference::<Reference>().await? else { return Ok(()) };
    with(searcher, |library| library.take_waiting(&waiting, &reference));
    let of = keys.len() as u32;
    for (done, key) in (0..).zip(keys) {
        thread::say(&Say::Indexed(done, of), &[]);
        // A damaged record is mended by whoever opens one of its tickets, and comes again then.
        let events = database.events_of(key).await.unwrap_or_default();
        let taken_back = with(searcher, |library| library.take(events, &reference)).unwrap_or_default();
        for ticket in taken_back {
            let history = database.history(ticket).await?;
            with(searcher, |library| library.take_again(ticket, &history, &reference));
        }
        with(searcher, |library| library.about.up_to = key);
        thread::sleep(0).await;
        while searcher.borrow().is_resting {
            thread::sleep(REST_MS).await;
        }
    }
    keep(searcher).await?;
    thread::say(&Say::Indexed(of.max(1), of.max(1)), &[]);
    Ok(())
}

/// Keeps the index, where enough is new.
async fn keep(searcher: &Shared) -> Result<(), StorageError> {
    let kept = with(searcher, |library| {
        if library.news < KEEP_AFTER {
            return None;
        }
        library.news = 0;
        while library.index.tidy() {}
        let names: Vec<u32> = library.index.segments().map(|(name, _)| name).collect();
        // What has a name never changes: only what is new is copied.
        let is_new = |(name, _): &(u32, &[u8])| !library.stored.contains(name);
        let new: Vec<(u32, Copied)> = library
            .index
            .segments()
            .filter(is_new)
            .map(|(name, segment)| (name, Copied::from(segment)))
            .collect();
        Some((
            Rc::clone(library.kept.as_ref()?),
            library.about.clone(),
            library.round,
            library.covered(),
            names,
            new,
        ))
    });
    let Some((kept, about, round, covered, names, new)) = kept.flatten() else { return Ok(()) };
    match kept.store(round, &about, &covered, &names, &new).await {
        Ok(()) => with(searcher, |library| (library.stored, library.round) = (names, round + 1)),
        // Another tab has kept its own: the next time all of this one's takes its place.
        Err(StorageError::Moved) => with(searcher, |library| {
            library.stored.clear();
            library.news = KEEP_AFTER;
        }),
        Err(error) => return Err(error),
    };
    Ok(())
}

fn with<T>(searcher: &Shared, work: impl FnOnce(&mut Library) -> T) -> Option<T> {
    searcher.borrow_mut().library.as_mut().map(work)
}

/// Reads histories.
pub struct Reader {
    database: Rc<Database>,
    reference: Reference,
}

impl Reader {
    /// Of what a searcher has; nothing where there is nothing to read.
    pub async fn of(searcher: &Shared) -> Option<Self> {
        let database = with(searcher, |library| Rc::clone(&library.database))?;
        let reference = database.reference::<Reference>().await.ok()??;
        Some(Self { database, reference })
    }

    /// The passage of a ticket that shows best why it was found, in parts, each with whether it was looked for; nothing where
    /// none of its texts shows it.
    pub async fn passage(&self, words: &Words, ticket: TicketId) -> Vec<(String, bool)> {
        let Ok(history) = self.database.history(ticket).await else { return Vec::new() };
        let texts = history.iter().flat_map(|recorded| self.reference.texts(&recorded.event));
        // What has most of the words says best why; a subject is shown anyway.
        let shown = texts.filter(|(field, _)| !matches!(field, Field::Subject | Field::Number));
        let marked = |parts: &[(String, bool)]| parts.iter().filter(|(_, marked)| *marked).count();
        let passage = |(_, text): (Field, String)| {
            let parts = snippet(&text, words, AROUND).into_iter();
            parts.map(|part| (part.text.to_owned(), part.marked)).collect::<Vec<_>>()
        };
        let best = shown.map(passage).max_by_key(|parts| marked(parts));
        best.filter(|parts| marked(parts) > 0).unwrap_or_default()
    }
}
