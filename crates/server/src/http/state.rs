//! What every request works with.

use std::sync::Arc;

use tokio::sync::Semaphore;
use tokio::task::spawn_blocking;

use super::problem::Problem;
use crate::auth::throttle::Throttle;
use crate::feed::Feeds;
use crate::storage::{Storage, StorageError, Transaction, View};

/// Passwords that are hashed at the same time at most: each takes 19 MB and all of one core.
const HASHES: usize = 4;

/// Feeds that are fetched at the same time at most: each holds a thread for up to ten seconds.
const FETCHES: usize = 4;

/// What every request works with. Cheap to clone.
#[derive(Clone)]
pub struct State(Arc<Inner>);

struct Inner {
    storage: Storage,
    token_secret: Vec<u8>,
    throttle: Throttle,
    hashes: Semaphore,
    feeds: Feeds,
    fetches: Semaphore,
}

impl State {
    /// Everything that requests to this storage need, and what fetches feeds for them.
    ///
    /// # Errors
    /// When nothing was set up in the storage, and what SQLite reports.
    pub fn new(storage: Storage, feeds: Feeds) -> Result<Self, StorageError> {
        let token_secret = storage.read(|view| view.existing_workspace())?.token_secret;
        let (throttle, hashes, fetches) =
            (Throttle::default(), Semaphore::new(HASHES), Semaphore::new(FETCHES));
        Ok(Self(Arc::new(Inner { storage, token_secret, throttle, hashes, feeds, fetches })))
    }

    /// What signs access tokens.
    pub fn token_secret(&self) -> &[u8] {
        &self.0.token_secret
    }

    /// Who has to wait before they may sign in.
    pub fn throttle(&self) -> &Throttle {
        &self.0.throttle
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
        blocking(move || storage.write(work)).await?
    }

    /// Works with passwords, a few at a time.
    pub async fn hash<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Problem> {
        let _permit = self.0.hashes.acquire().await.map_err(|_| Problem::internal())?;
        blocking(work).await
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

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, Problem> {
    spawn_blocking(work).await.map_err(|error| {
        tracing::error!(%error, "a request's work did not finish");
        Problem::internal()
    })
}
