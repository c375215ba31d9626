//! Numbers, texts and ids as bytes. Numbers have seven bits a byte, the lowest first; those that may be negative
//! alternate between the signs (postcard's varints).

use std::collections::HashMap;

use uuid::Uuid;

use super::UUID_BYTES;

/// Things of which each is written once.
#[derive(Default)]
struct Once<'a> {
    all: Vec<&'a [u8]>,
    places: HashMap<&'a [u8], u32>,
}

impl<'a> Once<'a> {
    fn place(&mut self, thing: &'a [u8]) -> u32 {
        *self.places.entry(thing).or_insert_with(|| {
            self.all.push(thing);
            self.all.len() as u32 - 1
        })
    }
}

/// Writes a record's body, and what is written once in front of it.
#[derive(Default)]
pub struct Writer<'a> {
    body: Vec<u8>,
    words: Once<'a>,
    ids: Once<'a>,
}

impl<'a> Writer<'a> {
    pub fn number(&mut self, mut number: u64) {
        while number >= 0x80 {
            self.body.push(number as u8 | 0x80);
            number >>= 7;
        }
        self.body.push(number as u8);
    }

    pub fn signed(&mut self, number: i64) {
        self.number(((number << 1) ^ (number >> 63)) as u64);
    }

    pub fn text(&mut self, text: &str) {
        self.number(text.len() as u64);
        self.body.extend_from_slice(text.as_bytes());
    }

    pub fn uuid(&mut self, id: &Uuid) {
        self.body.extend_from_slice(id.as_bytes());
    }

    pub fn maybe<T>(&mut self, thing: Option<T>, write: impl FnOnce(&mut Self, T)) {
        self.number(thing.is_some().into());
        if let Some(thing) = thing {
            write(self, thing);
        }
    }

    /// What is written, with its length in bytes in front.
    pub fn with_length(&mut self, write: impl FnOnce(&mut Self)) {
        let before = std::mem::take(&mut self.body);
        write(self);
        let written = std::mem::replace(&mut self.body, before);
        self.number(written.len() as u64);
        self.body.extend(written);
    }

    /// A word that others may have as well.
    pub fn word(&mut self, word: &'a str) -> u32 {
        self.words.place(word.as_bytes())
    }

    /// An id that others may have as well.
    pub fn id(&mut self, id: &'a Uuid) -> u32 {
        self.ids.place(id.as_bytes())
    }

    /// All of it, with a version in front.
    pub fn finish(self, version: u8) -> Vec<u8> {
        let mut whole = Writer { body: vec![version], ..Writer::default() };
        whole.number(self.words.all.len() as u64);
        for word in self.words.all {
            whole.number(word.len() as u64);
            whole.body.extend_from_slice(word);
        }
        whole.number(self.ids.all.len() as u64);
        self.ids.all.iter().for_each(|id| whole.body.extend_from_slice(id));
        whole.body.extend(self.body);
        whole.body
    }
}

/// Reads what [`Writer`] wrote. What is not there, or is nothing that can be, reads as nothing, and as damaged.
pub struct Reader<'a> {
    left: &'a [u8],
    is_damaged: bool,
}

impl<'a> Reader<'a> {
    pub fn new(bytes: &'a [u8]) -> Self {
        Self { left: bytes, is_damaged: false }
    }

    /// How many bytes are left.
    pub fn left(&self) -> usize {
        self.left.len()
    }

    /// Whether something was not as it was written.
    pub fn is_damaged(&self) -> bool {
        self.is_damaged
    }

    /// What is known, or something in its place in a record that is damaged.
    pub fn known<T>(&mut self, thing: Option<T>, otherwise: T) -> T {
        self.is_damaged |= thing.is_none();
        thing.unwrap_or(otherwise)
    }

    pub fn number(&mut self) -> u64 {
        let (mut number, mut shift) = (0, 0);
        while let Some((byte, left)) = self.left.split_first() {
            self.left = left;
            number |= u64::from(byte & 0x7f) << shift;
            shift += 7;
            if *byte < 0x80 {
                return number;
            }
            if shift > 63 {
                break;
            }
        }
        self.is_damaged = true;
        0
    }

    /// A number of 32 bits.
    pub fn small(&mut self) -> u32 {
        let number = u32::try_from(self.number()).ok();
        self.known(number, 0)
    }

    pub fn signed(&mut self) -> i64 {
        let number = self.number();
        (number >> 1) as i64 ^ -((number & 1) as i64)
    }

    pub fn bytes(&mut self, length: usize) -> &'a [u8] {
        let split = self.left.split_at_checked(length);
        let (bytes, left) = self.known(split, (&[], &[]));
        self.left = left;
        bytes
    }

    pub fn text(&mut self) -> &'a str {
        let length = self.number() as usize;
        let text = std::str::from_utf8(self.bytes(length)).ok();
        self.known(text, "")
    }

    pub fn uuid(&mut self) -> Uuid {
        let bytes = <[u8; UUID_BYTES]>::try_from(self.bytes(UUID_BYTES)).ok();
        Uuid::from_bytes(self.known(bytes, [0; UUID_BYTES]))
    }

    pub fn maybe<T>(&mut self, read: impl FnOnce(&mut Self) -> T) -> Option<T> {
        (self.number() != 0).then(|| read(self))
    }

    pub fn list<T>(&mut self, mut read: impl FnMut(&mut Self) -> T) -> Vec<T> {
        let length = self.number() as usize;
        // Everything that is written takes a byte.
        self.is_damaged |= length > self.left.len();
        let mut list = Vec::new();
        while list.len() < length && !self.is_damaged {
            list.push(read(self));
        }
        list
    }
}
