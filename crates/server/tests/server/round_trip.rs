//! What goes into the database comes out of it, whatever it is.

use holdfast_desk::ticket::{Cause, Created, TicketNumber, evolve};
use holdfast_desk::workflow::Trigger;
use holdfast_desk::{Change, Event, EventId, Instant, PersonId, StatusKind, TeamId, TicketId};
use holdfast_server::storage::{EventRows, Storage};
use holdfast_sync::protocol::{DeviceId, Recorded, Stamp};
use proptest::collection::{btree_map, vec};
use proptest::option::of;
use proptest::prelude::*;
use serde_json::{Value, json};
use tempfile::TempDir;
use uuid::Uuid;

use crate::support::TestServer;

fn id() -> impl Strategy<Value = Uuid> {
    any::<u128>().prop_map(Uuid::from_u128)
}

fn instant() -> impl Strategy<Value = Instant> {
    any::<i64>().prop_map(Instant::from_millis)
}

fn text() -> impl Strategy<Value = String> {
    prop_oneof![any::<String>(), "[\u{0}-\u{1f}\"\\\\\u{2028}\u{feff}\u{10ffff}]{0,8}"]
}

/// JSON as a newer version may write it: whole numbers, as `docs/protocol.md` has it.
fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Into::into),
        any::<i64>().prop_map(Into::into),
        any::<u64>().prop_map(Into::into),
        text().prop_map(Into::into),
    ];
    leaf.prop_recursive(6, 24, 4, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..4).prop_map(Value::from),
            btree_map(text(), inner, 0..4).prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

fn unknown() -> impl Strategy<Value = Change> {
    (text(), btree_map(text(), value(), 0..4)).prop_map(|(kind, fields)| {
        let mut fields: serde_json::Map<String, Value> = fields.into_iter().collect();
        // In front of every kind there is, so that it is none of them.
        fields.insert("kind".to_owned(), format!("~{kind}").into());
        Change::Unknown(fields.into())
    })
}

fn status() -> impl Strategy<Value = StatusKind> {
    use StatusKind::*;
    proptest::sample::select(vec![New, Open, Pending, OnHold, Resolved, Closed])
}

fn cause() -> impl Strategy<Value = Cause> {
    prop_oneof![
        Just(Cause::Command),
        Just(Cause::Trigger { trigger: Trigger::AgentAssigned }),
        Just(Cause::Trigger { trigger: Trigger::RequesterReplied }),
        any::<bool>().prop_map(|against_workflow| Cause::Imported { against_workflow }),
    ]
}

fn created() -> impl Strategy<Value = Created> {
    let words = (text(), text(), of(text()), of(text()), vec(text(), 0..3));
    let codes = ("[ -~]{0,9}", "\\PC{0,9}", "[a-z]{0,9}", of("[a-z]{0,9}"), status());
    let people = (id(), of(id()), of(id()), of(1..u32::MAX));
    (words, codes, people).prop_map(
        |(
            (subject, description, site, asset, tags),
            (channel, status, priority, category, status_kind),
            (requester, team, agent, number),
        )| Created {
            number: number.map(TicketNumber),
            subject,
            description,
            requester: PersonId(requester),
            channel: channel.as_str().into(),
            status: status.as_str().into(),
            status_kind,
            priority: priority.as_str().into(),
            category: category.map(|category| category.as_str().into()),
            team: team.map(TeamId),
            agent: agent.map(PersonId),
            site,
            asset,
            tags,
        },
    )
}

fn change() -> impl Strategy<Value = Change> {
    prop_oneof![
        created().prop_map(|created| Change::Created(Box::new(created))),
        ("\\PC{0,9}", status(), cause()).prop_map(|(to, status_kind, cause)| {
            Change::Transitioned { to: to.as_str().into(), status_kind, cause }
        }),
        text().prop_map(|text| Change::Replied { text }),
        text().prop_map(|text| Change::Noted { text }),
        (of(id()), of(id())).prop_map(|(team, agent)| Change::Assigned {
            team: team.map(TeamId),
            agent: agent.map(PersonId)
        }),
        "\\PC{0,9}".prop_map(|to| Change::Prioritised { to: to.as_str().into() }),
        "\\PC{0,9}".prop_map(|to| Change::Categorised { to: to.as_str().into() }),
        text().prop_map(|subject| Change::Retitled { subject }),
        (vec(text(), 0..4), vec(text(), 0..4)).prop_map(|(add, remove)| Change::Tagged { add, remove }),
        (of(text()), of(text())).prop_map(|(site, asset)| Change::Located { site, asset }),
        unknown(),
    ]
}

