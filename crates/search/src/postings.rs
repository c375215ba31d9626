//! Where a word is: in which tickets and how much it counts there, and at which places in them.
//!
//! Tickets are counted within their segment. Most words are in a ticket once and count one: then their weight is not
//! written, and neither is how many places there are.

use super::bytes::{Numbers, put};

/// A word in a ticket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Posting {
    /// The ticket, counted in its segment.
    pub ticket: u32,
    /// How often the word is there, each time with the weight of its field.
    pub weight: u32,
}

/// The tickets that have one word, in order.
#[derive(Clone, Default)]
pub struct Postings<'a> {
    numbers: Numbers<'a>,
    ticket: u32,
}

impl<'a> Postings<'a> {
    pub fn new(bytes: &'a [u8]) -> Self {
        Self { numbers: Numbers(bytes), ticket: 0 }
    }
}

impl Iterator for Postings<'_> {
    type Item = Posting;

    #[inline]
    fn next(&mut self) -> Option<Posting> {
        let number = self.numbers.next()?;
        self.ticket = self.ticket.wrapping_add(number >> 1);
        let weight = if number & 1 == 0 { 1 } else { self.numbers.next()? };
        Some(Posting { ticket: self.ticket, weight })
    }
}

/// The places of one word, ticket after ticket. A place is a word's number in its ticket; between two texts of a ticket
/// one number is left out, so that no phrase reaches from one into the other.
#[derive(Clone, Default)]
pub struct Places<'a>(Numbers<'a>);

impl<'a> Places<'a> {
    pub fn new(bytes: &'a [u8]) -> Self {
        Self(Numbers(bytes))
    }

    /// Tells the places in the next ticket, where the word has this weight.
    pub fn next(&mut self, weight: u32, mut place: impl FnMut(u32)) {
        let count = if weight == 1 { Some(1) } else { self.0.next() };
        let mut at = 0_u32;
        for step in self.0.by_ref().take(count.unwrap_or(0) as usize) {
            at = at.wrapping_add(step);
            place(at);
        }
    }
}

/// Writes where words are.
#[derive(Default)]
pub struct Scribe {
    pub postings: Vec<u8>,
    pub places: Vec<u8>,
    before: u32,
}

impl Scribe {
    /// Begins another word.
    pub fn begin(&mut self) {
        self.before = 0;
    }

    /// Writes the next ticket that has the word.
    pub fn posting(&mut self, Posting { ticket, weight }: Posting) {
        put(&mut self.postings, (ticket - self.before) << 1 | u32::from(weight != 1));
        self.before = ticket;
        if weight != 1 {
            put(&mut self.postings, weight);
        }
    }

    /// Writes the word's places in this ticket.
    pub fn places(&mut self, weight: u32, places: &[u32]) {
        if weight != 1 {
            put(&mut self.places, places.len() as u32);
        }
        let mut before = 0;
        for place in places {
            put(&mut self.places, place.wrapping_sub(before));
            before = *place;
        }
    }
}
