//! Keeping in step with the server: when to send and fetch, and what to say about it. What is sent and what comes of
//! the answers is the replica's to say.

use std::rc::Rc;

use holdfast_desk::Instant;
use holdfast_sync::protocol::Seq;
use holdfast_sync::tickets::TicketRules;
use holdfast_sync::{Replica, Tickets, Write};
use leptos::prelude::*;

use super::api::{Api, Contact};
use super::state::News;
use super::{ApiError, Desk, Reference, sending};
use crate::browser::database::StorageError;
use crate::browser::http::Failure;
use crate::browser::part::PartMissing;
use crate::browser::vault::{self, Entry};
use crate::browser::{clock, page, random, tabs};

/// How things stand with the server.
#[derive(Clone, Debug, PartialEq)]
pub enum Status {
    /// There is none.
    Alone,
    /// It has answered nothing since the page was opened; it last did at this instant.
    Starting(Option<Instant>),
    /// Everything is sent and read.
    Synced(Instant),
    /// Waiting events are on their way.
    Sending,
    /// The history is on its way: so much of so much.
    Fetching(Seq, Seq),
    /// It cannot be reached since this instant.
    Offline(Instant),
    /// Nothing goes out before the person has signed in again.
    SignInAgain,
    /// The device or the server does something that only a person can mend.
    Broken(String),
}

impl Status {
    pub(super) fn first(has_server: bool, last_contact: Option<Instant>) -> Self {
        if has_server { Self::Starting(last_contact) } else { Self::Alone }
    }
}

/// Between two looks for news while all is well.
const POLL_MS: f64 = 5_000.0;
/// The longest pause between two tries while the server cannot be reached.
const LONGEST_MS: f64 = 60_000.0;
const SHORTEST_MS: f64 = 1_000.0;

/// When the next round is due.
pub(super) struct Syncer {
    lock: String,
    /// A round is under way.
    running: bool,
    /// Something happened since it began.
    again: bool,
    /// Rounds that failed in a row.
    failures: i32,
    /// Raised by whatever plans a round, so that a pause that was overtaken does nothing.
    plan: u64,
}

impl Syncer {
    pub fn new(database: &str) -> Self {
        Self { lock: format!("{database}/sync"), running: false, again: false, failures: 0, plan: 0 }
    }
}

/// What stopped a round.
pub(super) enum Stop {
    Api(ApiError),
    Storage(StorageError),
}

impl From<ApiError> for Stop {
    fn from(error: ApiError) -> Self {
        Self::Api(error)
    }
}

impl From<StorageError> for Stop {
    fn from(error: StorageError) -> Self {
        Self::Storage(error)
    }
}

impl Desk {
    /// Starts to keep in step, and does so for as long as the page lives.
    pub fn start(&self) {
        if self.is_alone() {
            return;
        }
        let desk = *self;
        page::on_return(move || desk.wake());
        page::on_offline(move || desk.lost());
        self.wake();
    }

    /// There may be something to send or to fetch: now is better than later.
    pub fn wake(&self) {
        if !self.is_alone() {
            self.plan(0.0);
        }
    }

    fn plan(&self, ms: f64) {
        let desk = *self;
        let plan = self.with_mut(|inner| {
            inner.syncer.plan += 1;
            inner.syncer.plan
        });
        clock::after(ms as i32, move || {
            if desk.with(|inner| inner.syncer.plan) == plan {
                desk.begin_round();
            }
        });
    }

    fn begin_round(&self) {
        let lock = self.with_mut(|inner| {
            if inner.syncer.running {
                inner.syncer.again = true;
                return None;
            }
            inner.syncer.running = true;
            inner.syncer.again = false;
            Some(inner.syncer.lock.clone())
        });
        let (desk, Some(lock)) = (*self, lock) else { return };
        leptos::task::spawn_local(async move {
            tabs::alone(&lock, move || async move { desk.round().await }).await;
            let again = desk.with_mut(|inner| {
                inner.syncer.running = false;
                inner.syncer.again
            });
            let failures = desk.with(|inner| inner.syncer.failures);
            desk.plan(if again && failures == 0 { 0.0 } else { pause(failures) });
        });
    }

    async fn round(self) {
        let Some(api) = self.with(|inner| inner.api.clone()) else { return };
        let outcome = self.exchange(&api).await;
        let failed = outcome.is_err();
        self.with_mut(|inner| {
            inner.syncer.failures = if failed { inner.syncer.failures.saturating_add(1) } else { 0 }
        });
        match outcome {
            Ok(()) => self.status.set(Status::Synced(clock::now())),
            Err(Stop::Api(ApiError::SignInAgain)) => self.status.set(Status::SignInAgain),
            Err(Stop::Api(ApiError::Http(Failure::Refused { detail, .. }))) => {
                self.status.set(Status::Broken(detail));
            }
            Err(Stop::Api(ApiError::Http(_))) => self.lost(),
            // The other tab that was faster has told what it stored; the next round goes on from there.
            Err(Stop::Storage(StorageError::Moved)) => {
                if let Err(error) = self.reload_all().await {
                    self.status.set(Status::Broken(error.to_string()));
                }
            }
            Err(Stop::Storage(error)) => self.status.set(Status::Broken(error.to_string())),
        }
    }

