//! Saved views: a person's own, and what those who work for the desk share.

use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::{Client, Reply, TestServer};

/// Makes a view wrong in one way.
type Spoil = fn(&mut Value);

/// docs/api.md: the views that a person keeps, and for how long a question for hints stays open.
const MOST: usize = 50;
const LONGEST: Duration = Duration::from_secs(15);

/// A new view of this person, not sent yet.
fn view(of: &Client, name: &str, shared: bool) -> Value {
    json!({
        "id": Uuid::now_v7(), "name": name, "query": "is:open tag:\"head office\"", "sort": "-updated",
        "board": true, "owner": of.id(), "shared": shared, "updated_at": "2026-03-02T09:00:00Z",
    })
}

fn path(view: &Value) -> String {
    format!("/api/v1/views/{}", view["id"].as_str().unwrap())
}

/// Puts a view that has to be taken; returns it as it is kept.
fn put(client: &Client, view: &Value) -> Value {
    client.put(&path(view), view).with_status(200).body
}

fn delete(client: &Client, view: &Value) -> u16 {
    client.delete(&path(view), &Value::Null).status
}

fn views(client: &Client) -> Vec<Value> {
    client.get("/api/v1/views").with_status(200).body["views"].as_array().unwrap().clone()
}

fn version(client: &Client) -> u64 {
    client.get("/api/v1/views").with_status(200).body["version"].as_u64().unwrap()
}

/// Whether this was refused by a rule about roles.
fn refused(reply: Reply, action: &str) {
    let problem = reply.with_status(403).body;
    assert_eq!(problem["type"], "urn:holdfast:problem:refused");
    assert_eq!(problem["refusal"]["rule"], "not_permitted");
    assert_eq!(problem["refusal"]["action"], action);
}

#[test]
fn a_view_is_its_owners_on_every_device() {
    let server = TestServer::start();
    let (ana, lena) = (server.sign_in("ana"), server.sign_in("lena"));
    assert_eq!(views(&ana), [] as [Value; 0]);
    for person in [&ana, &lena] {
        let mut mine = view(person, "  Head office ", false);
        let kept = put(person, &mine);
        assert_ne!(kept["updated_at"], mine["updated_at"], "the server says when");
        (mine["name"], mine["updated_at"]) = (json!("Head office"), kept["updated_at"].clone());
        assert_eq!(kept, mine);
    }
    let another_device = server.sign_in("ana");
    assert_eq!(views(&another_device).len(), 1);
    for login in ["ben", "ines", "marek"] {
        assert_eq!(views(&server.sign_in(login)), [] as [Value; 0], "{login} has none of them");
    }
    let (token, server) = (ana.token.clone(), server.restart());
    let kept = server.request("GET", "/api/v1/views", Some(&token), None).with_status(200).body;
    assert_eq!(kept["views"].as_array().unwrap().len(), 1, "it is on the disk");
}

#[test]
fn a_repeat_changes_nothing_and_whoever_comes_last_is_right() {
    let server = TestServer::start();
    let ana = server.sign_in("ana");
    let mut mine = view(&ana, "Head office", true);
    let kept = put(&ana, &mine);
    let before = version(&ana);
    assert_eq!(put(&ana, &mine), kept);
    assert_eq!(version(&ana), before, "nobody is told twice");
    (mine["name"], mine["board"]) = (json!("Depot"), json!(false));
    mine.as_object_mut().unwrap().remove("sort");
    let last = put(&ana, &mine);
    assert_eq!((&last["name"], last.get("sort")), (&json!("Depot"), None));
    assert_eq!(views(&ana), [last]);
    assert_eq!((delete(&ana, &mine), delete(&ana, &mine)), (204, 204));
    assert_eq!(views(&ana), [] as [Value; 0]);
}

#[test]
fn what_is_shared_is_seen_by_agents_and_never_by_requesters() {
    let server = TestServer::start();
    let (ana, ben, lena) = (server.sign_in("ana"), server.sign_in("ben"), server.sign_in("lena"));
    let mut mine = view(&ana, "Head office", true);
    let kept = put(&ana, &mine);
    assert_eq!(views(&ben), std::slice::from_ref(&kept));
    assert_eq!(views(&server.sign_in("ines")), [kept]);
    assert_eq!(views(&lena), [] as [Value; 0]);
    refused(lena.put(&path(&mine), &mine), "changing somebody else's view");
    refused(ben.put(&path(&mine), &mine), "changing somebody else's view");
    refused(ben.delete(&path(&mine), &Value::Null), "deleting somebody else's view");
    let hers = view(&lena, "For everybody", true);
    refused(lena.put(&path(&hers), &hers), "sharing a view");
    assert_eq!(views(&lena), [] as [Value; 0]);
    mine["shared"] = json!(false);
    put(&ana, &mine);
    assert_eq!(views(&ben), [] as [Value; 0]);
    refused(ben.delete(&path(&mine), &Value::Null), "deleting somebody else's view");
    assert_eq!(views(&ana).len(), 1);
}

#[test]
fn whose_a_view_is_says_the_token() {
    let server = TestServer::start();
    let (ana, ben) = (server.sign_in("ana"), server.sign_in("ben"));
    let mut forged = view(&ana, "Not hers", false);
    let kept = put(&ben, &forged);
    assert_eq!(kept["owner"], ben.id());
    assert_eq!((views(&ana), views(&ben)), (vec![], vec![kept]));
    forged["id"] = json!(Uuid::now_v7());
    server.request("PUT", &path(&forged), None, Some(&forged)).with_status(401);
    server.get("/api/v1/views").with_status(401);
    server.request("DELETE", &path(&forged), None, None).with_status(401);
}

