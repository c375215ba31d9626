//! Pull: the history after a cursor, as far as it is this person's to see.

use holdfast_desk::{Actor, Event, Instant, access};
use holdfast_sync::protocol::{PULL_EVENTS, PullResponse, Recorded, Seq};

use crate::storage::{StorageError, View};

/// A page of the history after this cursor.
///
/// # Errors
/// What the storage reports.
pub fn pull(
    view: &View,
    actor: &Actor,
    after: Seq,
    limit: usize,
    now: Instant,
) -> Result<PullResponse<Event>, StorageError> {
    let limit = limit.clamp(1, PULL_EVENTS);
    let head = view.head()?;
    let read = |after, limit| match actor.role.is_agent() {
        true => view.events_after(after, limit),
        false => view.events_of_requester_after(actor.person, after, limit),
    };
    let events = read(after, limit)?;
    // A page that nothing follows reaches the end of the history, whoever's the rest of it is.
    let cursor = match events.last() {
        Some(last) if events.len() == limit || !read(last.seq, 1)?.is_empty() => last.seq,
        _ => head,
    };
    Ok(PullResponse {
        epoch: view.existing_workspace()?.epoch,
        after,
        events: visible(actor, events),
        cursor,
        head,
        reference: view.reference_version()?,
        now,
    })
}

/// As much of these events as somebody in this role may read.
pub fn visible(actor: &Actor, events: Vec<Recorded<Event>>) -> Vec<Recorded<Event>> {
    if actor.role.is_agent() {
        return events;
    }
    let redact = |recorded: Recorded<Event>| {
        let event = access::redact(&recorded.event, actor.role)?;
        Some(Recorded { event, ..recorded })
    };
    events.into_iter().filter_map(redact).collect()
}
