//! The log as it comes out: counted, folded, and looked at again by other means.

use std::collections::BTreeMap;

use holdfast_desk::ticket::{Header, evolve};
use holdfast_desk::{Change, Event, StatusKind};
use holdfast_server::import::Counts;
use holdfast_server::storage::Filter;
use holdfast_server::storage::StorageError;
use holdfast_sync::protocol::Recorded;

use crate::desk::Desk;
use crate::log::{cells, made_up, real, real_or_made_up};

fn events(desk: &Desk) -> Vec<Event> {
    let (mut after, mut all) = (0, Vec::new());
    loop {
        let page = desk.storage.read(|view| view.events_after(after, 100_000)).unwrap();
        let Some(last) = page.last() else { return all };
        after = last.seq;
        all.extend(page.into_iter().map(|Recorded { event, .. }| event));
    }
}

fn headers(desk: &Desk) -> Vec<Header> {
    desk.storage.read(|view| view.headers(&Filter::default(), 1_000_000)).unwrap()
}

#[test]
fn the_real_log_comes_out_as_it_was_counted() {
    let Some(log) = real() else { return };
    let desk = Desk::new();
    let tally = desk.import(&log).unwrap();
    assert_eq!((tally.rows, tally.tickets), (141_712, 24_918));
    assert_eq!(tally.skipped.total(), 5, "the five rows whose state is -100");
    for line in [115_643, 115_644, 124_509, 124_510, 124_511] {
        assert!(tally.skipped.to_string().contains(&format!("line {line} \"-100\"")), "{}", tally.skipped);
    }
    assert_eq!(tally.events + tally.unchanged + 5, tally.rows, "every row is accounted for");
    assert_eq!(tally.backwards, 1, "one row goes backwards in time");
    let refused: Vec<_> = tally.refused.iter().map(|((a, b), n)| (a.as_str(), b.as_str(), *n)).collect();
    assert_eq!(refused, [("resolved", "pending", 2)]);
    let differ: Vec<(Counts, u64)> =
        tally.counters.0.iter().map(|check| (check.counts, check.differ)).collect();
    let expected = [(Counts::Reopenings, 0), (Counts::TeamChanges, 91), (Counts::Handovers, 1_965)];
    assert_eq!(differ, expected);
}

#[test]
fn transitions_are_those_between_the_rows_of_the_log() {
    let desk = Desk::new();
    let log = real_or_made_up();
    desk.import(&desk.file("log.csv", &log)).unwrap();

    let code = |state: &str| match state {
        "New" => Some("new"),
        "Active" => Some("open"),
        "Awaiting User Info" => Some("pending"),
        "Resolved" => Some("resolved"),
        "Closed" => Some("closed"),
        "-100" => None,
        _ => Some("on_hold"),
    };
    let mut expected: BTreeMap<(String, String), u64> = BTreeMap::new();
    let mut last: BTreeMap<String, &str> = BTreeMap::new();
    for [number, state, _] in cells(&log, ["number", "incident_state", "priority"]) {
        let Some(state) = code(&state) else { continue };
        if let Some(from) = last.insert(number, state).filter(|from| *from != state) {
            *expected.entry((from.to_owned(), state.to_owned())).or_default() += 1;
        }
    }
    let mut found: BTreeMap<(String, String), u64> = BTreeMap::new();
    let mut statuses = BTreeMap::new();
    for event in events(&desk) {
        for change in &event.changes {
            match change {
                Change::Created(created) => {
                    statuses.insert(event.ticket, created.status.to_string());
                }
                Change::Transitioned { to, .. } => {
                    let from = statuses.insert(event.ticket, to.to_string()).unwrap();
                    *found.entry((from, to.to_string())).or_default() += 1;
                }
                _ => {}
            }
        }
    }
    assert_eq!(found, expected);
    assert!(headers(&desk).iter().all(|header| header.kind == StatusKind::Closed));
}

#[test]
fn the_fold_of_each_history_is_the_stored_header() {
    let desk = Desk::new();
    desk.import(&desk.file("log.csv", real_or_made_up())).unwrap();
    let mut folded = BTreeMap::new();
    for event in events(&desk) {
        let before: Option<Header> = folded.remove(&event.ticket);
        if let Some(before) = &before {
            assert!(event.at >= before.updated_at, "time never goes backwards inside a ticket");
        }
        folded.insert(event.ticket, evolve(before, &event).unwrap());
    }
    let stored: BTreeMap<_, _> = headers(&desk).into_iter().map(|header| (header.id, header)).collect();
    assert_eq!(folded.len(), stored.len());
    for (id, header) in &stored {
        assert_eq!(folded.get(id), Some(header));
    }
}

#[test]
fn a_second_run_adds_nothing() {
    let desk = Desk::new();
    let log = desk.file("log.csv", real_or_made_up());
    let first = desk.import(&log).unwrap();
    let before = desk.export();
    let second = desk.import(&log).unwrap();
    assert_eq!((second.events, second.tickets, second.reference), (0, 0, [0; 4]));
    assert_eq!(second.known, first.events);
    assert!(desk.export() == before, "nothing of the desk is different");
}

#[test]
fn a_longer_log_of_the_same_desk_adds_what_is_new() {
    let (whole, grown) = (Desk::new(), Desk::new());
    let log = made_up(400);
    // The first half of the rows, cut in the middle of a ticket.
    let rows = log.iter().filter(|byte| **byte == b'\n').count();
    let cut = log.iter().enumerate().filter(|(_, byte)| **byte == b'\n').nth(rows / 2).unwrap().0;
    let half = grown.import(&grown.file("half.csv", &log[..=cut])).unwrap();
    let rest = grown.import(&grown.file("log.csv", &log)).unwrap();
    let all = whole.import(&whole.file("log.csv", &log)).unwrap();
    assert_eq!(half.events + rest.events, all.events);
    assert_eq!(half.tickets + rest.tickets, all.tickets);
    assert_eq!(events(&grown), events(&whole), "the same events with the same ids");
    assert_eq!(headers(&grown), headers(&whole));
}

#[test]
fn the_desk_as_it_stood_can_be_made_now() {
    let (desk, log) = (Desk::new(), made_up(300));
    let path = desk.file("log.csv", &log);
    let mapping = holdfast_server::import::Mapping::load("servicenow-incidents").unwrap();
    let mut import = crate::desk::import(mapping, &path);
    import.until = Some("2016-03-02T12:00:00".parse().unwrap());
    import.until_is_now = true;
    let tally = desk.run(&import).unwrap();
    assert!(tally.later > 0 && tally.events > 0);
    assert!(tally.to_string().contains("this is a demonstration"), "{tally}");
    assert!(events(&desk).iter().all(|event| event.at <= crate::desk::now()));
    assert!(headers(&desk).iter().any(|header| !header.kind.is_done()), "there is work to do");
    let last = headers(&desk).iter().map(|header| header.updated_at).max().unwrap();
    assert!(crate::desk::now().millis() - last.millis() < 86_400_000, "the last rows are of today");
    let head: Result<u64, StorageError> = desk.storage.read(|view| Ok(view.counters()?.head));
    assert_eq!(head.unwrap(), tally.events);
}
