//! Editing policies and calendars.

use holdfast_server::storage::Storage;
use serde_json::{Value, json};

use crate::support::{Client, TestServer};

/// Makes an edit wrong in one way.
type Spoil = fn(&mut Value);

/// What is in force, to be edited.
fn in_force(client: &Client) -> (Value, Value) {
    let reference = client.get("/api/v1/reference").with_status(200).body;
    let version = reference["rules"]["sla"]["versions"].as_array().unwrap().last().unwrap().clone();
    let edit = json!({
        "base": reference["rules"]["version"],
        "policies": version["policies"],
        "calendars": version["calendars"],
    });
    (reference, edit)
}

fn office() -> Value {
    json!({
        "id": "office", "name": "Office", "zone": "Europe/Berlin",
        "hours": {"mon": [["09:00", "17:00"]], "tue": [["09:00", "17:00"]]},
        "holidays": [{"date": "2026-12-25", "name": "Christmas"}],
    })
}

#[test]
fn a_lead_puts_policies_and_calendars_in_force_and_earlier_ones_stay() {
    let server = TestServer::start();
    let lead = server.sign_in("ines");
    let (before, mut edit) = in_force(&lead);
    edit["calendars"].as_array_mut().unwrap().push(office());
    edit["policies"][0]["calendar"] = json!("office");
    let rules = lead.put("/api/v1/sla", &edit).with_status(200).body;
    assert_eq!(rules["version"], before["rules"]["version"].as_u64().unwrap() + 1);
    let versions = rules["sla"]["versions"].as_array().unwrap();
    assert_eq!(versions.len(), 2);
    assert_eq!(versions[0], before["rules"]["sla"]["versions"][0], "what was in force stays as it was");
    assert_eq!(versions[1]["calendars"][1]["holidays"][0]["date"], "2026-12-25");
    let zones: Vec<&str> =
        rules["sla"]["zones"].as_array().unwrap().iter().map(|zone| zone["name"].as_str().unwrap()).collect();
    assert_eq!(zones, ["UTC", "Europe/Berlin"]);
    let (after, _) = in_force(&server.sign_in("ana"));
    assert_eq!(after["rules"], rules, "everybody gets them");
    assert!(after["version"].as_u64() > before["version"].as_u64(), "devices are told");

    let moved = lead.put("/api/v1/sla", &edit).with_status(409).body;
    assert_eq!(moved["type"], "urn:holdfast:problem:moved-on");
}

#[test]
fn rules_that_cannot_be_meant_are_refused_with_a_pointer() {
    let server = TestServer::start();
    let lead = server.sign_in("ines");
    let (_, edit) = in_force(&lead);
    let cases: [(&str, Spoil); 10] = [
        ("/policies/0/calendar", |edit| edit["policies"][0]["calendar"] = json!("moon")),
        ("/policies/0/targets/p1/resolution", |edit| {
            edit["policies"][0]["targets"]["p1"]["resolution"] = json!(-1)
        }),
        ("/policies/0/targets/p9", |edit| edit["policies"][0]["targets"]["p9"] = json!({"resolution": 60})),
        ("/policies/0/applies_to", |edit| edit["policies"][0]["applies_to"] = json!({"where": {}})),
        ("/policies/0/applies_to/where/priorities", |edit| {
            edit["policies"][0]["applies_to"] = json!({"where": {"priorities": ["p1", "p9"]}});
        }),
        ("/policies/0/applies_to/where/teams", |edit| {
            let nobody = "00000000-0000-7000-8000-000000000000";
            edit["policies"][0]["applies_to"] = json!({"where": {"teams": [nobody]}});
        }),
        ("/calendars/0/hours", |edit| edit["calendars"][0]["hours"] = json!({})),
        ("/calendars/0/zone", |edit| edit["calendars"][0]["zone"] = json!("Mars/Olympus")),
        ("/calendars/0/hours/mon/0", |edit| edit["calendars"][0]["hours"]["mon"] = json!([["9", "17:00"]])),
        ("/more", |edit| edit["more"] = json!(1)),
    ];
    for (pointer, spoil) in cases {
        let mut wrong = edit.clone();
        spoil(&mut wrong);
        let problem = lead.put("/api/v1/sla", &wrong).with_status(422).body;
        assert_eq!(problem["pointer"], pointer, "{problem}");
    }
    assert_eq!(in_force(&lead).1, edit, "nothing changed");
}

#[test]
fn only_leads_edit_rules() {
    let server = TestServer::start();
    for login in ["ana", "rosa"] {
        let person = server.sign_in(login);
        let (_, edit) = in_force(&person);
        let problem = person.put("/api/v1/sla", &edit).with_status(403).body;
        assert_eq!(problem["refusal"]["rule"], "not_permitted");
    }
}

#[test]
fn zones_come_as_tables_with_their_version() {
    let server = TestServer::start();
    let ana = server.sign_in("ana");
    let zone = ana.get("/api/v1/zones?name=Europe/Berlin").with_status(200).body;
    assert_eq!(zone["name"], "Europe/Berlin");
    assert!(
        zone["changes"].as_array().unwrap().len() > 100
            && zone["version"].as_str().unwrap().starts_with("20")
    );
    ana.get("/api/v1/zones?name=Europe/Nowhere").with_status(404);
}

