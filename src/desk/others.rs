//! What other tabs do to the same database: hearing of it, and reading it again. And what an app has to put right in what
//! an older one, or a long day, left there. A part of the app that is fetched with the pages.

use std::collections::HashMap;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use holdfast_desk::queue::Lists;
use holdfast_desk::ticket::Shelf;
use holdfast_desk::{Header, TicketId};
use holdfast_sync::{Replica, Tickets, Write, tickets};
use leptos::prelude::*;
use wasm_split_helpers::wasm_split;

use super::api::Contact;
use super::recovery::Trouble;
use super::state::News;
use super::sync::Stop;
use super::{Desk, Reference};
use crate::browser::clock;
use crate::browser::database::StorageError;
use crate::browser::part::PartMissing;

/// Between two looks at how long the logs of the database have become, in milliseconds.
const LOOK_MS: i32 = 3_600_000;

/// What is under way.
pub(super) type Reading<T> = Pin<Box<dyn Future<Output = Result<T, Stop>>>>;

/// Reads what another tab did, when this one has noticed that it did something.
#[wasm_split(pages, fallible)]
pub(super) fn catch_up(desk: Desk) -> Result<Reading<()>, PartMissing> {
    Ok(Box::pin(async move { Ok(desk.catch_up().await?) }))
}

/// Adds what this device made to what begins anew.
#[wasm_split(pages, fallible)]
pub(super) fn offer_again(
    desk: Desk,
    mut write: Write<Tickets>,
) -> Result<Reading<Write<Tickets>>, PartMissing> {
    Ok(Box::pin(async move {
        let made_here = desk.database().made_here().await?;
        desk.with(|inner| inner.client.replica().offer_again(made_here, &mut write));
        Ok(write)
    }))
}

impl Desk {
    /// Listens to the other tabs, for as long as the page lives.
    pub fn hear_others(&self) {
        let desk = *self;
        let has_missed = self.with(|inner| {
            inner.tabs.listen(move |news| desk.hear(news));
            inner.tabs.has_missed()
        });
        // Nobody knows what it was.
        if has_missed {
            self.hear(News::Restarted);
            self.hear(News::Reference);
        }
    }

    /// Puts right what is stored, once everything has been read.
    pub fn tidy(&self) {
        let desk = *self;
        Effect::new(move |begun: Option<bool>| {
            if begun == Some(true) || !desk.complete.get() {
                return begun == Some(true);
            }
            leptos::task::spawn_local(async move {
                // The pages that came with this are drawn first. What cannot be put right now is the next time.
                clock::sleep(0).await;
                let _ = desk.read_again().await;
                loop {
                    let headers = desk.with(|inner| inner.client.replica().all_confirmed().len());
                    if let Err(StorageError::Unreadable(_)) = desk.database().shorten(headers).await {
                        let _ = desk.reload_all().await;
                    }
                    let _ = desk.database().merge().await;
                    clock::sleep(LOOK_MS).await;
                }
            });
            true
        });
    }

    fn hear(&self, news: News) {
        let desk = *self;
        leptos::task::spawn_local(async move {
            // Another tab has stored something; a failure to read it shows at the next read of this tab's own.
            let _ = match news {
                News::Stored => match desk.reload_in_turn().await {
                    Err(StorageError::Unreadable(_)) => desk.reload_all().await,
                    outcome => outcome,
                },
                News::Restarted => desk.reload_all().await,
                News::Reference => desk.reload_reference().await,
            };
        });
    }

    /// Reads something, again where this tab stored something meanwhile: that may not be in what was read.
    async fn read_as_it_is<T>(
        &self,
        mut read: impl AsyncFnMut() -> Result<T, StorageError>,
    ) -> Result<T, StorageError> {
        loop {
            let before = self.with(|inner| inner.kept);
            let found = read().await?;
            if self.with(|inner| inner.kept) == before {
                return Ok(found);
            }
        }
    }

