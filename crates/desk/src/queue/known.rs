//! What names in a query stand for, and the order of names.

use std::collections::HashMap;

use super::columns::{Code, Coded, Columns};
use super::folded;
use crate::{Actor, Directory, PersonId, Rules, TeamId};

/// The rules, the people, and who asks.
#[derive(Clone, Copy, Debug)]
#[allow(missing_docs)]
pub struct Known<'a> {
    pub rules: &'a Rules,
    pub directory: &'a Directory,
    pub actor: &'a Actor,
}

impl Known<'_> {
    /// The place of each word or id of a column among the others: statuses and priorities as the rules have them, the rest
    /// by their names.
    pub(super) fn ranks(self, column: Coded, columns: &Columns) -> Vec<u32> {
        let mut names: Vec<(usize, String, Code)> = self
            .names(column, columns)
            .into_iter()
            .enumerate()
            .map(|(code, (place, name))| (place, folded(&name), code as Code))
            .collect();
        names.sort_unstable();
        let mut ranks = vec![0; names.len()];
        for (rank, (_, _, code)) in names.into_iter().enumerate() {
            ranks[code as usize] = rank as u32;
        }
        ranks
    }

    /// What each word or id is called where it stands in this column, with its place in the rules where it has one.
    pub(super) fn names(self, column: Coded, columns: &Columns) -> Vec<(usize, String)> {
        let rules = self.rules;
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
            let person = |id| self.directory.person(PersonId(id)).map(|person| person.name.clone());
            let team = |id| self.directory.team(TeamId(id)).map(|team| team.name.clone());
            let of_id = |id| if column == Coded::Team { team(id) } else { person(id) };
            columns.ids(column).map(|id| (0, of_id(id).unwrap_or_default())).collect()
        } else {
            columns.words(column).map(of_word).collect()
        }
    }
}

fn rows<'a>(rows: impl Iterator<Item = (&'a str, &'a str)>) -> HashMap<&'a str, (usize, &'a str)> {
    rows.enumerate().map(|(place, (id, name))| (id, (place, name))).collect()
}
