//! Reading the desk: tickets, queues, histories and work, as this person sees them. Everything here that a page shows
//! tracks changes.

use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use holdfast_desk::queue::{Lists, Order, Query, View};
use holdfast_desk::sla::{Clocks, Deadline, Step, Which};
use holdfast_desk::{Event, EventId, Header, Instant, StatusId, TicketId};
use holdfast_sync::protocol::{Proposed, Recorded};
use leptos::prelude::*;

use super::Desk;
use super::shown::subject;
use super::state::Inner;
use crate::browser::database::{ParkedEvent, StorageError, WaitingEvent};
use crate::route::ALL;

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
        self.revision.track();
        let kept = self.with_mut(|inner| inner.ask(|lists, _| lists.deadline(ticket)).flatten());
        match kept {
            Some(deadline) if deadline.is_outstanding => Some(deadline),
            _ => self.clocks(ticket).map(|clocks| Deadline::from(&clocks)),
        }
    }

    /// A ticket's clocks as of now. Tracks changes.
    pub fn clocks(&self, ticket: TicketId) -> Option<Clocks> {
        let (header, reference) = (self.header(ticket)?, self.reference()?);
        Some(self.with(|inner| inner.sla.clocks(subject(&header, &reference), self.now())))
    }

    /// How one of a ticket's deadlines comes about. Tracks changes.
    pub fn explain(&self, ticket: TicketId, which: Which) -> Vec<Step> {
        let (Some(header), Some(reference)) = (self.header(ticket), self.reference()) else {
            return Vec::new();
        };
        let now = self.now();
        self.with(|inner| inner.sla.explain(subject(&header, &reference), which, now))
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

    /// The person's views. Tracks changes.
    pub fn views(&self) -> Rc<Vec<View>> {
        self.revision.track();
        self.with(|inner| Rc::clone(&inner.views))
    }

    /// The view of this name; where there is none any more, one of everything. Tracks changes.
    pub fn view(&self, slug: &str) -> View {
        let views = self.views();
        let found =
            views.iter().find(|view| view.slug == slug).or(views.iter().find(|view| view.slug == ALL));
        found.cloned().unwrap_or_default()
    }

    /// The tickets that a query's terms leave, in an order. Tracks changes.
    pub fn list(&self, query: &Query, order: Order) -> Vec<TicketId> {
        self.revision.track();
        let list = |inner: &mut Inner| inner.ask(|lists, asked| lists.list(query, order, asked, None));
        self.with_mut(list).unwrap_or_default()
    }

    /// The tickets that were found by the words, and that a query's terms leave; by rank, where nobody chose an order. Until
    /// there is an answer, all that the terms leave, as they stood before. Tracks changes.
    pub fn found(&self, query: &Query, chosen: Option<Order>, before: Order) -> Vec<TicketId> {
        self.revision.track();
        self.finds.track();
        self.with_mut(|inner| (inner.find)(inner, query, chosen, before))
    }

    /// Tickets by their status, each in the order in which it stands here. Tracks changes.
    pub fn by_status(&self, tickets: &[TicketId]) -> HashMap<StatusId, Vec<TicketId>> {
        self.revision.track();
        self.with(|inner| inner.lists.by_status(tickets))
    }

    /// How many tickets each of the views has, in their order. Tracks changes.
    pub fn view_counts(&self) -> Vec<usize> {
        self.revision.track();
        self.with_mut(|inner| inner.ask(Lists::counts)).unwrap_or_default()
    }

    /// When the next of the tickets that were looked at changes by itself.
    pub fn next_change(&self) -> Option<Instant> {
        self.with_mut(|inner| inner.lists.next_change())
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
