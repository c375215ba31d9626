//! The same as the lists, by going through every header with every term: slow and plain.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use chrono::NaiveDate;
use holdfast_desk::queue::{Asked, Bound, Field, Here, Order, Query, SortBy, Term, Test, folded};
use holdfast_desk::sla::{ClockState, Deadline};
use holdfast_desk::{Header, Instant, PersonId, StatusKind, TicketId};

/// A ticket as it is shown.
pub struct Row {
    pub header: Header,
    pub deadline: Deadline,
    pub here: Here,
}

pub fn midnight(day: NaiveDate) -> Instant {
    let seconds = day.and_hms_opt(0, 0, 0).unwrap().and_utc().timestamp();
    Instant::from_seconds(seconds)
}

pub fn counts(rows: &BTreeMap<TicketId, Row>, views: &[Query], asked: Asked) -> Vec<usize> {
    let count = |query: &Query| rows.values().filter(|row| is_shown(row, query, asked)).count();
    views.iter().map(count).collect()
}

pub fn list(rows: &BTreeMap<TicketId, Row>, query: &Query, order: Order, asked: Asked) -> Vec<TicketId> {
    let mut shown: Vec<&Row> = rows.values().filter(|row| is_shown(row, query, asked)).collect();
    let mut groups: BTreeMap<(u8, u64, String), Vec<&Row>> = BTreeMap::new();
    for row in shown.drain(..) {
        groups.entry(key(row, order.by, asked)).or_default().push(row);
    }
    let (mut first, last): (Vec<_>, Vec<_>) = groups.into_iter().partition(|((last, ..), _)| *last == 0);
    if order.descending {
        first.reverse();
    }
    let groups = first.into_iter().chain(last).map(|(_, mut group)| {
        group.sort_by_key(|row| Reverse(row.header.updated_at));
        group
    });
    groups.flatten().map(|row| row.header.id).collect()
}

/// Whether it comes last in either direction, then what it is sorted by.
fn key(row: &Row, by: SortBy, asked: Asked) -> (u8, u64, String) {
    let header = &row.header;
    let known = asked.known;
    let none = (1, 0, String::new());
    let number = |number: u64| (0, number, String::new());
    let name = |name: Option<String>| name.map_or(none.clone(), |name| (0, 0, folded(&name)));
    let person =
        |id: PersonId| known.directory.person(id).map(|person| person.name.clone()).unwrap_or_default();
    match by {
        SortBy::Due if header.kind.is_done() => (2, 0, String::new()),
        SortBy::Due => match row.deadline.due.filter(|_| row.deadline.is_outstanding) {
            Some(due) => number(due.millis() as u64),
            None => none,
        },
        SortBy::Updated => number(header.updated_at.millis() as u64),
        SortBy::Created => number(header.created_at.millis() as u64),
        SortBy::Number => header.number.map_or(none, |found| number(found.0.into())),
        SortBy::Replies => number(header.replies.into()),
        SortBy::Priority => {
            number(known.rules.priorities.iter().position(|row| row.id == header.priority).unwrap() as u64)
        }
        SortBy::Status => {
            let statuses = known.rules.workflow.statuses();
            number(statuses.iter().position(|row| row.id == header.status).unwrap() as u64)
        }
        SortBy::Assignee => name(header.agent.map(person)),
        SortBy::Requester => name(Some(person(header.requester))),
        SortBy::Team => name(header.team.and_then(|id| Some(known.directory.team(id)?.name.clone()))),
        SortBy::Site => name(header.site.clone()),
        SortBy::Asset => name(header.asset.clone()),
        SortBy::Category => {
            name(header.category.as_ref().map(|id| known.rules.category(id).unwrap().name.clone()))
        }
        SortBy::Channel => name(Some(known.rules.channel(&header.channel).unwrap().name.clone())),
    }
}

fn is_shown(row: &Row, query: &Query, asked: Asked) -> bool {
    let asks_of_deleted = query.terms.iter().any(|term| {
        term.field == Field::Is
            && matches!(&term.test, Test::AnyOf(values) if values.iter().any(|value| value == "deleted" || value == "anything"))
    });
    (asks_of_deleted || !row.header.deleted)
        && query.terms.iter().all(|term| holds(row, term, asked) != term.not)
}

fn holds(row: &Row, term: &Term, asked: Asked) -> bool {
    let header = &row.header;
    let now = asked.now.millis();
    match (&term.test, term.field) {
        (Test::AnyOf(values), Field::Is) => values.iter().any(|value| is(row, value, asked)),
        (Test::AnyOf(values), Field::Number) => values.iter().any(|value| {
            let number = value.rsplit('-').next().unwrap().parse().ok();
            number.is_some() && header.number.map(|number| number.0) == number
        }),
        (Test::AnyOf(values), field) => values.iter().any(|value| is_named(row, field, value, asked)),
        (Test::Under(bound), Field::Due) => due(row).is_some_and(|due| match bound {
            Bound::Minutes(minutes) => due - now < i64::from(*minutes) * 60_000,
            Bound::Day(day) => due < midnight(*day).millis(),
            Bound::Number(_) => false,
        }),
        (Test::Over(bound), Field::Due) => due(row).is_some_and(|due| match bound {
            Bound::Minutes(minutes) => due - now >= i64::from(*minutes) * 60_000,
            Bound::Day(day) => due >= midnight(day.succ_opt().unwrap()).millis(),
            Bound::Number(_) => false,
        }),
        (test, Field::Created) => age(header.created_at.millis(), test, now),
        (test, Field::Updated) => age(header.updated_at.millis(), test, now),
        (Test::Under(Bound::Number(than)), field) => count(header, field).is_some_and(|count| count < *than),
        (Test::Over(Bound::Number(than)), field) => count(header, field).is_some_and(|count| count > *than),
        _ => false,
    }
}

