//! Headers in few bytes say what they said, or say that they were damaged.

use holdfast_desk::ticket::evolve;
use holdfast_desk::ticket::packed::{PackedError, pack, unpack};
use holdfast_desk::{Header, TicketId};
use proptest::prelude::*;
use uuid::Uuid;

use crate::strategies::{Desk, Step, event, life, start};

/// What a life leaves; nothing where no ticket came of it.
fn lived(preset: usize, steps: &[Step]) -> Option<Header> {
    let desk = Desk::new(preset);
    let mut at = start();
    steps.iter().fold(None, |state, step| {
        at = at.plus_millis(step.later_ms);
        match desk.decide_at(state.as_ref(), step.by, &step.command, at) {
            Ok(changes) => evolve(state, &event(step.by, at, changes)),
            Err(_) => state,
        }
    })
}

/// Tickets that are there and tickets that are gone.
fn tickets() -> impl Strategy<Value = Vec<(TicketId, Option<Header>)>> {
    proptest::collection::vec((any::<u128>(), life()), 0..8).prop_map(|lives| {
        let ticket = |(id, (preset, steps)): (u128, (usize, Vec<Step>))| {
            let id = TicketId(Uuid::from_u128(id));
            (id, lived(preset, &steps).map(|header| Header { id, ..header }))
        };
        lives.into_iter().map(ticket).collect()
    })
}

fn packed(tickets: &[(TicketId, Option<Header>)]) -> Vec<u8> {
    pack(tickets.iter().map(|(ticket, header)| (ticket, header.as_ref())))
}

proptest! {
    #[test]
    fn what_was_packed_is_unpacked(tickets in tickets()) {
        prop_assert_eq!(unpack(&packed(&tickets)), Ok(tickets));
    }

    /// Whichever byte changes, and wherever the record ends.
    #[test]
    fn damage_is_noticed(tickets in tickets(), at: prop::sample::Index, by in 1..=u8::MAX) {
        let record = packed(&tickets);
        let mut damaged = record.clone();
        let at = at.index(record.len());
        damaged[at] ^= by;
        prop_assert_eq!(unpack(&damaged), Err(PackedError::Damaged), "byte {} of {}", at, record.len());
        prop_assert_eq!(unpack(&record[..at]), Err(PackedError::Damaged), "the first {}", at);
    }

    /// What was made up is refused, with whatever checksum.
    #[test]
    fn what_nobody_packed_is_no_reason_to_panic(bytes: Vec<u8>) {
        let mut record = [&[2][..], &bytes].concat();
        record.extend(adler2::adler32_slice(&record).to_le_bytes());
        if let Ok(tickets) = unpack(&record) {
            prop_assert_eq!(unpack(&packed(&tickets)), Ok(tickets));
        }
    }
}

#[test]
fn another_form_is_called_by_its_version() {
    let mut record = packed(&[]);
    record.truncate(record.len() - 4);
    record[0] = 7;
    record.extend(adler2::adler32_slice(&record).to_le_bytes());
    assert_eq!(unpack(&record), Err(PackedError::Version(7)));
}

#[test]
fn words_are_written_once() {
    let header = Desk::new(0).raised();
    let many = |count: u128| (0..count).map(|id| (TicketId(Uuid::from_u128(id)), Some(header.clone())));
    let length = |count: u128| packed(&many(count).collect::<Vec<_>>()).len();
    let each = (length(200) - length(100)) / 100;
    let json = serde_json::to_string(&header).unwrap().len();
    assert!(each * 5 < json, "{each} bytes a ticket, {json} as JSON");
}
