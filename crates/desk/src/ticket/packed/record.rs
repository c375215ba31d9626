//! A record, read where it lies.

use std::ops::Range;

use uuid::Uuid;

use super::bytes::Reader;
use super::{Facts, PackedError, UUID_BYTES, VERSION, opened};
use crate::TicketId;
use crate::ticket::Header;

/// A record of headers: its bytes, and where things lie in them.
#[derive(Clone, Debug)]
pub struct Record {
    bytes: Vec<u8>,
    words: Vec<Range<u32>>,
    ids: Range<u32>,
    /// Where each ticket begins, with its id.
    rows: Vec<u32>,
}

impl Record {
    /// A record that was written.
    ///
    /// # Errors
    /// When it is not what [`super::pack`] wrote.
    pub fn read(bytes: Vec<u8>) -> Result<Self, PackedError> {
        let body = opened(&bytes, VERSION)?;
        // The version is in front of the body.
        let at = |reader: &Reader| (1 + body.len() - reader.left()) as u32;
        let mut reader = Reader::new(body);
        let words = reader.list(|reader| {
            let length = reader.text().len() as u32;
            at(reader) - length..at(reader)
        });
        let ids = at_ids(&mut reader, at);
        let rows = reader.list(|reader| {
            let row = at(reader);
            reader.uuid();
            let length = reader.number() as usize;
            reader.bytes(length);
            row
        });
        if reader.is_damaged() || reader.left() > 0 {
            return Err(PackedError::Damaged);
        }
        Ok(Self { words, ids, rows, bytes })
    }

    /// How many tickets it speaks of.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether it speaks of none.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// What it says of a ticket, in the order in which it was written.
    pub fn row(&self, index: usize) -> Option<Row<'_>> {
        Some(Row { record: self, at: *self.rows.get(index)? as usize })
    }

    /// What it says of every ticket.
    pub fn rows(&self) -> impl DoubleEndedIterator<Item = Row<'_>> + ExactSizeIterator {
        self.rows.iter().map(|at| Row { record: self, at: *at as usize })
    }

    /// Its words, by their places.
    pub fn words(&self) -> impl Iterator<Item = &str> {
        (0..self.words.len() as u32).filter_map(|place| self.word(place))
    }

    /// Its ids, by their places.
    pub fn ids(&self) -> impl Iterator<Item = Uuid> {
        (0..self.ids.len() as u32 / UUID_BYTES as u32).filter_map(|place| self.id(place))
    }

    pub(super) fn word(&self, place: u32) -> Option<&str> {
        let range = self.words.get(place as usize)?;
        std::str::from_utf8(self.bytes.get(range.start as usize..range.end as usize)?).ok()
    }

    pub(super) fn id(&self, place: u32) -> Option<Uuid> {
        let ids = self.bytes.get(self.ids.start as usize..self.ids.end as usize)?;
        ids.as_chunks::<UUID_BYTES>().0.get(place as usize).map(|id| Uuid::from_bytes(*id))
    }
}

fn at_ids(reader: &mut Reader, at: impl Fn(&Reader) -> u32) -> Range<u32> {
    let count = reader.number() as usize;
    let start = at(reader);
    reader.bytes(count.saturating_mul(UUID_BYTES));
    start..at(reader)
}

/// What a record says of one ticket.
#[derive(Clone, Copy, Debug)]
pub struct Row<'a> {
    record: &'a Record,
    at: usize,
}

impl<'a> Row<'a> {
    /// Which ticket.
    pub fn ticket(self) -> TicketId {
        TicketId(self.reader().uuid())
    }

    /// Whether it is gone.
    pub fn is_gone(self) -> bool {
        self.body().left() == 0
    }

    /// What a queue asks of it; words and ids by their places in the record. `None` where it is gone.
    pub fn facts(self) -> Option<Facts<u32, u32>> {
        let mut body = self.body();
        (body.left() > 0).then(|| body.facts())
    }

    /// What it is about.
    pub fn subject(self) -> &'a str {
        let mut body = self.body();
        body.facts();
        body.text()
    }

    /// The header; `None` where it is gone, and where nobody has written it so.
    pub fn header(self) -> Option<Header> {
        let mut body = self.body();
        if body.left() == 0 {
            return None;
        }
        let header = body.header(self.ticket(), self.record);
        (!body.is_damaged() && body.left() == 0).then_some(header)
    }

    fn reader(self) -> Reader<'a> {
        Reader::new(self.record.bytes.get(self.at..).unwrap_or_default())
    }

    fn body(self) -> Reader<'a> {
        let mut reader = self.reader();
        reader.uuid();
        let length = reader.number() as usize;
        Reader::new(reader.bytes(length))
    }
}
