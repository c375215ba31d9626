//! Push: one verdict for each event, the same one for ever.

use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::{Client, TestServer};

fn verdicts(answers: &[Value]) -> Vec<&str> {
    answers.iter().map(|answer| answer["verdict"].as_str().unwrap()).collect()
}

fn next_of(client: &Client, creation: &Value, change: Value) -> Value {
    client.event(&json!({"id": creation["event"]["ticket"]}), change)
}

#[test]
fn a_pushed_event_comes_back_in_the_history_with_a_number() {
    let server = TestServer::start();
    let ana = server.sign_in("ana");
    let head = ana.pull()["head"].as_u64().unwrap();
    let creation = ana.creation("The lift plays music");
    let answers = ana.push(std::slice::from_ref(&creation));
    assert_eq!(answers, [json!({"id": creation["event"]["id"], "verdict": "accepted", "seq": head + 1})]);
    let page = server.sign_in("ben").get(&format!("/api/v1/pull?after={head}")).with_status(200).body;
    assert_eq!(
        (&page["after"], &page["cursor"], &page["head"]),
        (&json!(head), &json!(head + 1), &json!(head + 1))
    );
    let recorded = &page["events"][0];
    assert_eq!(recorded["stamp"], creation["stamp"]);
    assert_eq!(recorded["event"]["changes"][0]["subject"], "The lift plays music");
    assert!(recorded["event"]["changes"][0]["number"].is_u64());
}

/// Verifies: F01.
#[test]
fn the_same_event_again_gets_the_same_answer_and_happens_once() {
    let server = TestServer::start();
    let ana = server.sign_in("ana");
    let creation = ana.creation("Twice");
    let batch = [creation.clone(), next_of(&ana, &creation, json!({"kind": "replied", "text": "Hello"}))];
    let first = ana.push(&batch);
    let head = ana.pull()["head"].clone();
    assert_eq!(ana.push(&batch), first);
    assert_eq!(ana.push(&[batch.clone(), batch].concat()), [first.clone(), first].concat());
    assert_eq!(ana.pull()["head"], head);
}

/// Verifies: F02.
#[test]
fn an_id_that_is_taken_is_refused_and_overwrites_nothing() {
    let server = TestServer::start();
    let ana = server.sign_in("ana");
    let creation = ana.creation("The first of its id");
    ana.push(std::slice::from_ref(&creation));
    let before = ana.pull();
    let mut other = ana.creation("The second of its id");
    other["event"]["id"] = creation["event"]["id"].clone();
    let answers = ana.push(&[other]);
    assert_eq!(answers[0]["refusal"]["reason"], "event_id_reuse");
    assert_eq!(ana.pull()["events"], before["events"]);
}

/// Verifies: F01, F02.
#[test]
fn what_comes_twice_within_one_push_is_told_from_what_takes_its_id() {
    let server = TestServer::start();
    let ana = server.sign_in("ana");
    let creation = ana.creation("New, and there three times");
    let mut other = ana.creation("Another with its id");
    other["event"]["id"] = creation["event"]["id"].clone();
    let mut again = creation.clone();
    // The number of a new ticket is the server's doing, whatever a device says.
    again["event"]["changes"][0]["number"] = json!(4_711);
    let reply = next_of(&ana, &creation, json!({"kind": "replied", "text": "Hello"}));
    let head = ana.pull()["head"].as_u64().unwrap();
    let answers = ana.push(&[creation, other, again, reply]);
    assert_eq!(verdicts(&answers), ["accepted", "rejected", "accepted", "accepted"]);
    assert_eq!(answers[1]["refusal"]["reason"], "event_id_reuse");
    let places: Vec<u64> = [0, 2, 3].map(|at| answers[at]["seq"].as_u64().unwrap()).into();
    assert_eq!(places, [head + 1, head + 1, head + 2]);
    assert_eq!(ana.pull()["head"], head + 2);
}

#[test]
fn a_rejection_is_for_ever() {
    let server = TestServer::start();
    let ana = server.sign_in("ana");
    let creation = ana.creation("Closed and not to be on hold");
    let closing =
        next_of(&ana, &creation, json!({"kind": "transitioned", "to": "closed", "status_kind": "closed"}));
    let late =
        next_of(&ana, &creation, json!({"kind": "transitioned", "to": "on_hold", "status_kind": "on_hold"}));
    let answers = ana.push(&[creation.clone(), closing, late.clone()]);
    assert_eq!(verdicts(&answers), ["accepted", "accepted", "rejected"]);
    let refusal = &answers[2]["refusal"]["refusal"];
    assert_eq!(
        (refusal["rule"].as_str(), refusal["from"].as_str()),
        (Some("transition_not_allowed"), Some("closed"))
    );
    // Even when the state would admit it by now, and after a restart.
    let reopening =
        next_of(&ana, &creation, json!({"kind": "transitioned", "to": "open", "status_kind": "open"}));
    assert_eq!(verdicts(&ana.push(&[reopening])), ["accepted"]);
    assert_eq!(ana.push(std::slice::from_ref(&late)), answers[2..]);
    let server = server.restart();
    assert_eq!(server.sign_in("ana").push(&[late]), answers[2..]);
}