fn due(row: &Row) -> Option<i64> {
    row.deadline.due.filter(|_| row.deadline.is_outstanding).map(Instant::millis)
}

fn age(at: i64, test: &Test, now: i64) -> bool {
    match test {
        Test::Under(Bound::Minutes(minutes)) => now - at <= i64::from(*minutes) * 60_000,
        Test::Over(Bound::Minutes(minutes)) => now - at > i64::from(*minutes) * 60_000,
        Test::Under(Bound::Day(day)) => at < midnight(*day).millis(),
        Test::Over(Bound::Day(day)) => at >= midnight(day.succ_opt().unwrap()).millis(),
        _ => false,
    }
}

fn count(header: &Header, field: Field) -> Option<u32> {
    match field {
        Field::Number => header.number.map(|number| number.0),
        Field::Replies => Some(header.replies),
        Field::Reopened => Some(header.reopenings),
        Field::Reassigned => Some(header.reassignments),
        _ => None,
    }
}

fn is(row: &Row, value: &str, asked: Asked) -> bool {
    let (header, actor) = (&row.header, asked.known.actor);
    let stands = |state| row.deadline.is_outstanding && row.deadline.state == state;
    match value {
        "open" => !header.kind.is_done(),
        "done" => header.kind.is_done(),
        "new" => header.kind == StatusKind::New,
        "pending" => header.kind == StatusKind::Pending,
        "hold" => header.kind == StatusKind::OnHold,
        "waiting" => header.kind.is_waiting(),
        "resolved" => header.kind == StatusKind::Resolved,
        "closed" => header.kind == StatusKind::Closed,
        "mine" => {
            header.agent == Some(actor.person)
                || header.agent.is_none() && header.team.is_some_and(|team| actor.teams.contains(&team))
        }
        "late" => stands(ClockState::Breached),
        "risk" => stands(ClockState::AtRisk),
        "paused" => stands(ClockState::Paused),
        "met" => row.deadline.state == ClockState::Met,
        "missed" => !row.deadline.is_outstanding && row.deadline.state == ClockState::Breached,
        "reopened" => header.reopenings > 0,
        "unsent" => row.here.waiting,
        "refused" => row.here.needs_you,
        "deleted" => header.deleted,
        "anything" => true,
        _ => false,
    }
}

/// Whether the field is what a value names: all of the name, a word of it, or how it begins.
fn is_named(row: &Row, field: Field, value: &str, asked: Asked) -> bool {
    let actor = asked.known.actor;
    let here = names(&row.header, field, asked);
    match (field, value) {
        (_, "none") => return here.is_empty(),
        (Field::Assignee, "me") => return row.header.agent == Some(actor.person),
        (Field::Requester, "me") => return row.header.requester == actor.person,
        (Field::Team, "mine") => return row.header.team.is_some_and(|team| actor.teams.contains(&team)),
        _ => {}
    }
    let value = folded(value);
    here.iter().any(|[name, code]| match value.strip_suffix('*') {
        Some(beginning) => name.starts_with(beginning),
        None => *name == value || *code == value || name.split_whitespace().any(|word| word == value),
    })
}

/// What is in a field: each with its name and its code.
fn names(header: &Header, field: Field, asked: Asked) -> Vec<[String; 2]> {
    let known = asked.known;
    let named = |name: &str, code: &str| [folded(name), folded(code)];
    let person = |id| known.directory.person(id).map(|person| named(&person.name, &person.name));
    match field {
        Field::Status => {
            vec![named(&known.rules.workflow.status(&header.status).unwrap().name, header.status.as_str())]
        }
        Field::Priority => {
            vec![named(&known.rules.priority(&header.priority).unwrap().name, header.priority.as_str())]
        }
        Field::Category => {
            let category = |id| named(&known.rules.category(id).unwrap().name, id.as_str());
            header.category.iter().map(category).collect()
        }
        Field::Channel => {
            vec![named(&known.rules.channel(&header.channel).unwrap().name, header.channel.as_str())]
        }
        Field::Assignee => header.agent.and_then(person).into_iter().collect(),
        Field::Requester => person(header.requester).into_iter().collect(),
        Field::Team => {
            let team = header.team.and_then(|id| known.directory.team(id));
            team.map(|team| named(&team.name, &team.name)).into_iter().collect()
        }
        Field::Site => header.site.iter().map(|site| named(site, site)).collect(),
        Field::Asset => header.asset.iter().map(|asset| named(asset, asset)).collect(),
        Field::Tag => header.tags.iter().map(|tag| named(tag, tag)).collect(),
        _ => Vec::new(),
    }
}
