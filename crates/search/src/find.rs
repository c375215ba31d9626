//! Which tickets have all the words, the best first.

use std::collections::HashSet;

use super::dictionary::Walk;
use super::edits::Compared;
use super::index::{Held, Index};
use super::postings::{Posting, Postings};
use super::segment::Segment;
use super::words::{Likeness, Word, Words};
use holdfast_desk::TicketId;

/// A word that so many tickets have is not taken for a typo of another.
const ENOUGH: usize = 5;
/// How much a word counts that is there again and again, as BM25 has it.
const K1: f32 = 1.2;
/// How much less a word counts in a long ticket, as BM25 has it.
const B: f32 = 0.75;
/// The bits of a weight that are of a likeness.
const LIKENESS_BITS: u32 = 2;
const LIKENESS: u32 = (1 << LIKENESS_BITS) - 1;
/// How many words in a row are compared one by one before the others with the same beginning are skipped at once.
const PATIENCE: usize = 4;

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

/// What is noted of tickets while one search goes on, by their numbers.
#[derive(Default)]
pub struct Board {
    /// How much the present word counts in each ticket, and in the last two bits its best likeness.
    weights: Vec<u32>,
    /// How many tickets have it.
    having: usize,
    /// What no score is above.
    highest: f32,
    /// The tickets that have every word so far, in order, each with its score.
    passing: Vec<(u32, f32)>,
}

impl Index {
    /// The tickets that have all the words, of all or only `among` these: the best `limit` of them, and how many there are.
    pub fn find(&mut self, words: &Words, among: Option<&HashSet<TicketId>>, limit: usize) -> Found {
        self.freeze();
        let count = self.tickets() as f32;
        let Self { held, board, tickets, extents, places, .. } = self;
        board.search(held, words, extents, count, *places as f32 / count);
        let ticket = |number: u32| tickets.get(number as usize).copied();
        if let Some(among) = among {
            board.passing.retain(|(number, _)| ticket(*number).is_some_and(|ticket| among.contains(&ticket)));
        }
        let hit = |(number, score)| Some(Hit { ticket: ticket(number)?, score });
        Found { total: board.passing.len(), hits: best(board.likely(limit).filter_map(hit).collect(), limit) }
    }
}

/// The best of them, the best first.
fn best(mut hits: Vec<Hit>, limit: usize) -> Vec<Hit> {
    let best_first =
        |one: &Hit, other: &Hit| other.score.total_cmp(&one.score).then(other.ticket.cmp(&one.ticket));
    if limit < hits.len() {
        hits.select_nth_unstable_by(limit, best_first);
        hits.truncate(limit);
    }
    hits.sort_unstable_by(best_first);
    hits
}

impl Board {
    pub fn bytes(&self) -> usize {
        self.weights.capacity() * 4 + self.passing.capacity() * size_of::<(u32, f32)>()
    }

    /// Finds out which tickets pass, and their scores. Of the tickets is known how many there are, and how many places they
    /// have, each and on average.
    fn search(&mut self, held: &[Held], words: &Words, extents: &[u32], tickets: f32, mean: f32) {
        self.highest = 0.0;
        self.passing.clear();
        for (at, word) in words.all.iter().enumerate() {
            self.begin(extents.len());
            self.weigh(held, word);
            self.score(extents, tickets, mean, at == 0);
            if self.passing.is_empty() {
                return;
            }
        }
        for phrase in &words.phrases {
            let mut phrase = words.all.get(phrase.clone()).unwrap_or_default();
            if let [first @ .., last] = phrase
                && last.open_letter().is_some()
            {
                phrase = first;
            }
            self.begin(extents.len());
            held.iter().for_each(|held| self.follow(held, phrase));
            let Self { weights, passing, .. } = self;
            passing.retain(|(number, _)| weights.get(*number as usize).is_some_and(|weight| *weight > 0));
        }
    }

    /// Begins another word.
    fn begin(&mut self, tickets: usize) {
        self.having = 0;
        self.weights.clear();
        self.weights.resize(tickets, 0);
    }

    /// Those that pass but for some that cannot be among so many of the best. One letter finds nearly everything, and
    /// sorting that out takes as long as finding it: scores are counted in steps first.
    fn likely(&self, limit: usize) -> impl Iterator<Item = (u32, f32)> {
        const STEPS: usize = 4_096;
        let steps = STEPS as f32 / self.highest;
        let step = move |score: f32| ((score * steps) as usize).min(STEPS - 1);
        let mut least = 0;
        if limit < self.passing.len() {
            let mut counts = [0_u32; STEPS];
            self.passing.iter().for_each(|(_, score)| counts[step(*score)] += 1);
            let mut better = 0;
            let is_enough = |count: &u32| {
                better += *count as usize;
                better >= limit
            };
            least = counts.iter().rposition(is_enough).unwrap_or(0);
        }
        self.passing.iter().copied().filter(move |(_, score)| step(*score) >= least)
    }

