//! What the page and the searcher say to each other.

use holdfast_desk::TicketId;
use serde::{Deserialize, Serialize};

/// What the page asks.
#[derive(Debug, Serialize, Deserialize)]
pub enum Ask {
    /// To work on the database of this name.
    Open(String),
    /// To take in what is stored there: nothing more important is under way.
    TakeIn,
    /// That these tickets, whose ids are in the bytes, are not here any more.
    Forget,
    /// To look from now on among these tickets alone, whose ids are in the bytes; among all, without.
    Among(bool),
    /// What is found by these words. The answer has the same count.
    Find {
        /// Grows with every question.
        count: u32,
        /// The words, as they are typed.
        text: String,
    },
    /// Why these tickets were found by a question, where nothing else was asked since.
    Show {
        /// The question's.
        count: u32,
        /// The tickets.
        tickets: Vec<TicketId>,
    },
    /// To take in nothing for as long as this holds: somebody does something, and what they see comes first.
    Rest(bool),
}

/// What the searcher answers.
#[derive(Debug, Serialize, Deserialize)]
pub enum Say {
    /// It hears what is said from now on.
    Listening,
    /// So much of what is stored can be found: records done, of how many.
    Indexed(u32, u32),
    /// The best of what was found, whose ids are in the bytes, and how many there are.
    Found {
        /// Of the question.
        count: u32,
        /// How many tickets have the words.
        total: usize,
    },
    /// Passages of tickets, in parts, each with whether it was looked for.
    Shown {
        /// Of the question.
        count: u32,
        /// The passages.
        passages: Vec<(TicketId, Vec<(String, bool)>)>,
    },
}

/// The bytes of an id.
pub const ID_BYTES: usize = 16;

/// Ids as bytes.
pub fn packed(tickets: impl Iterator<Item = TicketId>) -> Vec<u8> {
    tickets.flat_map(|ticket| ticket.0.into_bytes()).collect()
}

/// Bytes as ids.
pub fn unpacked(bytes: &[u8]) -> impl Iterator<Item = TicketId> {
    bytes.as_chunks::<ID_BYTES>().0.iter().map(|id| TicketId(uuid::Uuid::from_bytes(*id)))
}
