//! Where devices meet: push and pull.

use axum::Json;
use axum::extract::State as Shared;
use holdfast_desk::access::Scope;
use holdfast_desk::{Event, Refusal, TicketId};
use holdfast_sync::protocol::{
    LoadRequest, LoadResponse, PULL_EVENTS, PUSH_EVENTS, Page, Proposed, PushRequest, PushResponse, Seq,
};
use serde::Deserialize;

use super::body::{self, Body, Raw};
use super::change::{SentEvent, look_inside};
use super::problem::Problem;
use super::query::Parameters;
use super::signed_in::SignedIn;
use super::state::State;
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

/// `POST /push`: takes a device's events; what is answered is durable.
pub async fn push(
    Shared(state): Shared<State>,
    signed_in: SignedIn,
    Raw(bytes): Raw,
) -> Result<Json<PushResponse<Refusal>>, Problem> {
    let request: PushRequest<SentEvent> =
        body::read(&bytes).map_err(|problem| look_inside(problem, &bytes))?;
    if request.events.len() > PUSH_EVENTS {
        let detail = format!("a push may have {PUSH_EVENTS} events at the most");
        return Err(Problem::invalid_body("/events", detail));
    }
    let events: Vec<Proposed<Event>> = request
        .events
        .into_iter()
        .map(|sent| Proposed { stamp: sent.stamp, event: sent.event.into() })
        .collect();
    let request = PushRequest { epoch: request.epoch, events };
    let response = state.write(move |transaction| {
        Ok(replication::push(transaction, &signed_in.actor(), &request, clock::now())?)
    });
    Ok(Json(response.await?))
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
) -> Result<Json<LoadResponse<Event, TicketId>>, Problem> {
    let things =
        state.read(move |view| Ok(replication::load(view, &signed_in.actor(), &request, clock::now())?));
    Ok(Json(things.await?))
}
