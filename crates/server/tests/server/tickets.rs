//! Tickets as plain resources.

use serde_json::json;

use crate::support::TestServer;

#[test]
fn a_ticket_is_raised_found_and_in_everybodys_history() {
    let server = TestServer::start();
    let ana = server.sign_in("ana");
    let ticket = json!({"subject": " A broken chair ", "description": "It squeaks.", "requester": ana.id(),
        "channel": "web", "priority": "p2", "tags": ["chairs"]});
    let raised = ana.post("/api/v1/tickets", &ticket).with_status(201);
    assert_eq!(raised.body["subject"], "A broken chair");
    let shown = ana.get(raised.header("location")).with_status(200).body;
    assert_eq!(shown, raised.body);
    let number = format!("/api/v1/tickets/hf-{}", shown["number"]);
    assert_eq!(ana.get(&number).with_status(200).body, shown);
    let last = ana.pull()["events"].as_array().unwrap().last().unwrap().clone();
    assert_eq!(last["event"]["ticket"], shown["id"]);
    assert!(last.get("stamp").is_none(), "no device made it");
}

#[test]
fn lists_are_filtered_and_come_in_pages() {
    let server = TestServer::start();
    let ana = server.sign_in("ana");
    let list = |query: &str| ana.get(&format!("/api/v1/tickets{query}")).with_status(200).body;
    let all = list("")["tickets"].as_array().unwrap().clone();
    let (mut after, mut paged) = (json!(0), Vec::new());
    loop {
        let page = list(&format!("?limit=7&after={after}"));
        paged.extend(page["tickets"].as_array().unwrap().clone());
        if page["next"].is_null() {
            break;
        }
        after = page["next"].clone();
    }
    assert_eq!(paged, all);
    for (name, key) in
        [("status", "status"), ("team", "team"), ("agent", "agent"), ("requester", "requester")]
    {
        let value = all.iter().find_map(|ticket| ticket[key].as_str()).unwrap();
        let expected: Vec<_> = all.iter().filter(|ticket| ticket[key] == value).cloned().collect();
        assert_eq!(list(&format!("?{name}={value}"))["tickets"], json!(expected), "{name}");
    }
}

#[test]
fn a_rule_that_stands_against_a_ticket_points_to_the_field() {
    let server = TestServer::start();
    let ana = server.sign_in("ana");
    let attempt = |field: &str, value: serde_json::Value| {
        let mut ticket =
            json!({"subject": "A chair", "requester": ana.id(), "channel": "web", "priority": "p2"});
        ticket[field] = value;
        ana.post("/api/v1/tickets", &ticket).with_status(422).body
    };
    for (field, value, rule) in [
        ("subject", json!("  "), "blank"),
        ("subject", json!("x".repeat(201)), "too_long"),
        ("description", json!("x".repeat(20_001)), "too_long"),
        ("priority", json!("p99"), "unknown_priority"),
        ("channel", json!("pigeon"), "unknown_channel"),
    ] {
        let problem = attempt(field, value);
        assert_eq!(problem["pointer"], format!("/{field}"));
        assert_eq!(problem["refusal"]["rule"], rule);
    }
    assert_eq!(attempt("colour", json!("red"))["pointer"], "/colour");
}

#[test]
fn nonsense_finds_nothing() {
    let server = TestServer::start();
    let ana = server.sign_in("ana");
    for name in ["HF-0", "HF-99999999999999", "HF-", "XX-1001", "HF-+1001", "1001", "%00", "..%2f"] {
        ana.get(&format!("/api/v1/tickets/{name}")).with_status(404);
    }
    let problem = ana.get("/api/v1/tickets?status=open&colour=red").with_status(400).body;
    assert_eq!(problem["type"], "urn:holdfast:problem:invalid-parameter");
    ana.get("/api/v1/tickets?agent=ana").with_status(400);
}
