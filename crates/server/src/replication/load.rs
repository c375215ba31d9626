//! Load: tickets as they stand, each with its whole history, the person's own work first.

use holdfast_desk::access::{Scope, Sight, redact};
use holdfast_desk::{Actor, Event, Header, Instant, TicketId};
use holdfast_sync::protocol::{Limits, LoadRequest, LoadResponse, PULL_EVENTS, Part, Place, Recorded, Seq};

use super::pull::moves_after;
use super::{ReadError, folded};
use crate::storage::{StorageError, StoredEvent, View, Whose};

/// Tickets that one request looks at, whether this person sees them or not.
const LOOKED_AT: usize = 1_000;
/// Tickets that are read at the same time where all are: most fill a response by then.
const AT_ONCE: usize = 100;

/// The next tickets for a device that asks for them.
///
/// # Errors
/// [`ReadError::Gone`] when the device cannot read on from its cursor, and what the storage reports.
pub fn load(
    view: &dyn View,
    actor: &Actor,
    request: &LoadRequest<TicketId, Scope>,
    now: Instant,
) -> Result<LoadResponse<StoredEvent, TicketId>, ReadError> {
    let counters = view.counters()?;
    let up_to = request.up_to.unwrap_or(counters.head).min(counters.head);
    if up_to < counters.compacted {
        return Err(ReadError::Gone);
    }
    let reference = view.reference()?;
    let scope = Scope::of(actor, &reference.directory);
    let place = request.place.unwrap_or_else(|| first_place(&scope, request, counters.head));
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
    let (whose, at_once) = match place.part {
        _ if !scope.is_agent() => (Whose::Requester(actor.person), LOOKED_AT),
        Part::Own => (Whose::Agent(actor.person), LOOKED_AT),
        Part::All => (Whose::Everybody, AT_ONCE),
    };
    let asked = Asked { view, actor, scope, request, place, up_to };
    let (mut after, mut looked_at) = (place.after, 0);
    let after = 'full: loop {
        let headers = view.headers_by_id(whose, after, at_once)?;
        let is_last = headers.len() < at_once;
        looked_at += headers.len();
        for header in headers {
            after = Some(header.id);
            let Some(history) = asked.history(&header)? else { continue };
            response.events.extend(history);
            response.whole.push(header.id);
            if response.events.len() >= PULL_EVENTS {
                break 'full after;
            }
        }
        if is_last {
            break None;
        }
        if looked_at >= LOOKED_AT {
            break after;
        }
    };
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

/// What is asked for, and by whom.
struct Asked<'a> {
    view: &'a dyn View,
    actor: &'a Actor,
    scope: Scope,
    request: &'a LoadRequest<TicketId, Scope>,
    place: Place<TicketId>,
    up_to: Seq,
}

impl Asked<'_> {
    /// The history of a ticket as far as this person reads it; `None` when the ticket does not belong in the answer.
    fn history(&self, header: &Header) -> Result<Option<Vec<Recorded<StoredEvent>>>, ReadError> {
        let Self { view, place, .. } = *self;
        let is_own = header.agent == Some(self.actor.person) && !header.kind.is_done();
        let sight = self.scope.sight(header);
        if sight == Sight::Nothing || place.part == Part::Own && !is_own {
            return Ok(None);
        }
        let mut history = view.stored_history(header.id)?;
        // It was own work when the device began with that, and it came then.
        let is_as_then = history.last().is_none_or(|last| last.seq <= place.since);
        if place.part == Part::All && is_own && is_as_then {
            return Ok(None);
        }
        history.retain(|recorded| recorded.seq <= self.up_to);
        if let Some(seen) = &self.request.beyond {
            let then = history.iter().filter(|recorded| recorded.seq <= seen.at);
            let then: Vec<_> = then.map(read).collect::<Result<_, _>>()?;
            let was = folded(&then).map_or(Sight::Nothing, |header| seen.scope.sight(&header));
            // What has moved since may have gone from the device before it came to where it went.
            if was == sight && !moves_after(view, header.id, seen.at)? {
                return Ok(None);
            }
        }
        // Nobody looks into what goes out as it is.
        if sight != Sight::Everything {
            history = visible(sight, &history)?;
        }
        // Raised after the cursor: it comes with the pages.
        Ok((!history.is_empty()).then_some(history))
    }
}

fn read(stored: &Recorded<StoredEvent>) -> Result<Recorded<Event>, StorageError> {
    let Recorded { seq, received_at, stamp, ref event } = *stored;
    Ok(Recorded { seq, received_at, stamp, event: event.read()? })
}

fn visible(
    sight: Sight,
    history: &[Recorded<StoredEvent>],
) -> Result<Vec<Recorded<StoredEvent>>, StorageError> {
    let visible = |stored: &Recorded<StoredEvent>| {
        let event = match stored.event.read() {
            Ok(event) => redact(&event, sight)?,
            Err(error) => return Some(Err(error)),
        };
        Some(StoredEvent::write(&event).map(|event| Recorded { event, ..stored.clone() }))
    };
    history.iter().filter_map(visible).collect()
}