fn stamp() -> impl Strategy<Value = Stamp> {
    (id(), 1..=i64::MAX.unsigned_abs(), instant(), any::<i64>()).prop_map(
        |(device, device_seq, occurred_at, offset_ms)| Stamp {
            device: DeviceId(device),
            device_seq,
            occurred_at,
            offset_ms,
        },
    )
}

fn recorded() -> impl Strategy<Value = (Instant, Option<Stamp>, Event)> {
    (instant(), of(stamp()), (id(), id(), id(), instant()), vec(change(), 0..5)).prop_map(
        |(received_at, stamp, (event, ticket, by, at), changes)| {
            let (id, ticket, by) = (EventId(event), TicketId(ticket), PersonId(by));
            (received_at, stamp, Event { id, ticket, by, at, changes })
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    /// Verifies: F16. Events of every kind, those of newer versions included, and the stamps that came with them.
    #[test]
    fn what_is_stored_is_read_as_it_was(all in vec(recorded(), 1..40)) {
        let folder = TempDir::new().unwrap();
        let storage = Storage::open(&crate::support::database_in(folder.path())).unwrap();
        let raised: Created = serde_json::from_value(json!({"subject": "", "requester": Uuid::nil(),
            "channel": "", "status": "", "status_kind": "new", "priority": ""})).unwrap();
        let mut kept = Vec::new();
        for ((received_at, stamp, event), seq) in all.into_iter().zip(1..) {
            let first = Event { changes: vec![Change::Created(Box::new(raised.clone()))], ..event.clone() };
            let header = evolve(evolve(None, &first), &event).unwrap();
            let recorded = Recorded { seq, received_at, stamp, event };
            let mut rows = EventRows::default();
            rows.push(&recorded, Some([7; 32])).unwrap();
            storage
                .write(|transaction| {
                    transaction.record(&rows)?;
                    transaction.put_header(&header, seq)
                })
                .unwrap();
            let read = storage.read(|view| view.header(header.id)).unwrap();
            prop_assert_eq!(read, Some(header));
            kept.push(recorded);
        }
        prop_assert_eq!(&storage.read(|view| view.events_after(0, 100)).unwrap(), &kept);
        drop(storage);
        let again = Storage::open(&crate::support::database_in(folder.path())).unwrap();
        prop_assert_eq!(again.read(|view| view.events_after(0, 100)).unwrap(), kept);
    }
}

/// Turns every object of a text around.
fn turned(value: &Value) -> String {
    match value {
        Value::Object(fields) => {
            let fields: Vec<String> = fields
                .iter()
                .rev()
                .map(|(name, value)| format!(" {} :\n{}", json!(name), turned(value)))
                .collect();
            format!("{{{}}}", fields.join(","))
        }
        Value::Array(items) => format!("[{}]", items.iter().map(turned).collect::<Vec<_>>().join(" , ")),
        plain => plain.to_string(),
    }
}

/// Verifies: F16. The same event is the same in whatever order its keys come, whatever white space is between them, and
/// however its text is escaped: accepted or refused, it gets the answer that it got.
#[test]
fn the_same_event_is_the_same_however_it_is_written() {
    let server = TestServer::start();
    let ana = server.sign_in("ana");
    let creation = ana.creation("Zebra \u{e9} / é");
    let ticket = json!({"id": creation["event"]["ticket"]});
    let unknown = json!({"kind": "teleported", "to": {"z": [1, {"b": 1, "a": 2}], "a": null}, "a": "x"});
    let events = [
        creation,
        ana.event(&ticket, json!({"kind": "assigned", "team": null, "agent": ana.id()})),
        ana.event(&ticket, unknown),
    ];
    let answers: Vec<Value> =
        events.iter().map(|event| ana.push(std::slice::from_ref(event)).remove(0)).collect();
    assert_eq!(answers[1]["verdict"], "accepted");
    assert_eq!(answers[2]["refusal"]["refusal"]["rule"], "unknown_kind");
    let head = ana.pull()["head"].clone();
    let body = turned(&json!({"epoch": ana.pull()["epoch"], "events": events})).replace('\u{e9}', "\\u00e9");
    let json = [("content-type", "application/json")];
    let again = server.send("POST", "/api/v1/push", Some(&ana.token), Some(body.into_bytes()), &json);
    assert_eq!(again.with_status(200).body["answers"], json!(answers));
    assert_eq!(ana.pull()["head"], head);
}
