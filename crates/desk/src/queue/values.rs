//! What there is to ask for: the values of a field on this desk, and how the tickets of a selection stand.

use std::collections::HashMap;

use super::columns::{Coded, Columns};
use super::compile::{STATES, coded};
use super::filter::Filter;
use super::known::{Asked, Known};
use super::query::{Field, Query};
use super::{Lists, folded};
use crate::{PersonId, StatusId, TicketId};

/// A value that a term can ask for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Value {
    /// As it stands in a query.
    pub word: String,
    /// What it is called.
    pub name: String,
}

impl Value {
    fn new(word: &str, name: &str) -> Self {
        Self { word: word.to_owned(), name: name.to_owned() }
    }

    /// What goes by its name.
    fn named(name: &str) -> Self {
        Self::new(name, name)
    }
}

impl Lists {
    /// The values that a field can have: those of the rules and of the people, and those that tickets have. None for a
    /// field of numbers or times.
    pub fn values(&self, field: Field, known: Known) -> Vec<Value> {
        let mut values: Vec<Value> = match field {
            Field::Is => return STATES.iter().map(|(word, meaning)| Value::new(word, meaning)).collect(),
            Field::Assignee | Field::Requester => vec![Value::new("me", "Me")],
            Field::Team => vec![Value::new("mine", "My teams")],
            _ => Vec::new(),
        };
        let Some(column) = coded(field) else { return values };
        values.extend(self.things(column, known));
        if !matches!(column, Coded::Status | Coded::Priority | Coded::Channel | Coded::Requester) {
            values.push(Value::new("none", "None"));
        }
        values
    }

    fn things(&self, column: Coded, known: Known) -> Vec<Value> {
        let rules = known.rules;
        match column {
            Coded::Status => {
                rules.workflow.statuses().iter().map(|row| Value::new(row.id.as_str(), &row.name)).collect()
            }
            Coded::Priority => {
                rules.priorities.iter().map(|row| Value::new(row.id.as_str(), &row.name)).collect()
            }
            Coded::Category => {
                rules.categories.iter().map(|row| Value::new(row.id.as_str(), &row.name)).collect()
            }
            Coded::Channel => {
                rules.channels.iter().map(|row| Value::new(row.id.as_str(), &row.name)).collect()
            }
            Coded::Agent => known.directory.agents().iter().map(|agent| Value::named(&agent.name)).collect(),
            Coded::Team => known.directory.teams().iter().map(|team| Value::named(&team.name)).collect(),
            Coded::Requester => sorted(
                self.columns
                    .ids(column)
                    .filter_map(|id| known.directory.person(PersonId(id)))
                    .map(|person| person.name.as_str()),
            ),
            Coded::Site | Coded::Asset | Coded::Tags => sorted(self.columns.words(column)),
        }
    }

    /// The places of a query's terms that name nothing there is.
    pub fn unknown(&self, query: &Query, asked: Asked) -> Vec<usize> {
        Filter::of(query, asked, &self.columns).1
    }

    /// How many of these tickets are in which status, in the order of the columns.
    pub fn statuses_of(&self, tickets: impl IntoIterator<Item = TicketId>) -> Vec<(StatusId, usize)> {
        let columns: &Columns = &self.columns;
        let mut counts = vec![0; columns.words_of(Coded::Status)];
        for slot in tickets.into_iter().filter_map(|ticket| columns.slot(ticket)) {
            if let Some(count) = counts.get_mut(columns.coded(Coded::Status, slot) as usize) {
                *count += 1;
            }
        }
        let counted = columns.words(Coded::Status).zip(counts).filter(|(_, count)| *count > 0);
        counted.map(|(status, count)| (StatusId::from(status), count)).collect()
    }

    /// These tickets by their status, each in the order in which it stands here.
    pub fn by_status(&self, tickets: &[TicketId]) -> HashMap<StatusId, Vec<TicketId>> {
        let columns = &self.columns;
        let mut grouped = vec![Vec::new(); columns.words_of(Coded::Status)];
        for ticket in tickets {
            let code = columns.slot(*ticket).map(|slot| columns.coded(Coded::Status, slot) as usize);
            if let Some(group) = code.and_then(|code| grouped.get_mut(code)) {
                group.push(*ticket);
            }
        }
        columns.words(Coded::Status).map(StatusId::from).zip(grouped).collect()
    }
}

/// By name, each once. What cannot be written in a query is left out.
fn sorted<'a>(names: impl Iterator<Item = &'a str>) -> Vec<Value> {
    let can_be_written = |name: &&str| !name.contains('"') && !name.trim().is_empty();
    let mut names: Vec<&str> = names.filter(can_be_written).collect();
    names.sort_by_cached_key(|name| (folded(name), (*name).to_owned()));
    names.dedup();
    names.into_iter().map(Value::named).collect()
}
