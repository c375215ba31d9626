//! All of it or nothing, and one after the other.

use std::sync::Barrier;
use std::thread;

use holdfast_server::storage::{Counters, Storage, StorageError};
use holdfast_sync::protocol::Epoch;
use uuid::Uuid;

use crate::sample::{account, header, history, nothing, raised, rows, set_up, store, workspace};

pub fn nothing_is_there_before_a_workspace_is_set_up(storage: &Storage) {
    assert_eq!(storage.read(|view| view.workspace()).unwrap(), None);
    let is_empty = |result: Result<(), StorageError>| matches!(result, Err(StorageError::Empty));
    assert!(is_empty(storage.read(|view| view.counters().map(drop))));
    assert!(is_empty(storage.read(|view| view.reference().map(drop))));
    assert!(is_empty(storage.read(|view| view.existing_workspace().map(drop))));
    set_up(storage);
    assert_eq!(storage.read(|view| view.existing_workspace()).unwrap(), workspace());
    assert_eq!(storage.read(|view| view.counters()).unwrap(), Counters::FIRST);
}

/// Verifies: F59.
pub fn what_fails_never_happened(storage: &Storage) {
    set_up(storage);
    store(storage, &history());
    let before = storage.read(|view| view.reference()).unwrap();
    let failed: Result<(), StorageError> = storage.write(|transaction| {
        transaction.record(&rows(&[raised(6, 3, 5)]))?;
        transaction.set_counters(&Counters { head: 6, ..transaction.counters()? })?;
        transaction.add_people(&[account(1, "somebody")])?;
        transaction.redact(3, &history()[3].event)?;
        transaction.renew_epoch(Epoch(Uuid::from_u128(3)))?;
        assert_ne!(transaction.reference()?.version, before.version);
        Err(nothing())
    });
    assert!(failed.is_err());
    assert_eq!(storage.read(|view| view.events_after(0, 100)).unwrap(), history());
    assert_eq!(storage.read(|view| view.counters()).unwrap().head, 5);
    assert_eq!(storage.read(|view| view.existing_workspace()).unwrap(), workspace());
    assert_eq!(storage.read(|view| view.reference()).unwrap(), before, "not even remembered");
}

pub fn a_transaction_reads_what_it_wrote(storage: &Storage) {
    set_up(storage);
    let read = storage.write(|transaction| {
        transaction.record(&rows(&[raised(1, 1, 5)]))?;
        assert_eq!(transaction.events_after(0, 10)?.len(), 1);
        assert_eq!(transaction.known(&[raised(1, 1, 5).event.id])?.len(), 1);
        transaction.history_after(raised(1, 1, 5).event.ticket, 0)
    });
    assert_eq!(read.unwrap().len(), 1);
}

/// Verifies: F30. Whoever reads a page sees everything up to its end, or nothing of a transaction at all.
pub fn a_reader_sees_one_state(storage: &Storage) {
    set_up(storage);
    thread::scope(|scope| {
        let writer = scope.spawn(|| {
            for seq in (1..60).step_by(2) {
                store(storage, &[raised(seq, u128::from(seq), 5), raised(seq + 1, u128::from(seq + 1), 5)]);
            }
        });
        while !writer.is_finished() {
            let (head, events) = storage
                .read(|view| Ok::<_, StorageError>((view.counters()?.head, view.events_after(0, 100)?)))
                .unwrap();
            assert_eq!(events.len() as u64, head, "the head is the last event there is");
            assert!(head.is_multiple_of(2), "half a transaction");
        }
    });
    assert!(header(storage, 59).is_some());
}

pub fn numbers_are_given_one_transaction_at_a_time(storage: &Storage) {
    set_up(storage);
    let start = Barrier::new(4);
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                start.wait();
                for _ in 0..25 {
                    let given = storage.write(|transaction| {
                        let counters = transaction.counters()?;
                        let head = counters.head + 1;
                        transaction.record(&rows(&[raised(head, u128::from(head), 5)]))?;
                        transaction.set_counters(&Counters { head, ..counters })
                    });
                    given.unwrap();
                }
            });
        }
    });
    let events = storage.read(|view| view.events_after(0, 1_000)).unwrap();
    assert!(events.iter().map(|recorded| recorded.seq).eq(1..=100), "no gap, and none twice");
}

pub fn another_life_has_another_epoch(storage: &Storage) {
    set_up(storage);
    store(storage, &history());
    let epoch = Epoch(Uuid::from_u128(99));
    storage.write(|transaction| transaction.renew_epoch(epoch)).unwrap();
    assert_eq!(storage.read(|view| view.existing_workspace()).unwrap().epoch, epoch);
    assert_eq!(storage.read(|view| view.events_after(0, 100)).unwrap(), history(), "and the same history");
}
