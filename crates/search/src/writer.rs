//! Writing a segment: word after word, and for each of them ticket after ticket.

use super::bytes::{put, shared};
use super::postings::{Posting, Scribe};
use super::segment::Segment;
use holdfast_desk::TicketId;

/// Words in a block. The first of them is written whole.
const WORDS_IN_BLOCK: u32 = 16;

/// Writes a segment. Words come in order, and the tickets of each in order.
#[derive(Default)]
pub struct Writer {
    scribe: Scribe,
    words: Vec<u8>,
    blocks: Vec<u8>,
    in_block: u32,
    /// The word written last.
    before: Vec<u8>,
    /// The word whose tickets come, and where they and their places begin.
    word: Vec<u8>,
    starts: (usize, usize),
    letters: Letters,
}

impl Writer {
    /// Begins another word.
    pub fn word(&mut self, word: &[u8]) {
        self.end();
        self.word.clear();
        self.word.extend(word);
        self.letters.word(word);
    }

    /// One more ticket that has the word, and its places in it.
    pub fn posting(&mut self, posting: Posting, places: &[u32]) {
        self.scribe.posting(posting);
        self.scribe.places(posting.weight, places);
        self.letters.posting(posting);
    }

    /// Ends a word. One that no ticket has is not written.
    fn end(&mut self) {
        let (postings, places) = self.starts;
        self.starts = (self.scribe.postings.len(), self.scribe.places.len());
        if self.starts.0 == postings {
            return;
        }
        if self.in_block == 0 {
            self.before.clear();
            for start in [self.words.len(), postings, places] {
                self.blocks.extend((start as u32).to_le_bytes());
            }
        }
        self.in_block = (self.in_block + 1) % WORDS_IN_BLOCK;
        let (alike, rest) = self.word.split_at(shared(&self.before, &self.word));
        put(&mut self.words, alike.len() as u32);
        put(&mut self.words, rest.len() as u32);
        self.words.extend(rest);
        put(&mut self.words, (self.starts.0 - postings) as u32);
        put(&mut self.words, (self.starts.1 - places) as u32);
        std::mem::swap(&mut self.before, &mut self.word);
        self.scribe.begin();
    }

    /// The segment of these tickets, each with how many places it has, and of those that were removed; both in order.
    pub fn finish(mut self, tickets: &[(TicketId, u32)], removed: &[TicketId]) -> Segment {
        self.end();
        let ids = tickets.iter().flat_map(|(ticket, _)| *ticket.0.as_bytes()).collect();
        let removed = removed.iter().flat_map(|ticket| *ticket.0.as_bytes()).collect();
        let mut extents = Vec::new();
        tickets.iter().for_each(|(_, extent)| put(&mut extents, *extent));
        let Scribe { postings, places, .. } = self.scribe;
        let letters = self.letters.finish();
        Segment::of_parts([ids, removed, extents, self.blocks, self.words, postings, places, letters])
    }
}

/// For each letter, the tickets with words that begin with it and go on: what is looked for when one letter is typed
/// would otherwise be a tenth of everything.
#[derive(Default)]
struct Letters {
    written: Vec<u8>,
    letter: Option<char>,
    /// Whether the present word is longer than its first letter.
    goes_on: bool,
    /// The weights of its words by ticket.
    weights: Vec<u32>,
    scribe: Scribe,
}

impl Letters {
    fn word(&mut self, word: &[u8]) {
        let mut letters = std::str::from_utf8(word).unwrap_or_default().chars();
        let letter = letters.next();
        self.goes_on = letters.next().is_some();
        if letter != self.letter {
            self.end();
            self.letter = letter;
        }
    }

    fn posting(&mut self, Posting { ticket, weight }: Posting) {
        if self.goes_on {
            let ticket = ticket as usize;
            if ticket >= self.weights.len() {
                self.weights.resize(ticket + 1, 0);
            }
            self.weights[ticket] = self.weights[ticket].saturating_add(weight);
        }
    }

    fn end(&mut self) {
        for (ticket, weight) in self.weights.drain(..).enumerate().filter(|(_, weight)| *weight > 0) {
            self.scribe.posting(Posting { ticket: ticket as u32, weight });
        }
        if let (Some(letter), false) = (self.letter, self.scribe.postings.is_empty()) {
            put(&mut self.written, letter as u32);
            put(&mut self.written, self.scribe.postings.len() as u32);
            self.written.append(&mut self.scribe.postings);
        }
        self.scribe.begin();
    }

    fn finish(mut self) -> Vec<u8> {
        self.end();
        self.written
    }
}
