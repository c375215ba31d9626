//! Who sends a request.

use axum::extract::FromRequestParts;
use axum::http::header;
use axum::http::request::Parts;
use holdfast_desk::{Actor, Person};

use super::problem::Problem;
use super::state::State;
use crate::auth::token;
use crate::clock;

/// The person whose access token came with the request, as they are at this moment: a role that was taken from
/// them is gone with the next request.
pub struct SignedIn(pub Person);

impl SignedIn {
    /// The person as the rules see them.
    pub fn actor(&self) -> Actor {
        Actor::from(&self.0)
    }
}

impl FromRequestParts<State> for SignedIn {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &State) -> Result<Self, Problem> {
        let value = parts.headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
        let token = value.and_then(|value| {
            let (scheme, token) = value.split_once(' ')?;
            scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
        });
        let token =
            token.ok_or_else(|| Problem::not_signed_in("send an access token: Authorization: Bearer …"))?;
        let id = token::read_access(state.token_secret(), token, clock::now()).ok_or_else(|| {
            Problem::not_signed_in("the access token has run out or is not ours; refresh it")
        })?;
        let person = state.read(move |view| Ok(view.person(id)?)).await?;
        person.map(Self).ok_or_else(|| Problem::not_signed_in("this person is not on the desk any more"))
    }
}
