//! Every ticket as it is shown: what is confirmed, with what waits here on top. Looked at again when something happened to
//! it, when the rules are others, and when one of its clocks has changed by itself; and only then.

use std::collections::HashSet;
use std::rc::Rc;

use chrono::Datelike;
use holdfast_desk::queue::{Asked, Field, Here, Known, Lists, Naming, Order, Query, Term, View};
use holdfast_desk::sla::{Deadline, Sla, Subject};
use holdfast_desk::ticket::packed::Record;
use holdfast_desk::{Actor, Header, Instant, TicketId};
use holdfast_sync::tickets::decide_again;

use super::state::Inner;
use super::{Desk, Reference};
use crate::browser::clock;

impl Reference {
    /// What queries of this person rest on.
    fn asked<'a>(&'a self, actor: &'a Actor, naming: Naming, now: Instant) -> Asked<'a> {
        let known = Known { rules: &self.rules, directory: &self.directory, actor };
        Asked { known, naming, midnight: clock::midnight, now }
    }
}

/// A ticket as policies see it.
pub(super) fn subject<'a>(header: &'a Header, reference: &'a Reference) -> Subject<'a> {
    let requester = reference.directory.person(header.requester);
    Subject { header, organisation: requester.and_then(|person| person.organisation.as_ref()) }
}

impl Desk {
    /// Finds and sorts by names from now on, and decides what waits again: what does that comes with the pages.
    pub fn learn(&self) {
        self.with_mut(|inner| {
            (inner.naming, inner.again) = (Naming::ALL, decide_again);
            inner.look_again();
        });
        self.changed();
    }

    /// Works out of everything that is done whether it was in time, some at a time, and does so from now on.
    pub fn judge(&self) {
        let desk = *self;
        let is_first = self.with_mut(|inner| !std::mem::replace(&mut inner.judges, true));
        if !is_first {
            return;
        }
        leptos::task::spawn_local(async move {
            let done = desk.with(|inner| {
                let headers = inner.client.replica().all_confirmed().headers();
                headers.filter(|header| header.kind.is_done()).map(|header| header.id).collect::<Vec<_>>()
            });
            for part in done.chunks(JUDGED_AT_ONCE) {
                desk.with_mut(|inner| {
                    let actor = inner.actor();
                    inner.look_at(part, &actor);
                });
                clock::sleep(0).await;
            }
            desk.changed();
        });
    }

    /// Reads clocks of what is old as fast as others from now on: calendars are compiled for all years that tickets are from.
    pub fn look_back(&self) {
        self.with_mut(Inner::compile);
    }
}

/// The most years before this one that calendars are compiled for.
const MOST_YEARS: i32 = 30;

/// Tickets that are judged before the page may answer.
const JUDGED_AT_ONCE: usize = 200;

impl Inner {
    /// Compiles the calendars of the rules, for the years that tickets are from.
    pub(super) fn compile(&mut self) {
        let Some(reference) = &self.reference else { return };
        let mut years = clock::years_around();
        if let Some(earliest) = self.lists.earliest() {
            years.start = years.start.min(earliest.to_chrono().year()).max(years.end - MOST_YEARS);
        }
        self.sla = Sla::compile(&reference.rules.sla, years);
    }

    /// A ticket with what waits here on top; without rules there is nothing to decide by, and the server's word stands.
    pub(super) fn state(&self, ticket: TicketId, actor: &Actor) -> Option<Header> {
        match &self.reference {
            Some(reference) => self.client.replica().state(ticket, reference.as_rules(actor, self.again)),
            None => self.client.replica().confirmed(ticket),
        }
    }

    /// A ticket's deadline, and until when it holds by itself. What is done has none to be met.
    fn deadline_of(
        &self,
        header: &Header,
        reference: &Reference,
        now: Instant,
    ) -> (Deadline, Option<Instant>) {
        if header.kind.is_done() {
            return (Deadline::NONE, None);
        }
        self.sla.deadline(subject(header, reference), now)
    }

