//! Doing something to many tickets: each is decided on its own, some hundred of them are kept at a time, and between two
//! such steps the page answers, and whoever wants to stop can.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;

use holdfast_desk::ticket::{Field, Undo, decide, evolve};
use holdfast_desk::{Command, Event, Header, Refusal, TicketId};
use holdfast_sync::protocol::{Proposed, Stamp};
use holdfast_sync::tickets::decide_again;
use holdfast_sync::{Waiting, Write};

use super::state::News;
use super::words::refusal;
use super::{ActError, Desk};
use crate::browser::database::{Database, WaitingEvent};
use crate::browser::{clock, random};

/// Tickets that are kept in one transaction.
const AT_ONCE: usize = 250;

/// What came of it.
#[derive(Debug, Default)]
pub struct Outcome {
    /// The tickets to which it was done, with what takes it back where that can be.
    pub done: Vec<(TicketId, Option<Undo>)>,
    /// Those to which it was not, by the reason.
    pub refused: BTreeMap<String, Vec<TicketId>>,
    /// How many of those were as they were to be before.
    pub already: usize,
    /// How many were left, because somebody stopped it or the device could not keep more.
    pub left: usize,
    /// Why the device could not.
    pub failed: Option<ActError>,
}

impl Outcome {
    /// How many it was refused for.
    pub fn refusals(&self) -> usize {
        self.refused.values().map(Vec::len).sum()
    }
}

impl Desk {
    /// Does something to each of these tickets: what, is asked with the ticket as it is then, and what of it cannot be.
    /// Tells how many it has been through; goes on as long as it is told so. What is done by then stays done.
    pub async fn act_on_many(
        &self,
        tickets: Vec<TicketId>,
        command: impl Fn(&Header) -> (Option<Command>, Vec<Field>),
        mut goes_on: impl FnMut(usize) -> bool,
    ) -> Outcome {
        let mut outcome = Outcome { left: tickets.len(), ..Outcome::default() };
        for part in tickets.chunks(AT_ONCE) {
            if !goes_on(tickets.len() - outcome.left) {
                break;
            }
            if let Err(error) = self.act_on_some(part, &command, &mut outcome).await {
                outcome.failed = Some(error);
                break;
            }
            outcome.left -= part.len();
            self.changed();
            self.with(|inner| inner.tabs.tell(&News::Stored));
            clock::sleep(0).await;
        }
        self.wake();
        outcome
    }

    async fn act_on_some(
        &self,
        tickets: &[TicketId],
        command: &impl Fn(&Header) -> (Option<Command>, Vec<Field>),
        outcome: &mut Outcome,
    ) -> Result<(), ActError> {
        // What is done to one ticket meanwhile comes before or after all of these.
        let turn = self.with(|inner| Arc::clone(&inner.turn));
        let _turn = turn.lock().await;
        let reference = self.with(|inner| inner.reference.clone()).ok_or(ActError::NotReady)?;
        let (actor, device) = (self.actor(), self.with(|inner| inner.device));
        let (occurred_at, offset_ms) = (clock::now(), self.offset_ms());
        let stamp = Stamp { device, device_seq: 0, occurred_at, offset_ms };
        let (mut waiting, mut done) = (Vec::new(), Vec::new());
        for ticket in tickets {
            let mut refuse = |why: String| outcome.refused.entry(why).or_default().push(*ticket);
            let Some(before) = self.with(|inner| inner.state(*ticket, &actor)) else { continue };
            let (wanted, stays) = command(&before);
            if !stays.is_empty() {
                refuse(stays_as_it_is(&stays));
            }
            let Some(wanted) = wanted else { continue };
            let at = occurred_at.plus_millis(offset_ms).max(before.updated_at);
            let context = reference.as_rules(&actor, decide_again).context(at);
            match decide(Some(&before), &wanted, &context) {
                Ok(changes) => {
                    let event =
                        Event { id: random::event_id(), ticket: *ticket, by: actor.person, at, changes };
                    let after = evolve(Some(before.clone()), &event);
                    done.push((*ticket, after.and_then(|after| Undo::of(&before, &after))));
                    waiting.push(Waiting { proposed: Proposed { stamp, event }, accepted: None });
                }
                Err(why) => {
                    refuse(refusal(&why, &reference));
                    outcome.already += usize::from(matches!(why, Refusal::NothingToDo { .. }));
                }
            }
        }
        if !waiting.is_empty() {
            self.keep_many(waiting).await?;
        }
        outcome.done.append(&mut done);
        Ok(())
    }

    /// Keeps events for good, all of them or none, and takes them over.
    async fn keep_many(&self, mut waiting: Vec<WaitingEvent>) -> Result<(), ActError> {
        let Some(first) = waiting.first().map(|entry| entry.proposed.event.id) else { return Ok(()) };
        let tried = Cell::new(false);
        let events = &waiting;
        let append = async |database: Rc<Database>| {
            // A connection that was lost says of nothing under way whether it was kept.
            let kept = if tried.replace(true) { database.counter_of(first).await? } else { None };
            match kept {
                Some(counter) => Ok(counter),
                None => database.append_many(events).await,
            }
        };
        let counter = self.stored(append).await?;
        for (entry, device_seq) in waiting.iter_mut().zip(counter..) {
            entry.proposed.stamp.device_seq = device_seq;
        }
        self.take_over(Write { waiting, ..Write::default() });
        Ok(())
    }

    /// Forgets a draft that became what was done to many tickets. One that cannot be forgotten is offered again.
    pub async fn forget_draft(&self, key: &str) {
        let _ = self.stored(async |database| database.put_draft(key, "").await).await;
    }
}

fn stays_as_it_is(fields: &[Field]) -> String {
    let fields: Vec<String> = fields.iter().map(Field::to_string).collect();
    format!(
        "Of what was done, {} stays: somebody changed it since, or there is no way back.",
        fields.join(" and ")
    )
}
