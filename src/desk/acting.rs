//! Acting on the desk: what a person does is decided, kept on the disk, and then shown.

use std::cell::Cell;
use std::rc::Rc;
use std::sync::Arc;

use holdfast_desk::ticket::{NewTicket, decide};
use holdfast_desk::{Command, Event, EventId, Refusal, TicketId};
use holdfast_sync::protocol::{Proposed, Stamp};
use holdfast_sync::tickets::decide_again;
use holdfast_sync::{Tickets, Waiting, Write};
use thiserror::Error;

use super::state::News;
use super::{Desk, Draft};
use crate::browser::database::{Database, StorageError};
use crate::browser::{clock, random};

/// Why something that a person did is not saved.
#[derive(Clone, Debug, PartialEq, Error)]
pub enum ActError {
    /// A rule stands against it.
    #[error("{0}")]
    Refused(#[from] Refusal),
    /// The device could not keep it.
    #[error("{0}")]
    Storage(#[from] StorageError),
    /// The rules have not arrived yet.
    #[error("the desk is still being fetched; try again in a moment")]
    NotReady,
}

impl Desk {
    /// Does something to a ticket. When this returns, it is saved on this device.
    ///
    /// # Errors
    /// Why it is not; then nothing happened.
    pub async fn act(&self, ticket: TicketId, command: Command) -> Result<EventId, ActError> {
        self.commit(ticket, command, None).await
    }

    /// The same with what was typed: the draft becomes the event, so that the words are never there twice. None where
    /// it is becoming one already.
    ///
    /// # Errors
    /// Why it is not saved; then nothing happened and the draft stays.
    pub async fn act_from(
        &self,
        draft: Draft,
        ticket: TicketId,
        command: Command,
    ) -> Result<Option<EventId>, ActError> {
        let Some(key) = draft.hold() else { return Ok(None) };
        let outcome = self.commit(ticket, command, Some(&key)).await;
        match &outcome {
            Ok(_) => draft.sent(),
            Err(_) => draft.go_on(),
        }
        outcome.map(Some)
    }

    async fn commit(
        &self,
        ticket: TicketId,
        command: Command,
        draft: Option<&str>,
    ) -> Result<EventId, ActError> {
        // One after the other: what is done right after something else is decided on what that left behind.
        let turn = self.with(|inner| Arc::clone(&inner.turn));
        let _turn = turn.lock().await;
        let reference = self.with(|inner| inner.reference.clone()).ok_or(ActError::NotReady)?;
        let actor = self.actor();
        let state = self.with(|inner| inner.state(ticket, &actor));
        let occurred_at = clock::now();
        let offset_ms = self.offset_ms();
        let at = occurred_at.plus_millis(offset_ms);
        let at = state.as_ref().map_or(at, |header| at.max(header.updated_at));
        let changes =
            decide(state.as_ref(), &command, &reference.as_rules(&actor, decide_again).context(at))?;
        let event = Event { id: random::event_id(), ticket, by: actor.person, at, changes };
        let device = self.with(|inner| inner.device);
        let stamp = Stamp { device, device_seq: 0, occurred_at, offset_ms };
        let id = event.id;
        let mut waiting = Waiting { proposed: Proposed { stamp, event }, accepted: None };
        let tried = Cell::new(false);
        let append = async |database: Rc<Database>| {
            // A connection that was lost says of nothing under way whether it was kept.
            let kept = if tried.replace(true) { database.counter_of(id).await? } else { None };
            match kept {
                Some(device_seq) => Ok(device_seq),
                None => database.append(&waiting, draft).await,
            }
        };
        let device_seq = self.stored(append).await?;
        waiting.proposed.stamp.device_seq = device_seq;
        let desk = *self;
        self.take_over(Write { waiting: vec![waiting], ..Write::default() });
        // The caller says "saved" first; the page is drawn anew right after that.
        clock::after(0, move || {
            desk.changed();
            desk.with(|inner| inner.tabs.tell(&News::Stored));
            desk.wake();
        });
        Ok(id)
    }

    /// Raises a ticket from what was typed; returns which it became, none where it is becoming one already.
    ///
    /// # Errors
    /// Why it is not saved.
    pub async fn raise(&self, draft: Draft, ticket: NewTicket) -> Result<Option<TicketId>, ActError> {
        let id = random::ticket_id();
        Ok(self.act_from(draft, id, Command::create(ticket)).await?.map(|_| id))
    }

    /// Takes something off the list of what needs a person, for good.
    ///
    /// # Errors
    /// When the device could not keep that.
    pub async fn dismiss(&self, event: EventId) -> Result<(), ActError> {
        let (write, from) = self.with(|inner| {
            (inner.client.replica().dismissed(event), inner.client.replica().position().cloned())
        });
        self.stored(async |database| database.store(&write, from.as_ref()).await).await?;
        self.took_over(write);
        self.with(|inner| inner.tabs.tell(&News::Stored));
        Ok(())
    }

    /// Takes over what was stored, and shows it.
    pub(super) fn took_over(&self, write: Write<Tickets>) {
        self.take_over(write);
        self.changed();
    }

    pub(super) fn take_over(&self, write: Write<Tickets>) {
        self.with_mut(|inner| {
            inner.kept += 1;
            let touched = inner.client.keep(write);
            let actor = inner.actor();
            inner.look_at(&touched, &actor);
        });
    }
}
