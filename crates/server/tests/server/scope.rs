//! What comes into sight and leaves it, what is taken back, and databases that are not the ones that were left here.

use std::process::Command;

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support::{Client, TestServer, database_in, holdfast, run};

/// Changes a team by the command line, while the server runs.
fn team(server: &TestServer, arguments: &[&str]) -> String {
    let mut command: Command = holdfast();
    command.arg("team").arg("--database").arg(server.database()).args(arguments);
    let output = run(&mut command);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

fn id_of(reference: &Value, name: &str) -> Value {
    let teams = reference["directory"]["teams"].as_array().unwrap();
    teams.iter().find(|team| team["name"] == name).unwrap()["id"].clone()
}

fn pull(client: &Client, after: u64) -> Value {
    client.get(&format!("/api/v1/pull?after={after}")).with_status(200).body
}

/// Verifies: F40. A ticket that passes to a private team leaves the sight of whoever is not in it, and comes back whole.
#[test]
fn a_private_team_s_tickets_are_its_members() {
    let server = TestServer::start();
    let (ana, ben, ines) = (server.sign_in("ana"), server.sign_in("ben"), server.sign_in("ines"));
    let reference = ines.get("/api/v1/reference").with_status(200).body;
    let name = reference["directory"]["teams"][0]["name"].as_str().unwrap().to_owned();
    let private = id_of(&reference, &name);
    let said = team(&server, &[&name, "--private", "--remove", "ana", "--add", "ben"]);
    assert!(said.contains("is private") && said.contains("ben") && !said.contains("ana"), "{said}");
    assert!(ana.pull()["reference"].as_u64() > reference["version"].as_u64(), "devices learn of it");

    let ticket = ines.raise("Somebody's salary");
    let before = ana.pull()["head"].as_u64().unwrap();
    let assigned = json!({"kind": "assigned", "team": private, "agent": null});
    ines.push(&[ines.event(&ticket, assigned)]);

    let page = pull(&ana, before);
    assert_eq!((&page["events"], &page["gone"]), (&json!([]), &json!([ticket["id"]])));
    let name_of_ticket = ticket["id"].as_str().unwrap();
    ana.get(&format!("/api/v1/tickets/{name_of_ticket}")).with_status(404);
    let answers = ana.push(&[ana.event(&ticket, json!({"kind": "noted", "text": "What?"}))]);
    assert_eq!(answers[0]["refusal"]["refusal"]["rule"], "no_such_ticket");
    let page = pull(&ben, before);
    assert_eq!(page["events"].as_array().unwrap().len(), 1, "whoever is in it reads on");

    // Given to somebody by name, it is theirs to see.
    let to_ana = json!({"kind": "assigned", "team": private, "agent": ana.id()});
    ben.push(&[ben.event(&ticket, to_ana)]);
    let page = pull(&ana, before + 1);
    assert_eq!(page["whole"], json!([ticket["id"]]));
    assert_eq!(page["events"].as_array().unwrap().len(), 3);
}

/// Verifies: F40, F43. Everything is loaded a part at a time, the person's own work first; what came into sight can be
/// asked for alone.
#[test]
fn things_are_loaded_whole_and_the_own_work_first() {
    let server = TestServer::start();
    let ana = server.sign_in("ana");
    let load = |request: &Value| ana.post("/api/v1/load", request).with_status(200).body;
    let first = load(&json!({}));
    let own = first["events"].as_array().unwrap();
    assert!(!own.is_empty() && first["next"]["part"] == "all", "{}", first["next"]);
    let rest = load(&json!({"up_to": first["up_to"], "place": first["next"]}));
    assert_eq!(rest["next"], Value::Null);
    let all = ana.pull();
    assert_eq!(
        own.len() + rest["events"].as_array().unwrap().len(),
        all["events"].as_array().unwrap().len(),
        "loading and reading bring the same, once"
    );
    let everything = load(&json!({"up_to": first["up_to"], "place": {"part": "all", "after": null}}));
    assert_eq!(everything["events"].as_array().unwrap().len(), all["events"].as_array().unwrap().len());
    // Something has happened to one of the own tickets since they came.
    ana.push(&[ana.event(&json!({"id": first["whole"][0]}), json!({"kind": "noted", "text": "Since then"}))]);
    let later = load(&json!({"up_to": first["up_to"], "place": first["next"]}));
    assert_eq!(later["whole"].as_array().unwrap().len(), rest["whole"].as_array().unwrap().len() + 1);
    let scope = json!({"person": ana.id(), "is_agent": true, "hidden": []});
    let beyond = json!({"up_to": first["up_to"], "beyond": {"scope": scope, "at": first["up_to"]}});
    assert_eq!(load(&beyond)["whole"], json!([]), "what is seen already is left out");
    let nothing = json!({"person": ana.id(), "is_agent": false, "hidden": []});
    let beyond = json!({"up_to": first["up_to"], "beyond": {"scope": nothing, "at": first["up_to"]}});
    assert_eq!(load(&beyond)["whole"], everything["whole"]);
    let reply = ana.post("/api/v1/load", &json!({"part": "all"})).with_status(422);
    assert_eq!(reply.body["pointer"], "/part", "{}", reply.text);
}

/// Verifies: F37, F39. What is taken back is gone from every answer, and who has read it learns of it.
#[test]
fn words_are_taken_back_and_tickets_deleted() {
    let server = TestServer::start();
    let (ana, ines) = (server.sign_in("ana"), server.sign_in("ines"));
    let ticket = ana.raise("The password is hunter2");
    let note = ana.event(&ticket, json!({"kind": "noted", "text": "Her number is 555"}));
    ana.push(std::slice::from_ref(&note));
    let before = ana.pull()["head"].as_u64().unwrap();
    let redacted = json!({"kind": "redacted", "event": note["event"]["id"]});
    let refused = ana.push(&[ana.event(&ticket, redacted.clone())]);
    assert_eq!(refused[0]["refusal"]["refusal"]["rule"], "not_permitted");
    assert_eq!(ines.push(&[ines.event(&ticket, redacted)])[0]["verdict"], "accepted");
    let page = pull(&ana, before);
    assert_eq!(page["whole"], json!([ticket["id"]]));
    assert!(!ana.pull().to_string().contains("555") && ana.pull().to_string().contains("hunter2"));
    assert_eq!(ana.push(&[note])[0]["verdict"], "accepted", "whoever sends it again hears what they heard");

    assert_eq!(ines.push(&[ines.event(&ticket, json!({"kind": "deleted"}))])[0]["verdict"], "accepted");
    assert!(!ana.pull().to_string().contains("hunter2"));
    let shown = ana.get(&format!("/api/v1/tickets/{}", ticket["id"].as_str().unwrap())).with_status(200).body;
    assert_eq!((&shown["deleted"], &shown["subject"]), (&json!(true), &json!("(removed)")));
    let late = ana.push(&[ana.event(&ticket, json!({"kind": "replied", "text": "Hello"}))]);
    assert_eq!(late[0]["refusal"]["refusal"]["rule"], "deleted");
}

/// Verifies: F17. Raised and deleted again before anything was sent: both are taken, and there is nothing left to ask for.
#[test]
fn what_was_raised_and_deleted_offline_is_taken() {
    let server = TestServer::start();
    let ines = server.sign_in("ines");
    let creation = ines.creation("By mistake");
    let deletion = ines.event(&json!({"id": creation["event"]["ticket"]}), json!({"kind": "deleted"}));
    let batch = [creation.clone(), deletion];
    let answers = ines.push(&batch);
    assert!(answers.iter().all(|answer| answer["verdict"] == "accepted"), "{answers:?}");
    assert_eq!(ines.push(&batch), answers);
    let path = format!("/api/v1/tickets/{}", creation["event"]["ticket"].as_str().unwrap());
    assert_eq!(ines.get(&path).with_status(200).body["deleted"], true);
    assert!(!ines.pull().to_string().contains("By mistake"));
}

/// Verifies: F38, F50. A ticket that was deleted long ago leaves the history; who has not read that far reads anew, and from
/// every other cursor the rest is the same.
#[test]
fn compaction_changes_nothing_for_whoever_has_read_the_deletion() {
    let server = TestServer::start();
    let (ana, ines) = (server.sign_in("ana"), server.sign_in("ines"));
    let ticket = ana.raise("Soon gone");
    let creation = ana.pull()["head"].as_u64().unwrap();
    let deletion = ines.event(&ticket, json!({"kind": "deleted"}));
    ines.push(std::slice::from_ref(&deletion));
    let stays = ana.raise("Stays");
    let whole = pull(&ana, creation + 1)["events"].clone();
    let database = server.database();
    let folder = server.stop();
    let storage = holdfast_server::storage::Storage::open(&database).unwrap();
    let later = holdfast_server::clock::now().plus_seconds(1);
    let forgotten = storage.write(|transaction| holdfast_server::replication::compact(transaction, later));
    assert_eq!(forgotten.unwrap(), 1);
    storage.checkpoint().unwrap();
    drop(storage);

    let server = TestServer::start_in(folder, &["--demo"]);
    let (ana, ines) = (server.sign_in("ana"), server.sign_in("ines"));
    let gone = ana.get(&format!("/api/v1/pull?after={creation}")).with_status(410).body;
    assert!(gone["type"].as_str().unwrap().ends_with("gone"), "{gone}");
    assert_eq!(pull(&ana, creation + 1)["events"], whole);
    let all = ana.pull();
    let of = |id: &Value| {
        let events = all["events"].as_array().unwrap();
        events.iter().filter(|recorded| recorded["event"]["ticket"] == *id).count()
    };
    assert_eq!((of(&ticket["id"]), of(&stays["id"])), (0, 1));
    assert_eq!(ines.push(&[deletion])[0]["verdict"], "accepted", "the answer is kept for ever");
}

/// Verifies: F29. A copy of the database file that takes the place of a newer one is another life; a plain restart is not.
#[test]
fn a_database_that_was_not_left_here_begins_another_life() {
    let server = TestServer::start();
    let epoch = server.sign_in("ana").pull()["epoch"].clone();
    let server = server.restart();
    assert_eq!(server.sign_in("ana").pull()["epoch"], epoch, "a restart is none");
    let folder = server.stop();
    let (database, copy) = (database_in(folder.path()), folder.path().join("backup"));
    std::fs::copy(&database, &copy).unwrap();
    let backup = std::fs::read(&copy).unwrap();
    let server = TestServer::start_in(folder, &["--demo"]);
    server.sign_in("ana").raise("After the backup");
    let folder = server.stop();
    std::fs::copy(&copy, &database).unwrap();
    let server = TestServer::start_in(folder, &["--demo"]);
    let restored = server.sign_in("ana").pull()["epoch"].clone();
    assert_ne!(restored, epoch);
    assert_eq!(server.restart().sign_in("ana").pull()["epoch"], restored, "one life, until the next");
    // Moved to another machine, without what lies beside it.
    let elsewhere = TempDir::new().unwrap();
    std::fs::write(database_in(elsewhere.path()), backup).unwrap();
    let server = TestServer::start_in(elsewhere, &["--demo"]);
    assert_ne!(server.sign_in("ana").pull()["epoch"], epoch);
}

/// Verifies: F26. Two devices by one name: the one that comes second is told, and nothing of either is lost.
#[test]
fn a_copied_device_is_told_to_take_another_name() {
    let server = TestServer::start();
    let ana = server.sign_in("ana");
    let ticket = ana.raise("Two profiles");
    let first = ana.event(&ticket, json!({"kind": "noted", "text": "One"}));
    let mut second = ana.event(&ticket, json!({"kind": "noted", "text": "Two"}));
    second["stamp"]["device_seq"] = first["stamp"]["device_seq"].clone();
    ana.push(std::slice::from_ref(&first));
    let push = |events: &[Value]| {
        let epoch = ana.pull()["epoch"].clone();
        ana.post("/api/v1/push", &json!({"epoch": epoch, "events": events})).with_status(200).body
    };
    let told = push(&[first.clone(), second.clone()]);
    assert_eq!((&told["forked"], told["answers"].as_array().unwrap().len()), (&first["stamp"]["device"], 1));
    second["stamp"]["device"] = json!(uuid::Uuid::now_v7());
    let taken = push(&[first, second]);
    assert_eq!((taken.get("forked"), taken["answers"].as_array().unwrap().len()), (None, 2));
    assert_eq!(taken["answers"][1]["verdict"], "accepted");
}
