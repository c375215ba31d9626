//! The lists of a desk: every ticket as it is shown, the views with their counts, and any other query's answer.
//!
//! A count is kept as tickets change, and never counted again. What changes by itself (a clock, an age) changes at an
//! instant that is known before: [`Lists::next_change`].

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashSet};

use super::columns::{Columns, Here, Slot, Time};
use super::filter::Filter;
use super::known::Asked;
use super::order::{Order, Orders};
use super::query::Query;
use crate::sla::Deadline;
use crate::ticket::packed::{Record, Row};
use crate::{Header, Instant, TicketId};

/// Views that can be counted at the same time.
pub const MOST_VIEWS: usize = 64;

/// A view whose tickets are counted.
#[derive(Clone, Debug)]
struct Counted {
    query: Query,
    filter: Filter,
    count: usize,
}

/// Every ticket as it is shown, in columns.
#[derive(Clone, Debug, Default)]
pub struct Lists {
    pub(super) columns: Columns,
    views: Vec<Counted>,
    /// Of each slot, the views that show it.
    shown_by: Vec<u64>,
    /// Of each slot, until when its deadline holds by itself.
    until: Vec<Option<Instant>>,
    /// When slots change by themselves, the next one on top. What was overtaken is passed over.
    changes: BinaryHeap<Reverse<(Instant, Slot)>>,
    orders: Orders,
    /// How many words the views' filters know.
    words: usize,
}

