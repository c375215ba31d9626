//! Who uses this browser, and where their server is.

use holdfast_desk::Person;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::api::{SignedIn, json};
use super::{ApiError, alone};
use crate::browser::database::StorageError;
use crate::browser::http::{self, Failure, Method, beside_the_page, request};
use crate::browser::part::PartMissing;
use crate::browser::vault::{self, Entry};

/// What `config.json` beside the page says.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Config {
    /// Where the API is; relative to the page. Blank or missing: there is none.
    #[serde(default)]
    api: String,
}

impl Config {
    /// Where the API is, so that a path can follow.
    fn base(&self) -> &str {
        self.api.trim_end_matches('/')
    }
}

/// Where the app runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// With a server whose API is at this address.
    Server(String),
    /// On this device alone, on demonstration data.
    Alone,
}

/// Proof of who is signed in.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Session {
    /// Who it is.
    pub person: Person,
    /// The name under which they sign in.
    pub login: String,
    /// The desk's id on the server.
    pub workspace: String,
    /// What the desk is called.
    pub desk: String,
    /// Opens the API for some minutes.
    pub access_token: String,
    /// Gets the next access token.
    pub refresh_token: String,
}

/// Whose desk is open in this browser.
#[derive(Clone, Debug, PartialEq)]
pub enum Account {
    /// Somebody's on a server.
    Signed(Session, String),
    /// The demonstration's.
    Alone(Person),
}

impl Account {
    /// The account that was open last, without asking anybody.
    ///
    /// # Errors
    /// Where the browser gives no database.
    pub async fn remembered() -> Result<Option<Self>, StorageError> {
        let session: Option<Session> = vault::read(Entry::Session).await?;
        let config: Option<Config> = vault::read(Entry::Config).await?;
        Ok(session.zip(config).map(|(session, config)| Self::Signed(session, config.base().to_owned())))
    }

    /// The demonstration's account.
    ///
    /// # Errors
    /// When the demonstration cannot be fetched.
    pub async fn alone() -> Result<Self, PartMissing> {
        Ok(Self::Alone(alone::person().await?))
    }

    /// Remembers who is signed in, where that was thrown away with everything else.
    ///
    /// # Errors
    /// When the device cannot remember it.
    pub(super) async fn remember(&self) -> Result<(), StorageError> {
        let Self::Signed(session, api) = self else { return Ok(()) };
        if vault::read::<Session>(Entry::Session).await?.is_none() {
            vault::write(Entry::Session, session).await?;
            vault::write(Entry::Config, &Config { api: api.clone() }).await?;
        }
        Ok(())
    }

    /// The name of its database. Nobody else's work is ever in it.
    pub fn database(&self) -> String {
        match self {
            Self::Signed(session, _) => format!("holdfast/{}/{}", session.workspace, session.person.id),
            Self::Alone(person) => format!("holdfast/alone/{}", person.id),
        }
    }

    /// Who it is.
    pub fn person(&self) -> &Person {
        match self {
            Self::Signed(session, _) => &session.person,
            Self::Alone(person) => person,
        }
    }
}

/// Where the app runs, as its host says now; as it said last when it cannot be asked.
///
/// # Errors
/// When it was never asked and cannot be now.
pub async fn find_place() -> Result<Place, ApiError> {
    let config = match beside_the_page::<Config>("config.json").await {
        Ok(config) => {
            let config = config.unwrap_or_default();
            // Not kept, it is asked for again at the next start.
            let _ = vault::write(Entry::Config, &config).await;
            config
        }
        Err(failure) => vault::read(Entry::Config).await.ok().flatten().ok_or(failure)?,
    };
    let api = config.base();
    Ok(if api.is_empty() { Place::Alone } else { Place::Server(api.to_owned()) })
}

#[derive(Serialize)]
struct Credentials<'a> {
    login: &'a str,
    password: &'a str,
}

/// Why nobody is signed in.
#[derive(Clone, Debug, PartialEq, Error)]
pub enum SignInError {
    /// The server does not know these credentials, or cannot be asked.
    #[error(transparent)]
    Http(#[from] Failure),
    /// The device cannot remember it.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// Signs in, and remembers it on this device: when this returns, the desk can be opened with no network.
///
/// # Errors
/// Why nobody is signed in.
pub async fn sign_in(api: &str, login: &str, password: &str) -> Result<Account, SignInError> {
    let login = login.trim();
    let credentials = Credentials { login, password };
    let answer = request(Method::Post, &format!("{api}/session"), None, Some(json(&credentials))).await?;
    let answer: SignedIn = http::read(&answer)?;
    let session = Session {
        person: answer.person,
        login: login.to_owned(),
        workspace: answer.workspace.id,
        desk: answer.workspace.name,
        access_token: answer.access_token,
        refresh_token: answer.refresh_token,
    };
    vault::write(Entry::Session, &session).await?;
    Ok(Account::Signed(session, api.to_owned()))
}
