//! A made-up export of our own: sane as history, and loaded like any other.

use std::collections::{BTreeMap, BTreeSet};

use holdfast_desk::ticket::{Header, TicketNumber, evolve, limits};
use holdfast_desk::{Actor, Change, Directory, Event, Rules, StatusKind, TicketId};
use holdfast_server::export::FirstLine;
use holdfast_server::generate::{Form, Wanted, generate};
use holdfast_server::import::load_export;
use holdfast_sync::protocol::Recorded;
use indicatif::ProgressBar;

use crate::desk::Desk;
use crate::export::packed;

const TICKETS: u32 = 2_000;

/// A small desk that has been there for most of a year.
fn wanted() -> Wanted {
    Wanted { a_year: 2_500, ..Wanted::new(3, TICKETS) }
}

fn made() -> Vec<u8> {
    let mut export = Vec::new();
    generate(Form::Holdfast, &wanted(), &mut export).unwrap();
    export
}

/// An export as its lines are read.
struct Read {
    rules: Rules,
    directory: Directory,
    first: FirstLine,
    events: Vec<Recorded<Event>>,
}

fn read(export: &[u8]) -> Read {
    let mut lines = std::str::from_utf8(export).unwrap().lines();
    let first: FirstLine = serde_json::from_str(lines.next().unwrap()).unwrap();
    let people = first.people.iter().map(|exported| exported.person.clone()).collect();
    Read {
        rules: serde_json::from_value(first.rules.clone()).unwrap(),
        directory: Directory::new(people, first.teams.clone()),
        first,
        events: lines.map(|line| serde_json::from_str(line).unwrap()).collect(),
    }
}

#[test]
fn what_was_made_up_is_loaded_and_exports_to_the_same_bytes() {
    let (desk, export) = (Desk::without_workspace(), made());
    let file = desk.file("desk.jsonl.gz", packed(&export));
    let loaded = load_export(&desk.storage, &file, &ProgressBar::hidden()).unwrap();
    assert_eq!(loaded.tickets as u32, TICKETS);
    assert!(desk.export() == export, "the same bytes");
}

#[test]
fn numbers_and_times_stand_in_order() {
    let Read { events, .. } = read(&made());
    let until = wanted().until;
    assert!(events.iter().zip(1..).all(|(recorded, seq)| recorded.seq == seq && recorded.stamp.is_none()));
    assert!(events.is_sorted_by_key(|recorded| recorded.event.at));
    assert!(
        events.iter().all(|recorded| recorded.received_at == recorded.event.at && recorded.event.at < until)
    );
    let raised: Vec<TicketNumber> = events
        .iter()
        .filter_map(|recorded| match &recorded.event.changes[0] {
            Change::Created(created) => created.number,
            _ => None,
        })
        .collect();
    assert_eq!(raised, (1001..1001 + TICKETS).map(TicketNumber).collect::<Vec<_>>());
    for Recorded { event, .. } in &events {
        let id = event.id.0;
        assert_eq!(id.get_version_num(), 7);
        let ms =
            id.get_timestamp().map(|time| time.to_unix()).map(|(s, ns)| s * 1000 + u64::from(ns) / 1_000_000);
        assert_eq!(ms, u64::try_from(event.at.millis()).ok());
    }
    let ids: BTreeSet<_> = events.iter().map(|recorded| recorded.event.id).collect();
    assert_eq!(ids.len(), events.len());
}

#[test]
fn everything_happened_by_the_rules_and_by_those_who_may() {
    let Read { rules, directory, events, .. } = read(&made());
    rules.check(&directory).unwrap();
    let mut headers: BTreeMap<TicketId, Header> = BTreeMap::new();
    let mut kinds = BTreeSet::new();
    for Recorded { event, .. } in events {
        let by = directory.person(event.by).unwrap();
        let before = headers.remove(&event.ticket);
        for change in &event.changes {
            kinds.insert(change.kind().to_owned());
            match (change, &before) {
                (Change::Transitioned { to, status_kind, .. }, Some(before)) => {
                    assert!(
                        rules.workflow.transition(&before.status, to).is_some(),
                        "{} to {to}",
                        before.status
                    );
                    assert_eq!(rules.workflow.status(to).map(|status| status.kind), Some(*status_kind));
                }
                (Change::Noted { text }, _) => {
                    assert!(by.role.is_agent() && !text.contains(['{', '}']));
                }
                (Change::Replied { text }, Some(before)) => {
                    assert!(by.role.is_agent() || by.id == before.requester);
                    assert!((2..limits::TEXT).contains(&text.len()) && !text.contains(['{', '}']));
                }
                (Change::Assigned { team: Some(team), agent: Some(agent) }, _) => {
                    let agent = directory.person(*agent).unwrap();
                    assert!(agent.role.is_agent() && agent.teams.contains(team));
                }
                _ => {}
            }
        }
        headers.insert(event.ticket, evolve(before, &event).unwrap());
    }
    let expected = [
        "assigned",
        "categorised",
        "created",
        "located",
        "noted",
        "prioritised",
        "replied",
        "retitled",
        "tagged",
        "transitioned",
    ];
    assert_eq!(kinds, expected.map(str::to_owned).into());
    assert!(headers.values().all(|header| !header.needs_update && header.marks.len() < limits::MARKS));
    assert!(headers.values().any(|header| header.reopenings > 0 && header.reassignments > 0));
}

#[test]
fn a_desk_is_left_with_work_for_those_whom_the_demonstration_knows() {
    let Read { rules, directory, first, events } = read(&made());
    let a_ticket = events.len() as f64 / f64::from(TICKETS);
    assert!((9.5..10.5).contains(&a_ticket), "{a_ticket} events a ticket");
    let mut headers: BTreeMap<TicketId, Header> = BTreeMap::new();
    for Recorded { event, .. } in events {
        let header = evolve(headers.remove(&event.ticket), &event).unwrap();
        headers.insert(event.ticket, header);
    }
    let open: Vec<&Header> = headers.values().filter(|header| !header.kind.is_done()).collect();
    assert!((60..=100).contains(&open.len()), "{} of {TICKETS} are not done", open.len());
    for status in rules.workflow.statuses() {
        assert!(headers.values().any(|header| header.kind == status.kind), "some are {}", status.name);
    }
    let closed = headers.values().filter(|header| header.kind == StatusKind::Closed).count();
    assert!(closed > 1_700);

    let person = |login: &str| {
        let found = first.people.iter().find(|person| person.login == login).unwrap();
        Actor::from(&found.person)
    };
    let ana = person("ana");
    assert!(open.iter().any(|header| header.is_work_of(ana.person, &ana.teams)));
    assert!(headers.values().any(|header| header.requester == person("lena").person));
    for login in ["ben", "ines"] {
        assert!(person(login).role.is_agent());
    }
    assert_eq!((directory.agents().len(), directory.teams().len()), (250, 80));
    let logins: BTreeSet<_> = first.people.iter().map(|person| person.login.as_str()).collect();
    assert_eq!(logins.len(), first.people.len(), "nobody shares a login");
}
