//! Which tickets have all the words, the best first.

use super::dictionary::Walk;
use super::edits::Compared;
use super::index::{Held, Index};
use super::postings::Posting;
use super::segment::Segment;
use super::words::{Likeness, Word, Words};
use crate::TicketId;

/// A word that so many tickets have is not taken for a typo of another.
const ENOUGH: usize = 5;
/// How much a word counts that is there again and again, as BM25 has it.
const K1: f32 = 1.2;
/// How much less a word counts in a long ticket, as BM25 has it.
const B: f32 = 0.75;
/// How many words in a row are compared one by one before the others with the same beginning are skipped at once.
const PATIENCE: usize = 8;

/// What was found.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Found {
    /// How many tickets have all the words.
    pub total: usize,
    /// The best of them: the highest score first, of equal ones the newest ticket.
    pub hits: Vec<Hit>,
}

/// A ticket that has all the words.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Hit {
    /// The ticket.
    pub ticket: TicketId,
    /// How well it fits. Scores of one search can be compared, those of two cannot.
    pub score: f32,
}

/// What is noted of every ticket while one search goes on, by its number.
#[derive(Default)]
pub struct Board {
    /// How much the present word counts in it.
    weights: Vec<u32>,
    /// The best likeness of the present word, where it has a weight.
    likeness: Vec<Option<Likeness>>,
    /// How many words and phrases it has, up to the first that it has not.
    passed: Vec<u8>,
    scores: Vec<f32>,
    /// The tickets with a weight.
    touched: Vec<u32>,
}

impl Index {
    /// The tickets that have all the words, of those that somebody `keeps` looking at: the best `limit` of them, and
    /// how many there are.
    pub fn find(&mut self, words: &Words, mut keeps: impl FnMut(TicketId) -> bool, limit: usize) -> Found {
        self.freeze();
        let tickets = self.tickets() as f32;
        let Self { held, board, tickets: known, places, .. } = self;
        if words.is_empty() || !board.search(held, words, known, tickets, *places as f32 / tickets) {
            return Found::default();
        }
        let passed = (words.all.len() + words.phrases.len()) as u8;
        let ticket = |number: &u32| known.get(*number as usize).map(|(ticket, _)| *ticket);
        let mut hits = Vec::new();
        for number in &board.touched {
            let (at, Some(ticket)) = (*number as usize, ticket(number)) else { continue };
            if board.passed[at] == passed && keeps(ticket) {
                hits.push(Hit { ticket, score: board.scores[at] });
            }
        }
        let total = hits.len();
        let best_first =
            |one: &Hit, other: &Hit| other.score.total_cmp(&one.score).then(other.ticket.cmp(&one.ticket));
        if limit < total {
            hits.select_nth_unstable_by(limit, best_first);
            hits.truncate(limit);
        }
        hits.sort_unstable_by(best_first);
        Found { total, hits }
    }
}

// What is indexed below is a number of a ticket that `touch` found to be on the board.
impl Board {
    pub fn bytes(&self) -> usize {
        self.weights.capacity() * 10 + self.touched.capacity() * size_of::<u32>()
    }

    /// Finds out which tickets pass, and their scores; says whether there is one. Of the tickets is known how many
    /// there are and how many places they have, each and on average.
    fn search(
        &mut self,
        held: &[Held],
        words: &Words,
        known: &[(TicketId, u32)],
        tickets: f32,
        mean: f32,
    ) -> bool {
        self.weights.resize(known.len(), 0);
        self.likeness.resize(known.len(), None);
        self.scores.resize(known.len(), 0.0);
        self.passed.clear();
        self.passed.resize(known.len(), 0);
        for (at, word) in words.all.iter().enumerate() {
            self.touched.drain(..).for_each(|number| self.weights[number as usize] = 0);
            self.weigh(held, word);
            if !self.score(at as u8, known, tickets, mean) {
                return false;
            }
        }
        for (at, phrase) in words.phrases.iter().enumerate() {
            let passed = (words.all.len() + at) as u8;
            let follow = |held| self.follow(held, &words.all[phrase.clone()], passed);
            if held.iter().map(follow).filter(|follows| *follows).count() == 0 {
                return false;
            }
        }
        true
    }

    /// Weighs one word in all tickets.
    fn weigh(&mut self, held: &[Held], word: &Word) {
        let weigh = |typos: bool, board: &mut Self| {
            for Held { segment, numbers, .. } in held {
                let touch = |walk: &Walk<'_>, likeness| board.touch(numbers, walk, likeness);
                if typos { each_typo(segment, word, touch) } else { each_like(segment, word, touch) }
            }
        };
        weigh(false, self);
        if word.typos > 0 && self.touched.len() < ENOUGH {
            weigh(true, self);
        }
    }

