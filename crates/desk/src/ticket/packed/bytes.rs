//! Numbers, texts and ids as bytes. Numbers have seven bits a byte, the lowest first; those that may be negative
//! alternate between the signs (postcard's varints).

use std::collections::HashMap;

use uuid::Uuid;

/// The bytes of an id.
const UUID_BYTES: usize = 16;

/// Things of which each is written once.
#[derive(Default)]
struct Once<'a> {
    all: Vec<&'a [u8]>,
    places: HashMap<&'a [u8], u64>,
}

impl<'a> Once<'a> {
    fn place(&mut self, thing: &'a [u8]) -> u64 {
        *self.places.entry(thing).or_insert_with(|| {
            self.all.push(thing);
            self.all.len() as u64 - 1
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
        self.with_length(text.as_bytes());
    }

    fn with_length(&mut self, bytes: &[u8]) {
        self.number(bytes.len() as u64);
        self.body.extend_from_slice(bytes);
    }

    pub fn uuid(&mut self, id: &Uuid) {
        self.with_length(id.as_bytes());
    }

    pub fn maybe<T>(&mut self, thing: Option<T>, write: impl FnOnce(&mut Self, T)) {
        self.number(thing.is_some().into());
        if let Some(thing) = thing {
            write(self, thing);
        }
    }

    /// A word that others may have as well.
    pub fn word(&mut self, word: &'a str) {
        let place = self.words.place(word.as_bytes());
        self.number(place);
    }

    /// An id that others may have as well.
    pub fn id(&mut self, id: &'a Uuid) {
        let place = self.ids.place(id.as_bytes());
        self.number(place);
    }

    /// All of it, with a version in front.
    pub fn finish(self, version: u8) -> Vec<u8> {
        let mut whole = Writer { body: vec![version], ..Writer::default() };
        for once in [self.words, self.ids] {
            whole.number(once.all.len() as u64);
            once.all.iter().for_each(|thing| whole.with_length(thing));
        }
        whole.body.extend(self.body);
        whole.body
    }
}

/// Reads what [`Writer`] wrote. What is not there, or is nothing that can be, reads as nothing, and the record as damaged.
pub struct Reader<'a> {
    left: &'a [u8],
    words: Vec<&'a str>,
    ids: Vec<Uuid>,
    is_damaged: bool,
}

impl<'a> Reader<'a> {
    pub fn new(record: &'a [u8]) -> Self {
        let mut reader = Self { left: record, words: Vec::new(), ids: Vec::new(), is_damaged: false };
        reader.words = reader.list(Self::text);
        reader.ids = reader.list(Self::uuid);
        reader
    }

    /// Whether everything was read, and there was nothing wrong with it.
    pub fn is_at_its_end(&self) -> bool {
        self.left.is_empty() && !self.is_damaged
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

    fn with_length(&mut self) -> &'a [u8] {
        let length = self.number() as usize;
        let Some((bytes, left)) = self.left.split_at_checked(length) else {
            self.is_damaged = true;
            return &[];
        };
        self.left = left;
        bytes
    }

    pub fn text(&mut self) -> &'a str {
        let text = std::str::from_utf8(self.with_length()).ok();
        self.known(text, "")
    }

    pub fn uuid(&mut self) -> Uuid {
        let bytes = <[u8; UUID_BYTES]>::try_from(self.with_length()).ok();
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

    pub fn word_at(&self, place: u64) -> Option<&'a str> {
        self.words.get(place as usize).copied()
    }

    pub fn id_at(&self, place: u64) -> Option<Uuid> {
        self.ids.get(place as usize).copied()
    }
}
