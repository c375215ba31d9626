//! `cargo xtask failures`: every way to lose work (docs/failures.md), with the tests that show it closed.

use crate::files;
use crate::project::Project;
use anyhow::{Context, Result, bail};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::ExitCode;

/// How many there are.
const COUNT: usize = 73;
/// What a test says of itself.
const MARK: &str = "Verifies:";
/// Where tests are.
const FOLDERS: [&str; 3] = ["crates", "tests", "xtask"];

/// Prints each number with its tests; fails while one has neither a test nor a reason.
pub fn failures(project: &Project) -> Result<ExitCode> {
    let list = files::read_text(&project.path("docs/failures.md"))?;
    let (known, excused) = read(&list)?;
    let mut shown: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for folder in FOLDERS {
        for path in files::walk(&project.path(folder))? {
            if !is_test(&path) {
                continue;
            }
            let text = files::read_text(&project.path(folder).join(&path))?;
            for (number, place) in verified(&text) {
                let place = format!("{folder}/{}: {place}", files::as_address(&path));
                shown.entry(number).or_default().insert(place);
            }
        }
    }
    if let Some(stranger) = shown.keys().find(|number| !known.contains_key(*number)) {
        bail!("a test verifies {stranger}, which docs/failures.md does not have");
    }
    let mut open = 0;
    for (number, what) in &known {
        println!("{number}  {what}");
        match (shown.get(number), excused.get(number)) {
            (Some(places), _) => places.iter().for_each(|place| println!("     {place}")),
            (None, Some(why)) => println!("     no test: {why}"),
            (None, None) => {
                open += 1;
                println!("     NO TEST");
            }
        }
    }
    println!("\n{} of {COUNT} with a test or a reason, {open} open", COUNT - open);
    Ok(if open == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

type Numbered = BTreeMap<String, String>;

/// The rows of the list: what goes wrong by number, and why some have no test.
fn read(list: &str) -> Result<(Numbered, Numbered)> {
    let (known, excused) =
        list.split_once("## Without a test").context("docs/failures.md says nothing of what has no test")?;
    let rows = |text: &str| -> Numbered {
        let row = |line: &str| {
            let mut cells = line.trim_matches('|').split('|').map(str::trim);
            let number = cells.next().filter(|number| is_number(number))?;
            Some((number.to_owned(), cells.next()?.to_owned()))
        };
        text.lines().filter_map(row).collect()
    };
    let (known, excused) = (rows(known), rows(excused));
    if known.len() != COUNT {
        bail!("docs/failures.md lists {} ways to lose work, there are {COUNT}", known.len());
    }
    Ok((known, excused))
}

fn is_number(text: &str) -> bool {
    text.strip_prefix('F')
        .is_some_and(|digits| digits.len() == 2 && digits.bytes().all(|b| b.is_ascii_digit()))
}

fn is_test(path: &Path) -> bool {
    let name = files::as_address(path);
    let is_code = name.ends_with(".rs") || name.ends_with(".mjs");
    is_code && !name.contains("node_modules/") && name != "src/failures.rs"
}

/// The numbers that a file verifies, each with the test that follows the mark; a mark at the top is the whole file's.
fn verified(text: &str) -> Vec<(String, String)> {
    let lines: Vec<&str> = text.lines().collect();
    let mut found = Vec::new();
    for (index, line) in lines.iter().enumerate() {
        let Some((_, numbers)) = line.split_once(MARK) else { continue };
        let is_for_all = line.trim_start().starts_with("//!");
        let test = lines[index..].iter().find_map(|line| name_of(line)).filter(|_| !is_for_all);
        let place = test.unwrap_or_else(|| "all of it".to_owned());
        let numbers = numbers.split(|letter: char| !letter.is_alphanumeric()).filter(|word| is_number(word));
        found.extend(numbers.map(|number| (number.to_owned(), place.clone())));
    }
    found
}

/// The name of the test that a line begins.
fn name_of(line: &str) -> Option<String> {
    let line = line.trim_start();
    if let Some(rest) = line.strip_prefix("fn ") {
        return rest.split('(').next().map(|name| name.replace('_', " "));
    }
    let rest = line.strip_prefix("test(")?;
    let quote = rest.chars().next().filter(|quote| matches!(quote, '"' | '`'))?;
    rest[1..].split(quote).next().map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_belongs_to_the_test_that_follows_it() {
        let text = "/// Verifies: F01, F02. Whatever happens.\n#[test]\nfn it_holds() {}\n// Verifies: F03\ntest(\"a tab dies\", () => {\n";
        let found = verified(text);
        let expected = [("F01", "it holds"), ("F02", "it holds"), ("F03", "a tab dies")];
        assert_eq!(found, expected.map(|(number, place)| (number.to_owned(), place.to_owned())));
        assert_eq!(verified("//! Verifies: F09.\nfn one() {}"), [("F09".to_owned(), "all of it".to_owned())]);
    }

    #[test]
    fn the_list_has_every_number_once() {
        let list = include_str!("../../docs/failures.md");
        let (known, excused) = read(list).unwrap();
        assert!((1..=COUNT).all(|number| known.contains_key(&format!("F{number:02}"))));
        assert!(excused.keys().all(|number| known.contains_key(number)));
    }
}
