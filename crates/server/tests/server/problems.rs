//! Bad input: refused whole, with a pointer to what is wrong.

use serde_json::{Value, json};

use crate::support::{Client, TestServer};

/// Makes an event wrong in one way.
type Spoil = fn(&mut Value);

fn push(ana: &Client, body: Value) -> Value {
    let problem = ana.post("/api/v1/push", &body).with_status(422);
    assert_eq!(problem.header("content-type"), "application/problem+json");
    problem.body
}

#[test]
fn a_push_that_cannot_be_read_points_to_the_field() {
    let server = TestServer::start();
    let ana = server.sign_in("ana");
    let epoch = ana.pull()["epoch"].clone();
    let head = ana.pull()["head"].clone();
    let body = |spoil: Spoil| {
        let good = ana.creation("Good");
        let mut bad =
            ana.event(&json!({"id": good["event"]["ticket"]}), json!({"kind": "replied", "text": "Hello"}));
        spoil(&mut bad);
        json!({"epoch": epoch, "events": [good, bad]})
    };
    let cases: [(&str, Spoil); 9] = [
        ("/events/1/event/changes/0/text", |bad| bad["event"]["changes"][0]["text"] = json!(5)),
        ("/events/1/event/changes/0/text", |bad| bad["event"]["changes"][0] = json!({"kind": "replied"})),
        ("/events/1/event/changes/0/more", |bad| bad["event"]["changes"][0]["more"] = json!(1)),
        ("/events/1/event/changes/0/kind", |bad| bad["event"]["changes"][0] = json!({"text": "Hello"})),
        ("/events/1/event/changes/0", |bad| bad["event"]["changes"][0] = json!("replied")),
        ("/events/1/event/id", |bad| bad["event"]["id"] = json!("not an id")),
        ("/events/1/event/more", |bad| bad["event"]["more"] = json!(true)),
        ("/events/1/stamp/occurred_at", |bad| bad["stamp"]["occurred_at"] = json!("yesterday")),
        ("/events/1/stamp", |bad| drop(bad.as_object_mut().unwrap().remove("stamp"))),
    ];
    for (pointer, spoil) in cases {
        let problem = push(&ana, body(spoil));
        assert_eq!(problem["pointer"], pointer, "{problem}");
        assert_eq!(problem["type"], "urn:holdfast:problem:invalid-body");
    }
    assert_eq!(push(&ana, json!({"epoch": epoch, "events": [], "more": 1}))["pointer"], "/more");
    assert_eq!(push(&ana, json!({"epoch": epoch}))["pointer"], "/events");
    assert_eq!(ana.pull()["head"], head, "a push is refused whole");
}

#[test]
fn a_push_that_is_too_much_is_refused() {
    let server = TestServer::start();
    let ana = server.sign_in("ana");
    let events: Vec<Value> = (0..1_001).map(|_| ana.creation("One of many")).collect();
    let problem = push(&ana, json!({"epoch": ana.pull()["epoch"], "events": events}));
    assert_eq!(problem["pointer"], "/events");
    let huge = json!({"login": "x".repeat(5 * 1024 * 1024), "password": ""});
    assert_eq!(server.post("/api/v1/session", &huge).with_status(413).body["status"], 413);
}

#[test]
fn what_is_not_json_is_a_bad_request() {
    let server = TestServer::start();
    let send = |body: &str, kind| {
        server.send("POST", "/api/v1/session", None, Some(body.into()), &[("content-type", kind)])
    };
    for body in ["", "{", "{\"login\": \"ana\"", "{} {}", &"[".repeat(10_000)] {
        let problem = send(body, "application/json");
        assert!([400, 422].contains(&problem.status), "{}", problem.text);
        assert_eq!(problem.header("content-type"), "application/problem+json");
    }
    send("{", "application/json; charset=utf-8").with_status(400);
    send("login=ana", "application/x-www-form-urlencoded").with_status(415);
    let problem = send(r#"{"login": 5, "password": ""}"#, "application/json").with_status(422);
    assert_eq!(problem.body["pointer"], "/login");
}

#[test]
fn a_route_that_is_not_there_is_a_problem_too() {
    let server = TestServer::start();
    assert_eq!(server.get("/api/v1/nothing").with_status(404).body["type"], "urn:holdfast:problem:not-found");
    let wrong = server.request("PUT", "/api/v1/session", None, None).with_status(405);
    assert_eq!(wrong.header("content-type"), "application/problem+json");
    assert_eq!(wrong.header("cache-control"), "no-store");
}

#[test]
fn only_allowed_origins_are_told_to_come_in() {
    let folder = tempfile::TempDir::new().unwrap();
    let server = TestServer::start_in(folder, &["--demo", "--allow-origin", "https://desk.example.org"]);
    let ask = |origin| server.send("GET", "/api/v1/health", None, None, &[("origin", origin)]);
    let allowed = "access-control-allow-origin";
    assert_eq!(ask("https://desk.example.org").header(allowed), "https://desk.example.org");
    assert_eq!(ask("https://elsewhere.example.org").header(allowed), "");
}

/// Verifies: F42. A device that is too old to be understood is told so, by a status of its own.
#[test]
fn a_device_that_is_too_old_is_told_to_upgrade() {
    let server = TestServer::start();
    let ana = server.sign_in("ana");
    let pull = |version: &str| {
        let path = "/api/v1/pull?after=0&limit=1";
        server.send("GET", path, Some(&ana.token), None, &[("holdfast-protocol", version)])
    };
    assert_eq!(pull("1").status, 200);
    assert_eq!(pull("2").status, 200, "a newer one says what it can");
    for version in ["0", "one"] {
        let told = pull(version).with_status(426);
        assert_eq!(told.body["type"], "urn:holdfast:problem:too-old");
        assert_eq!(told.header("upgrade"), "holdfast");
    }
}
