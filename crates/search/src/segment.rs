//! A segment: some tickets' words, written once and never changed. It is held in the bytes in which it is kept.
//! `docs/search.md` has the form byte by byte.

use std::ops::Range;

use thiserror::Error;
use uuid::Uuid;

use super::bytes::Numbers;
use super::postings::Postings;
use holdfast_desk::TicketId;

/// The form of a segment. Weights of fields and the rules for words are part of it.
const VERSION: u8 = 1;
/// What is in front: the version and how long each part is.
const HEAD: usize = 1 + 4 * UNITS.len();
/// What ends a segment: the Adler-32 of everything before it.
const CHECKSUM: usize = 4;
const ID: usize = 16;
/// What is known of a block of words: where it begins among words, postings and places.
const BLOCK: usize = 12;
/// What the parts are counted in: tickets, removed ones, extents, blocks, words, postings, places, letters.
const UNITS: [usize; 8] = [ID, ID, 1, BLOCK, 1, 1, 1, 1];

/// Why a segment cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum SegmentError {
    /// It has another form.
    #[error("a search index in a form of version {0}, which this app does not know")]
    Version(u8),
    /// It is not what was written.
    #[error("a search index that was damaged")]
    Damaged,
}

/// Some tickets' words.
pub struct Segment {
    bytes: Vec<u8>,
    tickets: Range<usize>,
    removed: Range<usize>,
    extents: Range<usize>,
    blocks: Range<usize>,
    words: Range<usize>,
    postings: Range<usize>,
    places: Range<usize>,
    letters: Range<usize>,
}

impl Segment {
    /// Reads what [`Segment::as_bytes`] gave.
    ///
    /// # Errors
    /// When it is something else.
    pub fn from_bytes(bytes: Vec<u8>) -> Result<Self, SegmentError> {
        let (written, sum) = bytes.split_last_chunk::<CHECKSUM>().ok_or(SegmentError::Damaged)?;
        if adler2::adler32_slice(written) != u32::from_le_bytes(*sum) {
            return Err(SegmentError::Damaged);
        }
        match written.first() {
            Some(&VERSION) => {}
            Some(version) => return Err(SegmentError::Version(*version)),
            None => return Err(SegmentError::Damaged),
        }
        let (lengths, _) = written.get(1..HEAD).ok_or(SegmentError::Damaged)?.as_chunks::<4>();
        let mut at = HEAD;
        let mut parts = lengths.iter().zip(UNITS).map_while(|(length, unit)| {
            let start = at;
            at = (u32::from_le_bytes(*length) as usize).checked_mul(unit)?.checked_add(start)?;
            Some(start..at)
        });
        let parts = [(); UNITS.len()].map(|()| parts.next().unwrap_or_default());
        if at != written.len() {
            return Err(SegmentError::Damaged);
        }
        Ok(Self::of(bytes, parts))
    }

    /// Puts a segment together out of its parts.
    pub(super) fn of_parts(contents: [Vec<u8>; UNITS.len()]) -> Self {
        let whole = contents.iter().map(Vec::len).sum::<usize>();
        let mut bytes = Vec::with_capacity(HEAD + whole + CHECKSUM);
        bytes.push(VERSION);
        for (content, unit) in contents.iter().zip(UNITS) {
            bytes.extend(((content.len() / unit) as u32).to_le_bytes());
        }
        let parts = contents.map(|content| {
            let start = bytes.len();
            bytes.extend(content);
            start..bytes.len()
        });
        bytes.extend(adler2::adler32_slice(&bytes).to_le_bytes());
        Self::of(bytes, parts)
    }

    fn of(bytes: Vec<u8>, parts: [Range<usize>; UNITS.len()]) -> Self {
        let [tickets, removed, extents, blocks, words, postings, places, letters] = parts;
        Self { bytes, tickets, removed, extents, blocks, words, postings, places, letters }
    }

    /// The segment as it is kept.
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }

    fn part(&self, part: &Range<usize>) -> &[u8] {
        self.bytes.get(part.clone()).unwrap_or_default()
    }

    fn ids(&self, part: &Range<usize>) -> impl ExactSizeIterator<Item = TicketId> {
        let (ids, _) = self.part(part).as_chunks::<ID>();
        ids.iter().map(|id| TicketId(Uuid::from_bytes(*id)))
    }

    /// The tickets whose words are here, in order.
    pub fn tickets(&self) -> impl ExactSizeIterator<Item = TicketId> {
        self.ids(&self.tickets)
    }

    /// The tickets that were removed from all segments before this one, in order.
    pub fn removed(&self) -> impl ExactSizeIterator<Item = TicketId> {
        self.ids(&self.removed)
    }

    /// Which of the tickets here this is.
    pub fn find(&self, ticket: TicketId) -> Option<usize> {
        let (ids, _) = self.part(&self.tickets).as_chunks::<ID>();
        ids.binary_search(ticket.0.as_bytes()).ok()
    }

    /// How many places each of the tickets has.
    pub fn extents(&self) -> impl Iterator<Item = u32> {
        Numbers(self.part(&self.extents)).chain(std::iter::repeat(0))
    }

    /// How many blocks of words there are.
    pub(super) fn blocks(&self) -> usize {
        self.blocks.len() / BLOCK
    }

    /// Where a block begins among words, postings and places.
    pub(super) fn block(&self, block: usize) -> [usize; 3] {
        let (starts, _) = self.part(&self.blocks).as_chunks::<BLOCK>();
        let start = |at: usize| starts.get(block).map_or(0, |block| number(&block[at..at + 4])) as usize;
        [start(0), start(4), start(8)]
    }

    pub(super) fn words(&self) -> &[u8] {
        self.part(&self.words)
    }

    pub(super) fn postings(&self) -> &[u8] {
        self.part(&self.postings)
    }

    pub(super) fn places(&self) -> &[u8] {
        self.part(&self.places)
    }

    /// The tickets with words that begin with this letter and go on.
    pub(super) fn letter(&self, letter: char) -> Postings<'_> {
        let mut letters = Numbers(self.part(&self.letters));
        while let (Some(other), Some(length)) = (letters.next(), letters.next()) {
            match letters.bytes(length as usize) {
                Some(postings) if other == letter as u32 => return Postings::new(postings),
                Some(_) => {}
                None => break,
            }
        }
        Postings::default()
    }
}

fn number(bytes: &[u8]) -> u32 {
    bytes.try_into().map_or(0, u32::from_le_bytes)
}
