//! The history, the headers, and what answers whoever sends something again.

use std::collections::HashSet;

use holdfast_desk::ticket::{TicketNumber, redacted};
use holdfast_desk::{Change, EventId, Header, Refusal, TicketId};
use holdfast_server::replication::folded;
use holdfast_server::storage::{EventRows, Filter, HeaderRows, Known, Storage, Whose};
use holdfast_sync::protocol::{Reason, Verdict};
use uuid::Uuid;

use crate::sample::{DEVICE, at, header, history, person, raised, replied, set_up, store, ticket};

fn known(storage: &Storage, id: EventId) -> Option<Known> {
    storage.read(|view| view.known(&[id])).unwrap().remove(&id)
}

pub fn events_come_back_as_they_were_and_in_order(storage: &Storage) {
    set_up(storage);
    store(storage, &history());
    assert_eq!(storage.read(|view| view.events_after(0, 100)).unwrap(), history());
    let of_first = storage.read(|view| view.history_after(ticket(1), 0)).unwrap();
    assert_eq!(of_first.iter().map(|recorded| recorded.seq).collect::<Vec<_>>(), [1, 3, 5]);
    let news = storage.read(|view| view.history_after(ticket(1), 3)).unwrap();
    assert_eq!(news, history()[4..]);
    let stored = storage.read(|view| view.stored_history(ticket(1))).unwrap();
    assert_eq!(serde_json::to_string(&stored).unwrap(), serde_json::to_string(&of_first).unwrap());
    assert_eq!(stored[1].event.read().unwrap(), of_first[1].event);
    let ids: HashSet<EventId> = history().iter().map(|recorded| recorded.event.id).collect();
    assert_eq!(storage.read(|view| view.event_ids()).unwrap(), ids);
}

/// Verifies: F32.
pub fn a_page_goes_on_where_the_one_before_it_stopped(storage: &Storage) {
    set_up(storage);
    store(storage, &history());
    for size in 1..=6 {
        let (mut after, mut read) = (0, Vec::new());
        while let events = storage.read(|view| view.events_after(after, size)).unwrap()
            && let Some(last) = events.last()
        {
            assert!(events.len() <= size);
            after = last.seq;
            read.extend(events);
        }
        assert_eq!(read, history(), "in pages of {size}");
    }
}

pub fn what_is_known_is_known_for_ever(storage: &Storage) {
    set_up(storage);
    store(storage, &history());
    for recorded in history() {
        let found = known(storage, recorded.event.id).unwrap();
        assert_eq!(found.verdict, Verdict::Accepted { seq: recorded.seq });
        assert_eq!(found.digest.is_some(), recorded.stamp.is_some(), "what was imported has no digest");
    }
    assert_eq!(known(storage, EventId(Uuid::nil())), None);
    let ids: Vec<EventId> = history().iter().map(|recorded| recorded.event.id).collect();
    let asked: Vec<EventId> = ids.iter().rev().copied().chain([EventId(Uuid::nil()), ids[0]]).collect();
    let found = storage.read(|view| view.known(&asked)).unwrap();
    assert_eq!(found.keys().copied().collect::<HashSet<_>>(), ids.into_iter().collect());
    assert!(storage.read(|view| view.known(&[])).unwrap().is_empty());
}

pub fn a_refusal_is_kept_with_its_answer(storage: &Storage) {
    set_up(storage);
    let id = EventId(Uuid::from_u128(5));
    let verdict = Verdict::Rejected { refusal: Reason::Refused { refusal: Refusal::NoSuchTicket } };
    storage.write(|transaction| transaction.reject(id, &[9; 32], person(1), at(0), &verdict)).unwrap();
    assert_eq!(known(storage, id), Some(Known { digest: Some([9; 32]), verdict }));
    assert!(storage.read(|view| view.events_after(0, 10)).unwrap().is_empty());
}

pub fn an_event_of_a_device_is_found_by_its_count(storage: &Storage) {
    set_up(storage);
    store(storage, &history());
    let of = |count| storage.read(|view| view.event_of_device(DEVICE, count)).unwrap();
    assert_eq!(of(2), Some(history()[1].event.id));
    assert_eq!((of(3), of(17)), (None, None), "what was imported has no count");
}

pub fn redacting_takes_the_words_and_leaves_the_event_known(storage: &Storage) {
    set_up(storage);
    store(storage, &history());
    let said = &history()[3];
    let without = redacted(&said.event, &Change::Redacted { event: said.event.id }).unwrap();
    let before = known(storage, said.event.id);
    storage.write(|transaction| transaction.redact(said.seq, &without)).unwrap();
    let stored = storage.read(|view| view.events_after(3, 1)).unwrap().remove(0);
    assert_eq!((stored.event, stored.stamp, stored.seq), (without, said.stamp, said.seq));
    assert_eq!(known(storage, said.event.id), before);
}

