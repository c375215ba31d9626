//! Headers in memory, as packed records: a hundred thousand of them in some 20 MB, each read where it lies. What changes is
//! kept as it is until there is a record's worth of it.

use std::collections::HashSet;

use foldhash::HashMap;

use super::Header;
use super::packed::{Record, Row, pack};
use crate::TicketId;

/// Headers of a record.
const AT_ONCE: usize = 512;
/// In the place of a record: the header is not in one yet.
const FRESH: u32 = u32::MAX;

/// Where a header is.
#[derive(Clone, Copy, Debug)]
struct Place {
    record: u32,
    row: u32,
}

/// A record, and how many of its headers are the last word on their tickets.
#[derive(Clone, Debug)]
struct Kept {
    record: Record,
    live: usize,
}

/// The headers of a desk.
#[derive(Clone, Debug, Default)]
pub struct Shelf {
    /// Nothing where a record was taken out.
    records: Vec<Option<Kept>>,
    places: HashMap<TicketId, Place>,
    fresh: HashMap<TicketId, Header>,
}

impl Shelf {
    /// How many headers there are.
    pub fn len(&self) -> usize {
        self.places.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.places.is_empty()
    }

    /// Whether a ticket is here.
    pub fn has(&self, ticket: TicketId) -> bool {
        self.places.contains_key(&ticket)
    }

    /// A ticket's header.
    pub fn get(&self, ticket: TicketId) -> Option<Header> {
        match self.row(ticket) {
            Some(row) => row.header(),
            None => self.fresh.get(&ticket).cloned(),
        }
    }

    /// What a ticket is about.
    pub fn subject(&self, ticket: TicketId) -> Option<&str> {
        match self.row(ticket) {
            Some(row) => Some(row.subject()),
            None => self.fresh.get(&ticket).map(|header| header.subject.as_str()),
        }
    }

    fn row(&self, ticket: TicketId) -> Option<Row<'_>> {
        let place = self.places.get(&ticket)?;
        self.records.get(place.record as usize)?.as_ref()?.record.row(place.row as usize)
    }

    /// Every ticket that is here.
    pub fn tickets(&self) -> impl Iterator<Item = TicketId> {
        self.places.keys().copied()
    }

    /// Every header.
    pub fn headers(&self) -> impl Iterator<Item = Header> {
        let kept = self.records.iter().enumerate().filter_map(|(at, kept)| Some((at, kept.as_ref()?)));
        let rows = kept.flat_map(|(at, kept)| self.live(at, &kept.record).filter_map(Row::header));
        rows.chain(self.fresh.values().cloned())
    }

    /// What of a record is the last word.
    fn live<'a>(&self, at: usize, record: &'a Record) -> impl Iterator<Item = Row<'a>> {
        let is_last = move |(row, found): &(usize, Row)| {
            self.places
                .get(&found.ticket())
                .is_some_and(|place| place.record as usize == at && place.row as usize == *row)
        };
        record.rows().enumerate().filter(is_last).map(|(_, row)| row)
    }

    /// Puts a header in the place of what is here of its ticket.
    pub fn put(&mut self, header: Header) {
        self.leave(header.id);
        self.add(header);
        if self.fresh.len() >= AT_ONCE {
            self.pack();
        }
    }

    fn add(&mut self, header: Header) {
        self.places.insert(header.id, Place { record: FRESH, row: 0 });
        self.fresh.insert(header.id, header);
    }

    /// Takes a ticket out.
    pub fn remove(&mut self, ticket: TicketId) {
        self.leave(ticket);
        self.places.remove(&ticket);
    }

    /// Takes a record in that was read from its end: rows of tickets that are here already, and of those in `gone`, are
    /// passed over; those that it says are gone are added to that. Returns the places of the rows that count.
    pub fn adopt(&mut self, record: Record, gone: &mut HashSet<TicketId>) -> Vec<u32> {
        let at = self.records.len();
        let mut rows = Vec::with_capacity(record.len());
        for (index, row) in record.rows().enumerate().rev() {
            let ticket = row.ticket();
            if row.is_gone() {
                if !self.has(ticket) {
                    gone.insert(ticket);
                }
            } else if !self.has(ticket) && !gone.contains(&ticket) {
                self.places.insert(ticket, Place { record: at as u32, row: index as u32 });
                rows.push(index as u32);
            }
        }
        self.records.push(Some(Kept { record, live: rows.len() }));
        rows
    }

    /// The record that was taken in last.
    pub fn last_record(&self) -> Option<&Record> {
        Some(&self.records.last()?.as_ref()?.record)
    }

    /// What is here of a ticket counts no more. Of a record of which more than half does not, the rest is moved.
    fn leave(&mut self, ticket: TicketId) {
        let Some(place) = self.places.get(&ticket).copied() else { return };
        if place.record == FRESH {
            self.fresh.remove(&ticket);
            return;
        }
        let at = place.record as usize;
        let Some(Some(kept)) = self.records.get_mut(at) else { return };
        kept.live -= 1;
        if kept.live * 2 >= kept.record.len() {
            return;
        }
        let Some(kept) = self.records[at].take() else { return };
        let rest: Vec<Header> = self.live(at, &kept.record).filter_map(Row::header).collect();
        for header in rest {
            if header.id != ticket {
                self.add(header);
            }
        }
    }

    /// Makes a record of what is fresh.
    fn pack(&mut self) {
        let tickets: Vec<TicketId> = self.fresh.keys().copied().take(AT_ONCE).collect();
        let bytes = pack(tickets.iter().map(|ticket| (ticket, self.fresh.get(ticket))));
        // What was packed just now can be read. If not, it stays as it is.
        let Ok(record) = Record::read(bytes) else { return };
        let free = self.records.iter().position(Option::is_none);
        let at = free.unwrap_or(self.records.len());
        let kept = Some(Kept { record, live: tickets.len() });
        match self.records.get_mut(at) {
            Some(free) => *free = kept,
            None => self.records.push(kept),
        }
        for (row, ticket) in tickets.into_iter().enumerate() {
            self.fresh.remove(&ticket);
            self.places.insert(ticket, Place { record: at as u32, row: row as u32 });
        }
    }
}
