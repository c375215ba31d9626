//! A log of another form: other columns, other states, other times, rows of several tickets mixed, newest first.

use holdfast_desk::ticket::Header;
use holdfast_desk::{Role, StatusKind};
use holdfast_server::import::Mapping;
use holdfast_server::storage::Filter;
use holdfast_server::storage::StorageError;

use crate::desk::{Desk, import};

const MAPPING: &str = r#"
source = "depot-desk"
[file]
delimiter = ";"
missing = ["NULL"]
[row]
number = "Case"
time = "Changed"
time_formats = ["%Y-%m-%dT%H:%M:%S%z", "%Y-%m-%d %H:%M"]
order = "time"
[ticket]
subject = "{Title}"
site = "{Building}, {Room}"
category = "{Topic}"
tags = ["{Case}", "was {Queue}"]
[people]
requester = { column = "Customer", missing = "Somebody" }
actor = { column = "Editor", missing = "System" }
agent = { column = "Owner" }
team = { column = "Queue" }
[state]
column = "Status"
unknown = { use = "open" }
[state.values]
"new" = "new"
"waiting for customer" = "pending"
"done" = "closed"
[priority]
missing = "p3"
[channel]
column = "Source"
unknown = "add"
missing = "email"
"#;

const LOG: &str = "\
Case;Changed;Title;Building;Room;Topic;Customer;Editor;Owner;Queue;Status;Source
7;2026-01-05 09:00;Printer on fire;East;12;Printing;Lena;Ana;Ana;Workplace;done;Fax machine
8;2026-01-04 08:30;\"Slow; very slow\";East;NULL;Network;Lena;Lena;NULL;NULL;waiting for customer;NULL
7;2026-01-03T10:00:00+0000;Printer on fire;East;12;Printing;Lena;Ana;Ana;Workplace;being worked on;Fax machine
8;2026-01-03 07:30;\"Slow; very slow\";East;NULL;Network;Lena;Lena;NULL;NULL;new;NULL
7;2026-01-02 09:00;Printer smokes;East;12;Printing;Lena;Lena;NULL;Front;new;Fax machine
";

#[test]
fn a_stranger_s_log_is_read_by_a_stranger_s_mapping() {
    let desk = Desk::new();
    let mapping = Mapping::parse("depot.toml", MAPPING).unwrap();
    let path = desk.file("log.csv", LOG);
    let tally = desk.run(&import(mapping, &path)).unwrap();
    assert_eq!((tally.tickets, tally.events, tally.skipped.total()), (2, 5, 0), "{tally}");

    let headers: Vec<Header> = desk.storage.read(|view| view.headers(&Filter::default(), 10)).unwrap();
    let [fire, slow] = headers.as_slice() else { panic!("two tickets, not {headers:?}") };
    assert_eq!((fire.subject.as_str(), fire.kind), ("Printer on fire", StatusKind::Closed));
    assert_eq!(fire.site.as_deref(), Some("East, 12"));
    assert_eq!(fire.channel.as_str(), "fax_machine");
    assert_eq!(fire.tags, ["7", "was Workplace"]);
    assert_eq!(fire.created_at.to_string(), "2026-01-02T09:00:00Z");
    assert_eq!((fire.reassignments, fire.priority.as_str()), (1, "p3"));
    assert_eq!((slow.subject.as_str(), slow.kind), ("Slow; very slow", StatusKind::Pending));
    assert_eq!((slow.site.as_deref(), slow.channel.as_str(), slow.team), (None, "email", None));

    let reference = desk.storage.read(|view| view.reference()).unwrap();
    let role = |name: &str| {
        let person = reference.directory.people().find(|person| person.name == name).unwrap();
        (person.role, person.teams.len())
    };
    assert_eq!((role("Lena"), role("Ana")), ((Role::Requester, 0), (Role::Agent, 1)));
    assert_eq!(reference.rules.version, 2);
    assert!(reference.rules.channel(&"fax_machine".into()).is_some_and(|c| c.name == "Fax machine"));
    assert!(reference.rules.category(&"printing".into()).is_some());
}

#[test]
fn a_log_that_begins_later_goes_on_from_what_is_there() {
    let desk = Desk::new();
    let mapping = Mapping::parse("depot.toml", MAPPING).unwrap();
    let lines: Vec<&str> = LOG.lines().collect();
    let early = desk.file("early.csv", [lines[0], lines[4], lines[5]].join("\n"));
    let late = desk.file("late.csv", [lines[0], lines[1], lines[2], lines[3]].join("\n"));
    desk.run(&import(mapping.clone(), &early)).unwrap();
    let tally = desk.run(&import(mapping, &late)).unwrap();
    assert_eq!((tally.tickets, tally.events), (0, 3), "{tally}");
    let headers: Vec<Header> = desk.storage.read(|view| view.headers(&Filter::default(), 10)).unwrap();
    let kinds: Vec<StatusKind> = headers.iter().map(|header| header.kind).collect();
    assert!(kinds.contains(&StatusKind::Closed) && kinds.contains(&StatusKind::Pending), "{kinds:?}");
    let head: Result<u64, StorageError> = desk.storage.read(|view| Ok(view.counters()?.head));
    assert_eq!(head.unwrap(), 5);
}
