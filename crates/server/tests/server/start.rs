//! Starting, failing to start, and stopping.

use std::fs;
use std::path::Path;

use holdfast_server::storage::Storage;
use rusqlite::Connection;
use tempfile::TempDir;

use crate::support::{TestServer, database_in, eventually, holdfast, run};

/// What a start on this database says when it fails.
fn failure(database: &Path) -> String {
    let mut serve = holdfast();
    let output = run(serve.args(["serve", "--demo", "--address", "127.0.0.1:0", "--database"]).arg(database));
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(output.stdout, b"");
    let text = String::from_utf8(output.stderr).unwrap();
    assert_eq!(text.trim().lines().count(), 1, "one sentence: {text}");
    text
}

/// A database that was used, at rest.
fn used_database() -> TempDir {
    TestServer::start().stop()
}

#[test]
fn a_newer_database_is_left_untouched() {
    let folder = used_database();
    let path = database_in(folder.path());
    Connection::open(&path).unwrap().pragma_update(None, "user_version", 99).unwrap();
    let before = fs::read(&path).unwrap();
    let said = failure(&path);
    assert!(said.contains("format 99") && said.contains("newer"), "{said}");
    assert!(fs::read(&path).unwrap() == before, "not a byte changed");
}

#[test]
fn another_programs_database_is_left_untouched() {
    let folder = TempDir::new().unwrap();
    let path = database_in(folder.path());
    Connection::open(&path).unwrap().execute_batch("CREATE TABLE recipes (name TEXT)").unwrap();
    let before = fs::read(&path).unwrap();
    assert!(failure(&path).contains("another program"));
    assert!(fs::read(&path).unwrap() == before);
    fs::write(&path, "Dear diary, ".repeat(1000)).unwrap();
    assert!(failure(&path).contains("not a database"));
    assert!(fs::read_to_string(&path).unwrap().starts_with("Dear diary"));
}

#[test]
fn a_damaged_database_is_named_as_such() {
    let folder = used_database();
    let path = database_in(folder.path());
    let mut bytes = fs::read(&path).unwrap();
    for byte in &mut bytes[100..] {
        *byte = 0x5a;
    }
    fs::write(&path, bytes).unwrap();
    assert!(failure(&path).contains("restore it from a backup"));
}

#[test]
fn a_locked_database_is_named_as_such() {
    let folder = used_database();
    let path = database_in(folder.path());
    let other = Connection::open(&path).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    assert!(failure(&path).contains("locked by another process"));
}

#[test]
fn a_database_in_no_folder_is_named_as_such() {
    let folder = TempDir::new().unwrap();
    assert!(failure(&folder.path().join("nowhere/desk.sqlite")).contains("folder exists"));
    let missing = run(holdfast().args(["export", "--database"]).arg(folder.path().join("none.sqlite")));
    assert!(String::from_utf8_lossy(&missing.stderr).contains("there is no database here"));
    assert!(!folder.path().join("none.sqlite").exists(), "and none was made");
}

#[test]
fn a_port_in_use_is_named_as_such() {
    let server = TestServer::start();
    let address = server.url.strip_prefix("http://").unwrap();
    let folder = TempDir::new().unwrap();
    let mut serve = holdfast();
    serve.args(["serve", "--demo", "--address", address, "--database"]).arg(database_in(folder.path()));
    let output = run(&mut serve);
    assert_eq!(output.status.code(), Some(1));
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains(address) && said.contains("--address"), "{said}");
}

#[test]
fn wrong_arguments_are_named() {
    for (arguments, word) in [
        (["serve", "--static", "/no/such/folder"], "--static"),
        (["serve", "--log", "loudly"], "--log"),
        (["serve", "--allow-origin", "desk.example.org"], "--allow-origin"),
        (["serve", "--database", "postgres://localhost/desk"], "sqlite:PATH"),
    ] {
        let output = run(holdfast().args(arguments).current_dir(TempDir::new().unwrap().path()));
        assert!(!output.status.success());
        assert!(String::from_utf8_lossy(&output.stderr).contains(word), "{word}");
    }
}

#[test]
fn what_was_answered_survives_a_kill() {
    let server = TestServer::start();
    let raised = server.sign_in("ana").raise("Before the lights went out");
    let database = server.database();
    run(std::process::Command::new("kill").args(["-KILL", &server.process().to_string()]));
    let storage = Storage::open(&database).unwrap();
    let id = raised["id"].as_str().unwrap().parse().unwrap();
    assert!(storage.read(|view| view.header(id)).unwrap().is_some());
}

#[test]
fn a_stopped_server_leaves_one_file_and_a_note_beside_it() {
    let folder = used_database();
    let left = || {
        let entries = fs::read_dir(folder.path()).unwrap();
        let mut names: Vec<_> = entries.map(|entry| entry.unwrap().file_name()).collect();
        names.sort();
        names
    };
    eventually("the last connection's end", || left().len() == 2);
    assert_eq!(left(), ["desk.sqlite", "desk.sqlite-life"]);
}
