//! What is searched: segments, and what was added since.

use std::ops::Range;

use super::Piece;
use super::draft::Draft;
use super::find::Board;
use super::merge::merge;
use super::segment::{Segment, SegmentError};
use holdfast_desk::TicketId;

/// From so many bytes on a segment is not merged any more: rewriting it would keep a key stroke waiting, and take as
/// much memory again.
const LARGE: usize = 2 << 20;
/// How many times as large as all that come after it a segment has to be to stay as it is.
const STEP: usize = 4;
/// The number of a ticket that was removed.
pub(super) const GONE: u32 = u32::MAX;

/// A segment in use.
pub(super) struct Held {
    /// Its name among the segments.
    name: u32,
    pub(super) segment: Segment,
    /// The number of each of its tickets in the index.
    pub(super) numbers: Vec<u32>,
    /// How many of its tickets were removed.
    gone: usize,
}

/// The words of tickets, for [`Index::find`].
#[derive(Default)]
pub struct Index {
    pub(super) held: Vec<Held>,
    draft: Draft,
    next_name: u32,
    /// The tickets by their numbers, and how many places they have; none for numbers that nobody has.
    pub(super) tickets: Vec<TicketId>,
    pub(super) extents: Vec<u32>,
    free: Vec<u32>,
    /// How many places all of them have.
    pub(super) places: u64,
    pub(super) board: Board,
}

impl Index {
    /// The index whose segments were kept, in their order and with their names.
    ///
    /// # Errors
    /// When one of them is not what was kept. The way out is to build the index anew.
    pub fn open(segments: impl IntoIterator<Item = (u32, Vec<u8>)>) -> Result<Self, SegmentError> {
        let mut index = Self::default();
        for (name, bytes) in segments {
            index.next_name = index.next_name.max(name.saturating_add(1));
            index.take(name, Segment::from_bytes(bytes)?);
        }
        Ok(index)
    }

    /// Adds pieces of a ticket to those that are here already.
    pub fn add(&mut self, ticket: TicketId, pieces: &[Piece<'_>]) {
        self.draft.add(ticket, pieces);
        self.tend();
    }

    /// Removes everything of a ticket. It is no longer found; its words leave the segments when these are written anew,
    /// or with [`Index::tidy`].
    pub fn remove(&mut self, ticket: TicketId) {
        let is_here = self.remove_from_segments(ticket);
        self.draft.remove(ticket, is_here);
        self.tend();
    }

    /// Makes a segment of what was added last, and few segments of many, so that [`Index::segments`] are everything.
    pub fn settle(&mut self) {
        self.freeze();
        self.tend();
    }

    /// Takes the words of removed tickets out of one segment, where there is one; says whether there was.
    pub fn tidy(&mut self) -> bool {
        self.settle();
        // In front of the first segment there is nothing that could be removed.
        let is_untidy =
            |(at, held): (usize, &Held)| held.gone > 0 || at == 0 && held.segment.removed().len() > 0;
        let Some(at) = self.held.iter().enumerate().position(is_untidy) else { return false };
        self.rewrite(at..at + 1);
        true
    }

    /// The segments with their names, in the order in which [`Index::open`] wants them. What has a name never changes,
    /// and no name is given twice.
    pub fn segments(&self) -> impl ExactSizeIterator<Item = (u32, &[u8])> {
        self.held.iter().map(|held| (held.name, held.segment.as_bytes()))
    }

    /// How many tickets there are in the segments.
    pub fn tickets(&self) -> usize {
        self.tickets.len() - self.free.len()
    }

    /// About how many bytes of memory it holds.
    pub fn bytes(&self) -> usize {
        let held = |held: &Held| held.segment.as_bytes().len() + held.numbers.len() * size_of::<u32>();
        self.held.iter().map(held).sum::<usize>()
            + self.draft.bytes()
            + self.tickets.capacity() * size_of::<TicketId>()
            + self.extents.capacity() * size_of::<u32>()
            + self.free.capacity() * size_of::<u32>()
            + self.board.bytes()
    }

    pub(super) fn freeze(&mut self) {
        if !self.draft.is_empty() {
            let name = self.name();
            let draft = std::mem::take(&mut self.draft);
            self.take(name, draft.freeze());
        }
    }

    fn name(&mut self) -> u32 {
        let name = self.next_name;
        self.next_name = name.saturating_add(1);
        name
    }

    /// Takes a segment behind all others.
    fn take(&mut self, name: u32, segment: Segment) {
        for ticket in segment.removed() {
            self.remove_from_segments(ticket);
        }
        let mut numbers = Vec::with_capacity(segment.tickets().len());
        for (ticket, extent) in segment.tickets().zip(segment.extents()) {
            let number = self.number_of(ticket).unwrap_or_else(|| self.new_number(ticket));
            if let Some(places) = self.extents.get_mut(number as usize) {
                *places = places.saturating_add(extent);
                self.places += u64::from(extent);
            }
            numbers.push(number);
        }
        self.held.push(Held { name, segment, numbers, gone: 0 });
    }

    fn number_of(&self, ticket: TicketId) -> Option<u32> {
        let number = |held: &Held| held.numbers.get(held.segment.find(ticket)?).copied();
        self.held.iter().rev().filter_map(number).find(|number| *number != GONE)
    }

    fn new_number(&mut self, ticket: TicketId) -> u32 {
        let number = self.free.pop().unwrap_or(self.tickets.len() as u32);
        match self.tickets.get_mut(number as usize) {
            Some(place) => *place = ticket,
            None => {
                self.tickets.push(ticket);
                self.extents.push(0);
            }
        }
        number
    }

    /// Says whether there was something of it, living or not.
    fn remove_from_segments(&mut self, ticket: TicketId) -> bool {
        let (mut is_here, mut living) = (false, None);
        for held in &mut self.held {
            let Some(number) = held.segment.find(ticket).and_then(|at| held.numbers.get_mut(at)) else {
                continue;
            };
            is_here = true;
            if *number != GONE {
                living = Some(std::mem::replace(number, GONE));
                held.gone += 1;
            }
        }
        if let Some(number) = living {
            self.free.push(number);
            if let Some(places) = self.extents.get_mut(number as usize) {
                self.places = self.places.saturating_sub(std::mem::take(places).into());
            }
        }
        is_here
    }

    /// Sees to it that there are few segments, and none that is mostly of removed tickets.
    fn tend(&mut self) {
        if self.draft.is_enough() {
            self.freeze();
        }
        if let Some(at) = self.held.iter().position(|held| held.gone * 2 > held.numbers.len()) {
            self.rewrite(at..at + 1);
        }
        let sizes = self.held.iter().map(|held| held.segment.as_bytes().len());
        let (mut first, mut after) = (self.held.len(), 0);
        for size in sizes.rev() {
            if after > 0 && (size >= LARGE || size >= after * STEP) {
                break;
            }
            first -= 1;
            after += size;
        }
        if self.held.len() - first > 1 {
            self.rewrite(first..self.held.len());
        }
    }

    /// Writes neighbouring segments anew, as one.
    fn rewrite(&mut self, range: Range<usize>) {
        let (before, _) = self.held.split_at(range.start);
        let is_before = |ticket| before.iter().any(|held| held.segment.find(ticket).is_some());
        let merged = merge(&self.held[range.clone()], is_before);
        let name = self.name();
        let held = merged.map(|(segment, numbers)| Held { name, segment, numbers, gone: 0 });
        self.held.splice(range, held);
    }
}
