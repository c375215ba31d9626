//! The tickets of a log as its rows leave them, and the events that come of each row.

use std::collections::{HashMap, HashSet};

use holdfast_desk::ticket::{Header, TicketNumber, evolve};
use holdfast_desk::{Event, EventId, Instant, TicketId, Workflow};
use holdfast_sync::protocol::Seq;
use rustc_hash::{FxHashMap, FxHashSet};

use super::counters::{Counted, CounterChecks};
use super::ids::Ids;
use super::row::{Row, RowReader, Snapshot};
use super::tally::Tally;
use super::words::Words;

/// What the database had before the import.
#[derive(Default)]
pub struct Before {
    /// Every event.
    pub events: HashSet<EventId>,
    /// Every ticket.
    pub headers: HashMap<TicketId, Header>,
    /// The last sequence number.
    pub head: Seq,
    /// The number of the next ticket.
    pub next_number: u32,
}

/// A row in its place.
pub struct Step<'a> {
    /// The ticket's number in the log.
    pub number: &'a str,
    /// The revision as the row has it; blank without such a column.
    pub revision: &'a str,
    /// The log's own counters.
    pub counters: Vec<Option<u64>>,
    /// What the row says.
    pub row: Row,
}

/// One ticket of the log.
struct Ticket {
    id: TicketId,
    number: Box<str>,
    /// As the rows so far leave it. Only ever `None` while an event is being taken in.
    header: Option<Header>,
    snapshot: Snapshot,
    /// When its last row was written.
    last_at: Instant,
    /// Up to when the database knew of it: nothing is added before that.
    known_until: Option<Instant>,
    /// The last event that was added to it.
    last_seq: Option<Seq>,
    counted: Counted,
}

/// Every ticket of a log. Rows of different tickets may come mixed, so all are kept until the end: about a kilobyte
/// each.
pub struct Replay<'a> {
    ids: Ids,
    workflow: &'a Workflow,
    before: &'a Before,
    /// In the order in which the log first speaks of them.
    tickets: Vec<Ticket>,
    places: FxHashMap<Box<str>, usize>,
    events: FxHashSet<EventId>,
    last_seq: Seq,
    next_number: u32,
}

/// What a replay leaves to be stored after its events.
pub struct Outcome {
    /// The tickets that are new, as of their last events.
    pub new: Vec<(Header, Seq)>,
    /// The tickets that were there and got more events.
    pub grown: Vec<TicketId>,
}

impl<'a> Replay<'a> {
    /// Nothing yet; numbers and sequence numbers go on from those of the database.
    pub fn new(ids: Ids, workflow: &'a Workflow, before: &'a Before) -> Self {
        Self {
            ids,
            workflow,
            before,
            tickets: Vec::new(),
            places: FxHashMap::default(),
            events: FxHashSet::default(),
            last_seq: before.head,
            next_number: before.next_number,
        }
    }

    /// Takes in a row. The event that comes of it, if it changes anything and is not in the database already.
    pub fn step(
        &mut self,
        step: &Step,
        rows: &mut RowReader,
        description: impl FnOnce(&mut RowReader) -> String,
        tally: &mut Tally,
    ) -> Option<(Seq, Event)> {
        match self.places.get(step.number) {
            Some(place) => self.next_row(*place, step, &rows.words, tally),
            None => self.first_row(step, rows, description, tally),
        }
    }

    fn first_row(
        &mut self,
        step: &Step,
        rows: &mut RowReader,
        description: impl FnOnce(&mut RowReader) -> String,
        tally: &mut Tally,
    ) -> Option<(Seq, Event)> {
        let (ticket, row) = (self.ids.ticket(step.number), &step.row);
        let id = self.event_id(ticket, step);
        let known = self.before.headers.get(&ticket);
        if let Some(known) = known.filter(|_| !self.before.events.contains(&id)) {
            // The log begins later than what the database has: it goes on from there.
            let snapshot = Snapshot::of_header(known, &mut rows.words);
            let place = self.add(ticket, step, known.clone(), snapshot);
            self.events.remove(&id);
            return self.next_row(place, step, &rows.words, tally);
        }
        let number = known.and_then(|header| header.number).unwrap_or(TicketNumber(self.next_number));
        let at = row.opened.map_or(row.moment.at, |opened| opened.at);
        tally.opened_late += u64::from(at > row.moment.at);
        let at = at.min(row.moment.at);
        let description = description(rows);
        let created = row.snapshot.created(number, description, &rows.words, self.workflow);
        let event = Event { id, ticket, by: row.by, at, changes: vec![created] };
        let header = evolve(None, &event)?;
        let is_known = known.is_some();
        let place = self.add(ticket, step, header, row.snapshot.clone());
        self.tickets[place].counted.begin(&step.counters);
        if is_known {
            tally.known += 1;
            return None;
        }
        self.next_number += 1;
        tally.tickets += 1;
        Some(self.record(place, event, tally))
    }

