//! Pull: the history after a cursor, as far as it is this person's to see.

use std::collections::{BTreeMap, HashSet};

use holdfast_desk::access::{Scope, Sight};
use holdfast_desk::{Actor, Change, Event, Instant, TicketId};
use holdfast_sync::protocol::{Limits, PULL_EVENTS, Page, Recorded, Seq};

use super::{ReadError, visible};
use crate::storage::{StorageError, View};

/// A page of the history after this cursor.
///
/// # Errors
/// [`ReadError::Gone`] when what comes after the cursor is not all there any more, and what the storage reports.
pub fn pull(
    view: &dyn View,
    actor: &Actor,
    after: Seq,
    limit: usize,
    now: Instant,
) -> Result<Page<Event, TicketId>, ReadError> {
    let limit = limit.clamp(1, PULL_EVENTS);
    let counters = view.counters()?;
    // Who has read nothing misses nothing.
    if after > 0 && after < counters.compacted {
        return Err(ReadError::Gone);
    }
    let reference = view.reference()?;
    let events = view.events_after(after, limit)?;
    // A page that nothing follows reaches the end of the history.
    let cursor = match events.last() {
        Some(last) if events.len() == limit || !view.events_after(last.seq, 1)?.is_empty() => last.seq,
        _ => counters.head,
    };
    let mut page = Page {
        epoch: view.existing_workspace()?.epoch,
        after,
        events: Vec::new(),
        whole: Vec::new(),
        gone: Vec::new(),
        cursor,
        head: counters.head,
        reference: reference.version,
        limits: Limits::OURS,
        now,
    };
    let taken_back: HashSet<TicketId> = events
        .iter()
        .filter(|recorded| recorded.event.changes.iter().any(Change::takes_back))
        .map(|recorded| recorded.event.ticket)
        .collect();
    let scope = Scope::of(actor, &reference.directory);
    if scope.is_everything() && taken_back.is_empty() {
        page.events = events;
        return Ok(page);
    }
    let mut tickets: BTreeMap<TicketId, Vec<Recorded<Event>>> = BTreeMap::new();
    for recorded in events {
        tickets.entry(recorded.event.ticket).or_default().push(recorded);
    }
    for (ticket, events) in tickets {
        let Some(header) = view.header(ticket)? else { continue };
        let sight = scope.sight(&header);
        let has_moved = may_move(&scope) && moves_after(view, ticket, after)?;
        if sight == Sight::Nothing {
            // Who never saw it learns nothing of it, not even its id.
            page.gone.extend(has_moved.then_some(ticket));
        } else if has_moved || taken_back.contains(&ticket) {
            page.whole.push(ticket);
            page.events.extend(visible(sight, history_up_to(view, ticket, cursor)?));
        } else {
            page.events.extend(visible(sight, events));
        }
    }
    page.events.sort_unstable_by_key(|recorded| recorded.seq);
    Ok(page)
}

/// Whether tickets can come into this scope and leave it by what happens to them.
fn may_move(scope: &Scope) -> bool {
    scope.is_agent() && !scope.is_everything()
}

/// Whether the ticket passed to another team or agent after this event, on this page or beyond it.
pub(super) fn moves_after(view: &dyn View, ticket: TicketId, after: Seq) -> Result<bool, StorageError> {
    let is_move = |change: &Change| matches!(change, Change::Assigned { .. });
    let news = view.history_after(ticket, after)?;
    Ok(news.iter().any(|recorded| recorded.event.changes.iter().any(is_move)))
}

/// What happened to a ticket up to this event.
fn history_up_to(view: &dyn View, ticket: TicketId, seq: Seq) -> Result<Vec<Recorded<Event>>, StorageError> {
    let mut history = view.history_after(ticket, 0)?;
    history.retain(|recorded| recorded.seq <= seq);
    Ok(history)
}
