//! Full-text search over everything a device holds: words, beginnings of words, phrases and typos, ranked.
//!
//! An [`Index`] is fed with the [`Piece`]s of tickets as they come. It consists of segments that are written once and can
//! be kept as they are ([`Index::segments`], [`Index::open`]). [`Words`] are what somebody typed, [`Index::find`] finds the
//! tickets, [`snippet`] shows why. `docs/search.md` has the form of a segment, the ranking, and what is bounded.

mod bytes;
mod dictionary;
mod draft;
mod edits;
mod feeding;
mod find;
mod index;
mod merge;
mod postings;
mod segment;
mod snippet;
mod tokens;
mod words;
mod writer;

pub use feeding::{pieces, texts};
pub use find::{Found, Hit};
pub use index::Index;
pub use segment::SegmentError;
pub use snippet::{Part, snippet};
pub use tokens::{Token, tokens};
pub use words::Words;

/// What a piece of a ticket's text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Field {
    /// The number by which people know the ticket, such as `HF-1042`.
    Number,
    /// What it is about.
    Subject,
    /// What was said when it was raised.
    Description,
    /// A public reply.
    Reply,
    /// An internal note.
    Note,
    /// The name or the address of somebody who has to do with it.
    Person,
    /// A tag.
    Tag,
    /// Where it is.
    Site,
    /// What it is about, as a thing.
    Asset,
}

impl Field {
    /// How many times a word in it counts.
    fn weight(self) -> u8 {
        match self {
            Self::Number => 8,
            Self::Subject => 4,
            Self::Person | Self::Tag | Self::Site | Self::Asset => 2,
            Self::Description | Self::Reply | Self::Note => 1,
        }
    }
}

/// A text of a ticket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Piece<'a> {
    /// What it is.
    pub field: Field,
    /// The text.
    pub text: &'a str,
}
