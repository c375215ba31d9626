//! Reading the desk: tickets, queues, histories and work, as this person sees them. Everything here that a page shows
//! tracks changes.

use std::collections::HashSet;

use holdfast_desk::queue::{Entry, View};
use holdfast_desk::sla::{Clocks, Deadline, Step, Subject, Which};
use holdfast_desk::{Actor, Event, EventId, Header, Instant, TicketId, queue};
use holdfast_sync::protocol::{Proposed, Recorded};
use leptos::prelude::*;

use super::state::Inner;
use super::{Desk, Reference};
use crate::browser::database::{ParkedEvent, StorageError, WaitingEvent};

/// What happened to a ticket.
#[derive(Clone, Debug)]
pub struct History {
    /// What is confirmed, then what waits here; and of each, whether it waits.
    pub events: Vec<(Recorded<Event>, bool)>,
    /// Whether it is all here: what was given up to make room comes back from the server.
    pub is_whole: bool,
}

impl Desk {
    /// A ticket as this person sees it. Tracks changes.
    pub fn header(&self, ticket: TicketId) -> Option<Header> {
        self.revision.track();
        let actor = self.actor();
        self.with(|inner| inner.state(ticket, &actor))
    }

    /// A ticket's deadline. Tracks changes.
    pub fn deadline(&self, ticket: TicketId) -> Option<Deadline> {
        let (header, reference) = (self.header(ticket)?, self.reference()?);
        let now = self.now();
        Some(self.with_mut(|inner| inner.deadlines.of(subject(&header, &reference), now)))
    }

    /// A ticket's clocks as of now. Tracks changes.
    pub fn clocks(&self, ticket: TicketId) -> Option<Clocks> {
        let (header, reference) = (self.header(ticket)?, self.reference()?);
        Some(self.with(|inner| inner.deadlines.sla().clocks(subject(&header, &reference), self.now())))
    }

    /// How one of a ticket's deadlines comes about. Tracks changes.
    pub fn explain(&self, ticket: TicketId, which: Which) -> Vec<Step> {
        let (Some(header), Some(reference)) = (self.header(ticket), self.reference()) else {
            return Vec::new();
        };
        let now = self.now();
        self.with(|inner| inner.deadlines.sla().explain(subject(&header, &reference), which, now))
    }

    /// A ticket's history: what is confirmed, then what waits here.
    ///
    /// # Errors
    /// When the device cannot read it.
    pub async fn history(&self, ticket: TicketId) -> Result<History, StorageError> {
        let (confirmed, is_whole) = self.whole_history(ticket).await?;
        let waiting: Vec<_> = self.with(|inner| {
            inner.client.replica().waiting_for(ticket).map(|entry| entry.proposed.clone()).collect()
        });
        let shown: HashSet<EventId> = confirmed.iter().map(|recorded| recorded.event.id).collect();
        let confirmed = confirmed.into_iter().map(|recorded| (recorded, false));
        let waiting =
            waiting.into_iter().filter(|proposed| !shown.contains(&proposed.event.id)).map(|proposed| {
                let Proposed { stamp, event } = proposed;
                (Recorded { seq: 0, received_at: event.at, stamp: Some(stamp), event }, true)
            });
        Ok(History { events: confirmed.chain(waiting).collect(), is_whole })
    }

    /// The tickets of a view, in its order, that are found by these words. Tracks changes.
    pub fn queue(&self, view: View, words: &str) -> Vec<TicketId> {
        self.revision.track();
        let (actor, now) = (self.actor(), self.now());
        let words: Vec<String> = words.split_whitespace().map(queue::folded).collect();
        self.with_mut(|inner| inner.queue(view, &words, &actor, now))
    }

    /// How many tickets each view has, in the order of [`View::ALL`]. Tracks changes.
    pub fn view_counts(&self) -> Vec<usize> {
        self.revision.track();
        let (actor, now) = (self.actor(), self.now());
        self.with_mut(|inner| inner.view_counts(&actor, now))
    }

    /// When the next of the tickets that were looked at changes by itself.
    pub fn next_change(&self) -> Option<Instant> {
        self.with_mut(|inner| inner.deadlines.next_change())
    }

    /// The outbox and what needs a person. Tracks changes.
    pub fn work(&self) -> (Vec<WaitingEvent>, Vec<ParkedEvent>) {
        self.revision.track();
        self.with(|inner| {
            (inner.client.replica().waiting().cloned().collect(), inner.client.replica().parked().to_vec())
        })
    }

