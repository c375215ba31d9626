//! Tickets for those who ask for one at a time: found, listed and raised under the same rules as on a device.

use chrono::Datelike;
use holdfast_desk::access::{Scope, Sight};
use holdfast_desk::sla::{Audit, Clock, Sla, Which};
use holdfast_desk::ticket::{Command, Context, Header, NewTicket, TicketNumber, decide, evolve};
use holdfast_desk::{Actor, Event, EventId, Instant, Refusal, Role, TicketId};
use holdfast_sync::protocol::Recorded;
use serde::Serialize;
use thiserror::Error;
use uuid::Uuid;

use crate::replication::{Recorder, folded, visible};
use crate::storage::{Filter, StorageError, Transaction, View};

/// Why a ticket was not raised.
#[derive(Debug, Error)]
pub enum RaiseError {
    /// A rule stands against it.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The storage failed.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// A ticket by its id or by its number as people write it (`HF-1042`); `None` when there is none that this person
/// may know of.
///
/// # Errors
/// What the storage reports.
pub fn find(view: &dyn View, actor: &Actor, name: &str) -> Result<Option<Header>, StorageError> {
    let header = match name.parse::<TicketId>() {
        Ok(id) => view.header(id)?,
        Err(_) => match number(&view.reference()?.rules.number_prefix, name) {
            Some(number) => view.header_by_number(number)?,
            None => None,
        },
    };
    header.map_or(Ok(None), |header| as_seen(view, actor, header))
}

/// Up to `limit` tickets that this person may see, in the order of their numbers.
///
/// # Errors
/// What the storage reports.
pub fn list(
    view: &dyn View,
    actor: &Actor,
    mut filter: Filter,
    limit: usize,
) -> Result<Vec<Header>, StorageError> {
    if actor.role == Role::Requester {
        if filter.requester.is_some_and(|requester| requester != actor.person) {
            return Ok(Vec::new());
        }
        filter.requester = Some(actor.person);
    }
    let headers = view.headers(&filter, limit)?;
    headers.into_iter().filter_map(|header| as_seen(view, actor, header).transpose()).collect()
}

/// What happened to a ticket, as far as this person may read it; `None` as by [`find`].
///
/// # Errors
/// What the storage reports.
pub fn history(
    view: &dyn View,
    actor: &Actor,
    name: &str,
) -> Result<Option<Vec<Recorded<Event>>>, StorageError> {
    let Some(header) = find(view, actor, name)? else { return Ok(None) };
    let sight = scope(view, actor)?.sight(&header);
    Ok(Some(visible(sight, view.history_after(header.id, 0)?)))
}

/// News that reaches the server later than this many seconds after it is said to have happened is late.
const LATE_SECONDS: i64 = 300;

/// A clock, and how much of it rests on late news.
#[derive(Debug, Serialize)]
pub struct AuditedClock {
    which: Which,
    #[serde(flatten)]
    clock: Clock,
    /// Working seconds that would be others, had late news counted from when the server got it.
    rests_on_late_news: i64,
}

/// A ticket's clocks as of an instant.
///
/// # Errors
/// What the storage reports.
pub fn clocks(
    view: &dyn View,
    actor: &Actor,
    name: &str,
    as_of: Instant,
) -> Result<Option<Vec<AuditedClock>>, StorageError> {
    let Some(header) = find(view, actor, name)? else { return Ok(None) };
    let history = view.history_after(header.id, 0)?;
    let reference = view.reference()?;
    let requester = reference.directory.person(header.requester);
    let organisation = requester.and_then(|person| person.organisation.as_ref());
    let year = header.created_at.to_chrono().year();
    let sla = Sla::compile(&reference.rules.sla, year..year + 2);
    // What was imported came when it came; only devices are asked how late they are.
    let received =
        |recorded: &Recorded<Event>| recorded.stamp.map_or(recorded.event.at, |_| recorded.received_at);
    let events = history.iter().map(|recorded| (&recorded.event, received(recorded)));
    let audits = sla.audit(events, organisation, LATE_SECONDS, as_of);
    let clock = |audit: &Audit| AuditedClock {
        which: audit.which,
        clock: audit.claimed,
        rests_on_late_news: audit.late_seconds(),
    };
    Ok(Some(audits.iter().map(clock).collect()))
}

/// Raises a ticket on the server itself.
///
/// # Errors
/// The rule that stands against it, and what the storage reports.
pub fn raise(
    transaction: &dyn Transaction,
    actor: &Actor,
    ticket: NewTicket,
    now: Instant,
) -> Result<Header, RaiseError> {
    let reference = transaction.reference()?;
    let mut recorder = Recorder::begin(transaction)?;
    let (seq, number) = recorder.next();
    let context = Context {
        rules: &reference.rules,
        directory: &reference.directory,
        actor,
        at: now,
        number: Some(number),
    };
    let changes = decide(None, &Command::create(ticket), &context)?;
    let event = Event {
        id: EventId(Uuid::now_v7()),
        ticket: TicketId(Uuid::now_v7()),
        by: actor.person,
        at: now,
        changes,
    };
    let header = evolve(None, &event).ok_or(Refusal::NoSuchTicket)?;
    recorder.record(&Recorded { seq, received_at: now, stamp: None, event }, None, header.clone())?;
    recorder.finish()?;
    as_seen(transaction, actor, header)?.ok_or(RaiseError::Refused(Refusal::NoSuchTicket))
}

/// A ticket as this person may see it: for whoever does not see everything, what the part of the history that they
/// may read makes of it, so that nothing of the rest shows through.
fn as_seen(view: &dyn View, actor: &Actor, header: Header) -> Result<Option<Header>, StorageError> {
    match scope(view, actor)?.sight(&header) {
        Sight::Everything => Ok(Some(header)),
        Sight::Nothing => Ok(None),
        Sight::Public => Ok(folded(&visible(Sight::Public, view.history_after(header.id, 0)?))),
    }
}

fn scope(view: &dyn View, actor: &Actor) -> Result<Scope, StorageError> {
    Ok(Scope::of(actor, &view.reference()?.directory))
}

fn number(prefix: &str, name: &str) -> Option<TicketNumber> {
    let (written, digits) = name.rsplit_once('-')?;
    let is_number = written.eq_ignore_ascii_case(prefix) && digits.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| digits.parse().ok().map(TicketNumber)).flatten()
}