    /// Takes in a record of headers that was read from the device's database.
    pub(super) fn adopt(&mut self, record: Record, gone: &mut HashSet<TicketId>) {
        let rows = self.client.states_mut().adopt(record, gone);
        let Some(reference) = self.reference.clone() else { return };
        let (actor, now) = (self.actor(), self.now());
        let mut lists = std::mem::take(&mut self.lists);
        let mut to_look_at = Vec::new();
        if let Some(record) = self.client.replica().all_confirmed().last_record() {
            lists.adopt(record, &rows, now, |row| match row.header() {
                Some(header) if !header.kind.is_done() => self.deadline_of(&header, &reference, now),
                _ => (Deadline::NONE, None),
            });
            let adopted = rows.iter().filter_map(|row| Some(record.row(*row as usize)?.ticket()));
            to_look_at.extend(adopted.filter(|ticket| self.is_special(*ticket)));
        }
        self.lists = lists;
        self.look_at(&to_look_at, &actor);
    }

    /// Whether something of a ticket waits here or was refused.
    fn is_special(&self, ticket: TicketId) -> bool {
        let replica = self.client.replica();
        replica.waiting_for(ticket).next().is_some()
            || replica.parked().iter().any(|parked| parked.proposed.event.ticket == ticket)
    }

    /// These tickets may look different now.
    pub(super) fn look_at(&mut self, tickets: &[TicketId], actor: &Actor) {
        let Some(reference) = self.reference.clone() else { return };
        let now = self.now();
        let replica = self.client.replica();
        let parked: HashSet<TicketId> =
            replica.parked().iter().map(|parked| parked.proposed.event.ticket).collect();
        for ticket in tickets {
            let Some(header) = self.state(*ticket, actor) else {
                self.lists.remove(*ticket);
                self.purged.push(*ticket);
                continue;
            };
            let waiting = self.client.replica().waiting_for(*ticket).next().is_some();
            let here = Here { waiting, needs_you: parked.contains(ticket) };
            let deadline = self.deadline_of(&header, &reference, now);
            self.lists.put(&header, deadline, here, now);
        }
    }

    /// Everything may look different: the rules are others, or the people.
    pub(super) fn look_again(&mut self) {
        let Some(reference) = self.reference.clone() else { return };
        let (actor, now) = (self.actor(), self.now());
        let asked = reference.asked(&actor, self.naming, now);
        let replica = self.client.replica();
        let mut tickets: Vec<TicketId> = replica.waited_for().collect();
        tickets.extend(replica.parked().iter().map(|parked| parked.proposed.event.ticket));
        if self.lists.is_empty() {
            tickets.extend(replica.all_confirmed().tickets());
        } else {
            // What is done has no deadline that could be another one.
            let open = Query::of(["open", "anything"].map(|state| Term::any_of(Field::Is, &[state])));
            tickets.extend(self.lists.list(&open, Order::default(), asked, None));
        }
        self.count_views();
        self.lists.renamed(asked);
        self.look_at(&tickets, &actor);
    }

    /// Counts the views of everybody, and those that were saved.
    pub(super) fn count_views(&mut self) {
        let Some(reference) = self.reference.clone() else { return };
        let actor = self.actor();
        let mut views = View::standard(actor.role);
        views.extend(self.saved_views.iter().cloned());
        let queries = views.iter().map(|view| view.query.clone()).collect();
        self.views = Rc::new(views);
        self.lists.count(queries, reference.asked(&actor, self.naming, self.now()));
    }

    /// Looks at what has changed by itself, then asks the lists something.
    pub(super) fn ask<T>(&mut self, ask: impl FnOnce(&mut Lists, Asked) -> T) -> Option<T> {
        let reference = self.reference.clone()?;
        let (actor, now) = (self.actor(), self.now());
        let overtaken = self.lists.overtaken(now);
        self.look_at(&overtaken, &actor);
        Some(ask(&mut self.lists, reference.asked(&actor, self.naming, now)))
    }
}
