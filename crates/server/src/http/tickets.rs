//! Tickets as plain resources.

use axum::Json;
use axum::extract::State as Shared;
use axum::http::{HeaderName, StatusCode, header};
use holdfast_desk::ticket::{NewTicket, TicketNumber};
use holdfast_desk::{Event, Header, Instant, PersonId, StatusId, TeamId};
use holdfast_sync::protocol::Recorded;
use serde::{Deserialize, Serialize};

use super::body::Body;
use super::problem::Problem;
use super::query::{Name, Parameters};
use super::signed_in::SignedIn;
use super::state::State;
use crate::storage::Filter;
use crate::{clock, tickets};

/// Tickets on one page at the most.
const PAGE: usize = 200;

/// Which tickets, and from where on.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Wanted {
    status: Option<StatusId>,
    team: Option<TeamId>,
    agent: Option<PersonId>,
    requester: Option<PersonId>,
    after: Option<TicketNumber>,
    limit: Option<usize>,
}

/// A page of tickets.
#[derive(Serialize)]
pub struct Page {
    tickets: Vec<Header>,
    /// What to give as `after` for the next page; `null` on the last one.
    next: Option<TicketNumber>,
}

/// What happened to a ticket.
#[derive(Serialize)]
pub struct History {
    events: Vec<Recorded<Event>>,
}

/// As of when.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Asked {
    as_of: Option<Instant>,
}

/// A ticket's deadlines.
#[derive(Serialize)]
pub struct Clocks {
    as_of: Instant,
    clocks: Vec<tickets::AuditedClock>,
}

/// `GET /tickets`: tickets in the order of their numbers.
pub async fn list(
    Shared(state): Shared<State>,
    signed_in: SignedIn,
    Parameters(wanted): Parameters<Wanted>,
) -> Result<Json<Page>, Problem> {
    let Wanted { status, team, agent, requester, after, limit } = wanted;
    let limit = limit.unwrap_or(PAGE).clamp(1, PAGE);
    let filter = Filter { status, team, agent, requester, after };
    let mut tickets =
        state.read(move |view| Ok(tickets::list(view, &signed_in.actor(), filter, limit + 1)?)).await?;
    let more = tickets.len() > limit;
    tickets.truncate(limit);
    let next = tickets.last().filter(|_| more).and_then(|last| last.number);
    Ok(Json(Page { tickets, next }))
}

/// `GET /tickets/{name}`: one ticket, by its id or its number.
pub async fn show(
    Shared(state): Shared<State>,
    signed_in: SignedIn,
    Name(name): Name,
) -> Result<Json<Header>, Problem> {
    let found = state.read(move |view| Ok(tickets::find(view, &signed_in.actor(), &name)?)).await?;
    found.map(Json).ok_or_else(no_such_ticket)
}

/// `GET /tickets/{name}/history`: what happened to it.
pub async fn history(
    Shared(state): Shared<State>,
    signed_in: SignedIn,
    Name(name): Name,
) -> Result<Json<History>, Problem> {
    let found = state.read(move |view| Ok(tickets::history(view, &signed_in.actor(), &name)?)).await?;
    found.map(|events| Json(History { events })).ok_or_else(no_such_ticket)
}

/// `GET /tickets/{name}/clocks?as_of=`: its deadlines as of an instant, now if none is named.
pub async fn clocks(
    Shared(state): Shared<State>,
    signed_in: SignedIn,
    Name(name): Name,
    Parameters(Asked { as_of }): Parameters<Asked>,
) -> Result<Json<Clocks>, Problem> {
    let as_of = as_of.unwrap_or_else(clock::now);
    let found = state.read(move |view| Ok(tickets::clocks(view, &signed_in.actor(), &name, as_of)?)).await?;
    found.map(|clocks| Json(Clocks { as_of, clocks })).ok_or_else(no_such_ticket)
}

/// `POST /tickets`: raises a ticket.
pub async fn raise(
    Shared(state): Shared<State>,
    signed_in: SignedIn,
    Body(ticket): Body<NewTicket>,
) -> Result<(StatusCode, [(HeaderName, String); 1], Json<Header>), Problem> {
    let header = state
        .write(move |transaction| Ok(tickets::raise(transaction, &signed_in.actor(), ticket, clock::now())?))
        .await?;
    let location = format!("/api/v1/tickets/{}", header.id);
    Ok((StatusCode::CREATED, [(header::LOCATION, location)], Json(header)))
}

fn no_such_ticket() -> Problem {
    Problem::not_found("there is no such ticket here")
}
