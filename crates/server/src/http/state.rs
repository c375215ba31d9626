//! What every request works with.

use std::sync::Arc;
use std::time::Instant;

use axum::http::StatusCode;
use holdfast_desk::PersonId;
use holdfast_sync::protocol::Hint;
use tokio::sync::{Semaphore, watch};
use tokio::task::spawn_blocking;

use super::problem::Problem;
use super::share::{Shares, Turn};
use crate::auth::hashers::Hashers;
use crate::auth::throttle::Throttle;
use crate::feed::Feeds;
use crate::storage::{Storage, StorageError, Transaction, View};

/// Threads that hash passwords.
const HASHES: usize = 2;

/// Feeds that are fetched at the same time at most: each holds a thread for up to ten seconds.
const FETCHES: usize = 4;

/// Pushes that are read and decided at the same time at most: while it is read, a body takes thirty times its size.
/// One is decided at a time anyway; whoever waits is taken in the order in which they came.
const PUSHES: usize = 2;

/// What every request works with. Cheap to clone.
#[derive(Clone)]
pub struct State(Arc<Inner>);

struct Inner {
    storage: Storage,
    token_secret: Vec<u8>,
    throttle: Arc<Throttle>,
    hashes: Hashers,
    feeds: Feeds,
    fetches: Semaphore,
    pushes: Semaphore,
    shares: Shares,
    /// How far there is to read; nothing while the server stops.
    hints: watch::Sender<Option<Hint>>,
}

impl State {
    /// Everything that requests to this storage need, and what fetches feeds for them.
    ///
    /// # Errors
    /// When nothing was set up in the storage, and what SQLite reports.
    pub fn new(storage: Storage, feeds: Feeds) -> Result<Self, StorageError> {
        let token_secret = storage.read(|view| view.existing_workspace())?.token_secret;
        let hint = storage.read(hint)?;
        Ok(Self(Arc::new(Inner {
            storage,
            token_secret,
            throttle: Arc::default(),
            hashes: Hashers::new(HASHES),
            feeds,
            fetches: Semaphore::new(FETCHES),
            pushes: Semaphore::new(PUSHES),
            shares: Shares::default(),
            hints: watch::Sender::new(Some(hint)),
        })))
    }

    /// What signs access tokens.
    pub fn token_secret(&self) -> &[u8] {
        &self.0.token_secret
    }

    /// Who has to wait before they may sign in.
    pub fn throttle(&self) -> Arc<Throttle> {
        self.0.throttle.clone()
    }

    /// Begins a request of this person.
    ///
    /// # Errors
    /// When their share of the server is used up for now.
    pub fn begin(&self, person: PersonId, now: Instant) -> Result<Turn, Problem> {
        self.0.shares.begin(person, now).map_err(too_many_requests)
    }

    /// Takes points for what a request turned out to be.
    pub fn charge(&self, person: PersonId, points: usize) {
        self.0.shares.charge(person, points);
    }

    /// Works on a push of this person, a few at a time, in the order in which they came.
    ///
    /// # Errors
    /// When the person has as many under way as they may, and what `work` returns.
    pub async fn push<T>(
        &self,
        person: PersonId,
        work: impl Future<Output = Result<T, Problem>>,
    ) -> Result<T, Problem> {
        let _turn = self.0.shares.begin_push(person).map_err(too_many_requests)?;
        let _permit = self.0.pushes.acquire().await.map_err(|_| Problem::internal())?;
        work.await
    }

    /// Reads on a thread that may block.
    pub async fn read<T: Send + 'static>(
        &self,
        work: impl FnOnce(&dyn View) -> Result<T, Problem> + Send + 'static,
    ) -> Result<T, Problem> {
        let storage = self.0.storage.clone();
        blocking(move || storage.read(work)).await?
    }

    /// Writes on a thread that may block. What was done is durable when this returns `Ok`.
    pub async fn write<T: Send + 'static>(
        &self,
        work: impl FnOnce(&dyn Transaction) -> Result<T, Problem> + Send + 'static,
    ) -> Result<T, Problem> {
        let storage = self.0.storage.clone();
        let done = blocking(move || storage.write(work)).await??;
        // What was done holds, whether anybody hears of it or not.
        self.tell().await.unwrap_or_default();
        Ok(done)
    }

    /// Begins to listen for this person.
    ///
    /// # Errors
    /// When as many of their devices listen as may.
    pub fn begin_listening(&self, person: PersonId) -> Result<Turn, Problem> {
        self.0.shares.begin_listening(person, Instant::now()).map_err(too_many_requests)
    }

    /// How far there is to read, and every change of that; nothing any more once the server stops.
    pub fn hints(&self) -> watch::Receiver<Option<Hint>> {
        self.0.hints.subscribe()
    }

    /// How many listen.
    pub fn listeners(&self) -> usize {
        self.0.hints.receiver_count()
    }

    /// Tells everybody who listens how far there is to read.
    ///
    /// # Errors
    /// What the storage reports.
    pub async fn tell(&self) -> Result<(), Problem> {
        let fresh = self.read(|view| Ok(hint(view)?)).await?;
        let is_further =
            |known: &Option<Hint>| known.is_some_and(|known| known != fresh && known.head <= fresh.head);
        self.0.hints.send_if_modified(|known| {
            let tells = is_further(known);
            if tells {
                *known = Some(fresh);
            }
            tells
        });
        Ok(())
    }

    /// Lets everybody go who listens: the server stops.
    pub fn hush(&self) {
        self.0.hints.send_replace(None);
    }

    /// Works with passwords, a few at a time.
    pub async fn hash<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Problem> {
        self.0.hashes.run(work).await.ok_or_else(Problem::internal)
    }

    /// Fetches from elsewhere, a few at a time.
    pub async fn fetch<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Feeds) -> T + Send + 'static,
    ) -> Result<T, Problem> {
        let _permit = self.0.fetches.acquire().await.map_err(|_| Problem::internal())?;
        let feeds = self.0.feeds.clone();
        blocking(move || work(&feeds)).await
    }
}

/// How far there is to read.
fn hint(view: &dyn View) -> Result<Hint, StorageError> {
    Ok(Hint { head: view.counters()?.head, reference: view.reference_version()? })
}

fn too_many_requests(seconds: u64) -> Problem {
    let detail = format!("wait {seconds} seconds and send it again; nothing of it was done");
    let title = "More than one person's share";
    Problem::new(StatusCode::TOO_MANY_REQUESTS, "too-many-requests", title, detail).retry_after(seconds)
}

/// Works on a thread that may block.
pub async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, Problem> {
    spawn_blocking(work).await.map_err(|error| {
        tracing::error!(%error, "a request's work did not finish");
        Problem::internal()
    })
}