    fn lost(&self) {
        let since = match self.status.get_untracked() {
            Status::Offline(since) => since,
            _ => clock::now(),
        };
        self.status.set(Status::Offline(since));
    }

    async fn exchange(&self, api: &Api) -> Result<(), Stop> {
        if self.with(|inner| inner.reference.is_none()) {
            self.fetch_reference(api).await?;
        }
        // Reading comes first: what waits is decided again on what is new before it goes out.
        self.fetch(api).await?;
        if self.with(|inner| inner.replica.unsent()) == 0 {
            return Ok(());
        }
        let sent = sending::send(*self, api.clone())
            .await
            .map_err(|PartMissing| ApiError::from(Failure::Unreachable))?;
        if sent.await? { self.fetch(api).await } else { Ok(()) }
    }

    async fn fetch(&self, api: &Api) -> Result<(), Stop> {
        loop {
            let after = self.with(|inner| inner.replica.position()).map_or(0, |position| position.cursor);
            let asked = clock::now();
            let page = api.pull(after).await?;
            if self.with(|inner| inner.reference.as_ref().is_none_or(|known| known.version < page.reference))
            {
                self.fetch_reference(api).await?;
            }
            self.spoke(asked, page.now).await?;
            let write = self.planned(|replica, rules| replica.pulled(&page, rules));
            let moved = write.position != self.with(|inner| inner.replica.position());
            if moved || !write.events.is_empty() {
                self.keep(write).await?;
            }
            let position = self.with(|inner| inner.replica.position());
            match position {
                // No way forward although there is more: stop, and ask again later.
                Some(at) if at.cursor < at.head && moved => {
                    self.status.set(Status::Fetching(at.cursor, at.head))
                }
                _ => return Ok(()),
            }
        }
    }

    pub(super) fn planned(
        &self,
        plan: impl FnOnce(&Replica<Tickets>, TicketRules) -> Write<Tickets>,
    ) -> Write<Tickets> {
        let actor = self.actor();
        self.with(|inner| match &inner.reference {
            Some(reference) => plan(&inner.replica, reference.as_rules(&actor)),
            None => Write::default(),
        })
    }

    /// Stores what was planned, then shows it and tells the other tabs.
    pub(super) async fn keep(&self, mut write: Write<Tickets>) -> Result<(), Stop> {
        let (database, device, from) =
            self.with(|inner| (Rc::clone(&inner.database), inner.device, inner.replica.position()));
        let news = if write.restart {
            // The position says whether another tab stored anything since these were read.
            write.offer_again(database.made_by(device).await?);
            News::Restarted
        } else {
            News::Tickets(write.states.iter().map(|(ticket, _)| *ticket).collect())
        };
        database.store(&write, from).await?;
        self.took_over(write);
        self.with(|inner| inner.tabs.tell(&news));
        Ok(())
    }

    pub(super) async fn fetch_reference(&self, api: &Api) -> Result<(), Stop> {
        let (reference, text) = api.reference().await?;
        self.database().put_reference(text).await?;
        self.set_reference(reference);
        self.with(|inner| inner.tabs.tell(&News::Reference));
        Ok(())
    }

    /// The server answered: its clock is known again.
    pub(super) async fn spoke(&self, asked: Instant, server: Instant) -> Result<(), Stop> {
        let answered = clock::now();
        // Half the way there, half the way back.
        let middle = (asked.millis() + answered.millis()) / 2;
        let contact = Contact { at: answered, offset_ms: server.millis() - middle };
        self.with_mut(|inner| inner.contact = Some(contact));
        self.database().put_contact(&contact).await?;
        Ok(())
    }

    pub(super) async fn reload_all(&self) -> Result<(), StorageError> {
        let stored = self.database().load::<Reference, Contact>().await?;
        self.with_mut(|inner| {
            let open = stored.open.into_iter().map(|header| (header.id, header));
            inner.replica = Replica::new(open, stored.waiting, stored.parked, stored.position);
            inner.searched.clear();
            inner.deadlines.forget_all();
        });
        self.complete().await
    }

    /// Ends the session on this device. What was not sent stays in the device's database and goes out when the same
    /// person signs in again.
    ///
    /// # Errors
    /// When the device could not forget who is signed in.
    pub async fn sign_out(&self) -> Result<(), StorageError> {
        if let Some(api) = self.with(|inner| inner.api.clone()) {
            api.sign_out().await;
        }
        vault::remove(Entry::Session).await
    }
}

/// How long to wait for the next round: a steady beat while all is well, full jitter over a growing span otherwise.
fn pause(failures: i32) -> f64 {
    if failures == 0 {
        return POLL_MS * (0.75 + 0.5 * random::fraction());
    }
    let span = (SHORTEST_MS * 2f64.powi(failures.min(10))).min(LONGEST_MS);
    SHORTEST_MS + span * random::fraction()
}
