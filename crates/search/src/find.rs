//! Which tickets have all the words, the best first.

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

/// What is noted of every ticket while one search goes on, by its number.
#[derive(Default)]
pub struct Board {
    /// How much the present word counts in it, and in the last two bits its best likeness. All of them are looked at for
    /// every word: that is faster than to note which of them are not zero.
    weights: Vec<u32>,
    /// How many words and phrases it has, up to the first that it has not.
    passed: Vec<u8>,
    scores: Vec<f32>,
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
        let all = (words.all.len() + words.phrases.len()) as u8;
        let mut passing: Vec<(f32, u32)> = Vec::new();
        for (number, (((ticket, _), passed), score)) in
            (0..).zip(known.iter().zip(&board.passed).zip(&board.scores))
        {
            if *passed == all && keeps(*ticket) {
                passing.push((*score, number));
            }
        }
        let total = passing.len();
        // One letter finds nearly everything: what cannot be among the best is left out by its score alone.
        let mut least = f32::NEG_INFINITY;
        if limit < total {
            let mut scores: Vec<f32> = passing.iter().map(|(score, _)| *score).collect();
            least = *scores.select_nth_unstable_by(limit, |one, other| other.total_cmp(one)).1;
        }
        let hit = |(score, number): &(f32, u32)| {
            let (ticket, _) = known.get(*number as usize)?;
            Some(Hit { ticket: *ticket, score: *score })
        };
        let mut hits: Vec<Hit> =
            passing.iter().filter(|(score, _)| *score >= least).filter_map(hit).collect();
        let best_first =
            |one: &Hit, other: &Hit| other.score.total_cmp(&one.score).then(other.ticket.cmp(&one.ticket));
        if limit < hits.len() {
            hits.select_nth_unstable_by(limit, best_first);
            hits.truncate(limit);
        }
        hits.sort_unstable_by(best_first);
        Found { total, hits }
    }
}

impl Board {
    pub fn bytes(&self) -> usize {
        self.weights.capacity() * 4 + self.passed.capacity() + self.scores.capacity() * 4
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
        self.scores.clear();
        self.scores.resize(known.len(), 0.0);
        self.passed.clear();
        self.passed.resize(known.len(), 0);
        for (at, word) in words.all.iter().enumerate() {
            self.weights.clear();
            self.weights.resize(known.len(), 0);
            self.weigh(held, word);
            if !self.score(at as u8, known, tickets, mean) {
                return false;
            }
        }
        for (at, phrase) in words.phrases.iter().enumerate() {
            let passed = (words.all.len() + at) as u8;
            let mut phrase = words.all.get(phrase.clone()).unwrap_or_default();
            if let [first @ .., last] = phrase
                && last.open_letter().is_some()
            {
                phrase = first;
            }
            let follow = |held| self.follow(held, phrase, passed);
            if held.iter().map(follow).filter(|follows| *follows).count() == 0 {
                return false;
            }
        }
        true
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
        if word.typos > 0 && self.weights.iter().filter(|weight| **weight > 0).count() < ENOUGH {
            for Held { segment, numbers, .. } in held {
                each_typo(segment, word, |walk| self.touch(numbers, walk.postings(), Likeness::Typo));
            }
        }
    }

    fn touch(&mut self, numbers: &[u32], postings: Postings<'_>, likeness: Likeness) {
        for Posting { ticket, weight: more } in postings {
            let Some(number) = numbers.get(ticket as usize) else { continue };
            let Some(weight) = self.weights.get_mut(*number as usize) else { continue };
            *weight = weight.saturating_add(more << LIKENESS_BITS) | likeness as u32;
        }
    }

    /// Adds the present word's score where all words before were found; says whether there is such a ticket.
    fn score(&mut self, before: u8, known: &[(TicketId, u32)], tickets: f32, mean: f32) -> bool {
        let having = self.weights.iter().filter(|weight| **weight > 0).count() as f32;
        let rarity = (1.0 + (tickets - having + 0.5) / (having + 0.5)).ln();
        let mut passes = false;
        let passed = self.passed.iter_mut().zip(&mut self.scores);
        for (((passed, score), weight), (_, places)) in passed.zip(&self.weights).zip(known) {
            if *weight == 0 || *passed != before {
                continue;
            }
            // Both bits are set where a word is there and another that begins with it.
            let likeness = (weight & LIKENESS).min(Likeness::Exact as u32) as f32;
            let weight = (weight >> LIKENESS_BITS) as f32;
            let length = *places as f32 / mean;
            *score += rarity * (likeness + weight / (weight + K1 * (1.0 - B + B * length)));
            *passed += 1;
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
