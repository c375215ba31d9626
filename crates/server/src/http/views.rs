//! Views that people save.

use axum::Json;
use axum::extract::State as Shared;
use axum::http::StatusCode;
use holdfast_desk::queue::SavedView;
use holdfast_desk::{Actor, ViewId};
use serde::Serialize;

use super::body::Body;
use super::problem::Problem;
use super::query::Name;
use super::share::TELLS_EVERYBODY;
use super::signed_in::SignedIn;
use super::state::State;
use crate::storage::Transaction;
use crate::views::PutError;
use crate::{clock, views};

/// The views that somebody has.
#[derive(Serialize)]
pub struct Views {
    views: Vec<SavedView>,
    version: u32,
}

/// `GET /views`: their own and what others share, as of a version of the reference data.
pub async fn list(Shared(state): Shared<State>, signed_in: SignedIn) -> Result<Json<Views>, Problem> {
    let actor = signed_in.actor();
    let views = state
        .read(move |view| Ok(Views { views: views::list(view, &actor)?, version: view.reference_version()? }))
        .await?;
    Ok(Json(views))
}

/// `PUT /views/{id}`: keeps a view.
pub async fn put(
    Shared(state): Shared<State>,
    signed_in: SignedIn,
    name: Name,
    Body(wanted): Body<SavedView>,
) -> Result<Json<SavedView>, Problem> {
    if wanted.id != id(&name)? {
        return Err(Problem::invalid_body("/id", "the address names another view"));
    }
    let put = |transaction: &dyn Transaction, actor: &Actor| {
        Ok(views::put(transaction, actor, wanted, clock::now())?)
    };
    write(&state, signed_in.actor(), put).await.map(Json)
}

/// `DELETE /views/{id}`: deletes a view for good.
pub async fn delete(
    Shared(state): Shared<State>,
    signed_in: SignedIn,
    name: Name,
) -> Result<StatusCode, Problem> {
    let id = id(&name)?;
    write(&state, signed_in.actor(), move |transaction, actor| Ok(views::delete(transaction, actor, id)?))
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Writes for this person, who pays for what every device hears of.
async fn write<T: Send + 'static>(
    state: &State,
    actor: Actor,
    work: impl FnOnce(&dyn Transaction, &Actor) -> Result<T, Problem> + Send + 'static,
) -> Result<T, Problem> {
    let person = actor.person;
    let (done, is_told) = state
        .write(move |transaction| {
            let before = transaction.reference_version()?;
            let done = work(transaction, &actor)?;
            Ok((done, transaction.reference_version()? != before))
        })
        .await?;
    if is_told {
        state.charge(person, TELLS_EVERYBODY);
    }
    Ok(done)
}

fn id(Name(name): &Name) -> Result<ViewId, Problem> {
    name.parse().map_err(|_| Problem::not_found("a view's id is a UUID"))
}

impl From<PutError> for Problem {
    fn from(error: PutError) -> Self {
        match error {
            PutError::Wrong(wrong) => Self::invalid_body(format!("/{}", wrong.field()), wrong.to_string()),
            PutError::Refused(refusal) => refusal.into(),
            PutError::TooMany => Self::invalid_body("", error.to_string()),
            PutError::Storage(error) => error.into(),
        }
    }
}
