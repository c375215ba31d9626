//! The words of a segment in order: a walk over them that can begin anywhere.

use std::ops::Range;

use super::bytes::Numbers;
use super::postings::{Places, Postings};
use super::segment::Segment;

/// A walk over the words of a segment. It stands on one of them after [`Walk::next`] or [`Walk::seek`] said so.
pub struct Walk<'a> {
    segment: &'a Segment,
    /// The block that was sought last.
    block: usize,
    left: Numbers<'a>,
    word: Vec<u8>,
    postings: Range<usize>,
    places: Range<usize>,
}

impl<'a> Walk<'a> {
    /// In front of the first word.
    pub fn new(segment: &'a Segment) -> Self {
        Self {
            segment,
            block: 0,
            left: Numbers(segment.words()),
            word: Vec::new(),
            postings: 0..0,
            places: 0..0,
        }
    }

    /// The word.
    pub fn word(&self) -> &[u8] {
        &self.word
    }

    /// The tickets that have it.
    pub fn postings(&self) -> Postings<'a> {
        Postings::new(self.segment.postings().get(self.postings.clone()).unwrap_or_default())
    }

    /// Its places in them.
    pub fn places(&self) -> Places<'a> {
        Places::new(self.segment.places().get(self.places.clone()).unwrap_or_default())
    }

    /// Goes on to the next word, if there is one.
    pub fn next(&mut self) -> bool {
        self.step().is_some()
    }

    fn step(&mut self) -> Option<()> {
        let shared = self.left.next()? as usize;
        let rest = self.left.next()? as usize;
        let rest = self.left.bytes(rest)?;
        self.word.truncate(shared);
        self.word.extend(rest);
        let postings = self.postings.end.checked_add(self.left.next()? as usize)?;
        self.postings = self.postings.end..postings;
        let places = self.places.end.checked_add(self.left.next()? as usize)?;
        self.places = self.places.end..places;
        Some(())
    }

    /// Goes on to the first word that is not before this one, if there is one. It never goes back, so that every walk has
    /// an end, whatever the segment says.
    pub fn seek(&mut self, from: &[u8]) -> bool {
        self.block = self.block_of(from);
        let [words, postings, places] = self.segment.block(self.block);
        if let Some(left) = self.segment.words().get(words..)
            && left.len() < self.left.0.len()
        {
            self.left = Numbers(left);
            self.word.clear();
            self.postings = postings..postings;
            self.places = places..places;
        }
        while self.next() {
            if self.word.as_slice() >= from {
                return true;
            }
        }
        false
    }

    /// The last block that does not begin behind this word. Most are sought near the one before: so steps get longer.
    fn block_of(&self, word: &[u8]) -> usize {
        let mut low = if self.first_of(self.block) <= word { self.block } else { 0 };
        let mut step = 1;
        while low + step < self.segment.blocks() && self.first_of(low + step) <= word {
            low += step;
            step *= 2;
        }
        let mut high = self.segment.blocks().min(low + step);
        while low + 1 < high {
            let middle = low.midpoint(high);
            if self.first_of(middle) <= word { low = middle } else { high = middle }
        }
        low
    }

    /// The first word of a block.
    fn first_of(&self, block: usize) -> &'a [u8] {
        let [start, ..] = self.segment.block(block);
        let mut numbers = Numbers(self.segment.words().get(start..).unwrap_or_default());
        let length = numbers.by_ref().nth(1).unwrap_or(0) as usize;
        numbers.bytes(length).unwrap_or_default()
    }
}