    /// Weighs one word in all tickets.
    fn weigh(&mut self, held: &[Held], word: &Word) {
        for Held { segment, numbers, .. } in held {
            let mut touch = |postings, likeness| self.touch(numbers, postings, likeness);
            match word.open_letter() {
                Some(letter) => {
                    touch(segment.letter(letter), Likeness::Prefix);
                    each_like(segment, &Word { is_open: false, ..word.clone() }, |walk, likeness| {
                        touch(walk.postings(), likeness);
                    });
                }
                None => each_like(segment, word, |walk, likeness| touch(walk.postings(), likeness)),
            }
        }
        if word.typos > 0 && self.having < ENOUGH {
            for Held { segment, numbers, .. } in held {
                each_typo(segment, word, |walk| self.touch(numbers, walk.postings(), Likeness::Typo));
            }
        }
    }

    #[inline]
    fn touch(&mut self, numbers: &[u32], postings: Postings<'_>, likeness: Likeness) {
        let (weights, mut having) = (&mut *self.weights, 0);
        for Posting { ticket, weight: more } in postings {
            let Some(number) = numbers.get(ticket as usize) else { continue };
            let Some(weight) = weights.get_mut(*number as usize) else { continue };
            having += usize::from(*weight == 0);
            *weight = weight.saturating_add(more << LIKENESS_BITS) | likeness as u32;
        }
        self.having += having;
    }

    /// Adds the present word's score where it was found; where not, the ticket does not pass. All pass before the first word.
    fn score(&mut self, extents: &[u32], tickets: f32, mean: f32, is_first: bool) {
        let having = self.having as f32;
        let rarity = (1.0 + (tickets - having + 0.5) / (having + 0.5)).ln();
        let worth = |weight: u32, places: u32| {
            // Both bits are set where a word is there and another that begins with it.
            let likeness = (weight & LIKENESS).min(Likeness::Exact as u32) as f32;
            let times = (weight >> LIKENESS_BITS) as f32;
            let length = places as f32 / mean;
            let worth = rarity * (likeness + times / (times + K1 * (1.0 - B + B * length)));
            (weight > 0).then_some(worth)
        };
        self.highest += rarity * (Likeness::Exact as u32 as f32 + 1.0);
        let Self { weights, passing, .. } = self;
        let known = |number: u32| Some((*weights.get(number as usize)?, *extents.get(number as usize)?));
        if is_first {
            passing.reserve(self.having);
            for (number, (weight, places)) in (0..).zip(weights.iter().zip(extents)) {
                if let Some(worth) = worth(*weight, *places) {
                    passing.push((number, worth));
                }
            }
            return;
        }
        passing.retain_mut(|(number, score)| {
            let more = known(*number).and_then(|(weight, places)| worth(weight, places));
            *score += more.unwrap_or_default();
            more.is_some()
        });
    }

    /// Marks those of a segment's tickets in which these words follow each other.
    fn follow(&mut self, held: &Held, words: &[Word]) {
        let Self { weights, passing, .. } = self;
        let number = |ticket: u32| held.numbers.get(ticket as usize).copied();
        let is_left = |ticket| {
            number(ticket)
                .is_some_and(|number| passing.binary_search_by_key(&number, |(number, _)| *number).is_ok())
        };
        let mut ends = Vec::new();
        for (at, word) in words.iter().enumerate() {
            let mut here = Vec::new();
            each_like(&held.segment, word, |walk, _| {
                let mut places = walk.places();
                for Posting { ticket, weight } in walk.postings() {
                    let is_left = is_left(ticket);
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
        for number in ends.iter().filter_map(|(ticket, _)| number(*ticket)) {
            if let Some(weight) = weights.get_mut(number as usize) {
                *weight = 1;
            }
        }
    }
}

/// Tells the words of a segment that are this one or, where it may go on, begin with it.
fn each_like<'a>(segment: &'a Segment, word: &Word, mut found: impl FnMut(&Walk<'a>, Likeness)) {
    let mut walk = Walk::new(segment);
    let mut is_there = walk.seek(word.word.as_bytes());
    while is_there {
        match word.likeness(walk.word()) {
            Some(likeness) => found(&walk, likeness),
            None => break,
        }
        is_there = walk.next();
    }
}

/// Tells the words of a segment that are this one with typos.
fn each_typo<'a>(segment: &'a Segment, word: &Word, mut found: impl FnMut(&Walk<'a>)) {
    let mut edits = word.edits();
    let mut walk = Walk::new(segment);
    let mut is_there = walk.next();
    let mut others = 0;
    while is_there {
        let compared = edits.compare(walk.word());
        others = if matches!(compared, Compared::OtherFrom(_)) { others + 1 } else { 0 };
        if compared == Compared::Like && word.likeness(walk.word()).is_none() {
            found(&walk);
        }
        is_there = match compared {
            Compared::OtherFrom(bytes) if others > PATIENCE => match after(walk.word(), bytes) {
                Some(after) => {
                    others = 0;
                    walk.seek(&after)
                }
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
