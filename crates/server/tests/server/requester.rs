//! A requester sees their own tickets, and of those never what the desk says among itself.

use serde_json::{Value, json};

use crate::support::TestServer;

const SECRET: &str = "between us: they pulled the cable themselves";
const TAG: &str = "difficult-customer";

/// A ticket of Lena's with a note and tags on it.
fn ticket_with_secrets(server: &TestServer) -> Value {
    let (ana, lena) = (server.sign_in("ana"), server.sign_in("lena"));
    let ticket = lena.raise("No network at my desk");
    let events = [
        ana.event(&ticket, json!({"kind": "noted", "text": SECRET})),
        ana.event(&ticket, json!({"kind": "tagged", "add": [TAG], "remove": []})),
        ana.event(&ticket, json!({"kind": "replied", "text": "I am on my way"})),
    ];
    assert!(ana.push(&events).iter().all(|answer| answer["verdict"] == "accepted"));
    ticket
}

fn clean(text: &str) -> bool {
    ![SECRET, TAG, "noted", "tagged"].iter().any(|secret| text.contains(secret))
}

#[test]
fn an_agent_reads_notes_and_a_requester_never_does() {
    let server = TestServer::start();
    let ticket = ticket_with_secrets(&server);
    let (ana, lena) = (server.sign_in("ana"), server.sign_in("lena"));
    let id = ticket["id"].as_str().unwrap();
    let paths = [
        "/api/v1/pull".to_owned(),
        "/api/v1/pull?after=0&limit=2000".to_owned(),
        "/api/v1/tickets".to_owned(),
        format!("/api/v1/tickets/{id}"),
        format!("/api/v1/tickets/{id}/history"),
        "/api/v1/reference".to_owned(),
    ];
    for path in &paths {
        assert!(clean(&lena.get(path).with_status(200).text), "{path}");
    }
    let history = format!("/api/v1/tickets/{id}/history");
    assert!(!clean(&ana.get(&history).text));
    assert!(lena.get(&history).text.contains("I am on my way"));
}

#[test]
fn a_note_does_not_show_in_when_a_ticket_last_changed() {
    let server = TestServer::start();
    let (ana, lena) = (server.sign_in("ana"), server.sign_in("lena"));
    let ticket = lena.raise("Quiet");
    std::thread::sleep(std::time::Duration::from_millis(5));
    ana.push(&[ana.event(&ticket, json!({"kind": "noted", "text": SECRET}))]);
    let path = format!("/api/v1/tickets/{}", ticket["id"].as_str().unwrap());
    assert_eq!(lena.get(&path).body, ticket);
    assert_ne!(ana.get(&path).body["updated_at"], ticket["updated_at"]);
}

#[test]
fn somebody_elses_ticket_is_not_there() {
    let server = TestServer::start();
    let ticket = ticket_with_secrets(&server);
    let marek = server.sign_in("marek");
    let nowhere = marek.get("/api/v1/tickets/0198c0de-0000-7000-8000-000000000000").with_status(404).text;
    let prefix = "/api/v1/tickets";
    for name in [ticket["id"].as_str().unwrap().to_owned(), format!("HF-{}", ticket["number"])] {
        assert_eq!(marek.get(&format!("{prefix}/{name}")).with_status(404).text, nowhere);
        assert_eq!(marek.get(&format!("{prefix}/{name}/history")).with_status(404).text, nowhere);
    }
    let lena = server.sign_in("lena").id().to_owned();
    let listed = marek.get(&format!("{prefix}?requester={lena}")).with_status(200).body;
    assert_eq!(listed["tickets"], json!([]));
    let mine = marek.get(prefix).with_status(200).body;
    assert!(mine["tickets"].as_array().unwrap().iter().all(|ticket| ticket["requester"] == marek.id()));
    let page = marek.pull();
    assert_eq!(page["cursor"], page["head"], "the cursor passes what is not theirs");
    assert!(!page.to_string().contains(ticket["id"].as_str().unwrap()));
    let reply = marek.event(&ticket, json!({"kind": "replied", "text": "Me too"}));
    assert_eq!(marek.push(&[reply])[0]["refusal"]["refusal"], json!({"rule": "no_such_ticket"}));
}

#[test]
fn pages_of_a_requester_are_as_complete_as_one() {
    let server = TestServer::start();
    ticket_with_secrets(&server);
    let lena = server.sign_in("lena");
    let all = lena.pull();
    let (mut cursor, mut events) = (0, Vec::new());
    while cursor < all["head"].as_u64().unwrap() {
        let page = lena.get(&format!("/api/v1/pull?after={cursor}&limit=1")).with_status(200).body;
        events.extend(page["events"].as_array().unwrap().clone());
        cursor = page["cursor"].as_u64().unwrap();
    }
    assert_eq!(&json!(events), &all["events"]);
}

#[test]
fn a_requester_learns_of_agents_and_of_no_other_requester() {
    let server = TestServer::start();
    let (ana, lena) = (server.sign_in("ana"), server.sign_in("lena"));
    let everybody = ana.get("/api/v1/reference").with_status(200).body;
    assert!(everybody["directory"].to_string().contains("Marek Novak"));
    let known = lena.get("/api/v1/reference").with_status(200).body;
    assert_eq!((&known["version"], &known["rules"]), (&everybody["version"], &everybody["rules"]));
    for person in known["directory"]["people"].as_array().unwrap() {
        assert!(person["role"] != "requester" || person["id"] == lena.id(), "{person}");
    }
    assert!(known["directory"].to_string().contains("Ana Ruiz"));
}

#[test]
fn a_requester_does_only_what_is_theirs_to_do() {
    let server = TestServer::start();
    let lena = server.sign_in("lena");
    let ticket = lena.raise("Mine");
    let refused = lena.push(&[lena.event(&ticket, json!({"kind": "noted", "text": "psst"}))]);
    assert_eq!(refused[0]["refusal"]["refusal"]["rule"], "not_permitted");
    let ana = server.sign_in("ana").id().to_owned();
    let for_another = json!({"subject": "Hers", "requester": ana, "channel": "web", "priority": "p3"});
    lena.post("/api/v1/tickets", &for_another).with_status(403);
}