/// Verifies: F11.
#[test]
fn what_follows_a_rejection_on_the_same_ticket_is_not_decided() {
    let server = TestServer::start();
    let ana = server.sign_in("ana");
    let (one, two) = (ana.creation("One"), ana.creation("Two"));
    let wrong = next_of(&ana, &one, json!({"kind": "prioritised", "to": "p99"}));
    let after = next_of(&ana, &one, json!({"kind": "replied", "text": "And another thing"}));
    let beside = next_of(&ana, &two, json!({"kind": "replied", "text": "Hello"}));
    let answers = ana.push(&[one, two, wrong.clone(), after.clone(), beside]);
    assert_eq!(verdicts(&answers), ["accepted", "accepted", "rejected", "accepted"]);
    assert!(answers.iter().all(|answer| answer["id"] != after["event"]["id"]));
    assert_eq!(ana.push(&[wrong, after.clone()]).len(), 1, "as the first time");
    assert_eq!(verdicts(&ana.push(&[after])), ["accepted"]);
}

#[test]
fn nobody_acts_for_somebody_else() {
    let server = TestServer::start();
    let (ana, ben) = (server.sign_in("ana"), server.sign_in("ben"));
    let creation = ana.creation("Ana's own");
    assert_eq!(ben.push(std::slice::from_ref(&creation))[0]["refusal"]["reason"], "not_yours");
    assert_eq!(verdicts(&ana.push(&[creation])), ["accepted"], "Ben's attempt took nothing from Ana");
}

#[test]
fn a_kind_from_a_newer_device_is_refused_by_its_name() {
    let server = TestServer::start();
    let ana = server.sign_in("ana");
    let creation = ana.creation("From the future");
    let event = next_of(&ana, &creation, json!({"kind": "teleported", "to": {"x": 1}}));
    let answers = ana.push(&[creation, event]);
    assert_eq!(answers[1]["refusal"]["refusal"], json!({"rule": "unknown_kind", "kind": "teleported"}));
}

#[test]
fn a_device_of_another_life_of_the_database_is_told_and_nothing_happens() {
    let server = TestServer::start();
    let ana = server.sign_in("ana");
    let head = ana.pull()["head"].clone();
    let body = json!({"epoch": Uuid::new_v4(), "events": [ana.creation("Too early")]});
    let reply = ana.post("/api/v1/push", &body).with_status(200).body;
    assert_eq!((&reply["epoch"], &reply["answers"]), (&ana.pull()["epoch"], &json!([])));
    assert_eq!(ana.pull()["head"], head);
}

#[test]
fn claims_about_time_stay_within_what_the_server_knows() {
    let server = TestServer::start();
    let ana = server.sign_in("ana");
    let ticket = ana.raise("A quarrel about time");
    for claimed in ["2199-01-01T00:00:00Z", "1999-01-01T00:00:00Z"] {
        let mut reply = ana.event(&ticket, json!({"kind": "replied", "text": "It is late"}));
        reply["stamp"]["occurred_at"] = json!(claimed);
        ana.push(&[reply]);
    }
    let ticket = ticket["id"].as_str().unwrap();
    let history = ana.get(&format!("/api/v1/tickets/{ticket}/history")).with_status(200).body;
    let (ahead, behind) = (&history["events"][1], &history["events"][2]);
    assert_eq!(ahead["event"]["at"], ahead["received_at"], "not after the server got it");
    assert_eq!(behind["event"]["at"], ahead["event"]["at"], "not before what was known");
}

/// Verifies: F32.
#[test]
fn pages_lead_through_the_whole_history() {
    let server = TestServer::start();
    let ana = server.sign_in("ana");
    let all = ana.pull();
    let (mut cursor, mut events) = (0, Vec::new());
    while cursor < all["head"].as_u64().unwrap() {
        let page = ana.get(&format!("/api/v1/pull?after={cursor}&limit=10")).with_status(200).body;
        events.extend(page["events"].as_array().unwrap().clone());
        assert!(page["cursor"].as_u64().unwrap() > cursor);
        cursor = page["cursor"].as_u64().unwrap();
    }
    assert_eq!(&json!(events), &all["events"]);
}
