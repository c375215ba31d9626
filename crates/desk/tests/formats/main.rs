//! Every form in which an event was ever written. A form that was released stays here for ever, and is read for ever.
//!
//! A line is `{"event": …}`, where the event is written today as it stands there, or `{"event": …, "written": …}`, where
//! it is read as it stands and written as the second. A new version of the format is a new file; lines of older ones
//! get a `written` where they are written differently from then on, and are never taken away.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // A panic is how a test says what broke.

use std::collections::BTreeSet;

use holdfast_desk::ticket::{Cause, Created, evolve};
use holdfast_desk::workflow::Trigger;
use holdfast_desk::{Change, Event, StatusKind};
use serde::Deserialize;
use serde_json::value::RawValue;

/// Each version of the format, with everything that it could say.
const VERSIONS: [(u32, &str); 1] = [(1, include_str!("events-1.jsonl"))];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Line<'a> {
    #[serde(borrow)]
    event: &'a RawValue,
    #[serde(borrow, default)]
    written: Option<&'a RawValue>,
}

/// Every line with where it stands, as it was written and as it is written today.
fn corpus() -> impl Iterator<Item = (String, &'static str, &'static str)> {
    VERSIONS.iter().flat_map(|(version, text)| {
        text.lines().zip(1..).map(move |(line, number)| {
            let place = format!("events-{version}.jsonl:{number}");
            let Line { event, written } = serde_json::from_str(line).expect(&place);
            (place, event.get(), written.unwrap_or(event).get())
        })
    })
}

/// Names every shape and what has it, from one list: a kind that is new does not compile until it stands here, and the
/// tests fail until the corpus has it.
macro_rules! shapes {
    ($name:ident, $all:ident, $of:ty: $($shape:pat => $called:literal,)*) => {
        const $all: &[&str] = &[$($called),*];
        fn $name(value: &$of) -> &'static str {
            match value {
                $($shape => $called,)*
            }
        }
    };
}

shapes! { change, CHANGES, Change:
    Change::Created(_) => "created",
    Change::Transitioned { to: _, status_kind: _, cause: _ } => "transitioned",
    Change::Replied { text: _ } => "replied",
    Change::Noted { text: _ } => "noted",
    Change::Assigned { team: Some(_), agent: Some(_) } => "assigned to both",
    Change::Assigned { team: Some(_), agent: None } => "assigned to a team",
    Change::Assigned { team: None, agent: Some(_) } => "assigned to an agent",
    Change::Assigned { team: None, agent: None } => "assigned to nobody",
    Change::Prioritised { to: _ } => "prioritised",
    Change::Categorised { to: _ } => "categorised",
    Change::Retitled { subject: _ } => "retitled",
    Change::Tagged { add: _, remove: _ } => "tagged",
    Change::Located { site: Some(_), asset: Some(_) } => "located both",
    Change::Located { site: Some(_), asset: None } => "located a site",
    Change::Located { site: None, asset: Some(_) } => "located an asset",
    Change::Located { site: None, asset: None } => "located nowhere",
    Change::Redacted { event: _ } => "redacted",
    Change::Deleted => "deleted",
    Change::Unknown(_) => "unknown",
}

shapes! { cause, CAUSES, Cause:
    Cause::Command => "command",
    Cause::Trigger { trigger: Trigger::AgentAssigned } => "agent assigned",
    Cause::Trigger { trigger: Trigger::RequesterReplied } => "requester replied",
    Cause::Imported { against_workflow: true } => "imported against the workflow",
    Cause::Imported { against_workflow: false } => "imported",
}

shapes! { status, STATUSES, StatusKind:
    StatusKind::New => "new",
    StatusKind::Open => "open",
    StatusKind::Pending => "pending",
    StatusKind::OnHold => "on hold",
    StatusKind::Resolved => "resolved",
    StatusKind::Closed => "closed",
}

/// Which of the fields that may be missing are there.
fn optional(created: &Created) -> Vec<&'static str> {
    // Named one by one, so that a field that is new does not compile until it stands here.
    let Created {
        number,
        subject: _,
        description,
        requester: _,
        channel: _,
        status: _,
        status_kind: _,
        priority: _,
        category,
        team,
        agent,
        site,
        asset,
        tags,
    } = created;
    let there = [
        ("number", number.is_some()),
        ("description", !description.is_empty()),
        ("category", category.is_some()),
        ("team", team.is_some()),
        ("agent", agent.is_some()),
        ("site", site.is_some()),
        ("asset", asset.is_some()),
        ("tags", !tags.is_empty()),
    ];
    there.iter().filter(|(_, there)| *there).map(|(name, _)| *name).collect()
}

fn read(place: &str, text: &str) -> Event {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{place}: {error}"))
}

/// Verifies: F42, F16. Whatever an old device sends is read, and written in the form of today, which is read as the
/// same.
#[test]
fn every_form_is_read_and_written_as_stated() {
    for (place, text, written) in corpus() {
        let event = read(&place, text);
        assert_eq!(serde_json::to_string(&event).unwrap(), written, "{place}");
        assert_eq!(read(&place, written), event, "{place}");
    }
}

/// Verifies: F42. What was understood once is never taken for something of a newer version.
#[test]
fn every_form_is_understood() {
    let kinds: BTreeSet<&str> = CHANGES
        .iter()
        .map(|shape| shape.split(' ').next().unwrap())
        .filter(|kind| *kind != "unknown")
        .collect();
    for (place, text, _) in corpus() {
        let json: serde_json::Value = serde_json::from_str(text).unwrap();
        for (change, json) in read(&place, text).changes.iter().zip(json["changes"].as_array().unwrap()) {
            let kind = json["kind"].as_str().unwrap();
            assert_eq!(change.kind(), kind, "{place}");
            assert_eq!(!matches!(change, Change::Unknown(_)), kinds.contains(kind), "{place}: {kind}");
        }
    }
}

/// Verifies: F42. The corpus leaves nothing out: each kind, each cause, each status, each field there and missing.
#[test]
fn every_shape_stands_in_the_corpus() {
    let mut found: [BTreeSet<&str>; 4] = Default::default();
    for (place, text, _) in corpus() {
        for value in &read(&place, text).changes {
            found[0].insert(change(value));
            if let Change::Transitioned { cause: by, status_kind, .. } = value {
                found[1].insert(cause(by));
                found[2].insert(status(status_kind));
            }
            if let Change::Created(created) = value {
                let there = optional(created);
                // One alone, none, or all of them.
                assert!(matches!(there.len(), 0 | 1 | 8), "{place}: {there:?}");
                found[3].extend(if there.is_empty() { vec!["none"] } else { there });
            }
        }
    }
    let all = |names: &[&'static str]| names.iter().copied().collect::<BTreeSet<_>>();
    assert_eq!(found[0], all(CHANGES));
    assert_eq!(found[1], all(CAUSES));
    assert_eq!(found[2], all(STATUSES));
    let fields = ["agent", "asset", "category", "description", "none", "number", "site", "tags", "team"];
    assert_eq!(found[3], all(&fields));
}

/// Whatever the form, it can be part of a history.
#[test]
fn every_form_can_happen_to_a_ticket() {
    let (place, first, _) = corpus().next().unwrap();
    let raised = evolve(None, &read(&place, first)).unwrap();
    for (place, text, _) in corpus() {
        let event = read(&place, text);
        let header = evolve(Some(raised.clone()), &event).unwrap();
        let unknown = event.changes.iter().any(|change| matches!(change, Change::Unknown(_)));
        assert_eq!(header.needs_update, unknown, "{place}");
    }
}