    fn next_row(
        &mut self,
        place: usize,
        step: &Step,
        words: &Words,
        tally: &mut Tally,
    ) -> Option<(Seq, Event)> {
        let row = &step.row;
        let ticket = &mut self.tickets[place];
        let mut next = row.snapshot.clone();
        next.texts.category = next.texts.category.or(ticket.snapshot.texts.category);
        let changes = ticket.snapshot.changes_to(&next, words, self.workflow);
        ticket.counted.go_on(&step.counters, next.team != ticket.snapshot.team);
        tally.requesters_kept += u64::from(next.requester != ticket.snapshot.requester);
        tally.channels_kept += u64::from(next.channel != ticket.snapshot.channel);
        tally.backwards += u64::from(row.moment.at < ticket.last_at);
        ticket.last_at = row.moment.at;
        ticket.snapshot = next;
        if changes.is_empty() {
            tally.unchanged += 1;
            return None;
        }
        let id = self.event_id(self.tickets[place].id, step);
        let is_known = self.before.events.contains(&id);
        let ticket = &mut self.tickets[place];
        // The order of the history stands; a time that contradicts it is brought to the last one there was.
        let known_until = ticket.known_until.filter(|_| !is_known);
        let header = ticket.header.take()?;
        let at = row.moment.at.max(header.updated_at).max(known_until.unwrap_or(row.moment.at));
        let event = Event { id, ticket: ticket.id, by: row.by, at, changes };
        tally.against_workflow(&header, &event, is_known);
        ticket.header = evolve(Some(header), &event);
        if is_known {
            tally.known += 1;
            return None;
        }
        Some(self.record(place, event, tally))
    }

    fn add(&mut self, id: TicketId, step: &Step, header: Header, snapshot: Snapshot) -> usize {
        let place = self.tickets.len();
        self.places.insert(step.number.into(), place);
        self.tickets.push(Ticket {
            id,
            number: step.number.into(),
            header: Some(header),
            snapshot,
            last_at: step.row.moment.at,
            known_until: self.before.headers.get(&id).map(|known| known.updated_at),
            last_seq: None,
            counted: Counted::default(),
        });
        place
    }

    fn record(&mut self, place: usize, event: Event, tally: &mut Tally) -> (Seq, Event) {
        self.last_seq += 1;
        self.tickets[place].last_seq = Some(self.last_seq);
        tally.added(&event);
        (self.last_seq, event)
    }

    /// The id of the event behind a row. Rows alike in ticket, revision and time are told apart by counting them.
    fn event_id(&mut self, ticket: TicketId, step: &Step) -> EventId {
        let mut repeat = 0;
        loop {
            let id = self.ids.event(ticket, step.revision, step.row.moment.local, repeat);
            if self.events.insert(id) {
                return id;
            }
            repeat += 1;
        }
    }

    /// Compares the tickets with the log's own counters.
    pub fn check(&self, checks: &mut CounterChecks) {
        for ticket in &self.tickets {
            if let Some(header) = &ticket.header {
                checks.compare(&ticket.number, &ticket.counted, header);
            }
        }
    }

    /// What is left to be stored.
    pub fn finish(self) -> Outcome {
        let mut outcome = Outcome { new: Vec::new(), grown: Vec::new() };
        for ticket in self.tickets {
            match (ticket.last_seq, ticket.known_until, ticket.header) {
                (Some(_), Some(_), _) => outcome.grown.push(ticket.id),
                (Some(seq), None, Some(header)) => outcome.new.push((header, seq)),
                _ => {}
            }
        }
        outcome
    }
}
