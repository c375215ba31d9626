//! Any bytes as a line of a case file: it is answered or refused by name, without a panic and without an endless loop.
//! `cargo xtask test fuzz` runs this with a fuzzer around it, which watches what each line reaches and goes on from there;
//! `cargo xtask soak` does so for longer. What it ever found stands in `found/`, and the tests of the rules read it.

#![cfg_attr(fuzzing, no_main)]

#[cfg(fuzzing)]
libfuzzer_sys::fuzz_target!(|line: &str| {
    use holdfast_desk::sla::{Zone, cases};
    let zone = |name: &str| match name {
        "UTC" => Some(Zone::utc()),
        // Clocks that change by an hour and by a day.
        "Europe/Berlin" => Some(Zone {
            name: name.to_owned(),
            changes: vec![(1_774_746_000, 3_600), (1_792_890_000, 0), (1_800_000_000, -86_400)],
            ..Zone::utc()
        }),
        _ => None,
    };
    match cases::run(line, zone) {
        Ok(outcome) => assert!(outcome.found.is_object()),
        Err(error) => assert!(!error.to_string().is_empty()),
    }
});

#[cfg(not(fuzzing))]
fn main() {
    println!("`cargo xtask test fuzz` builds this with a fuzzer around it and runs it");
}
