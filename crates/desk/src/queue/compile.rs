//! From a query to a filter: what its names stand for on this desk, for this person.

use chrono::NaiveDate;

use super::columns::{Coded, Columns, Count, Flag, NEVER, Time};
use super::filter::{Check, Filter};
use super::known::Asked;
use super::query::{Bound, Field, Query, Term, Test};
use crate::sla::ClockState;
use crate::{Instant, StatusKind};

/// What can follow `is:`, and what it means.
pub const STATES: [(&str, &str); 19] = [
    ("open", "still to be done"),
    ("done", "resolved or closed"),
    ("new", "not looked at yet"),
    ("pending", "waiting for the requester"),
    ("hold", "waiting for somebody else"),
    ("waiting", "waiting for anybody"),
    ("resolved", "resolved, and not closed"),
    ("closed", "closed"),
    ("mine", "mine, or nobody's in my teams"),
    ("late", "past its deadline"),
    ("risk", "running out of time"),
    ("paused", "its clock stands still"),
    ("met", "done in time"),
    ("missed", "done too late"),
    ("reopened", "came back after it was done"),
    ("unsent", "something of it waits to be sent"),
    ("refused", "something of it needs you"),
    ("deleted", "deleted"),
    ("anything", "deleted ones as well"),
];

/// When a day begins where the person is.
pub type Midnight = fn(NaiveDate) -> Instant;

const MINUTE_MS: i64 = 60_000;

impl Filter {
    /// The filter of a query's terms, and the places of those that nothing can meet: of what they name there is none.
    pub(super) fn of(query: &Query, asked: Asked, columns: &Columns) -> (Self, Vec<usize>) {
        let mut filter = Self::default();
        let mut unknown = Vec::new();
        let asks_of_deleted = |term: &Term| {
            term.field == Field::Is
                && matches!(&term.test, Test::AnyOf(values) if values.iter().any(|value| ["deleted", "anything"].contains(&&**value)))
        };
        if !query.terms.iter().any(asks_of_deleted) {
            filter.checks.push(Check::Not(Box::new(Check::Flag(Flag::Deleted))));
        }
        for (place, term) in query.terms.iter().enumerate() {
            let check = check(term, asked, columns);
            if check.is_none() {
                unknown.push(place);
            }
            // What names nothing that there is shows nothing.
            let check = check.unwrap_or(Check::Any(Vec::new()));
            filter.checks.push(if term.not { Check::Not(Box::new(check)) } else { check });
        }
        (filter, unknown)
    }
}

fn check(term: &Term, asked: Asked, columns: &Columns) -> Option<Check> {
    match (term.field, &term.test) {
        (Field::Is, Test::AnyOf(values)) => any(values, |value| state(value, asked, columns)),
        (Field::Number, Test::AnyOf(values)) => any(values, |value| {
            let digits = value.rsplit('-').next()?.parse().ok()?;
            Some(Check::Count(Count::Number, digits, digits))
        }),
        (field, Test::AnyOf(values)) => {
            let column = coded(field)?;
            any(values, |value| named(column, value, asked, columns))
        }
        (Field::Due, test) => {
            // What is not due at any time is due at none of these.
            let is_due = Check::Range(Time::Due, i64::MIN, NEVER);
            Some(Check::All(vec![is_due, time(Time::Due, ahead(test), test, asked.midnight)?]))
        }
        (Field::Created, test) => time(Time::Created, ago(test), test, asked.midnight),
        (Field::Updated, test) => time(Time::Updated, ago(test), test, asked.midnight),
        (field, Test::Under(Bound::Number(number))) => {
            Some(Check::Count(count(field)?, 0, number.checked_sub(1)?))
        }
        // What has no number yet has none that is larger.
        (field, Test::Over(Bound::Number(number))) => {
            Some(Check::Count(count(field)?, number.checked_add(1)?, u32::MAX - 1))
        }
        _ => None,
    }
}

fn any(values: &[String], check: impl Fn(&str) -> Option<Check>) -> Option<Check> {
    let checks: Vec<Check> = values.iter().filter_map(|value| check(value)).collect();
    (!checks.is_empty()).then_some(Check::Any(checks))
}

fn count(field: Field) -> Option<Count> {
    match field {
        Field::Number => Some(Count::Number),
        Field::Replies => Some(Count::Replies),
        Field::Reopened => Some(Count::Reopenings),
        Field::Reassigned => Some(Count::Reassignments),
        _ => None,
    }
}

pub(super) fn coded(field: Field) -> Option<Coded> {
    match field {
        Field::Status => Some(Coded::Status),
        Field::Priority => Some(Coded::Priority),
        Field::Assignee => Some(Coded::Agent),
        Field::Team => Some(Coded::Team),
        Field::Requester => Some(Coded::Requester),
        Field::Site => Some(Coded::Site),
        Field::Asset => Some(Coded::Asset),
        Field::Category => Some(Coded::Category),
        Field::Channel => Some(Coded::Channel),
        Field::Tag => Some(Coded::Tags),
        _ => None,
    }
}