    fn touch(&mut self, numbers: &[u32], walk: &Walk<'_>, likeness: Likeness) {
        for Posting { ticket, weight: more } in walk.postings() {
            let Some(number) = numbers.get(ticket as usize) else { continue };
            let Some(weight) = self.weights.get_mut(*number as usize) else { continue };
            if *weight == 0 {
                self.touched.push(*number);
                self.likeness[*number as usize] = Some(likeness);
            }
            *weight = weight.saturating_add(more);
        }
    }

    /// Adds the present word's score where all words before were found; says whether there is such a ticket.
    fn score(&mut self, passed: u8, known: &[(TicketId, u32)], tickets: f32, mean: f32) -> bool {
        let having = self.touched.len() as f32;
        let rarity = (1.0 + (tickets - having + 0.5) / (having + 0.5)).ln();
        let mut passes = false;
        for number in &self.touched {
            let at = *number as usize;
            if self.passed[at] != passed {
                continue;
            }
            let weight = self.weights[at] as f32;
            let length = known[at].1 as f32 / mean;
            let likeness = self.likeness[at].map_or(0.0, |likeness| f32::from(likeness as u8));
            let score = rarity * (likeness + weight / (weight + K1 * (1.0 - B + B * length)));
            self.scores[at] = if passed == 0 { score } else { self.scores[at] + score };
            self.passed[at] += 1;
            passes = true;
        }
        passes
    }

    /// Passes those of a segment's tickets in which these words follow each other; says whether there are any.
    fn follow(&mut self, held: &Held, words: &[Word], passed: u8) -> bool {
        let mut ends = Vec::new();
        for (at, word) in words.iter().enumerate() {
            let mut here = Vec::new();
            each_like(&held.segment, word, |walk, _| {
                let mut places = walk.places();
                for Posting { ticket, weight } in walk.postings() {
                    let number = held.numbers.get(ticket as usize).copied();
                    let is_left =
                        number.is_some_and(|number| self.passed.get(number as usize) == Some(&passed));
                    places.next(weight, |place| {
                        if is_left {
                            here.push((ticket, place));
                        }
                    });
                }
            });
            here.sort_unstable();
            if at > 0 {
                here.retain(|(ticket, place)| ends.binary_search(&(*ticket, place.wrapping_sub(1))).is_ok());
            }
            ends = here;
        }
        for (ticket, _) in &ends {
            self.passed[held.numbers[*ticket as usize] as usize] = passed + 1;
        }
        !ends.is_empty()
    }
}

/// Tells the words of a segment that are this one or, where it may go on, begin with it.
fn each_like(segment: &Segment, word: &Word, mut found: impl FnMut(&Walk<'_>, Likeness)) {
    let mut walk = Walk::new(segment);
    let mut is_there = walk.seek(word.word.as_bytes());
    while is_there {
        match std::str::from_utf8(walk.word()).ok().and_then(|other| word.likeness(other)) {
            Some(likeness) => found(&walk, likeness),
            None => break,
        }
        is_there = walk.next();
    }
}

/// Tells the words of a segment that are this one with typos.
fn each_typo(segment: &Segment, word: &Word, mut found: impl FnMut(&Walk<'_>, Likeness)) {
    let mut edits = word.edits();
    let mut walk = Walk::new(segment);
    let mut is_there = walk.next();
    let mut others = 0;
    while is_there {
        let compared = edits.compare(walk.word());
        others = if matches!(compared, Compared::OtherFrom(_)) { others + 1 } else { 0 };
        if compared == Compared::Like
            && std::str::from_utf8(walk.word()).is_ok_and(|other| word.likeness(other).is_none())
        {
            found(&walk, Likeness::Typo);
        }
        is_there = match compared {
            Compared::OtherFrom(bytes) if others > PATIENCE => match after(walk.word(), bytes) {
                Some(after) => walk.seek(&after),
                None => false,
            },
            _ => walk.next(),
        };
    }
}

/// What comes after every word that begins with so many bytes of this one.
fn after(word: &[u8], bytes: usize) -> Option<Vec<u8>> {
    let mut after = word.get(..bytes)?.to_vec();
    while let Some(last) = after.pop() {
        if last < u8::MAX {
            after.push(last + 1);
            return Some(after);
        }
    }
    None
}
