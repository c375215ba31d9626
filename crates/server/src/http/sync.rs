//! Where devices meet: push and pull.

use std::ops::RangeInclusive;

use axum::Json;
use axum::extract::State as Shared;
use holdfast_desk::access::Scope;
use holdfast_desk::{Event, Refusal, TicketId};
use holdfast_sync::protocol::{
    DeviceSeq, LoadRequest, LoadResponse, PULL_EVENTS, PUSH_EVENTS, Page, Proposed, PushRequest,
    PushResponse, Reason, Seq, Verdict,
};
use serde::Deserialize;

use super::body::{self, Body, Raw};
use super::change::{SentEvent, look_inside};
use super::problem::Problem;
use super::query::Parameters;
use super::share;
use super::signed_in::SignedIn;
use super::state::{State, blocking};
use crate::storage::{StoredEvent, Transaction};
use crate::{clock, replication};

/// Where to read on.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct After {
    #[serde(default)]
    after: Seq,
    #[serde(default = "most")]
    limit: usize,
}

fn most() -> usize {
    PULL_EVENTS
}

/// How devices count their events: what the database can keep as it came.
const COUNTS: RangeInclusive<DeviceSeq> = 1..=i64::MAX.unsigned_abs();

/// `POST /push`: takes a device's events; what is answered is durable.
pub async fn push(
    Shared(state): Shared<State>,
    signed_in: SignedIn,
    Raw(bytes): Raw,
) -> Result<Json<PushResponse<Refusal>>, Problem> {
    let actor = signed_in.actor();
    let (size, person) = (bytes.len(), actor.person);
    state.charge(person, size / 1024);
    let response = state.push(person, async {
        let request = blocking(move || request(&bytes)).await??;
        state.charge(person, request.events.len().saturating_sub(size / 1024));
        let decide = move |transaction: &dyn Transaction| {
            Ok(replication::push(transaction, &actor, &request, clock::now())?)
        };
        state.write(decide).await
    });
    let response = response.await?;
    let refused = response.answers.iter().filter(|answer| is_kept(&answer.verdict)).count();
    state.charge(person, refused * share::REFUSED);
    Ok(Json(response))
}

/// Whether a verdict takes room for ever besides that of an event.
fn is_kept(verdict: &Verdict<Refusal>) -> bool {
    matches!(verdict, Verdict::Rejected { refusal: Reason::Refused { .. } })
}

/// A push, as it was sent.
fn request(bytes: &[u8]) -> Result<PushRequest<Event>, Problem> {
    let request: PushRequest<SentEvent> = body::read(bytes).map_err(|problem| look_inside(problem, bytes))?;
    if request.events.len() > PUSH_EVENTS {
        let detail = format!("a push may have {PUSH_EVENTS} events at the most");
        return Err(Problem::invalid_body("/events", detail));
    }
    let counted = |sent: &Proposed<SentEvent>| COUNTS.contains(&sent.stamp.device_seq);
    if let Some(index) = request.events.iter().position(|sent| !counted(sent)) {
        let detail = format!("a device counts from {} to {}", COUNTS.start(), COUNTS.end());
        return Err(Problem::invalid_body(format!("/events/{index}/stamp/device_seq"), detail));
    }
    let plain = |sent: Proposed<SentEvent>| Proposed { stamp: sent.stamp, event: sent.event.into() };
    Ok(PushRequest { epoch: request.epoch, events: request.events.into_iter().map(plain).collect() })
}

/// `GET /pull`: a page of the history after a cursor.
pub async fn pull(
    Shared(state): Shared<State>,
    signed_in: SignedIn,
    Parameters(After { after, limit }): Parameters<After>,
) -> Result<Json<Page<Event, TicketId>>, Problem> {
    let page =
        state.read(move |view| Ok(replication::pull(view, &signed_in.actor(), after, limit, clock::now())?));
    Ok(Json(page.await?))
}

/// `POST /load`: tickets as they stand, each with its whole history.
pub async fn load(
    Shared(state): Shared<State>,
    signed_in: SignedIn,
    Body(request): Body<LoadRequest<TicketId, Scope>>,
) -> Result<Json<LoadResponse<StoredEvent, TicketId>>, Problem> {
    let things =
        state.read(move |view| Ok(replication::load(view, &signed_in.actor(), &request, clock::now())?));
    Ok(Json(things.await?))
}