impl Lists {
    /// How many tickets there are.
    pub fn len(&self) -> usize {
        self.columns.tickets()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// When the first of them was raised.
    pub fn earliest(&self) -> Option<Instant> {
        let raised = self.columns.slots().map(|slot| self.columns.time(Time::Created, slot));
        raised.min().map(Instant::from_millis)
    }

    /// Puts a ticket in, in the place of what is here of it: its deadline, and until when that holds by itself.
    pub fn put(
        &mut self,
        header: &Header,
        (deadline, until): (Deadline, Option<Instant>),
        here: Here,
        now: Instant,
    ) {
        let slot = self.columns.put(header, &deadline, here);
        self.changed(slot, until, now);
    }

    /// Puts in what a record says of tickets that are not here yet.
    pub fn adopt(
        &mut self,
        record: &Record,
        rows: &[u32],
        now: Instant,
        mut deadline: impl FnMut(Row) -> (Deadline, Option<Instant>),
    ) {
        let mut untils = Vec::with_capacity(rows.len());
        let slots = self.columns.adopt(record, rows, |row| {
            let (deadline, until) = deadline(row);
            untils.push(until);
            deadline
        });
        for (slot, until) in slots.into_iter().zip(untils) {
            self.changed(slot, until, now);
        }
    }

    /// Takes a ticket out.
    pub fn remove(&mut self, ticket: TicketId) {
        if let Some(slot) = self.columns.remove(ticket) {
            self.orders.touch(slot);
            self.show(slot, 0);
            self.until[slot as usize] = None;
        }
    }

    fn changed(&mut self, slot: Slot, until: Option<Instant>, now: Instant) {
        let at = slot as usize;
        if at >= self.until.len() {
            self.until.resize(at + 1, None);
            self.shown_by.resize(at + 1, 0);
        }
        self.orders.touch(slot);
        self.look(slot, until, now);
    }

    /// Looks which views show a slot, and until when that holds by itself.
    fn look(&mut self, slot: Slot, until: Option<Instant>, now: Instant) {
        let mut shown_by = 0;
        let mut next = until;
        for (place, view) in self.views.iter().enumerate() {
            if view.filter.holds(&self.columns, slot, now) {
                shown_by |= 1 << place;
            }
            let changes_at = view.filter.changes_at(&self.columns, slot, now);
            next = next.into_iter().chain(changes_at).min();
        }
        self.show(slot, shown_by);
        self.until[slot as usize] = next;
        self.changes.extend(next.map(|next| Reverse((next, slot))));
    }

    /// Notes which views show a slot, and counts.
    fn show(&mut self, slot: Slot, shown_by: u64) {
        let Some(before) = self.shown_by.get_mut(slot as usize) else { return };
        let changed = std::mem::replace(before, shown_by) ^ shown_by;
        for (place, view) in self.views.iter_mut().enumerate().filter(|(place, _)| changed >> place & 1 == 1)
        {
            if shown_by >> place & 1 == 1 {
                view.count += 1;
            } else {
                view.count -= 1;
            }
        }
    }

    /// Counts these views from now on; those beyond the most are counted as nothing.
    pub fn count(&mut self, queries: Vec<Query>, asked: Asked) {
        let counted = |query| Counted { query, filter: Filter::default(), count: 0 };
        self.views = queries.into_iter().take(MOST_VIEWS).map(counted).collect();
        self.look_again(asked);
    }

    /// What names stand for may be different now.
    fn look_again(&mut self, asked: Asked) {
        let now = asked.now;
        self.words = self.columns.words_in_all();
        for view in &mut self.views {
            (view.filter, view.count) = (Filter::of(&view.query, asked, &self.columns).0, 0);
        }
        self.shown_by.fill(0);
        self.changes.clear();
        for slot in self.columns.slots().collect::<Vec<_>>() {
            self.look(slot, self.until[slot as usize], now);
        }
    }

    /// The rules or the people are others now: what is sorted by names is sorted anew, and views look again.
    pub fn renamed(&mut self, asked: Asked) {
        self.orders.rename();
        self.look_again(asked);
    }

    /// How many tickets each of the views has.
    pub fn counts(&mut self, asked: Asked) -> Vec<usize> {
        if self.words < self.columns.words_in_all() {
            self.words = self.columns.words_in_all();
            // As a rule no view names what is new.
            let is_same = |view: &Counted| Filter::of(&view.query, asked, &self.columns).0 == view.filter;
            if !self.views.iter().all(is_same) {
                self.look_again(asked);
            }
        }
        self.views.iter().map(|view| view.count).collect()
    }

    /// The tickets that a query's terms leave, of all or only `among` these, in an order.
    pub fn list(
        &mut self,
        query: &Query,
        order: Order,
        asked: Asked,
        among: Option<&HashSet<TicketId>>,
    ) -> Vec<TicketId> {
        let now = asked.now;
        let (filter, _) = Filter::of(query, asked, &self.columns);
        let columns = &self.columns;
        let sorted = self.orders.slots(order, columns, asked);
        // With room for all of them at once: a list that grows is copied again and again.
        let mut tickets = Vec::with_capacity(sorted.len());
        for slot in sorted {
            if filter.holds(columns, *slot, now)
                && let Some(ticket) = columns.ticket(*slot)
            {
                tickets.push(ticket);
            }
        }
        if let Some(among) = among {
            tickets.retain(|ticket| among.contains(ticket));
        }
        tickets.shrink_to_fit();
        tickets
    }

    /// Those of these tickets that a query's terms leave, in their order.
    pub fn among(&self, query: &Query, tickets: &[TicketId], asked: Asked) -> Vec<TicketId> {
        let (filter, _) = Filter::of(query, asked, &self.columns);
        let is_left = |ticket: &&TicketId| {
            self.columns.slot(**ticket).is_some_and(|slot| filter.holds(&self.columns, slot, asked.now))
        };
        tickets.iter().filter(is_left).copied().collect()
    }

    /// A ticket's deadline, as it is until something happens or [`Self::next_change`] comes.
    pub fn deadline(&self, ticket: TicketId) -> Option<Deadline> {
        Some(self.columns.deadline(self.columns.slot(ticket)?))
    }

    /// When the next ticket changes by itself: the one instant to wake up for.
    pub fn next_change(&mut self) -> Option<Instant> {
        loop {
            let Reverse((at, slot)) = self.changes.peek().copied()?;
            if self.until.get(slot as usize) == Some(&Some(at)) {
                return Some(at);
            }
            self.changes.pop();
        }
    }

    /// The tickets that have changed by themselves: to be put in again.
    pub fn overtaken(&mut self, now: Instant) -> Vec<TicketId> {
        let mut tickets = Vec::new();
        while self.next_change().is_some_and(|at| at <= now) {
            if let Some(Reverse((_, slot))) = self.changes.pop() {
                self.until[slot as usize] = None;
                tickets.extend(self.columns.ticket(slot));
            }
        }
        tickets
    }
}
