//! Logs that are not what the mapping says.

use holdfast_server::import::{ImportError, Mapping};

use crate::desk::{Desk, import};
use crate::log::made_up;

/// A log with a line put in as line 4.
fn with_line_4(line: &str) -> String {
    let log = String::from_utf8(made_up(20)).unwrap();
    let mut lines: Vec<&str> = log.lines().collect();
    lines.insert(3, line);
    lines.join("\n")
}

fn mapping() -> Mapping {
    Mapping::load("servicenow-incidents").unwrap()
}

#[test]
fn a_missing_column_is_refused_before_anything_is_written() {
    let desk = Desk::new();
    let before = desk.export();
    let log = String::from_utf8(made_up(20)).unwrap().replace("incident_state", "status");
    let error = desk.import(&desk.file("log.csv", log)).unwrap_err();
    let text = error.to_string();
    assert!(matches!(error, ImportError::MissingColumns { .. }));
    assert!(text.contains("\"incident_state\" (state.column)"), "{text}");
    assert!(text.contains("it has: number, status, active"), "{text}");
    assert_eq!(desk.export(), before);
}

#[test]
fn a_second_log_without_the_columns_keeps_the_first_out_too() {
    let desk = Desk::new();
    let before = desk.export();
    let good = desk.file("good.csv", made_up(20));
    let mut import = import(mapping(), &good);
    import.files.push(desk.file("bad.csv", "a,b\n1,2\n"));
    assert!(matches!(desk.run(&import), Err(ImportError::MissingColumns { .. })));
    assert_eq!(desk.export(), before);
}

#[test]
fn a_malformed_row_is_skipped_and_named_by_its_line() {
    let log = String::from_utf8(made_up(20)).unwrap();
    let good = log.lines().nth(1).unwrap();
    let state = good.split(',').nth(1).unwrap();
    let time = good.split(',').nth(13).unwrap();
    for (line, said) in [
        ("one,two".to_owned(), "2 cells instead of 36"),
        (good.replacen("INC", "?", 1).replacen(&good[3..10], "", 1), "number: no value"),
        (good.replace(time, "32/2/2016 01:00"), "not a time"),
        (good.replacen(state, "Sleeping", 1), "\"Sleeping\""),
        (
            good.replacen("3 - Moderate", "9 - Whatever", 1).replacen(state, "Sleeping", 1),
            "does not translate",
        ),
    ] {
        let desk = Desk::new();
        let path = desk.file("log.csv", with_line_4(&line));
        let skipped = desk.import(&path).unwrap().skipped.to_string();
        assert!(skipped.contains("line 4") && skipped.contains(said), "{said}: {skipped}");

        let before = Desk::new();
        let empty = before.export();
        let error = before.run(&holdfast_server::import::Import { strict: true, ..import(mapping(), &path) });
        let error = error.unwrap_err().to_string();
        assert!(error.contains("line 4") && error.contains("--strict"), "{error}");
        assert_eq!(before.export(), empty, "the database is as it was");
    }
}

#[test]
fn strict_leaves_a_desk_that_was_in_use_as_it_was() {
    let desk = Desk::new();
    let log = made_up(200);
    let half = log.len() / 2;
    let end = half + log[half..].iter().position(|byte| *byte == b'\n').unwrap();
    desk.import(&desk.file("half.csv", &log[..=end])).unwrap();
    let before = desk.export();
    let bad = [&log[..], b"broken row\n"].concat();
    let path = desk.file("bad.csv", bad);
    let strict = holdfast_server::import::Import { strict: true, ..import(mapping(), &path) };
    assert!(matches!(desk.run(&strict), Err(ImportError::Strict { .. })));
    assert_eq!(desk.export(), before);
}

#[test]
fn text_that_is_no_utf8_is_one_skipped_row() {
    let desk = Desk::new();
    let mut log = made_up(20);
    let line_3 = log.iter().enumerate().filter(|(_, byte)| **byte == b'\n').nth(1).unwrap().0 + 1;
    log[line_3 + 12] = 0xff;
    let tally = desk.import(&desk.file("log.csv", log)).unwrap();
    assert!(tally.skipped.to_string().contains("not text in UTF-8"), "{}", tally.skipped);
    assert!(tally.skipped.to_string().contains("line 3"), "{}", tally.skipped);
}

#[test]
fn a_packed_log_that_breaks_off_is_refused_whole() {
    let desk = Desk::new();
    let before = desk.export();
    let packed = crate::export::packed(&made_up(500));
    let error = desk.import(&desk.file("log.csv.gz", &packed[..packed.len() / 2])).unwrap_err();
    assert!(matches!(error, ImportError::Read { .. }), "{error}");
    assert_eq!(desk.export(), before);
}

#[test]
fn a_mapping_to_a_status_that_the_desk_lacks_is_refused() {
    let desk = Desk::new();
    let text = include_str!("../../mappings/servicenow-incidents.toml");
    let mapping = Mapping::parse("mine.toml", &text.replace("= \"on_hold\"", "= \"parked\"")).unwrap();
    let log = desk.file("log.csv", made_up(20));
    let error = desk.run(&import(mapping, &log)).unwrap_err().to_string();
    assert!(error.contains("\"parked\"") && error.contains("on_hold"), "{error}");
}
