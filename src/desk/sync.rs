//! Keeping in step with the server: when to send and fetch, and what to say about it. What is sent and what comes of
//! the answers is the replica's to say.

use std::rc::Rc;
use std::sync::Arc;

use async_lock::{Mutex, MutexGuardArc};
use holdfast_desk::access::Scope;
use holdfast_desk::{Event, Instant, TicketId};
use holdfast_sync::client::{self, Action, Standing};
use holdfast_sync::protocol::{DeviceId, LoadRequest, LoadResponse, Page, Seq, Stamp};
use holdfast_sync::tickets::TicketRules;
use holdfast_sync::{Client, Tickets, Write};
use leptos::prelude::*;

use super::ahead::{Ahead, Question};
use super::api::{Api, Contact};
use super::recovery::Trouble;
use super::state::News;
use super::status::Status;
use super::{ApiError, Desk, others, sending};
use crate::browser::database::StorageError;
use crate::browser::http::{self, Failure};
use crate::browser::part::PartMissing;
use crate::browser::tabs::{self, Held};
use crate::browser::vault::{self, Entry};
use crate::browser::{clock, page, random};

type Request = LoadRequest<TicketId, Scope>;

/// Who does what the client says, and when.
pub(super) struct Syncer {
    lock: String,
    /// It is being done; the lock that other tabs wait for meanwhile.
    running: bool,
    held: Option<Held>,
    /// Held by a round that is under way.
    under_way: Arc<Mutex<()>>,
    this_round: Option<MutexGuardArc<()>>,
    /// Asked for while what came before it is stored.
    pub ahead: Option<Ahead>,
    /// Grows with every round, so that one that was given up does nothing more.
    round: u64,
    /// Raised by whatever plans a round, so that a pause that was overtaken does nothing.
    plan: u64,
    /// What came is going to be shown.
    shows_soon: bool,
    /// When what had come was last shown.
    shown_at: Instant,
}

/// Between two times that the page is drawn anew while much comes, in milliseconds.
const REDRAW_MS: i32 = 300;

impl Syncer {
    pub fn new(database: &str) -> Self {
        Self {
            lock: format!("{database}/sync"),
            running: false,
            held: None,
            under_way: Arc::default(),
            this_round: None,
            ahead: None,
            round: 0,
            plan: 0,
            shows_soon: false,
            shown_at: Instant::default(),
        }
    }