/// What is ahead by less or more than a span, in milliseconds from now. What is late is ahead by less than nothing.
fn ahead(test: &Test) -> Option<(i64, i64)> {
    match test {
        Test::Under(Bound::Minutes(minutes)) => Some((i64::MIN, i64::from(*minutes) * MINUTE_MS)),
        Test::Over(Bound::Minutes(minutes)) => Some((i64::from(*minutes) * MINUTE_MS, i64::MAX)),
        _ => None,
    }
}

/// What was less or more than a span ago.
fn ago(test: &Test) -> Option<(i64, i64)> {
    match test {
        Test::Under(Bound::Minutes(minutes)) => Some((-i64::from(*minutes) * MINUTE_MS, i64::MAX)),
        Test::Over(Bound::Minutes(minutes)) => Some((i64::MIN, -i64::from(*minutes) * MINUTE_MS)),
        _ => None,
    }
}

fn time(column: Time, span: Option<(i64, i64)>, test: &Test, midnight: Midnight) -> Option<Check> {
    if let Some((from, to)) = span {
        return Some(Check::Span(column, from, to));
    }
    match test {
        Test::Under(Bound::Day(day)) => Some(Check::Range(column, i64::MIN, midnight(*day).millis())),
        Test::Over(Bound::Day(day)) => {
            Some(Check::Range(column, midnight(day.succ_opt()?).millis(), i64::MAX))
        }
        _ => None,
    }
}

fn state(value: &str, asked: Asked, columns: &Columns) -> Option<Check> {
    let kinds = |kinds: &[StatusKind]| Check::Kind(kinds.to_vec());
    let outstanding = |clock| Check::All(vec![Check::Flag(Flag::Outstanding), Check::Clock(clock)]);
    Some(match value {
        "open" => kinds(&[StatusKind::New, StatusKind::Open, StatusKind::Pending, StatusKind::OnHold]),
        "done" => kinds(&[StatusKind::Resolved, StatusKind::Closed]),
        "new" => kinds(&[StatusKind::New]),
        "pending" => kinds(&[StatusKind::Pending]),
        "hold" => kinds(&[StatusKind::OnHold]),
        "waiting" => kinds(&[StatusKind::Pending, StatusKind::OnHold]),
        "resolved" => kinds(&[StatusKind::Resolved]),
        "closed" => kinds(&[StatusKind::Closed]),
        "mine" if !asked.known.actor.role.is_agent() => Check::All(Vec::new()),
        "mine" => {
            let mine = named(Coded::Agent, "me", asked, columns)?;
            let of_my_teams = named(Coded::Team, "mine", asked, columns)?;
            Check::Any(vec![mine, Check::All(vec![Check::Nothing(Coded::Agent), of_my_teams])])
        }
        "late" => outstanding(ClockState::Breached),
        "risk" => outstanding(ClockState::AtRisk),
        "paused" => outstanding(ClockState::Paused),
        "met" => Check::Clock(ClockState::Met),
        "missed" => {
            let is_past = Check::Not(Box::new(Check::Flag(Flag::Outstanding)));
            Check::All(vec![is_past, Check::Clock(ClockState::Breached)])
        }
        "reopened" => Check::Count(Count::Reopenings, 1, u32::MAX),
        "unsent" => Check::Flag(Flag::Waiting),
        "refused" => Check::Flag(Flag::NeedsYou),
        "deleted" => Check::Flag(Flag::Deleted),
        "anything" => Check::All(Vec::new()),
        _ => return None,
    })
}

/// `me`, `mine` and `none`, and what is named otherwise.
fn named(column: Coded, value: &str, asked: Asked, columns: &Columns) -> Option<Check> {
    let actor = asked.known.actor;
    match (column, value) {
        (_, "none") => Some(Check::Nothing(column)),
        (Coded::Agent | Coded::Requester, "me") => {
            Some(among(column, columns.ids(column).map(|id| id == actor.person.0).collect()))
        }
        (Coded::Team, "mine") => {
            let is_mine = |id| actor.teams.iter().any(|team| team.0 == id);
            Some(among(column, columns.ids(column).map(is_mine).collect()))
        }
        _ => Some(among(column, (asked.naming.find)(column, value, asked.known, columns)?)),
    }
}

/// One of these words or ids. Those behind the last one need not be named, so that what comes to be known later, and is not
/// meant, changes nothing.
fn among(column: Coded, mut codes: Vec<bool>) -> Check {
    codes.truncate(codes.iter().rposition(|code| *code).map_or(0, |last| last + 1));
    if column == Coded::Tags { Check::Tagged(codes) } else { Check::Coded(column, codes) }
}