#[test]
fn a_newer_table_of_a_zone_is_taken_up_by_the_next_edit() {
    let server = TestServer::start();
    let lead = server.sign_in("ines");
    let (_, mut edit) = in_force(&lead);
    edit["calendars"].as_array_mut().unwrap().push(office());
    let first = lead.put("/api/v1/sla", &edit).with_status(200).body;
    let database = server.database();
    let folder = server.stop();
    // As if the rules had been made by a binary that knew less of Berlin.
    let storage = Storage::open(&database).unwrap();
    storage
        .write(|transaction| {
            let mut rules = transaction.reference()?.rules.clone();
            let berlin = rules.sla.zones.iter_mut().find(|zone| zone.name == "Europe/Berlin").unwrap();
            berlin.version = "2000a".to_owned();
            berlin.changes.retain(|(from, _)| *from < 946_684_800);
            transaction.put_rules(&rules)
        })
        .unwrap();
    drop(storage);

    let server = TestServer::start_in(folder, &["--demo"]);
    let lead = server.sign_in("ines");
    let (before, mut edit) = in_force(&lead);
    assert_eq!(before["rules"]["sla"]["zones"][1]["version"], "2000a", "nothing moves by itself");
    edit["base"] = before["rules"]["version"].clone();
    let rules = lead.put("/api/v1/sla", &edit).with_status(200).body;
    let zones = rules["sla"]["zones"].as_array().unwrap();
    assert_eq!(zones[1], before["rules"]["sla"]["zones"][1], "what was decided by it stays decided");
    assert_eq!(zones[2]["changes"], first["sla"]["zones"][1]["changes"]);
    assert_eq!(zones[2]["since"], rules["sla"]["versions"][2]["valid_from"]);
}

#[test]
fn holidays_come_from_a_feed_at_an_address() {
    let files = tempfile::TempDir::new().unwrap();
    let day = "BEGIN:VEVENT\r\nUID:1\r\nDTSTART;VALUE=DATE:20261225\r\nSUMMARY:Christmas\r\nEND:VEVENT\r\n";
    let feed = format!("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//T//EN\r\n{day}END:VCALENDAR\r\n");
    std::fs::write(files.path().join("days.ics"), feed).unwrap();
    std::fs::write(files.path().join("page.html"), "<html></html>").unwrap();
    std::fs::write(files.path().join("long.ics"), "x".repeat(1_100_000)).unwrap();
    let folder = files.path().to_str().unwrap();
    let server = TestServer::start_in(
        tempfile::TempDir::new().unwrap(),
        &["--demo", "--static", folder, "--private-feeds"],
    );
    let lead = server.sign_in("ines");
    let fetch = |client: &Client, name: &str| {
        let address = format!("{}/{name}", server.url);
        client.post("/api/v1/holidays/feed", &json!({ "address": address }))
    };
    let days = fetch(&lead, "days.ics").with_status(200).body;
    assert_eq!(days, json!([{"date": "2026-12-25", "name": "Christmas"}]));
    fetch(&server.sign_in("ana"), "days.ics").with_status(403);
    for (name, said) in [
        ("none.ics", "answers with the status 404"),
        ("page.html", "not an iCalendar file"),
        ("long.ics", "longer than 1 MB"),
    ] {
        let problem = fetch(&lead, name).with_status(422).body;
        assert!(problem["detail"].as_str().unwrap().contains(said), "{problem}");
    }

    // Unless the administrator says so, the server is no way into the own network.
    let careful = TestServer::start();
    let lead = careful.sign_in("ines");
    for (address, said) in [
        (format!("{}/days.ics", server.url), "begins with https://"),
        (server.url.replace("http:", "https:"), "is not a public address"),
        ("webcal://localhost/days.ics".to_owned(), "is not a public address"),
        ("days.ics".to_owned(), "is not the address of a feed"),
    ] {
        let problem =
            lead.post("/api/v1/holidays/feed", &json!({ "address": address })).with_status(422).body;
        assert_eq!(problem["pointer"], "/address");
        assert!(problem["detail"].as_str().unwrap().contains(said), "{problem}");
    }
}

#[test]
fn a_tickets_clocks_are_told_as_of_any_instant() {
    let server = TestServer::start();
    let ana = server.sign_in("ana");
    let ticket = ana.raise("The fan is loud");
    let path = |rest: &str| format!("/api/v1/tickets/{}/clocks{rest}", ticket["id"].as_str().unwrap());
    let found = ana.get(&path("")).with_status(200).body;
    let clocks = found["clocks"].as_array().unwrap();
    let states: Vec<&str> = clocks.iter().map(|clock| clock["state"].as_str().unwrap()).collect();
    assert_eq!(states, ["running", "none", "running"]);
    assert_eq!(clocks[2]["target"], 72 * 3600);
    assert_eq!(clocks[2]["rests_on_late_news"], 0);
    let later = ana.get(&path("?as_of=2099-01-01T00:00:00Z")).with_status(200).body;
    assert_eq!(later["clocks"][2]["state"], "breached");
    assert_eq!(later["clocks"][2]["due"], clocks[2]["due"]);
    ana.get("/api/v1/tickets/HF-999999/clocks").with_status(404);
    server.sign_in("samuel").get(&path("")).with_status(404);
}
