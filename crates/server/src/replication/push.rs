//! Push: one verdict for each event, the same one for ever.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use holdfast_desk::ticket::redacted;
use holdfast_desk::{Actor, Change, Command, Event, EventId, Instant, PersonId, Refusal};
use holdfast_sync::protocol::{
    Answer, DeviceId, DeviceSeq, Proposed, PushRequest, PushResponse, Reason, Stamp, Verdict,
};
use holdfast_sync::tickets::{TicketRules, decide_again};
use holdfast_sync::{Judgement, Tickets, judge};
use sha2::{Digest as _, Sha256};

use super::Recorder;
use crate::storage::{Digest, Known, Reference, StorageError, Transaction};

/// Decides a device's events in their order. An event that follows a rejected one on the same ticket was made on
/// a state that never came to be: it gets no answer, and the device decides it again.
///
/// Whose event it is and whether its id is taken depends on nothing that could change, so those two rejections are
/// not stored: they come out the same each time.
///
/// # Errors
/// What the storage reports; nothing was decided then.
pub fn push(
    transaction: &dyn Transaction,
    actor: &Actor,
    request: &PushRequest<Event>,
    now: Instant,
) -> Result<PushResponse<Refusal>, StorageError> {
    let epoch = transaction.existing_workspace()?.epoch;
    let mut response = PushResponse { epoch, answers: Vec::new(), forked: None, now };
    // A device of another life of the database has to read this one first.
    if request.epoch != epoch {
        return Ok(response);
    }
    let ids: Vec<EventId> = request.events.iter().map(|proposed| proposed.event.id).collect();
    let mut deciding = Deciding {
        transaction,
        known: transaction.known(&ids)?,
        recorder: Recorder::begin(transaction)?,
        reference: transaction.reference()?,
        actor,
        now,
        devices: HashMap::new(),
    };
    let mut rejected = HashSet::new();
    for proposed in &request.events {
        let event = &proposed.event;
        let device = proposed.stamp.device;
        let verdict = if event.by != actor.person || deciding.owner(device)? != actor.person {
            Verdict::Rejected { refusal: Reason::NotYours }
        } else {
            let digest = digest(proposed)?;
            match deciding.known.get(&event.id).cloned() {
                Some(known) if deciding.is_same(&known, proposed, digest)? => known.verdict,
                Some(_) => Verdict::Rejected { refusal: Reason::EventIdReuse },
                None if rejected.contains(&event.ticket) || response.forked.is_some() => continue,
                None if deciding.is_fork(proposed)? => {
                    response.forked = Some(device);
                    continue;
                }
                None => deciding.decide(proposed, digest)?,
            }
        };
        if matches!(verdict, Verdict::Rejected { .. }) {
            rejected.insert(event.ticket);
        }
        response.answers.push(Answer { id: event.id, verdict });
    }
    deciding.finish()?;
    Ok(response)
}

/// A push under way.
struct Deciding<'a> {
    transaction: &'a dyn Transaction,
    /// What became of those of its events that came before.
    known: HashMap<EventId, Known>,
    recorder: Recorder<'a>,
    reference: Arc<Reference>,
    actor: &'a Actor,
    now: Instant,
    devices: HashMap<DeviceId, Device>,
}

/// What is known of a device that takes part in a push.
#[derive(Clone, Copy)]
struct Device {
    owner: PersonId,
    /// The count that it had reached before.
    before: DeviceSeq,
    /// The count that it has reached now; 0 while it has sent nothing new.
    reached: DeviceSeq,
}

