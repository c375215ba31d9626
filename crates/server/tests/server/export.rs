//! The export: everything, and nothing that opens doors.

use std::path::Path;

use serde_json::Value;

use crate::support::{TestServer, holdfast, run};

fn export(database: &Path) -> String {
    let output = run(holdfast().args(["export", "--database"]).arg(database));
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn an_export_has_one_line_for_the_desk_and_one_for_each_event() {
    let server = TestServer::start();
    let ana = server.sign_in("ana");
    ana.push(&[ana.creation("With a stamp")]);
    let text = export(&server.database());
    let lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines[0]["holdfast_export"], 1);
    assert_eq!(lines[0]["rules"]["desk"], "Holdfast");
    assert!(lines[0]["people"].as_array().unwrap().iter().any(|person| person["login"] == "ana"));
    let pulled = ana.pull();
    assert_eq!(lines[1..], pulled["events"].as_array().unwrap()[..]);
    assert!(!text.contains("argon2") && !text.contains("password"));
}

#[test]
fn the_same_desk_exports_to_the_same_bytes() {
    let server = TestServer::start();
    let first = export(&server.database());
    assert_eq!(export(&server.database()), first);
    let folder = server.stop();
    let file = folder.path().join("desk.jsonl");
    let database = crate::support::database_in(folder.path());
    let output = run(holdfast().args(["export", "--database"]).arg(&database).arg(&file));
    assert!(output.status.success());
    assert!(std::fs::read_to_string(file).unwrap() == first);
}

#[test]
fn an_export_that_cannot_be_written_says_so() {
    let folder = TestServer::start().stop();
    let database = crate::support::database_in(folder.path());
    let output =
        run(holdfast().args(["export", "--database"]).arg(database).arg("/no/such/folder/desk.jsonl"));
    assert!(!output.status.success());
    assert!(String::from_utf8_lossy(&output.stderr).contains("/no/such/folder/desk.jsonl"));
}
