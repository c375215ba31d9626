//! Filters and orders in people's words.

use holdfast_desk::queue::{Bound, Field, Order, STATES, SortBy, Term, Test};

use crate::desk::Reference;
use crate::desk::words::{by, span};

/// What a field is called.
pub fn field(field: Field) -> &'static str {
    match field {
        Field::Is => "State",
        Field::Status => "Status",
        Field::Priority => "Priority",
        Field::Assignee => "Assignee",
        Field::Team => "Team",
        Field::Requester => "Requester",
        Field::Site => "Site",
        Field::Asset => "Asset",
        Field::Category => "Category",
        Field::Channel => "Channel",
        Field::Tag => "Tag",
        Field::Number => "Number",
        Field::Due => "Due",
        Field::Created => "Raised",
        Field::Updated => "Changed",
        Field::Replies => "Replies",
        Field::Reopened => "Times reopened",
        Field::Reassigned => "Times passed on",
    }
}

/// Its icon.
pub fn field_icon(field: Field) -> &'static str {
    match field {
        Field::Is | Field::Status => "check",
        Field::Priority => "alert",
        Field::Assignee | Field::Requester => "person",
        Field::Team => "people",
        Field::Site => "pin",
        Field::Asset => "asset",
        Field::Category | Field::Tag => "tag",
        Field::Channel | Field::Replies => "reply",
        Field::Number => "queue",
        Field::Due | Field::Created | Field::Updated => "clock",
        Field::Reopened | Field::Reassigned => "refresh",
    }
}

/// A term: "Status: Pending", "Not tag: vip", "Due in less than 2 h".
pub fn term(term: &Term, reference: &Reference) -> String {
    let name = field(term.field);
    let said = match &term.test {
        Test::AnyOf(values) if term.field == Field::Is => {
            let values: Vec<String> = values.iter().map(|word| value(term.field, word, reference)).collect();
            values.join(" or ")
        }
        Test::AnyOf(values) => {
            let values: Vec<String> = values.iter().map(|word| value(term.field, word, reference)).collect();
            format!("{name}: {}", values.join(" or "))
        }
        Test::Under(bound) => format!("{name} {}", range(term.field, *bound, true)),
        Test::Over(bound) => format!("{name} {}", range(term.field, *bound, false)),
    };
    if term.not { format!("Not {}", lower(&said)) } else { capital(&said) }
}

/// A range, after the name of its field.
pub fn range(field: Field, bound: Bound, is_under: bool) -> String {
    match (field, bound) {
        (Field::Due, Bound::Minutes(0)) => (if is_under { "already" } else { "still to come" }).to_owned(),
        (_, Bound::Minutes(minutes)) => {
            let amount = if is_under { "less" } else { "more" };
            let length = span(i64::from(minutes) * 60_000).replace(" h 00", " h");
            if field == Field::Due {
                format!("in {amount} than {length}")
            } else {
                format!("{amount} than {length} ago")
            }
        }
        (_, Bound::Day(day)) => format!("{} {day}", if is_under { "before" } else { "after" }),
        (_, Bound::Number(number)) => format!("{} {number}", if is_under { "below" } else { "above" }),
    }
}

/// A value as people call it.
pub fn value(field: Field, word: &str, reference: &Reference) -> String {
    let rules = &reference.rules;
    let name = match (field, word) {
        (Field::Is, _) => STATES.iter().find(|(state, _)| *state == word).map(|(_, meaning)| *meaning),
        (_, "none") => Some("None"),
        (Field::Assignee | Field::Requester, "me") => Some("Me"),
        (Field::Team, "mine") => Some("My teams"),
        (Field::Status, _) => {
            let mut rows = rules.workflow.statuses().iter();
            rows.find(|row| row.id.as_str() == word).map(|row| &*row.name)
        }
        (Field::Priority, _) => {
            rules.priorities.iter().find(|row| row.id.as_str() == word).map(|row| &*row.name)
        }
        (Field::Category, _) => {
            rules.categories.iter().find(|row| row.id.as_str() == word).map(|row| &*row.name)
        }
        (Field::Channel, _) => {
            rules.channels.iter().find(|row| row.id.as_str() == word).map(|row| &*row.name)
        }
        _ => None,
    };
    name.unwrap_or(word).to_owned()
}

/// What a queue can be sorted by.
pub fn sort(sort: SortBy) -> String {
    let said = by(Order { by: sort, descending: false });
    capital(said.strip_prefix("by ").unwrap_or(&said))
}

/// The same at the head of a column.
pub fn column(by: SortBy) -> String {
    match by {
        SortBy::Created => "Raised".to_owned(),
        SortBy::Updated => "Changed".to_owned(),
        other => sort(other),
    }
}

/// With a capital letter.
pub fn capital(text: &str) -> String {
    let mut letters = text.chars();
    let first: String = letters.next().map(|letter| letter.to_uppercase().collect()).unwrap_or_default();
    format!("{first}{}", letters.as_str())
}

fn lower(text: &str) -> String {
    let mut letters = text.chars();
    let first: String = letters.next().map(|letter| letter.to_lowercase().collect()).unwrap_or_default();
    format!("{first}{}", letters.as_str())
}
