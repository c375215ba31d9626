//! `holdfast sla`: every case agrees, and what is no case is named.

use std::io::Write;
use std::process::{Output, Stdio};

use crate::support::{holdfast, run};

fn cases(name: &str) -> String {
    format!("{}/../../tests/sla/{name}", env!("CARGO_MANIFEST_DIR"))
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// Runs a command on lines that come through standard input.
fn on(command: &str, lines: &str) -> Output {
    let mut holdfast = holdfast();
    holdfast.args(["sla", command, "-"]).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = holdfast.spawn().unwrap();
    child.stdin.take().unwrap().write_all(lines.as_bytes()).unwrap();
    child.wait_with_output().unwrap()
}

#[test]
fn every_case_agrees() {
    for (name, count) in [("calendar-cases.jsonl.gz", 8000), ("ticket-cases.jsonl", 17)] {
        let output = run(holdfast().args(["sla", "check", &cases(name)]));
        assert_eq!(text(&output.stdout), format!("{count} passed, 0 failed\n"));
        assert!(output.status.success());
    }
}

#[test]
fn a_case_that_disagrees_is_named_with_both_answers() {
    let hours = r#""tz":"UTC","hours":{"mon":[["09:00","17:00"]]},"holidays":[],"breaks":{}"#;
    let lines = [
        format!(
            r#"{{"id":"right",{hours},"op":"add","start":"2026-03-02T16:00:00Z","seconds":7200,"due":"2026-03-09T10:00:00Z"}}"#
        ),
        format!(
            r#"{{"id":"wrong",{hours},"op":"within","start":"2026-03-02T16:00:00Z","end":"2026-03-03T00:00:00Z","elapsed":1}}"#
        ),
    ];
    let output = on("check", &lines.join("\n"));
    assert_eq!(text(&output.stdout), "wrong: elapsed is 3600, expected 1\n1 passed, 1 failed\n");
    assert!(!output.status.success());
    let output = on("eval", &lines.join("\n"));
    assert_eq!(
        text(&output.stdout),
        "{\"due\":\"2026-03-09T10:00:00Z\",\"id\":\"right\"}\n{\"elapsed\":3600,\"id\":\"wrong\"}\n"
    );
    assert!(output.status.success());
}

#[test]
fn what_is_no_case_is_named_by_line_and_field() {
    let with = |hours: &str, rest: &str| {
        format!(
            r#"{{"id":1,"tz":"UTC","hours":{hours},"holidays":[],"breaks":{{}},"op":"add","start":"2026-03-02T16:00:00Z",{rest}}}"#
        )
    };
    let good = r#"{"mon":[["09:00","17:00"]]}"#;
    let ticket = |events: &str, targets: &str| {
        format!(
            r#"{{"id":"t","calendar":{{"tz":"UTC","hours":{good}}},"policy":{{"targets":{targets}}},"events":{events},"as_of":"2026-03-02T16:00:00Z"}}"#
        )
    };
    let created =
        r#"{"at":"2026-03-02T10:00:00Z","type":"created","priority":"P","status":"open","by":"requester"}"#;
    let wrong = [
        ("not json".to_owned(), "expected"),
        ("{}".to_owned(), "id: is missing"),
        (with("{}", r#""seconds":1"#), "hours: the calendar has no working time"),
        (
            with(r#"{"mon":[["09:00","12:00"],["11:00","17:00"]]}"#, r#""seconds":1"#),
            "hours.mon: a window overlaps",
        ),
        (with(r#"{"mon":[["9 o'clock","17:00"]]}"#, r#""seconds":1"#), "is not a time of day"),
        (with(r#"{"mon":[["24:00","06:00"]]}"#, r#""seconds":1"#), "cannot open at 24:00"),
        (with(good, r#""seconds":-1"#), "seconds: -1 s is not between"),
        (with(good, r#""seconds":3200000000"#), "seconds: 3200000000 s is not between"),
        (with(good, r#""second":1"#), "seconds: is missing"),
        (with(good, r#""seconds":1"#).replace("UTC", "Mars/Olympus"), "\"Mars/Olympus\" is not a time zone"),
        (ticket(&format!("[{created}]"), r#"{"P":{"resolution":-5}}"#), "policy.targets.P.resolution: -5 s"),
        (ticket("[]", "{}"), ""),
        (ticket(&format!("[{created},{created}]"), "{}"), "events[1]: type: a history begins"),
        (
            ticket(
                &format!("[{created},{}]", created.replace("T10", "T09").replace("created", "note")),
                "{}",
            ),
            "events[1]: at: is before",
        ),
        (ticket(&format!("[{}]", created.replace("created", "exploded")), "{}"), "events[0]"),
    ];
    for (index, (line, said)) in wrong.iter().enumerate().filter(|(_, (_, said))| !said.is_empty()) {
        let output = on("check", &format!("\n{line}\n"));
        let printed = text(&output.stdout);
        assert!(
            printed.starts_with("line 2: ") && printed.contains(said),
            "{index}: {printed:?} does not say {said:?}"
        );
        assert!(printed.ends_with("0 passed, 1 failed\n") && !output.status.success(), "{printed}");
        let output = on("eval", line);
        assert!(text(&output.stderr).contains(said) && !output.status.success(), "{}", text(&output.stderr));
    }
}
