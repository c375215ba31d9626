//! Clocks that lie.

use serde_json::{Value, json};

use super::{assert_problem, beside_honest_work};
use crate::support::{Client, TestServer};

/// What an RFC 3339 instant can be at the worst, and by how much it is said to be wrong.
const CLAIMS: [(&str, i64); 12] = [
    ("0000-01-01T00:00:00Z", 0),
    ("0000-01-01T00:00:00Z", i64::MIN),
    ("0000-01-01T00:00:00Z", i64::MAX),
    ("9999-12-31T23:59:59.999Z", 0),
    ("9999-12-31T23:59:59.999Z", i64::MIN),
    ("9999-12-31T23:59:59.999Z", i64::MAX),
    ("1969-12-31T23:59:59.999Z", 0),
    ("1969-12-31T23:59:59.999Z", -1),
    ("2026-01-01T00:00:00Z", i64::MIN),
    ("2026-01-01T00:00:00Z", i64::MAX),
    ("2026-01-01T23:59:60+23:59", 0),
    ("1999-01-01T00:00:00.123456789-23:59", 1),
];

fn history(client: &Client, ticket: &Value) -> Vec<Value> {
    let path = format!("/api/v1/tickets/{}/history", ticket["id"].as_str().unwrap());
    client.get(&path).with_status(200).body["events"].as_array().unwrap().clone()
}

fn clocks(client: &Client, ticket: &Value) -> Vec<Value> {
    let path = format!("/api/v1/tickets/{}/clocks", ticket["id"].as_str().unwrap());
    client.get(&path).with_status(200).body["clocks"].as_array().unwrap().clone()
}

fn instant(value: &Value) -> holdfast_desk::Instant {
    holdfast_desk::Instant::parse(value.as_str().unwrap()).unwrap()
}

/// Verifies: F46. Whatever a clock claims, what is recorded lies between what was known and when it came.
#[test]
fn nothing_happens_before_the_ticket_or_after_the_server_knows() {
    let server = TestServer::start();
    let (ana, lena) = (server.sign_in("ana"), server.sign_in("lena"));
    let ticket = lena.raise("When was that?");
    beside_honest_work(&server, || {
        for (occurred_at, offset_ms) in CLAIMS {
            let mut reply = ana.event(&ticket, json!({"kind": "replied", "text": "By my clock"}));
            reply["stamp"]["occurred_at"] = json!(occurred_at);
            reply["stamp"]["offset_ms"] = json!(offset_ms);
            reply["event"]["at"] = json!(occurred_at);
            assert_eq!(ana.push(&[reply])[0]["verdict"], "accepted", "{occurred_at} {offset_ms}");
        }
    });
    let events = history(&ana, &ticket);
    assert_eq!(events.len(), 1 + CLAIMS.len());
    for (recorded, before) in events[1..].iter().zip(&events) {
        let at = instant(&recorded["event"]["at"]);
        assert!(at >= instant(&before["event"]["at"]), "{recorded}");
        assert!(at <= instant(&recorded["received_at"]), "{recorded}");
    }
    for clock in clocks(&ana, &ticket).iter().filter(|clock| !clock["stopped_at"].is_null()) {
        let stopped = instant(&clock["stopped_at"]);
        assert!(stopped >= instant(&events[0]["event"]["at"]), "{clock}");
        assert!(stopped <= instant(&events[1]["received_at"]), "{clock}");
    }
}

/// A ticket can be raised long ago, as somebody may have been offline for long; the clocks can be computed all the
/// same, for it and for everybody else's.
#[test]
fn a_ticket_of_any_year_harms_no_clock() {
    let server = TestServer::start();
    let (ana, lena) = (server.sign_in("ana"), server.sign_in("lena"));
    let ticket = lena.raise("Of today");
    let before = clocks(&ana, &ticket);
    beside_honest_work(&server, || {
        for (occurred_at, offset_ms) in CLAIMS {
            let mut creation = ana.creation("Of another time");
            creation["stamp"]["occurred_at"] = json!(occurred_at);
            creation["stamp"]["offset_ms"] = json!(offset_ms);
            assert_eq!(ana.push(std::slice::from_ref(&creation))[0]["verdict"], "accepted");
            let raised = json!({"id": creation["event"]["ticket"]});
            let events = history(&ana, &raised);
            assert!(instant(&events[0]["event"]["at"]) <= instant(&events[0]["received_at"]));
            assert_eq!(clocks(&ana, &raised).len(), before.len(), "{occurred_at} {offset_ms}");
        }
    });
    let due = |clocks: &[Value]| clocks.iter().map(|clock| clock["due"].clone()).collect::<Vec<_>>();
    assert_eq!(due(&clocks(&ana, &ticket)), due(&before));
}

#[test]
fn what_is_no_instant_is_pointed_to() {
    let server = TestServer::start();
    let ana = server.sign_in("ana");
    let ticket = ana.raise("Never");
    let (epoch, head) = (ana.pull()["epoch"].clone(), ana.pull()["head"].clone());
    for (field, claimed) in [
        ("occurred_at", json!(i64::MIN)),
        ("occurred_at", json!(i64::MAX)),
        ("occurred_at", json!("+10000-01-01T00:00:00Z")),
        ("occurred_at", json!("-0001-01-01T00:00:00Z")),
        ("occurred_at", json!("2026-02-30T00:00:00Z")),
        ("occurred_at", json!("2026-01-01T00:00:00")),
        ("occurred_at", json!("9".repeat(1_000_000))),
        ("offset_ms", json!(u64::MAX)),
        ("offset_ms", json!(1e300)),
        ("offset_ms", json!("0")),
    ] {
        let mut reply = ana.event(&ticket, json!({"kind": "replied", "text": "By my clock"}));
        reply["stamp"][field] = claimed;
        let answer = ana.post("/api/v1/push", &json!({"epoch": epoch, "events": [reply]}));
        assert_problem(&answer, 422, "invalid-body");
        assert_eq!(answer.body["pointer"], format!("/events/0/stamp/{field}"));
    }
    assert_eq!(ana.pull()["head"], head);
}