#[test]
fn a_lead_takes_back_what_somebody_shared_and_nothing_else() {
    let server = TestServer::start();
    let (ana, ben, ines) = (server.sign_in("ana"), server.sign_in("ben"), server.sign_in("ines"));
    let (first, second) = (view(&ana, "First", true), view(&ana, "Second", true));
    let private = put(&ana, &view(&ana, "Private", false));
    let kept = put(&ana, &first);
    put(&ana, &second);
    let mut edited = first.clone();
    edited["name"] = json!("Better");
    refused(ines.put(&path(&first), &edited), "changing somebody else's view");
    edited["shared"] = json!(false);
    let taken_back = put(&ines, &edited);
    assert_eq!(
        (&taken_back["name"], &taken_back["owner"], &taken_back["shared"]),
        (&kept["name"], &kept["owner"], &json!(false)),
        "all but that it is shared stays"
    );
    assert_eq!(delete(&ines, &second), 204);
    assert_eq!(views(&ben), [] as [Value; 0]);
    assert_eq!(views(&ana), [taken_back, private.clone()]);
    refused(ines.put(&path(&private), &edited_as(&private)), "changing somebody else's view");
    refused(ines.delete(&path(&private), &Value::Null), "deleting somebody else's view");
}

/// The same under another name.
fn edited_as(view: &Value) -> Value {
    let mut edited = view.clone();
    edited["name"] = json!("Better");
    edited
}

#[test]
fn a_person_keeps_so_many_views_and_no_more() {
    let server = TestServer::start();
    let (ana, ben) = (server.sign_in("ana"), server.sign_in("ben"));
    put(&ben, &view(&ben, "Of somebody else", true));
    for number in 0..MOST {
        put(&ana, &view(&ana, &format!("View {number}"), false));
    }
    let more = view(&ana, "One more", false);
    let problem = ana.put(&path(&more), &more).with_status(422).body;
    assert_eq!(problem["type"], "urn:holdfast:problem:invalid-body");
    assert!(problem["detail"].as_str().unwrap().contains("50 views"), "{problem}");
    let mut mine = views(&ana).into_iter().find(|view| view["owner"] == ana.id()).unwrap();
    mine["name"] = json!("Another name");
    assert_eq!(put(&ana, &mine)["name"], "Another name", "what is there can be changed");
    assert_eq!(delete(&ana, &mine), 204);
    put(&ana, &more);
}

#[test]
fn a_view_that_cannot_be_kept_points_to_the_field() {
    let server = TestServer::start();
    let ana = server.sign_in("ana");
    let cases: [(&str, Spoil); 12] = [
        ("/name", |view| view["name"] = json!(" ")),
        ("/name", |view| view["name"] = json!("x".repeat(61))),
        ("/name", |view| drop(view.as_object_mut().unwrap().remove("name"))),
        ("/query", |view| view["query"] = json!("x".repeat(1_001))),
        ("/query", |view| view["query"] = json!(["is:open"])),
        ("/sort", |view| view["sort"] = json!("colour")),
        ("/board", |view| view["board"] = json!("yes")),
        ("/shared", |view| view["shared"] = json!(1)),
        ("/owner", |view| view["owner"] = json!("ana")),
        ("/updated_at", |view| view["updated_at"] = json!("yesterday")),
        ("/colour", |view| view["colour"] = json!("red")),
        ("/id", |view| view["id"] = json!(Uuid::nil())),
    ];
    for (pointer, spoil) in cases {
        let good = view(&ana, "Head office", false);
        let mut bad = good.clone();
        spoil(&mut bad);
        let problem = ana.put(&path(&good), &bad).with_status(422).body;
        assert_eq!(
            (&problem["pointer"], &problem["type"]),
            (&json!(pointer), &json!("urn:holdfast:problem:invalid-body")),
            "{problem}"
        );
    }
    assert_eq!(views(&ana), [] as [Value; 0]);
    for method in ["PUT", "DELETE"] {
        let good = view(&ana, "Head office", false);
        let reply = server.request(method, "/api/v1/views/mine", Some(&ana.token), Some(&good));
        assert_eq!(reply.with_status(404).body["type"], "urn:holdfast:problem:not-found");
    }
}

#[test]
fn who_listens_hears_of_what_is_shared_and_not_of_what_is_private() {
    let server = TestServer::start();
    let (ana, ben) = (server.sign_in("ana"), server.sign_in("ben"));
    let head = ben.pull()["head"].clone();
    let mut mine = view(&ana, "Head office", false);
    let quiet = version(&ben);
    put(&ana, &mine);
    assert_eq!(version(&ben), quiet, "nobody else has it");
    mine["shared"] = json!(true);
    let heard = |change: &(dyn Fn() + Sync)| {
        let known = version(&ben);
        thread::scope(|scope| {
            let listening = scope.spawn(|| {
                ben.get(&format!("/api/v1/hints?head={head}&reference={known}")).with_status(200).body
            });
            let began = Instant::now();
            change();
            let hint = listening.join().unwrap();
            assert!(began.elapsed() < LONGEST / 3, "at once, and not when the question ends");
            assert_eq!((&hint["head"], &hint["reference"]), (&head, &json!(known + 1)));
        });
        assert_eq!(version(&ben), known + 1);
    };
    heard(&|| drop(put(&ana, &mine)));
    heard(&|| drop(put(&ana, &edited_as(&mine))));
    mine["shared"] = json!(false);
    heard(&|| drop(put(&server.sign_in("ines"), &mine)));
    mine["shared"] = json!(true);
    heard(&|| drop(put(&ana, &mine)));
    heard(&|| assert_eq!(delete(&ana, &mine), 204));
    let known = version(&ben);
    assert_eq!(delete(&ana, &mine), 204);
    assert_eq!(version(&ben), known, "it was gone already");
}