/// Verifies: F37, F38.
pub fn a_ticket_that_is_forgotten_is_gone_and_its_events_are_known(storage: &Storage) {
    set_up(storage);
    store(storage, &history());
    let before = known(storage, history()[0].event.id);
    storage.write(|transaction| transaction.forget(ticket(1))).unwrap();
    assert_eq!(header(storage, 1), None);
    assert!(storage.read(|view| view.history_after(ticket(1), 0)).unwrap().is_empty());
    assert_eq!(storage.read(|view| view.events_after(0, 100)).unwrap().len(), 2);
    assert_eq!(known(storage, history()[0].event.id), before, "whoever sends it again gets the same answer");
    assert!(storage.read(|view| view.event_ids()).unwrap().contains(&history()[4].event.id));
    assert_eq!(storage.read(|view| view.counters()).unwrap().head, 5, "numbers do not go back");
    assert_eq!(storage.read(|view| view.ticket_count()).unwrap(), 1);
}

pub fn headers_are_found_by_all_that_they_are_asked_for(storage: &Storage) {
    set_up(storage);
    store(storage, &[raised(1, 1, 5), raised(2, 2, 6), raised(3, 3, 5), replied(4, 3, "Hello")]);
    let numbers = |headers: Vec<Header>| -> Vec<u32> {
        headers.iter().map(|header| header.number.unwrap().0).collect()
    };
    let listed = |filter: Filter, limit| numbers(storage.read(|view| view.headers(&filter, limit)).unwrap());
    assert_eq!(listed(Filter::default(), 10), [1001, 1002, 1003]);
    assert_eq!(listed(Filter::default(), 2), [1001, 1002]);
    assert_eq!(listed(Filter { after: Some(TicketNumber(1001)), ..Filter::default() }, 10), [1002, 1003]);
    assert_eq!(listed(Filter { requester: Some(person(5)), ..Filter::default() }, 10), [1001, 1003]);
    assert_eq!(listed(Filter { agent: Some(person(0)), ..Filter::default() }, 10), [1002]);
    assert_eq!(listed(Filter { status: Some("open".into()), ..Filter::default() }, 10), [0_u32; 0]);
    let loaded = |of, after: Option<TicketId>, limit| {
        numbers(storage.read(|view| view.headers_by_id(of, after, limit)).unwrap())
    };
    assert_eq!(loaded(Whose::Everybody, None, 2), [1001, 1002]);
    assert_eq!(loaded(Whose::Everybody, Some(ticket(2)), 2), [1003]);
    assert_eq!(loaded(Whose::Agent(person(1)), None, 9), [1001, 1003]);
    assert_eq!(loaded(Whose::Requester(person(6)), None, 9), [1002]);
    assert_eq!(storage.read(|view| view.header_by_number(TicketNumber(1003))).unwrap(), header(storage, 3));
    assert_eq!(header(storage, 3).unwrap().replies, 1, "the latest one is kept");
    assert_eq!(storage.read(|view| view.all_headers()).unwrap().len(), 3);
}

pub fn a_bulk_is_like_one_event_after_the_other(storage: &Storage) {
    set_up(storage);
    let (mut events, mut headers) = (EventRows::default(), HeaderRows::default());
    for recorded in history() {
        events.push(&recorded, None).unwrap();
    }
    for of in [1, 2] {
        let of_ticket: Vec<_> =
            history().into_iter().filter(|recorded| recorded.event.ticket == ticket(of)).collect();
        headers.push(&folded(&of_ticket).unwrap(), of_ticket.last().unwrap().seq).unwrap();
    }
    let stored = storage.write(|transaction| {
        transaction.begin_bulk()?;
        transaction.record(&events)?;
        transaction.put_headers(&headers)?;
        transaction.end_bulk()
    });
    stored.unwrap();
    assert_eq!(storage.read(|view| view.events_after(0, 100)).unwrap(), history());
    assert_eq!(header(storage, 1).unwrap().replies, 2);
    let counters = storage.read(|view| view.counters()).unwrap();
    assert_eq!((counters.head, counters.next_number), (5, TicketNumber(1003)));
    assert_eq!(storage.read(|view| view.event_of_device(DEVICE, 5)).unwrap(), Some(history()[4].event.id));
}
