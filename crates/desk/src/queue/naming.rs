//! Names: finding by them, and their order.

use std::collections::HashMap;

use super::columns::{Code, Coded, Columns};
use super::folded;
use super::known::{Known, Naming};
use crate::{PersonId, TeamId};

impl Naming {
    /// By code or name; where nothing is called just so, by a word of the name, or by how it begins (`depot*`).
    pub const ALL: Self = Self { find, ranks };
}

/// How a name is meant.
#[derive(Clone, Copy)]
enum Meant {
    Whole,
    ByAWord,
}

/// Which words or ids of a column a value names. Nothing where there is no such thing at all.
fn find(column: Coded, value: &str, known: Known, columns: &Columns) -> Option<Vec<bool>> {
    let value = folded(value);
    let names = names(column, known, columns);
    [Meant::Whole, Meant::ByAWord].into_iter().find_map(|meant| {
        let is_code = |word: &str| !column.is_id() && folded(word) == value;
        let is_it =
            |(word, (_, name)): (&str, &(usize, String))| is_named(name, &value, meant) || is_code(word);
        let found: Vec<bool> = columns.words(column).zip(&names).map(is_it).collect();
        (found.contains(&true) || is_row(column, &value, meant, known)).then_some(found)
    })
}

/// Whether this, in lower case, names what is called so.
fn is_named(name: &str, value: &str, meant: Meant) -> bool {
    let name = folded(name);
    match (meant, value.strip_suffix('*')) {
        (Meant::Whole, _) => name == value,
        (Meant::ByAWord, Some(beginning)) => name.starts_with(beginning),
        (Meant::ByAWord, None) => name.split_whitespace().any(|word| word == value),
    }
}

/// Whether there is such a thing, if no ticket has it.
fn is_row(column: Coded, value: &str, meant: Meant, known: Known) -> bool {
    let rules = known.rules;
    let is_it = |id: &str, name: &str| folded(id) == value || is_named(name, value, meant);
    match column {
        Coded::Status => rules.workflow.statuses().iter().any(|row| is_it(row.id.as_str(), &row.name)),
        Coded::Priority => rules.priorities.iter().any(|row| is_it(row.id.as_str(), &row.name)),
        Coded::Category => rules.categories.iter().any(|row| is_it(row.id.as_str(), &row.name)),
        Coded::Channel => rules.channels.iter().any(|row| is_it(row.id.as_str(), &row.name)),
        Coded::Agent | Coded::Requester => known.directory.people().any(|person| is_it("", &person.name)),
        Coded::Team => known.directory.teams().iter().any(|team| is_it("", &team.name)),
        Coded::Site | Coded::Asset | Coded::Tags => false,
    }
}

/// The place of each word or id of a column among the others: statuses and priorities as the rules have them, the rest by
/// their names.
fn ranks(column: Coded, known: Known, columns: &Columns) -> Vec<u32> {
    let names = names(column, known, columns).into_iter().enumerate();
    let mut names: Vec<(usize, String, Code)> =
        names.map(|(code, (place, name))| (place, folded(&name), code as Code)).collect();
    names.sort_unstable();
    let mut ranks = vec![0; names.len()];
    for (rank, (_, _, code)) in names.into_iter().enumerate() {
        ranks[code as usize] = rank as u32;
    }
    ranks
}

/// What each word or id is called where it stands in this column, with its place in the rules where that counts.
fn names(column: Coded, known: Known, columns: &Columns) -> Vec<(usize, String)> {
    let rules = known.rules;
    let rows: HashMap<&str, (usize, &str)> = match column {
        Coded::Status => rows(rules.workflow.statuses().iter().map(|row| (row.id.as_str(), &*row.name))),
        Coded::Priority => rows(rules.priorities.iter().map(|row| (row.id.as_str(), &*row.name))),
        Coded::Category => rows(rules.categories.iter().map(|row| (row.id.as_str(), &*row.name))),
        Coded::Channel => rows(rules.channels.iter().map(|row| (row.id.as_str(), &*row.name))),
        _ => HashMap::new(),
    };
    let is_in_order = matches!(column, Coded::Status | Coded::Priority);
    let of_word = |word: &str| match rows.get(word) {
        Some((place, name)) => (if is_in_order { *place } else { 0 }, (*name).to_owned()),
        None => (if is_in_order { usize::MAX } else { 0 }, word.to_owned()),
    };
    if column.is_id() {
        let person = |id| known.directory.person(PersonId(id)).map(|person| person.name.clone());
        let team = |id| known.directory.team(TeamId(id)).map(|team| team.name.clone());
        let of_id = |id| if column == Coded::Team { team(id) } else { person(id) };
        columns.ids(column).map(|id| (0, of_id(id).unwrap_or_default())).collect()
    } else {
        columns.words(column).map(of_word).collect()
    }
}

fn rows<'a>(rows: impl Iterator<Item = (&'a str, &'a str)>) -> HashMap<&'a str, (usize, &'a str)> {
    rows.enumerate().map(|(place, (id, name))| (id, (place, name))).collect()
}
