//! Who sends a request.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use holdfast_desk::{Actor, Person};

use super::problem::Problem;
use super::state::State;
use crate::auth::token::{self, Access};
use crate::clock;

/// The person whose access token came with the request, as they are at this moment: a role that was taken from
/// them is gone with the next request, and so is a session that has ended.
pub struct SignedIn(pub Person);

impl SignedIn {
    /// The person as the rules see them.
    pub fn actor(&self) -> Actor {
        Actor::from(&self.0)
    }
}

/// What the access token says that came with a request.
///
/// # Errors
/// When there is none, or none that is good.
pub fn bearer(headers: &HeaderMap, secret: &[u8]) -> Result<Access, Problem> {
    let value = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let token = value.and_then(|value| {
        let (scheme, token) = value.split_once(' ')?;
        scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
    });
    let token =
        token.ok_or_else(|| Problem::not_signed_in("send an access token: Authorization: Bearer …"))?;
    token::read_access(secret, token, clock::now())
        .ok_or_else(|| Problem::not_signed_in("the access token has run out or is not ours; refresh it"))
}

impl FromRequestParts<State> for SignedIn {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &State) -> Result<Self, Problem> {
        let access = bearer(&parts.headers, state.token_secret())?;
        let person = state
            .read(move |view| match view.session(&access.session, clock::now())? {
                Some(person) if person == access.person => Ok(Some(view.person(person)?)),
                _ => Ok(None),
            })
            .await?;
        let person = person.ok_or_else(|| Problem::not_signed_in("the session has ended; sign in again"))?;
        person.map(Self).ok_or_else(|| Problem::not_signed_in("this person is not on the desk any more"))
    }
}
