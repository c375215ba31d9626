//! Policies, calendars and time zones.

use axum::Json;
use axum::body::Bytes;
use axum::extract::State as Shared;
use axum::http::StatusCode;
use holdfast_desk::Rules;
use holdfast_desk::sla::{Holiday, SlaError, Zone};
use serde::Deserialize;

use super::body::{Body, push_segment};
use super::problem::Problem;
use super::query::Parameters;
use super::signed_in::SignedIn;
use super::state::State;
use crate::rules::{EditError, SlaEdit, edit_sla, may_edit};
use crate::{clock, holidays, zones};

/// `PUT /sla`: puts other policies and calendars in force.
pub async fn put(
    Shared(state): Shared<State>,
    signed_in: SignedIn,
    Body(edit): Body<SlaEdit>,
) -> Result<Json<Rules>, Problem> {
    let actor = signed_in.actor();
    let rules =
        state.write(move |transaction| Ok(edit_sla(transaction, &actor, edit, clock::now())?)).await?;
    Ok(Json(rules))
}

/// Which zone.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Named {
    name: String,
}

/// `GET /zones?name=`: the table of a time zone.
pub async fn zone(_: SignedIn, Parameters(Named { name }): Parameters<Named>) -> Result<Json<Zone>, Problem> {
    let table = zones::table(&name);
    table.map(Json).ok_or_else(|| Problem::not_found(&format!("{name:?} is not a time zone known here")))
}

/// `POST /holidays`: the days of an iCalendar file, to be put into a calendar.
pub async fn holidays(signed_in: SignedIn, body: Bytes) -> Result<Json<Vec<Holiday>>, Problem> {
    may_edit(&signed_in.actor())?;
    days(&String::from_utf8_lossy(&body))
}

/// Where a feed is.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct At {
    address: String,
}

/// `POST /holidays/feed`: the same, of a file that is fetched from an address.
pub async fn feed(
    Shared(state): Shared<State>,
    signed_in: SignedIn,
    Body(At { address }): Body<At>,
) -> Result<Json<Vec<Holiday>>, Problem> {
    may_edit(&signed_in.actor())?;
    let fetched = state.fetch(move |feeds| feeds.fetch(address.trim())).await?;
    days(&fetched.map_err(|error| Problem::invalid_body("/address", error.to_string()))?)
}

fn days(text: &str) -> Result<Json<Vec<Holiday>>, Problem> {
    holidays::read(text, clock::now()).map(Json).map_err(|error| {
        Problem::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            "not-a-calendar",
            "Not a calendar file",
            error.to_string(),
        )
    })
}

impl From<EditError> for Problem {
    fn from(error: EditError) -> Self {
        match error {
            EditError::Refused(refusal) => refusal.into(),
            EditError::Moved { .. } => {
                Self::new(StatusCode::CONFLICT, "moved-on", "Edited by somebody else", error.to_string())
            }
            EditError::Wrong(wrong) => Self::invalid_body(pointer(&wrong), wrong.problem.to_string()),
            EditError::TooMany => Self::invalid_body(String::new(), error.to_string()),
            EditError::Storage(error) => error.into(),
        }
    }
}

/// `/policies/0/targets/p1` for `versions[3].policies[0].targets.p1`: what was sent is the last version.
fn pointer(wrong: &SlaError) -> String {
    let mut pointer = String::new();
    let fields = wrong.field.split(['.', '[', ']']).filter(|part| !part.is_empty());
    for part in fields.skip(if wrong.field.starts_with("versions[") { 2 } else { 0 }) {
        push_segment(&mut pointer, part);
    }
    pointer
}
