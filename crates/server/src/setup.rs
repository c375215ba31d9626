//! What happens when a database is used for the first time.

use std::collections::{HashMap, HashSet};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use holdfast_desk::ticket::evolve;
use holdfast_desk::{Instant, Person, PersonId, Refusal, Role, demo};
use holdfast_sync::protocol::{Epoch, Recorded};
use thiserror::Error;
use uuid::Uuid;

use crate::auth::{password, random};
use crate::replication::Recorder;
use crate::storage::{Account, Storage, StorageError, Transaction, Workspace};

/// The password of everybody on the demonstration desk.
pub const DEMO_PASSWORD: &str = "holdfast";
/// The login of the first person on a desk.
pub const ADMIN: &str = "admin";

/// Why a workspace was not set up.
#[derive(Debug, Error)]
pub enum SetupError {
    /// The storage failed.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// The operating system has no random numbers to give.
    #[error("the operating system gives no random numbers: {0}")]
    Random(#[from] getrandom::Error),
    /// A password could not be hashed.
    #[error(transparent)]
    Password(#[from] password::PasswordError),
    /// The demonstration breaks its own rules.
    #[error("the demonstration does not hold together: {0}")]
    Demo(#[from] Refusal),
}

/// Sets up a desk with one administrator where there is none. Returns their password, which nobody can read again.
///
/// # Errors
/// What the storage reports.
pub fn first_start(storage: &Storage, now: Instant) -> Result<Option<String>, SetupError> {
    if storage.read(|view| view.workspace())?.is_some() {
        return Ok(None);
    }
    let password = BASE64.encode(random::<12>()?);
    let person = Person {
        id: PersonId(Uuid::now_v7()),
        name: "Administrator".to_owned(),
        role: Role::Admin,
        teams: Vec::new(),
        organisation: None,
    };
    let account = Account { person, login: ADMIN.to_owned(), password: Some(password::hash(&password)?) };
    storage.write(|transaction| {
        transaction.create_workspace(&new_workspace()?, &demo::rules(now))?;
        transaction.add_people(&[account])?;
        Ok::<_, SetupError>(())
    })?;
    Ok(Some(password))
}

/// Fills an empty database with the demonstration desk. Whether it did.
///
/// # Errors
/// What the storage reports.
pub fn first_demo(storage: &Storage, now: Instant) -> Result<bool, SetupError> {
    if storage.read(|view| view.workspace())?.is_some() {
        return Ok(false);
    }
    let demo = demo::workspace(now);
    let hash = password::hash(DEMO_PASSWORD)?;
    let logins: HashMap<PersonId, String> = demo.logins.iter().cloned().collect();
    let account = |person: &Person| {
        let login = logins.get(&person.id)?.clone();
        Some(Account { person: person.clone(), login, password: Some(hash.clone()) })
    };
    let accounts: Vec<Account> = demo.directory.people().filter_map(account).collect();
    storage.write(|transaction| {
        transaction.create_workspace(&new_workspace()?, &demo.rules)?;
        transaction.add_teams(demo.directory.teams())?;
        transaction.add_people(&accounts)?;
        tell(transaction, &demo)
    })?;
    Ok(true)
}

/// Who on the demonstration desk can still sign in with its password.
///
/// # Errors
/// What the storage reports.
pub fn demo_logins(storage: &Storage) -> Result<Vec<String>, SetupError> {
    let accounts = storage.read(|view| view.accounts())?;
    let demo: HashSet<PersonId> =
        demo::workspace(Instant::default()).logins.into_iter().map(|(id, _)| id).collect();
    // They share one hash from the start, so that one look answers for all of them.
    let mut answers: HashMap<String, bool> = HashMap::new();
    let still =
        accounts.into_iter().filter(|account| demo.contains(&account.person.id)).filter_map(|account| {
            let hash = account.password?;
            let matches =
                answers.entry(hash).or_insert_with_key(|hash| password::verify(DEMO_PASSWORD, Some(hash)));
            matches.then_some(account.login)
        });
    let mut logins: Vec<String> = still.collect();
    logins.sort();
    Ok(logins)
}

fn tell(transaction: &dyn Transaction, demo: &demo::Workspace) -> Result<(), SetupError> {
    let mut recorder = Recorder::begin(transaction)?;
    for (seq, event) in (1..).zip(&demo.events) {
        let header = recorder.header(event.ticket)?.cloned();
        let header = evolve(header, event).ok_or(Refusal::NoSuchTicket)?;
        let recorded = Recorded { seq, received_at: event.at, stamp: None, event: event.clone() };
        recorder.record(&recorded, None, header)?;
    }
    Ok(recorder.finish()?)
}

pub(crate) fn new_workspace() -> Result<Workspace, SetupError> {
    let token_secret = random::<32>()?.to_vec();
    Ok(Workspace { id: Uuid::new_v4(), epoch: Epoch(Uuid::new_v4()), token_secret })
}
