//! Cases that were tampered with: whatever a line says, it is answered or refused by name. No panic, no endless loop.

use holdfast_desk::sla::{Zone, cases};
use proptest::prelude::*;

const CASES: [&str; 3] = [
    include_str!("../../../../tests/fuzz/seeds/add.json"),
    include_str!("../../../../tests/fuzz/seeds/within.json"),
    include_str!("../../../../tests/fuzz/seeds/ticket.json"),
];

/// What a number or a text is replaced by.
const ODD: [&str; 22] = [
    "-1",
    "0",
    "9223372036854775807",
    "-9223372036854775808",
    "1e308",
    "3155760000",
    "null",
    "true",
    "[]",
    "{}",
    "\"\"",
    "\"24:00\"",
    "\"00:00\"",
    "\"23:59\"",
    "\"0000-01-01T00:00:00Z\"",
    "\"9999-12-31T23:59:59Z\"",
    "\"2026-02-30\"",
    "\"Mars/Olympus\"",
    "\"pending\"",
    "\"closed\"",
    "\"reply\"",
    "[[\"09:00\",\"09:00\"]]",
];

/// A way to tamper with a line.
#[derive(Clone, Debug)]
enum Tamper {
    /// Puts something odd in the place of a value.
    Value(usize, usize),
    /// Takes so many bytes out.
    Cut(usize, usize),
    /// Doubles a stretch.
    Double(usize, usize),
}

fn tampers() -> impl Strategy<Value = Vec<Tamper>> {
    let one = prop_oneof![
        6 => (any::<usize>(), 0..ODD.len()).prop_map(|(place, odd)| Tamper::Value(place, odd)),
        1 => (any::<usize>(), 1..40_usize).prop_map(|(place, length)| Tamper::Cut(place, length)),
        1 => (any::<usize>(), 1..80_usize).prop_map(|(place, length)| Tamper::Double(place, length)),
    ];
    proptest::collection::vec(one, 1..5)
}

fn tampered(line: &str, tampers: &[Tamper]) -> String {
    let mut line = line.as_bytes().to_vec();
    for tamper in tampers {
        match tamper {
            Tamper::Value(place, odd) => {
                // Values stand behind a colon, a comma or a bracket, and end before the next of these.
                let starts: Vec<usize> =
                    (0..line.len()).filter(|at| matches!(line[*at], b':' | b',' | b'[')).collect();
                let Some(start) = starts.get(place % starts.len().max(1)).map(|at| at + 1) else { continue };
                let length = line[start..].iter().position(|byte| matches!(byte, b',' | b']' | b'}'));
                let end = length.map_or(line.len(), |length| start + length);
                line.splice(start..end, ODD[*odd].bytes());
            }
            Tamper::Cut(place, length) => {
                let start = place % line.len().max(1);
                line.drain(start..(start + length).min(line.len()));
            }
            Tamper::Double(place, length) => {
                let start = place % line.len().max(1);
                let stretch = line[start..(start + length).min(line.len())].to_vec();
                line.splice(start..start, stretch);
            }
        }
    }
    String::from_utf8_lossy(&line).into_owned()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 20_000, ..ProptestConfig::default() })]

    #[test]
    fn every_line_is_answered_or_refused(case in 0..CASES.len(), tampers in tampers()) {
        let line = tampered(CASES[case], &tampers);
        match cases::run(&line, |name| (name == "UTC").then(Zone::utc)) {
            Ok(outcome) => prop_assert!(outcome.found.is_object()),
            Err(error) => prop_assert!(!error.to_string().is_empty()),
        }
    }
}

/// Whatever the fuzzer ever found (`tests/fuzz`) stays found.
#[test]
fn what_the_fuzzer_found_is_answered_or_refused() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/fuzz/found");
    for entry in std::fs::read_dir(folder).unwrap() {
        let content = std::fs::read(entry.unwrap().path()).unwrap();
        let line = String::from_utf8_lossy(&content);
        let answer = cases::run(&line, |name| (name == "UTC").then(Zone::utc));
        assert!(answer.is_ok() || !answer.unwrap_err().to_string().is_empty());
    }
}

#[test]
fn the_cases_are_cases_before_they_are_tampered_with() {
    for line in CASES {
        assert!(cases::run(line, |_| Some(Zone::utc())).is_ok(), "{line}");
    }
}
