//! What was added last, until somebody looks for it or it is enough for a segment.

use std::collections::{BTreeSet, HashMap};

use super::Piece;
use super::postings::Posting;
use super::segment::Segment;
use super::tokens::each_token;
use super::writer::Writer;
use holdfast_desk::TicketId;

/// How many words a draft takes before it becomes a segment: some 3 MB while it is written.
const ENOUGH: usize = 1 << 17;

/// One word of one ticket.
struct Occurrence {
    word: u32,
    ticket: u32,
    place: u32,
    weight: u8,
}

/// A ticket with something in the draft.
struct Drafted {
    id: TicketId,
    /// Its next free place.
    extent: u32,
    is_removed: bool,
}

/// Pieces and removals since the last segment.
#[derive(Default)]
pub struct Draft {
    words: HashMap<Box<str>, u32>,
    occurrences: Vec<Occurrence>,
    tickets: Vec<Drafted>,
    numbers: HashMap<TicketId, usize>,
    removed: BTreeSet<TicketId>,
}

impl Draft {
    pub fn is_empty(&self) -> bool {
        self.tickets.is_empty() && self.removed.is_empty()
    }

    pub fn is_enough(&self) -> bool {
        self.occurrences.len() >= ENOUGH
    }

    pub fn bytes(&self) -> usize {
        self.occurrences.capacity() * size_of::<Occurrence>()
            + self.words.capacity() * (size_of::<(Box<str>, u32)>() + 1)
            + self.words.keys().map(|word| word.len()).sum::<usize>()
            + self.tickets.capacity() * size_of::<Drafted>()
            + self.numbers.capacity() * size_of::<(TicketId, usize)>()
            + self.removed.len() * size_of::<TicketId>()
    }

    pub fn add(&mut self, id: TicketId, pieces: &[Piece<'_>]) {
        if pieces.is_empty() {
            return;
        }
        let number = *self.numbers.entry(id).or_insert(self.tickets.len());
        if number == self.tickets.len() {
            self.tickets.push(Drafted { id, extent: 0, is_removed: false });
        }
        let Some(Drafted { extent, .. }) = self.tickets.get_mut(number) else { return };
        for piece in pieces {
            each_token(piece.text, |word, _| {
                let next = self.words.len() as u32;
                let word = match self.words.get(word) {
                    Some(word) => *word,
                    None => *self.words.entry(word.into()).or_insert(next),
                };
                let weight = piece.field.weight();
                self.occurrences.push(Occurrence { word, ticket: number as u32, place: *extent, weight });
                *extent = extent.saturating_add(1);
            });
            *extent = extent.saturating_add(1);
        }
    }

    /// Removes a ticket, here and, where it `is_elsewhere`, from the segments before.
    pub fn remove(&mut self, id: TicketId, is_elsewhere: bool) {
        let drafted = self.numbers.remove(&id).and_then(|number| self.tickets.get_mut(number));
        if let Some(drafted) = drafted {
            drafted.is_removed = true;
        }
        if is_elsewhere {
            self.removed.insert(id);
        }
    }

    /// Makes a segment of it.
    pub fn freeze(self) -> Segment {
        let mut order = (0..self.tickets.len()).collect::<Vec<_>>();
        order.retain(|number| !self.tickets[*number].is_removed);
        order.sort_unstable_by_key(|number| self.tickets[*number].id);
        let mut tickets = Vec::with_capacity(order.len());
        let mut ticket_places = vec![None; self.tickets.len()];
        for number in order {
            ticket_places[number] = Some(tickets.len() as u32);
            tickets.push((self.tickets[number].id, self.tickets[number].extent));
        }
        let mut words = self.words.iter().collect::<Vec<_>>();
        words.sort_unstable();
        let mut word_places = vec![0; words.len()];
        for (place, (_, number)) in words.iter().enumerate() {
            word_places[**number as usize] = place;
        }
        // Every number below was given to an entry of these lists when the occurrence was noted.
        let place = |occurrence: &Occurrence| {
            let ticket = ticket_places[occurrence.ticket as usize]?;
            Some((word_places[occurrence.word as usize], ticket, occurrence.place, occurrence.weight))
        };
        let mut occurrences = self.occurrences.iter().filter_map(place).collect::<Vec<_>>();
        occurrences.sort_unstable();
        let mut writer = Writer::default();
        let mut places = Vec::new();
        for of_word in occurrences.chunk_by(|one, other| one.0 == other.0) {
            writer.word(words[of_word[0].0].0.as_bytes());
            for of_ticket in of_word.chunk_by(|one, other| one.1 == other.1) {
                places.clear();
                places.extend(of_ticket.iter().map(|occurrence| occurrence.2));
                let weight = of_ticket.iter().map(|occurrence| u32::from(occurrence.3)).sum();
                writer.posting(Posting { ticket: of_ticket[0].1, weight }, &places);
            }
        }
        writer.finish(&tickets, &self.removed.into_iter().collect::<Vec<_>>())
    }
}
