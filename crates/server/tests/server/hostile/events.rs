//! Events that lie: about whose they are, which they are, and how many there were.

use serde_json::{Value, json};
use uuid::Uuid;

use super::{assert_problem, beside_honest_work, rule};
use crate::support::{Client, TestServer};

fn reply(client: &Client, ticket: &Value, text: &str) -> Value {
    client.event(ticket, json!({"kind": "replied", "text": text}))
}

fn reason(answer: &Value) -> &str {
    assert_eq!(answer["verdict"], "rejected", "{answer}");
    answer["refusal"]["reason"].as_str().unwrap()
}

#[test]
fn a_forged_device_takes_nothing_from_its_owner() {
    let server = TestServer::start();
    let (ana, lena) = (server.sign_in("ana"), server.sign_in("lena"));
    let ticket = lena.raise("My own device");
    let mut mine: Vec<Value> = (0..4).map(|n| reply(&lena, &ticket, &format!("Mine {n}"))).collect();
    for (event, seq) in mine.iter_mut().zip(1..) {
        event["stamp"]["device_seq"] = json!(seq);
    }
    let first = lena.push(&mine[..2]);
    beside_honest_work(&server, || {
        for seq in [1, 2, 3, i64::MAX.unsigned_abs()] {
            let mut forged = ana.creation("By a device that is not hers");
            forged["stamp"] = json!({"device": mine[0]["stamp"]["device"], "device_seq": seq,
                "occurred_at": "2026-01-01T00:00:00Z", "offset_ms": 0});
            assert_eq!(reason(&ana.push(&[forged])[0]), "not_yours", "a device is whose it was first");
        }
    });
    assert_eq!(lena.push(&mine[..2]), first, "what was answered is answered again");
    let rest = lena.push(&mine[2..]);
    assert!(rest.iter().all(|answer| answer["verdict"] == "accepted"), "{rest:?}");
    let path = format!("/api/v1/tickets/{}/history", ticket["id"].as_str().unwrap());
    let history = lena.get(&path).body;
    let stamps: Vec<&Value> =
        history["events"].as_array().unwrap()[1..].iter().map(|e| &e["stamp"]).collect();
    assert_eq!(stamps, mine.iter().map(|event| &event["stamp"]).collect::<Vec<_>>());
}

#[test]
fn an_event_of_somebody_else_stays_theirs() {
    let server = TestServer::start();
    let (ana, lena) = (server.sign_in("ana"), server.sign_in("lena"));
    let ticket = lena.raise("Mine alone");
    let mine = [reply(&lena, &ticket, "Sent already"), reply(&lena, &ticket, "Not sent yet")];
    let sent = lena.push(&mine[..1]);
    beside_honest_work(&server, || {
        let head = ana.pull()["head"].clone();
        for event in &mine {
            assert_eq!(reason(&ana.push(std::slice::from_ref(event))[0]), "not_yours");
            let mut other = event.clone();
            other["event"]["changes"][0]["text"] = json!("Something else");
            assert_eq!(reason(&ana.push(&[other])[0]), "not_yours");
        }
        let mut taken = reply(&ana, &ticket, "In the place of another");
        taken["event"]["id"] = mine[0]["event"]["id"].clone();
        assert_eq!(reason(&ana.push(&[taken.clone()])[0]), "event_id_reuse");
        taken["event"]["changes"] = mine[0]["event"]["changes"].clone();
        taken["stamp"] = mine[0]["stamp"].clone();
        assert_eq!(
            reason(&ana.push(&[taken.clone()])[0]),
            "not_yours",
            "not with the stamp of another device"
        );
        taken["stamp"]["device"] = json!(ana.id());
        assert_eq!(reason(&ana.push(&[taken])[0]), "event_id_reuse", "the same words are not the same event");
        let seen = ana.get(&format!("/api/v1/pull?after={head}")).body;
        assert!(
            seen["events"].as_array().unwrap().iter().all(|recorded| recorded["event"]["by"] != ana.id())
        );
    });
    assert_eq!(lena.push(&mine[..1]), sent);
    assert_eq!(lena.push(&mine[1..])[0]["verdict"], "accepted", "nobody spoilt its id");
}

#[test]
fn a_ticket_is_raised_once_whoever_tries() {
    let server = TestServer::start();
    let (ana, marek) = (server.sign_in("ana"), server.sign_in("marek"));
    let creation = ana.creation("The first");
    ana.push(std::slice::from_ref(&creation));
    let before = ana.pull()["events"].clone();
    let mut again = marek.creation("The second");
    again["event"]["ticket"] = creation["event"]["ticket"].clone();
    assert_eq!(rule(&marek.push(&[again])[0]), "already_created");
    assert_eq!(ana.pull()["events"], before);
}