    /// Reads again what another tab stored, once for everything that is told of while it is being read: work on many
    /// tickets tells of itself many times.
    async fn reload_in_turn(&self) -> Result<(), StorageError> {
        if self.with_mut(|inner| std::mem::replace(&mut inner.is_unread, true)) {
            return Ok(());
        }
        let reading = self.with(|inner| Arc::clone(&inner.reading));
        let _reading = reading.lock().await;
        self.with_mut(|inner| inner.is_unread = false);
        self.reload().await
    }

    /// Reads again what another tab stored.
    async fn reload(&self) -> Result<(), StorageError> {
        let database = self.database();
        let mut changed: HashMap<TicketId, Option<Header>> = HashMap::new();
        let read = async || {
            let work = database.load_work().await?;
            changed.extend(database.changed_headers().await?);
            Ok(work)
        };
        let (waiting, parked, position) = self.read_as_it_is(read).await?;
        let (mut states, mut gone) = (Vec::new(), Vec::new());
        for (ticket, header) in changed {
            match header {
                Some(header) => states.push((ticket, header)),
                None => gone.push(ticket),
            }
        }
        self.with_mut(|inner| {
            let touched =
                inner.client.take_over(|replica| replica.take_over(states, gone, waiting, parked, position));
            let actor = inner.actor();
            inner.look_at(&touched, &actor);
        });
        self.changed();
        Ok(())
    }

    async fn reload_reference(&self) -> Result<(), StorageError> {
        let stored = self.database().load::<Reference, Contact>().await?;
        if let Some(reference) = stored.reference {
            self.set_reference(reference);
        }
        Ok(())
    }

    /// Another tab did something: as a rule it was more work, and nothing else.
    async fn catch_up(&self) -> Result<(), StorageError> {
        let database = self.database();
        let (waiting, parked, position) = self.read_as_it_is(async || database.load_work().await).await?;
        if self.with(|inner| inner.client.replica().position() != position.as_ref()) {
            return self.reload_all().await;
        }
        self.with_mut(|inner| {
            let take =
                |replica: &mut Replica<Tickets>| replica.take_over([], Vec::new(), waiting, parked, position);
            let touched = inner.client.caught_up(take);
            let actor = inner.actor();
            inner.look_at(&touched, &actor);
        });
        self.changed();
        Ok(())
    }

    /// Reads everything again. Where headers are damaged, they are made again first.
    pub(super) async fn reload_all(&self) -> Result<(), StorageError> {
        match self.read_everything().await {
            Err(StorageError::Unreadable(_)) => {}
            outcome => return outcome,
        }
        if self.database().rebuild().await? {
            self.trouble.set(Some(Trouble::Incomplete));
        }
        self.read_everything().await
    }

    async fn read_everything(&self) -> Result<(), StorageError> {
        let database = self.database();
        let stored = self.read_as_it_is(async || database.load::<Reference, Contact>().await).await?;
        self.with_mut(|inner| {
            let states = Shelf::default();
            inner.client.reload(Replica::new(states, stored.waiting, stored.parked, stored.position));
            inner.lists = Lists::default();
            inner.look_again();
        });
        self.read_headers(stored.open).await?;
        self.complete().await
    }

    /// Reads again what an older version of the app did not understand.
    async fn read_again(&self) -> Result<(), StorageError> {
        let (outdated, position) = self.with(|inner| {
            let replica = inner.client.replica();
            let outdated = replica.all_confirmed().headers().filter(|header| header.needs_update);
            (outdated.collect::<Vec<_>>(), replica.position().cloned())
        });
        let database = self.database();
        let mut tickets = Vec::new();
        for header in outdated {
            let history = database.history(header.id).await?;
            tickets.push((header, history));
        }
        let write = tickets::read_again(tickets);
        if !write.is_empty() {
            database.store(&write, position.as_ref()).await?;
            self.took_over(write);
        }
        Ok(())
    }
}