impl Deciding<'_> {
    /// Whose device this is. One that never sent anything is whose it says.
    fn owner(&mut self, device: DeviceId) -> Result<PersonId, StorageError> {
        if let Some(known) = self.devices.get(&device) {
            return Ok(known.owner);
        }
        let (owner, before) = self.transaction.device(device)?.unwrap_or((self.actor.person, 0));
        self.devices.insert(device, Device { owner, before, reached: 0 });
        Ok(owner)
    }

    /// Whether another event has this count of this device: its profile was copied, and two go by one name.
    fn is_fork(&mut self, proposed: &Proposed<Event>) -> Result<bool, StorageError> {
        let Stamp { device, device_seq, .. } = proposed.stamp;
        let reached = self.devices.get(&device).map_or(0, |known| known.before.max(known.reached));
        if device_seq > reached {
            return Ok(false);
        }
        self.recorder.store()?;
        Ok(self.transaction.event_of_device(device, device_seq)?.is_some())
    }

    /// Decides an event that was never seen before, and stores what comes of it.
    fn decide(
        &mut self,
        proposed: &Proposed<Event>,
        digest: Digest,
    ) -> Result<Verdict<Refusal>, StorageError> {
        if let Some(device) = self.devices.get_mut(&proposed.stamp.device) {
            device.reached = device.reached.max(proposed.stamp.device_seq);
        }
        let (seq, number) = self.recorder.next();
        let rules = TicketRules {
            rules: &self.reference.rules,
            directory: &self.reference.directory,
            actor: self.actor,
            number: Some(number),
            again: decide_again,
        };
        let state = self.recorder.header(proposed.event.ticket)?;
        let id = proposed.event.id;
        let verdict = match judge::<Tickets>(state, proposed, seq, self.now, rules) {
            Judgement::Accepted { recorded, state } => {
                self.recorder.record(&recorded, Some(digest), state)?;
                Verdict::Accepted { seq }
            }
            Judgement::Refused(refusal) => {
                let verdict = Verdict::Rejected { refusal: Reason::Refused { refusal } };
                self.transaction.reject(id, &digest, self.actor.person, self.now, &verdict)?;
                verdict
            }
        };
        self.known.insert(id, Known { digest: Some(digest), verdict: verdict.clone() });
        Ok(verdict)
    }

    /// Whether an event that has come before is this one: it was proposed in the same words, or reads the same now, or
    /// would without the words that were taken back since. What was imported has no digest, and what was redacted is
    /// offered again as its device reads it, which may have missed the last redaction.
    fn is_same(
        &mut self,
        known: &Known,
        proposed: &Proposed<Event>,
        digest: Digest,
    ) -> Result<bool, StorageError> {
        if known.digest == Some(digest) {
            return Ok(true);
        }
        let Verdict::Accepted { seq } = known.verdict else { return Ok(false) };
        self.recorder.store()?;
        let Some(kept) = self.transaction.events_after(seq - 1, 1)?.pop().filter(|kept| kept.seq == seq)
        else {
            // It left the history for good, with its words. Who still has them hears what they heard before.
            return Ok(true);
        };
        let (stored, event) = (&kept.event, &proposed.event);
        let made_together = kept.stamp.map(made_at) == Some(made_at(proposed.stamp));
        let redactions = [Change::Redacted { event: event.id }, Change::Deleted];
        let mut with_less = redactions.iter().filter_map(|by| redacted(event, by));
        let is_alike =
            wants_the_same(stored, event) || with_less.any(|with_less| wants_the_same(stored, &with_less));
        Ok(made_together && is_alike && (stored.ticket, stored.by) == (event.ticket, event.by))
    }

    fn finish(self) -> Result<(), StorageError> {
        for (device, Device { owner, before, reached }) in self.devices {
            if reached > 0 {
                self.transaction.device_seen(device, owner, reached.max(before), self.now)?;
            }
        }
        self.recorder.finish()
    }
}

fn wants_the_same(one: &Event, other: &Event) -> bool {
    match (Command::behind(&one.changes), Command::behind(&other.changes)) {
        (None, None) => one.changes == other.changes,
        (one, other) => one == other,
    }
}

/// When a device made an event, by its own account. Its name is left out: a device whose name is another's takes a new
/// one and sends the same events under that.
fn made_at(stamp: Stamp) -> (Instant, i64) {
    (stamp.occurred_at, stamp.offset_ms)
}

/// What makes a proposed event this event and no other: what its person wanted, not what came of it. A device that offers
/// an event again after a restore offers it as another life of the server decided it.
fn digest(proposed: &Proposed<Event>) -> Result<Digest, StorageError> {
    let event = &proposed.event;
    let (wanted, made_at) = (Command::behind(&event.changes), made_at(proposed.stamp));
    // What no version here understands is what it says.
    let unknown = wanted.is_none().then_some(&event.changes);
    let text = serde_json::to_vec(&(event.id, event.ticket, event.by, wanted, unknown, made_at))
        .map_err(|source| StorageError::Record { what: "proposed event", source })?;
    Ok(Sha256::digest(text).into())
}