#[test]
fn counts_that_lie_change_nothing() {
    let server = TestServer::start();
    let ana = server.sign_in("ana");
    let ticket = ana.raise("How many were there?");
    let epoch = ana.pull()["epoch"].clone();
    beside_honest_work(&server, || {
        for (claimed, kind) in [
            (json!(0), "invalid-body"),
            (json!(u64::MAX), "invalid-body"),
            (json!(i64::MAX.unsigned_abs() + 1), "invalid-body"),
            (json!(-1), "invalid-body"),
            (json!(1.5), "invalid-body"),
            (json!("1"), "invalid-body"),
        ] {
            let mut event = reply(&ana, &ticket, "Never");
            event["stamp"]["device_seq"] = claimed.clone();
            let body = json!({"epoch": epoch, "events": [reply(&ana, &ticket, "Never either"), event]});
            let answer = ana.post("/api/v1/push", &body);
            assert_problem(&answer, 422, kind);
            assert_eq!(answer.body["pointer"], "/events/1/stamp/device_seq", "{claimed}");
        }
        let mut first = reply(&ana, &ticket, "The first seven");
        first["stamp"]["device_seq"] = json!(7);
        ana.push(std::slice::from_ref(&first));
        let mut second = reply(&ana, &ticket, "The second seven");
        second["stamp"]["device_seq"] = json!(7);
        let device = first["stamp"]["device"].clone();
        let body = json!({"epoch": epoch, "events": [first, second]});
        let told = ana.post("/api/v1/push", &body).with_status(200).body;
        assert_eq!((&told["forked"], told["answers"].as_array().unwrap().len()), (&device, 1));
        for claimed in [8, 3, i64::MAX.unsigned_abs(), 1] {
            let mut event = reply(&ana, &ticket, &format!("Number {claimed}"));
            event["stamp"]["device_seq"] = json!(claimed);
            assert_eq!(ana.push(std::slice::from_ref(&event))[0]["verdict"], "accepted");
            let recorded = ana.pull()["events"].as_array().unwrap().iter().rev().find_map(|recorded| {
                (recorded["event"]["id"] == event["event"]["id"]).then(|| recorded["stamp"].clone())
            });
            assert_eq!(recorded.unwrap(), event["stamp"], "it is kept as it was claimed");
        }
    });
}

#[test]
fn what_is_too_long_is_refused_by_its_rule() {
    let server = TestServer::start();
    let ana = server.sign_in("ana");
    let ticket = ana.raise("Long words");
    let long = |length: usize| "x".repeat(length);
    beside_honest_work(&server, || {
        for (change, field, limit) in [
            (json!({"kind": "replied", "text": long(20_001)}), "reply", 20_000),
            (json!({"kind": "replied", "text": long(3_000_000)}), "reply", 20_000),
            (json!({"kind": "noted", "text": long(20_001)}), "note", 20_000),
            (json!({"kind": "retitled", "subject": long(201)}), "subject", 200),
            (json!({"kind": "tagged", "add": [long(41)], "remove": []}), "tag", 40),
            (json!({"kind": "tagged", "add": vec!["x"; 100_000], "remove": []}), "tags", 20),
            (json!({"kind": "located", "site": long(121), "asset": null}), "site", 120),
        ] {
            let answer = &ana.push(&[ana.event(&ticket, change)])[0];
            assert_eq!(rule(answer), "too_long");
            let refusal = &answer["refusal"]["refusal"];
            assert_eq!((&refusal["field"], &refusal["limit"]), (&json!(field), &json!(limit)));
        }
        for changes in [17, 50_000] {
            let mut event = reply(&ana, &ticket, "x");
            event["event"]["changes"] = json!(vec![json!({"kind": "noted", "text": "x"}); changes]);
            let answer = &ana.push(&[event])[0];
            assert_eq!((rule(answer), &answer["refusal"]["refusal"]["limit"]), ("too_long", &json!(16)));
        }
        let mut empty = reply(&ana, &ticket, "x");
        empty["event"]["changes"] = json!([]);
        assert_eq!(rule(&ana.push(&[empty])[0]), "not_a_command");
        let code = json!({"kind": "prioritised", "to": long(121)});
        let body = json!({"epoch": ana.pull()["epoch"], "events": [ana.event(&ticket, code)]});
        let answer = ana.post("/api/v1/push", &body);
        assert_problem(&answer, 422, "invalid-body");
        assert_eq!(answer.body["pointer"], "/events/0/event/changes/0/to");
    });
}

/// Verifies: F41. Whatever a kind that is not known here holds, the answer names the kind and keeps nothing else.
#[test]
fn an_unknown_kind_is_refused_whatever_it_holds() {
    let server = TestServer::start();
    let ana = server.sign_in("ana");
    let ticket = ana.raise("From the future");
    let many: serde_json::Map<String, Value> = (0..100_000).map(|n| (format!("k{n}"), json!(n))).collect();
    let mut deep = json!(1);
    for _ in 0..100 {
        deep = json!([deep]);
    }
    beside_honest_work(&server, || {
        for held in [json!(many), deep, json!("x".repeat(3_000_000)), json!([1.5, -0.0, null, "\u{0}"])] {
            let answers = ana.push(&[ana.event(&ticket, json!({"kind": "teleported", "held": held}))]);
            let expected = json!({"rule": "unknown_kind", "kind": "teleported"});
            assert_eq!(answers[0]["refusal"]["refusal"], expected);
        }
        let long = "x".repeat(1_000_000);
        let answers = ana.push(&[ana.event(&ticket, json!({"kind": long}))]);
        assert_eq!(answers[0]["refusal"]["refusal"]["kind"], long[..60]);
    });
}

/// Text is kept as it came, whatever is in it, and said again to the letter.
#[test]
fn odd_characters_are_kept_as_they_came() {
    let server = TestServer::start();
    let ana = server.sign_in("ana");
    let ticket = ana.raise("Odd");
    let text = "a\u{0}b\u{1b}[31m\u{202e}c\u{feff}\u{10ffff}'; DROP TABLE events; --<script>";
    let event = reply(&ana, &ticket, text);
    assert_eq!(ana.push(&[event])[0]["verdict"], "accepted");
    let server_again = || ana.pull()["events"].as_array().unwrap().last().unwrap().clone();
    assert_eq!(server_again()["event"]["changes"][0]["text"], text);
    let login = json!({"login": "ana\u{0}", "password": "holdfast"});
    assert_problem(&server.post("/api/v1/session", &login), 401, "wrong-password");
    let body = json!({"epoch": Uuid::nil(), "events": [reply(&ana, &ticket, "x")]});
    assert_eq!(ana.post("/api/v1/push", &body).with_status(200).body["answers"], json!([]));
}
