//! The API as the app speaks it: who asks, and getting a fresh token when the old one has run out.

use std::cell::RefCell;
use std::rc::Rc;

use holdfast_desk::{Actor, Instant, Person, Refusal};
use holdfast_sync::protocol::{Hint, PushResponse, Told};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::{Reference, Session};
use crate::browser::http::{self, Failure, Method, request};
use crate::browser::vault::{self, Entry};

/// Why the server was of no use.
#[derive(Clone, Debug, PartialEq, Error)]
pub enum ApiError {
    /// It may be better later.
    #[error(transparent)]
    Http(#[from] Failure),
    /// The person has to sign in again. Until then everything waits on the device.
    #[error("you have to sign in again before anything can be sent")]
    SignInAgain,
}

/// What signing in answers.
#[derive(Debug, Deserialize)]
pub(super) struct SignedIn {
    pub access_token: String,
    pub refresh_token: String,
    pub person: Person,
    pub workspace: WorkspaceName,
}

/// The desk that a server serves.
#[derive(Debug, Deserialize)]
pub(super) struct WorkspaceName {
    pub id: String,
    pub name: String,
}

/// What refreshing answers.
#[derive(Debug, Deserialize)]
struct Refreshed {
    access_token: String,
    person: Person,
}

#[derive(Serialize)]
struct RefreshToken<'a> {
    refresh_token: &'a str,
}

/// What is sent, as JSON.
pub(super) fn json(body: &impl Serialize) -> String {
    // Nothing that is sent has a map with keys that are no text, which is all that can go wrong.
    serde_json::to_string(body).unwrap_or_default()
}

/// The server, asked in somebody's name.
#[derive(Clone, Debug)]
pub(super) struct Api {
    base: String,
    session: Rc<RefCell<Session>>,
}

impl Api {
    pub fn new(base: String, session: Session) -> Self {
        Self { base, session: Rc::new(RefCell::new(session)) }
    }

    pub async fn push(&self, request: String) -> Result<PushResponse<Refusal>, ApiError> {
        let answer = self.ask(Method::Post, "push", Some(request)).await?;
        Ok(http::read(&answer)?)
    }

    /// Waits until there is more to read than is known, or for a while.
    pub async fn hint(&self, known: Hint) -> Result<Told, ApiError> {
        let Hint { head, reference } = known;
        let path = format!("hints?head={head}&reference={reference}");
        Ok(http::read(&self.ask(Method::Get, &path, None).await?)?)
    }

    /// Rules and people, and the same as they came: so the device keeps them.
    pub async fn reference(&self) -> Result<(Reference, String), ApiError> {
        let answer = self.ask(Method::Get, "reference", None).await?;
        Ok((http::read(&answer)?, answer))
    }

    /// Ends the session on the server, if it can be reached; it runs out by itself otherwise.
    pub async fn sign_out(&self) {
        let session = self.session.borrow().clone();
        let token = json(&RefreshToken { refresh_token: &session.refresh_token });
        let url = format!("{}/session", self.base);
        let _ = request(Method::Delete, &url, Some(&session.access_token), Some(token)).await;
    }

    /// Who the server says is asking: rights may have changed since the last token.
    pub fn actor(&self) -> Actor {
        Actor::from(&self.session.borrow().person)
    }

    /// Asks for anything; the answer is to be read.
    pub async fn ask(&self, method: Method, path: &str, body: Option<String>) -> Result<String, ApiError> {
        let url = format!("{}/{path}", self.base);
        let token = self.session.borrow().access_token.clone();
        match request(method, &url, Some(&token), body.clone()).await {
            Err(Failure::Unauthorized(_)) => {
                let token = self.refresh().await?;
                match request(method, &url, Some(&token), body).await {
                    Err(Failure::Unauthorized(_)) => Err(ApiError::SignInAgain),
                    answer => Ok(answer?),
                }
            }
            answer => Ok(answer?),
        }
    }

    async fn refresh(&self) -> Result<String, ApiError> {
        let old = self.session.borrow().clone();
        let url = format!("{}/session/refresh", self.base);
        let token = json(&RefreshToken { refresh_token: &old.refresh_token });
        match request(Method::Post, &url, None, Some(token)).await {
            Ok(answer) => {
                let fresh: Refreshed = http::read(&answer)?;
                let session =
                    Session { access_token: fresh.access_token.clone(), person: fresh.person, ..old };
                // Not kept, the old token is refreshed again at the next start.
                let _ = vault::write(Entry::Session, &session).await;
                *self.session.borrow_mut() = session;
                Ok(fresh.access_token)
            }
            Err(Failure::Unauthorized(_)) => Err(ApiError::SignInAgain),
            Err(other) => Err(other.into()),
        }
    }
}

/// When the server last answered, and how far the device's clock is behind its.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Contact {
    /// By the device's clock.
    pub at: Instant,
    /// In milliseconds.
    pub offset_ms: i64,
}

/// Contacts that are closer than this are one to whoever opens the desk again, in milliseconds.
const CLOSE_MS: i64 = 10_000;
/// Clocks that differ by less than this do not differ: an answer takes as long now and then, in milliseconds.
const SAME_MS: i64 = 200;

impl Contact {
    /// Whether a later one is worth storing in the place of this one.
    pub fn tells_less_than(&self, later: &Self) -> bool {
        let passed = later.at.millis() - self.at.millis();
        !(0..CLOSE_MS).contains(&passed) || (later.offset_ms - self.offset_ms).abs() >= SAME_MS
    }
}
