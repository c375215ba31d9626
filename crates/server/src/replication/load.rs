//! Load: tickets as they stand, each with its whole history, the person's own work first.

use holdfast_desk::access::{Scope, Sight};
use holdfast_desk::{Actor, Event, Header, Instant, TicketId};
use holdfast_sync::protocol::{Limits, LoadRequest, LoadResponse, PULL_EVENTS, Part, Place, Seq};

use super::pull::moves_after;
use super::{ReadError, folded, visible};
use crate::storage::{View, Whose};

/// Tickets that one request looks at, whether this person sees them or not.
const LOOKED_AT: usize = 1_000;

/// The next tickets for a device that asks for them.
///
/// # Errors
/// [`ReadError::Gone`] when the device cannot read on from its cursor, and what the storage reports.
pub fn load(
    view: &dyn View,
    actor: &Actor,
    request: &LoadRequest<TicketId, Scope>,
    now: Instant,
) -> Result<LoadResponse<Event, TicketId>, ReadError> {
    let counters = view.counters()?;
    let up_to = request.up_to.unwrap_or(counters.head).min(counters.head);
    if up_to < counters.compacted {
        return Err(ReadError::Gone);
    }
    let reference = view.reference()?;
    let scope = Scope::of(actor, &reference.directory);
    let place = request.place.unwrap_or_else(|| first_place(&scope, request, counters.head));
    let whose = match place.part {
        _ if !scope.is_agent() => Whose::Requester(actor.person),
        Part::Own => Whose::Agent(actor.person),
        Part::All => Whose::Everybody,
    };
    let mut response = LoadResponse {
        epoch: view.existing_workspace()?.epoch,
        up_to,
        place: request.place,
        beyond: request.beyond.as_ref().map(|seen| seen.at),
        events: Vec::new(),
        whole: Vec::new(),
        next: None,
        of: view.ticket_count()?,
        head: counters.head,
        reference: reference.version,
        limits: Limits::OURS,
        now,
    };
    let is_own = |header: &Header| header.agent == Some(actor.person) && !header.kind.is_done();
    let headers = view.headers_by_id(whose, place.after, LOOKED_AT)?;
    let mut after = headers.last().filter(|_| headers.len() == LOOKED_AT).map(|header| header.id);
    for header in headers {
        let sight = scope.sight(&header);
        if sight == Sight::Nothing || place.part == Part::Own && !is_own(&header) {
            continue;
        }
        let mut history = view.history_after(header.id, 0)?;
        // It was own work when the device began with that, and it came then.
        let is_as_then = history.last().is_none_or(|last| last.seq <= place.since);
        if place.part == Part::All && is_own(&header) && is_as_then {
            continue;
        }
        history.retain(|recorded| recorded.seq <= up_to);
        let was = request.beyond.as_ref().map(|seen| {
            let then: Vec<_> =
                history.iter().take_while(|recorded| recorded.seq <= seen.at).cloned().collect();
            folded(&then).map_or(Sight::Nothing, |header| seen.scope.sight(&header))
        });
        let history = visible(sight, history);
        // Raised after the cursor: it comes with the pages.
        if history.is_empty() {
            continue;
        }
        // What has moved since may have gone from the device before it came to where it went.
        let moves = |since| moves_after(view, header.id, since);
        if was == Some(sight) && !request.beyond.as_ref().map_or(Ok(false), |seen| moves(seen.at))? {
            continue;
        }
        response.events.extend(history);
        response.whole.push(header.id);
        if response.events.len() >= PULL_EVENTS {
            after = Some(header.id);
            break;
        }
    }
    response.next = match (after, place.part) {
        (Some(_), _) => Some(Place { after, ..place }),
        (None, Part::Own) => Some(Place { part: Part::All, after: None, ..place }),
        (None, Part::All) => None,
    };
    Ok(response)
}

fn first_place(scope: &Scope, request: &LoadRequest<TicketId, Scope>, head: Seq) -> Place<TicketId> {
    match scope.is_agent() && request.beyond.is_none() {
        true => Place { part: Part::Own, after: None, since: head },
        false => Place { part: Part::All, after: None, since: 0 },
    }
}