    /// What is to be had while no round is under way.
    pub fn round_lock(&self) -> Arc<Mutex<()>> {
        Arc::clone(&self.under_way)
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

/// A part of the app that cannot be fetched is a network that is not there.
impl From<PartMissing> for Stop {
    fn from(_: PartMissing) -> Self {
        Self::Api(Failure::Unreachable.into())
    }
}

impl From<StorageError> for Stop {
    fn from(error: StorageError) -> Self {
        Self::Storage(error)
    }
}

/// The HTTP statuses that mean something of their own to a device.
const GONE: u16 = 410;
const TOO_OLD: u16 = 426;

impl From<Stop> for client::Failure {
    fn from(stop: Stop) -> Self {
        match stop {
            Stop::Storage(error) => Self::Storage(error.to_string()),
            Stop::Api(ApiError::SignInAgain) => Self::SignInAgain,
            Stop::Api(ApiError::Http(failure)) => match failure {
                Failure::Unreachable | Failure::NotOurs | Failure::Unauthorized(_) => Self::Unreachable,
                Failure::Later { after_s } => Self::Later { after_s },
                Failure::Refused { status: GONE, .. } => Self::Gone,
                Failure::Refused { status: TOO_OLD, .. } => Self::TooOld,
                Failure::Refused { detail, .. } => Self::Refused(detail),
            },
        }
    }
}

impl Desk {
    /// Starts to keep in step, and does so for as long as the page lives.
    pub fn start(&self) {
        if self.is_alone() {
            return;
        }
        let desk = *self;
        page::on_return(move || {
            desk.with_mut(|inner| inner.client.come_back(clock::now()));
            desk.plan();
        });
        page::on_offline(move || {
            desk.with_mut(|inner| inner.client.lose(clock::now()));
            desk.show_standing();
        });
        self.plan();
    }

    /// Somebody asks for it: now, whatever failed before.
    pub fn try_now(&self) {
        self.with_mut(|inner| inner.client.come_back(clock::now()));
        self.plan();
    }

    /// There is something to send.
    pub fn wake(&self) {
        if !self.is_alone() {
            self.with_mut(|inner| inner.client.wake(clock::now()));
            self.plan();
        }
    }

    /// Plans the next round for when the client wants it. One that is under way plans the next by itself.
    pub(super) fn plan(&self) {
        let (desk, now) = (*self, clock::now());
        let planned = self.with_mut(|inner| {
            inner.syncer.plan += 1;
            let ms = inner.client.rests_for(now).filter(|_| !inner.syncer.running)?;
            Some((inner.syncer.plan, ms))
        });
        self.show_standing();
        let Some((plan, ms)) = planned else { return };
        clock::after(ms as i32, move || {
            if desk.with(|inner| inner.syncer.plan) == plan {
                desk.begin_round();
            }
        });
    }

    fn begin_round(&self) {
        let desk = *self;
        let (lock, round) = self.with_mut(|inner| {
            inner.syncer.running = true;
            inner.syncer.this_round = inner.syncer.under_way.try_lock_arc();
            inner.syncer.round += 1;
            (inner.syncer.lock.clone(), inner.syncer.round)
        });
        leptos::task::spawn_local(async move {
            let held = tabs::hold(&lock).await;
            if desk.is_in(round) {
                desk.with_mut(|inner| inner.syncer.held = Some(held));
                desk.round(round).await;
            }
            if desk.is_in(round) {
                desk.end_round();
            }
        });
    }

    fn is_in(&self, round: u64) -> bool {
        self.with(|inner| inner.syncer.running && inner.syncer.round == round)
    }

    fn end_round(&self) {
        self.with_mut(|inner| {
            inner.syncer.running = false;
            (inner.syncer.held, inner.syncer.this_round, inner.syncer.ahead) = (None, None, None);
        });
        self.plan();
    }

    /// Something in the app has ended in a way that nobody foresaw. When it was the round, nobody would ever end it: it is
    /// given up, and another takes its place. Returns whether there was one.
    pub(super) fn give_up_round(&self) -> bool {
        let is_running = self.with(|inner| inner.syncer.running);
        if is_running {
            let why = client::Failure::Storage("the app stopped in the middle of it".to_owned());
            self.with_mut(|inner| inner.client.failed(why, clock::now(), random::fraction()));
            self.end_round();
        }
        is_running
    }

    /// Does what the client says, until it rests.
    async fn round(self, round: u64) {
        let Some(api) = self.with(|inner| inner.api.clone()) else { return };
        while self.is_in(round) {
            let action = self.with_mut(|inner| inner.client.next(clock::now(), random::fraction()));
            self.show_standing();
            let done = match action {
                Action::Rest(_) | Action::Stop => return,
                Action::FetchReference => self.take_reference(&api).await,
                Action::Pull(after) => self.pull(&api, after).await,
                Action::Load(request) => self.load(&api, &request).await,
                Action::Rename => {
                    self.with_mut(|inner| inner.client.renamed(DeviceId(random::uuid())));
                    Ok(())
                }
                Action::Push => async { sending::send(self, api.clone()).await?.await }.await,
                Action::Store(write) => self.keep(*write).await,
                Action::Reload => async { others::catch_up(self).await?.await }.await,
            };
            let done = match done {
                Err(Stop::Storage(_)) if !self.database().is_open() => match self.reopen().await {
                    Ok(()) => Err(Stop::Storage(StorageError::Moved)),
                    Err(error) => Err(error.into()),
                },
                done => done,
            };
            match done {
                _ if !self.is_in(round) => {}
                Ok(()) => {}
                // What is stored may be more than is in memory, or less.
                Err(Stop::Storage(StorageError::Moved)) => self.with_mut(|inner| inner.client.overtaken()),
                Err(stop) => {
                    let (now, dice) = (clock::now(), random::fraction());
                    self.with_mut(|inner| inner.client.failed(stop.into(), now, dice));
                }
            }
        }
    }

    fn show_standing(&self) {
        let status = self.with(|inner| {
            let contact = inner.contact.map(|contact| contact.at);
            inner.api.is_some().then(|| Status::of(inner.client.standing(), contact))
        });
        if let Some(status) = status.filter(|status| *status != self.status.get_untracked()) {
            self.status.set(status);
        }
    }

    async fn take_reference(&self, api: &Api) -> Result<(), Stop> {
        self.fetch_reference(api).await?;
        self.with_mut(|inner| inner.client.took_reference());
        Ok(())
    }

    async fn pull(&self, api: &Api, after: Seq) -> Result<(), Stop> {
        let (answer, asked) = self.answer(api, Question::pull(after)).await?;
        let page: Page<Event, TicketId> = http::read(&answer).map_err(ApiError::from)?;
        self.heard(asked, page.now).await?;
        if page.cursor < page.head {
            self.ask_ahead(api, Question::pull(page.cursor)).await;
        }
        // Reading it took a while; the page may answer before it is gone through.
        clock::sleep(0).await;
        self.tell(|client, rules| client.pulled(page, clock::now(), rules));
        Ok(())
    }

    async fn load(&self, api: &Api, request: &Request) -> Result<(), Stop> {
        let (answer, asked) = self.answer(api, Question::load(request)).await?;
        let things: LoadResponse<Event, TicketId> = http::read(&answer).map_err(ApiError::from)?;
        self.heard(asked, things.now).await?;
        if things.next.is_some() {
            let next = Request { up_to: Some(things.up_to), place: things.next, ..request.clone() };
            self.ask_ahead(api, Question::load(&next)).await;
        }
        clock::sleep(0).await;
        self.tell(|client, rules| client.loaded(things, clock::now(), rules));
        Ok(())
    }

    /// Tells the client something that it decides by the rules.
    pub(super) fn tell(&self, tell: impl FnOnce(&mut Client<Tickets>, TicketRules)) {
        let actor = self.actor();
        self.with_mut(|inner| {
            if let Some(reference) = inner.reference.clone() {
                tell(&mut inner.client, reference.as_rules(&actor, inner.again));
            }
        });
    }

    /// Stores what was planned, then shows it and tells the other tabs.
    async fn keep(&self, mut write: Write<Tickets>) -> Result<(), Stop> {
        self.look_for_earlier_work(&write);
        let (database, from) =
            self.with(|inner| (Rc::clone(&inner.database), inner.client.replica().position().cloned()));
        if write.restart {
            // The position says whether another tab stored anything since what is offered was read.
            write = others::offer_again(*self, write).await?.await?;
        }
        let news = if write.restart { News::Restarted } else { News::Stored };
        database.store(&write, from.as_ref()).await?;
        self.with_mut(|inner| {
            inner.device = write.renamed.map_or(inner.device, |renamed| renamed.to);
            inner.kept += 1;
            let touched = inner.client.stored(write);
            let actor = inner.actor();
            inner.look_at(&touched, &actor);
        });
        self.change_soon();
        self.with(|inner| inner.tabs.tell(&news));
        Ok(())
    }

    /// Shows what came, a few times a second at the most: much may come at once.
    pub(super) fn change_soon(&self) {
        let desk = *self;
        if self.with_mut(|inner| std::mem::replace(&mut inner.syncer.shows_soon, true)) {
            return;
        }
        let rest_ms = self.with(|inner| {
            let is_more_to_come =
                matches!(inner.client.standing(), Standing::Sending | Standing::Fetching(..));
            let since_ms = clock::now().millis() - inner.syncer.shown_at.millis();
            let has_just = (0..i64::from(REDRAW_MS)).contains(&since_ms);
            if is_more_to_come || has_just { REDRAW_MS } else { 0 }
        });
        clock::after(rest_ms, move || {
            desk.with_mut(|inner| {
                inner.syncer.shows_soon = false;
                inner.syncer.shown_at = clock::now();
            });
            desk.changed();
        });
    }

    /// A browser that has nothing of somebody who has worked before may have lost something, and has to say so.
    fn look_for_earlier_work(&self, write: &Write<Tickets>) {
        let is_earlier = self.with(|inner| {
            let person = inner.account.person().id;
            let elsewhere = |stamp: Stamp| stamp.device != inner.device;
            let mut events = write.events.iter();
            inner.is_new
                && !inner.is_told
                && events.any(|seen| seen.event.by == person && seen.stamp.is_some_and(elsewhere))
        });
        if is_earlier {
            self.with_mut(|inner| inner.is_told = true);
            self.trouble.update(|trouble| *trouble = trouble.take().or(Some(Trouble::NothingFromBefore)));
        }
    }

    /// Fetches rules and people.
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
        let tells_more = self.with_mut(|inner| {
            inner.contact = Some(contact);
            inner.kept_contact.is_none_or(|kept| kept.tells_less_than(&contact))
        });
        if tells_more {
            self.database().put_contact(&contact).await?;
            self.with_mut(|inner| inner.kept_contact = Some(contact));
        }
        Ok(())
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
