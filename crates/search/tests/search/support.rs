//! Tickets and texts for the tests.

use holdfast_desk::TicketId;
use holdfast_search::{Field, Index, Piece, Words};
use uuid::Uuid;

pub const FIELDS: [Field; 9] = [
    Field::Number,
    Field::Subject,
    Field::Description,
    Field::Reply,
    Field::Note,
    Field::Person,
    Field::Tag,
    Field::Site,
    Field::Asset,
];

pub fn ticket(number: u128) -> TicketId {
    TicketId(Uuid::from_u128(number))
}

pub fn number(ticket: TicketId) -> u128 {
    ticket.0.as_u128()
}

/// An index of tickets with one text each, numbered from 0.
pub fn index(texts: &[&str]) -> Index {
    let mut index = Index::default();
    for (at, text) in texts.iter().enumerate() {
        index.add(ticket(at as u128), &[Piece { field: Field::Description, text }]);
    }
    index
}

/// What is found, the best first.
pub fn found(index: &mut Index, typed: &str, is_typing: bool) -> Vec<u128> {
    let found = index.find(&Words::typed(typed, is_typing), None, usize::MAX);
    assert_eq!(found.total, found.hits.len());
    found.hits.iter().map(|hit| number(hit.ticket)).collect()
}

/// The same index, as it is after it was kept and opened again.
pub fn reopened(index: &mut Index) -> Index {
    index.settle();
    let kept = index.segments().map(|(name, bytes)| (name, bytes.to_vec())).collect::<Vec<_>>();
    Index::open(kept).unwrap()
}