    /// How many events have not reached the server, and how many need a person. Tracks changes.
    pub fn counts(&self) -> (usize, usize) {
        self.revision.track();
        self.with(|inner| (inner.client.replica().unsent(), inner.client.replica().parked().len()))
    }

    /// The counter under which an event of a ticket with no number yet waits: its provisional number.
    pub fn provisional(&self, ticket: TicketId) -> Option<u64> {
        self.with(|inner| {
            inner.client.replica().waiting_for(ticket).next().map(|entry| entry.proposed.stamp.device_seq)
        })
    }

    /// Whether something of a ticket waits to be sent, and whether something needs a person. Tracks changes.
    pub fn marks(&self, ticket: TicketId) -> (bool, bool) {
        self.revision.track();
        self.with(|inner| {
            let parked =
                inner.client.replica().parked().iter().any(|parked| parked.proposed.event.ticket == ticket);
            (inner.client.replica().waiting_for(ticket).next().is_some(), parked)
        })
    }
}

impl Inner {
    /// A ticket with what waits here on top; without rules there is nothing to decide by, and the server's word stands.
    pub(super) fn state(&self, ticket: TicketId, actor: &Actor) -> Option<Header> {
        match &self.reference {
            Some(reference) => self.client.replica().state(ticket, reference.as_rules(actor)),
            None => self.client.replica().confirmed(ticket),
        }
    }

    /// These tickets look different now.
    pub(super) fn forget(&mut self, tickets: &[TicketId]) {
        for ticket in tickets {
            self.made.remove(ticket);
            self.searched.remove(ticket);
            self.deadlines.forget(*ticket);
        }
    }

    /// Makes every ticket that has waiting work on top, as this person sees it, and forgets the others.
    fn make_shown(&mut self, actor: &Actor) {
        let mut before = std::mem::take(&mut self.made);
        let waiting: Vec<TicketId> = self.client.replica().waited_for().collect();
        for id in waiting {
            let made = before.remove(&id).unwrap_or_else(|| self.state(id, actor));
            self.made.insert(id, made);
        }
    }

    fn queue(&mut self, view: View, words: &[String], actor: &Actor, now: Instant) -> Vec<TicketId> {
        let Some(reference) = self.reference.clone() else { return Vec::new() };
        self.make_shown(actor);
        let Self { client, made, searched, deadlines, .. } = self;
        let untouched = client.replica().all_confirmed().filter(|(id, _)| !made.contains_key(id));
        let mut entries = Vec::new();
        for header in untouched.map(|(_, header)| header).chain(made.values().flatten()) {
            if view != View::All && header.kind.is_done() {
                continue;
            }
            let found = words.is_empty() || {
                let text =
                    searched.entry(header.id).or_insert_with(|| super::words::searched(header, &reference));
                queue::is_found(words, text)
            };
            if found {
                let deadline = deadlines.of(subject(header, &reference), now);
                if view.shows(actor, header, &deadline) {
                    entries.push(Entry { header, deadline });
                }
            }
        }
        entries.sort_unstable_by(Entry::by_deadline);
        entries.iter().map(|entry| entry.header.id).collect()
    }

    fn view_counts(&mut self, actor: &Actor, now: Instant) -> Vec<usize> {
        let mut counts = vec![0; View::ALL.len()];
        let Some(reference) = self.reference.clone() else { return counts };
        self.make_shown(actor);
        let Self { client, made, deadlines, .. } = self;
        let mut count = |header: &Header| {
            // What is done is in no view but that of everything, and needs no clock to say so.
            let done = header.kind.is_done();
            let deadline = (!done).then(|| deadlines.of(subject(header, &reference), now));
            for (count, view) in counts.iter_mut().zip(View::ALL) {
                let shows = match &deadline {
                    Some(deadline) => view.shows(actor, header, deadline),
                    None => view == View::All && !header.deleted,
                };
                *count += usize::from(shows);
            }
        };
        for (id, header) in client.replica().all_confirmed() {
            if made.is_empty() || !made.contains_key(id) {
                count(header);
            }
        }
        made.values().flatten().for_each(count);
        counts
    }
}

/// A ticket as policies see it.
pub(super) fn subject<'a>(header: &'a Header, reference: &'a Reference) -> Subject<'a> {
    let requester = reference.directory.person(header.requester);
    Subject { header, organisation: requester.and_then(|person| person.organisation.as_ref()) }
}
