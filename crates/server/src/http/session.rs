//! Signing in, staying signed in, signing out.

use std::time::Instant as Moment;

use axum::Json;
use axum::extract::State as Shared;
use axum::http::StatusCode;
use holdfast_desk::{Instant, Person};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::body::Body;
use super::problem::Problem;
use super::share;
use super::signed_in::SignedIn;
use super::state::State;
use crate::auth::token::Access;
use crate::auth::{password, token};
use crate::clock;
use crate::storage::View;

/// What somebody types to sign in.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignIn {
    login: String,
    password: String,
}

/// A refresh token.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Refresh {
    refresh_token: String,
}

/// A session as its owner sees it.
#[derive(Serialize)]
pub struct Session {
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    tokens: Option<Tokens>,
    person: Person,
    workspace: Desk,
    now: Instant,
}

#[derive(Serialize)]
struct Tokens {
    access_token: String,
    expires_in: i64,
    refresh_token: String,
}

#[derive(Serialize)]
struct Desk {
    id: Uuid,
    name: String,
}

/// `POST /session`: signs in.
pub async fn sign_in(
    Shared(state): Shared<State>,
    Body(SignIn { login, password }): Body<SignIn>,
) -> Result<Json<Session>, Problem> {
    let name = login.clone();
    let account = state.read(move |view| Ok(view.account(&name)?)).await?;
    let hash = account.as_ref().and_then(|account| account.password.clone());
    let (throttle, name) = (state.throttle(), login.clone());
    let verified = state.hash(move || {
        // Counted when its turn has come, so that attempts that wait for one do not count before they are made.
        throttle.attempt(&name, Moment::now()).map(|()| password::verify(&password, hash.as_deref()))
    });
    let matches = verified.await?.map_err(|wait| {
        let seconds = wait.as_secs() + 1;
        let (title, detail) = ("Too many failed attempts", format!("wait {seconds} seconds and try again"));
        Problem::new(StatusCode::TOO_MANY_REQUESTS, "too-many-attempts", title, detail).retry_after(seconds)
    })?;
    let Some(account) = account.filter(|_| matches) else {
        let detail = "the login or the password is not right";
        return Err(Problem::new(StatusCode::UNAUTHORIZED, "wrong-password", "Not signed in", detail));
    };
    state.throttle().succeeded(&login);
    let (person, now) = (account.person, clock::now());
    let _turn = state.begin(person.id, Moment::now())?;
    state.charge(person.id, share::SIGNED_IN);
    let refresh = token::new_refresh().map_err(|_| Problem::internal())?;
    let (digest, id) = (token::digest(&refresh), person.id);
    let until = now.plus_seconds(token::REFRESH_SECONDS);
    state.write(move |transaction| Ok(transaction.begin_session(&digest, id, now, until)?)).await?;
    session(&state, person, Some(refresh), now).await
}

/// `POST /session/refresh`: another access token. The refresh token stays the same, so that a lost answer signs
/// nobody out; it runs out when it was not used for a while.
pub async fn refresh(
    Shared(state): Shared<State>,
    Body(Refresh { refresh_token }): Body<Refresh>,
) -> Result<Json<Session>, Problem> {
    let (digest, now) = (token::digest(&refresh_token), clock::now());
    let ended = || Problem::not_signed_in("the session has ended; sign in again");
    // Looked up first: whoever guesses shall not keep those waiting who write.
    let owner = state.read(move |view| Ok(view.session(&digest, now)?)).await?.ok_or_else(ended)?;
    let _turn = state.begin(owner, Moment::now())?;
    let person = state.write(move |transaction| {
        let Some(id) = transaction.session(&digest, now)? else { return Ok(None) };
        transaction.extend_session(&digest, now.plus_seconds(token::REFRESH_SECONDS))?;
        Ok(transaction.person(id)?)
    });
    session(&state, person.await?.ok_or_else(ended)?, Some(refresh_token), now).await
}

/// `GET /session`: who is signed in.
pub async fn show(
    Shared(state): Shared<State>,
    SignedIn(person): SignedIn,
) -> Result<Json<Session>, Problem> {
    session(&state, person, None, clock::now()).await
}

/// `DELETE /session`: signs out. The refresh token is worth nothing from now on.
pub async fn sign_out(
    Shared(state): Shared<State>,
    SignedIn(person): SignedIn,
    Body(Refresh { refresh_token }): Body<Refresh>,
) -> Result<StatusCode, Problem> {
    let digest = token::digest(&refresh_token);
    state.write(move |transaction| Ok(transaction.end_session(&digest, person.id)?)).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn session(
    state: &State,
    person: Person,
    refresh_token: Option<String>,
    now: Instant,
) -> Result<Json<Session>, Problem> {
    let tokens = refresh_token.map(|refresh_token| Tokens {
        access_token: token::issue_access(
            state.token_secret(),
            Access { person: person.id, session: token::digest(&refresh_token) },
            now,
        ),
        expires_in: token::ACCESS_SECONDS,
        refresh_token,
    });
    let workspace = state.read(desk).await?;
    Ok(Json(Session { tokens, person, workspace, now }))
}

fn desk(view: &dyn View) -> Result<Desk, Problem> {
    Ok(Desk { id: view.existing_workspace()?.id, name: view.reference()?.rules.desk.clone() })
}
