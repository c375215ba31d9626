//! Queries: what a queue shows. How they are typed and kept is told in [`super::text`].

use chrono::NaiveDate;

/// What a term is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs)]
pub enum Field {
    Is,
    Status,
    Priority,
    Assignee,
    Team,
    Requester,
    Site,
    Asset,
    Category,
    Channel,
    Tag,
    Number,
    Due,
    Created,
    Updated,
    Replies,
    Reopened,
    Reassigned,
}

impl Field {
    /// Every field with its name in a query.
    pub const ALL: [(Self, &'static str); 18] = [
        (Self::Is, "is"),
        (Self::Status, "status"),
        (Self::Priority, "priority"),
        (Self::Assignee, "assignee"),
        (Self::Team, "team"),
        (Self::Requester, "requester"),
        (Self::Site, "site"),
        (Self::Asset, "asset"),
        (Self::Category, "category"),
        (Self::Channel, "channel"),
        (Self::Tag, "tag"),
        (Self::Number, "number"),
        (Self::Due, "due"),
        (Self::Created, "created"),
        (Self::Updated, "updated"),
        (Self::Replies, "replies"),
        (Self::Reopened, "reopened"),
        (Self::Reassigned, "reassigned"),
    ];

    /// Its name in a query.
    pub fn name(self) -> &'static str {
        Self::ALL[self as usize].1
    }

    pub(super) fn named(name: &str) -> Option<Self> {
        let is_it = |(_, other): &&(Self, &str)| other.eq_ignore_ascii_case(name);
        Self::ALL.iter().find(is_it).map(|(field, _)| *field)
    }
}

/// The end of a range.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bound {
    /// So many minutes from now, or ago.
    Minutes(u32),
    /// A day.
    Day(NaiveDate),
    /// A number.
    Number(u32),
}

/// What is asked of a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Test {
    /// It is one of these.
    AnyOf(Vec<String>),
    /// It is less, or sooner.
    Under(Bound),
    /// It is more, or later.
    Over(Bound),
}

/// One thing that is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Term {
    /// Whether it is not to be so.
    pub not: bool,
    /// Of what.
    pub field: Field,
    /// What.
    pub test: Test,
}

/// Words to search for that stand together: one, or several between quotes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Phrase {
    /// As they were typed.
    pub text: String,
    /// Whether they stood between quotes.
    pub quoted: bool,
    /// Whether the last of them may go on: nothing has been typed behind it yet.
    pub open: bool,
}

/// What a queue shows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Query {
    /// All of which have to hold.
    pub terms: Vec<Term>,
    /// All of which have to be found.
    pub words: Vec<Phrase>,
}

impl Term {
    /// A field that is one of these.
    pub fn any_of(field: Field, values: &[&str]) -> Self {
        let values = values.iter().map(|value| (*value).to_owned()).collect();
        Self { not: false, field, test: Test::AnyOf(values) }
    }
}

impl Query {
    /// What these terms leave.
    pub fn of(terms: impl IntoIterator<Item = Term>) -> Self {
        Self { terms: terms.into_iter().collect(), words: Vec::new() }
    }
}
