//! Push: one verdict for each event, the same one for ever.

use std::collections::HashSet;

use holdfast_desk::{Actor, Event, Instant, Refusal};
use holdfast_sync::protocol::{Answer, Proposed, Reason, Verdict};
use holdfast_sync::tickets::TicketRules;
use holdfast_sync::{Judgement, Tickets, judge};
use sha2::{Digest as _, Sha256};

use crate::storage::{Digest, Known, StorageError, Transaction};

/// Decides a device's events in their order. An event that follows a rejected one on the same ticket was made on
/// a state that never came to be: it gets no answer, and the device decides it again.
///
/// Whose event it is and whether its id is taken depends on nothing that could change, so those two rejections are
/// not stored: they come out the same each time.
///
/// # Errors
/// What the storage reports; nothing was decided then.
pub fn push(
    transaction: &Transaction,
    actor: &Actor,
    events: &[Proposed<Event>],
    now: Instant,
) -> Result<Vec<Answer<Refusal>>, StorageError> {
    let mut answers = Vec::with_capacity(events.len());
    let mut rejected = HashSet::new();
    for proposed in events {
        let event = &proposed.event;
        let verdict = if event.by != actor.person {
            Verdict::Rejected { refusal: Reason::NotYours }
        } else {
            let digest = digest(proposed)?;
            match transaction.known(event.id)? {
                Some(known) if is_same(transaction, &known, proposed, &digest)? => known.verdict,
                Some(_) => Verdict::Rejected { refusal: Reason::EventIdReuse },
                None if rejected.contains(&event.ticket) => continue,
                None => decide(transaction, actor, proposed, &digest, now)?,
            }
        };
        if matches!(verdict, Verdict::Rejected { .. }) {
            rejected.insert(event.ticket);
        }
        answers.push(Answer { id: event.id, verdict });
    }
    Ok(answers)
}

/// Decides an event that was never seen before, and stores what comes of it.
fn decide(
    transaction: &Transaction,
    actor: &Actor,
    proposed: &Proposed<Event>,
    digest: &Digest,
    now: Instant,
) -> Result<Verdict<Refusal>, StorageError> {
    note_device(transaction, actor, proposed, now)?;
    let reference = transaction.reference()?;
    let state = transaction.header(proposed.event.ticket)?;
    let rules = TicketRules {
        rules: &reference.rules,
        directory: &reference.directory,
        actor,
        number: Some(transaction.next_number()?),
    };
    let seq = transaction.head()? + 1;
    match judge::<Tickets>(state.as_ref(), proposed, seq, now, rules) {
        Judgement::Accepted { recorded, state } => {
            transaction.record(&recorded, Some(digest), &state)?;
            Ok(Verdict::Accepted { seq })
        }
        Judgement::Refused(refusal) => {
            let verdict = Verdict::Rejected { refusal: Reason::Refused { refusal } };
            transaction.reject(proposed.event.id, digest, actor.person, now, &verdict)?;
            Ok(verdict)
        }
    }
}

/// Whether an event that has come before is this one. What was imported has no digest; where it was exported from
/// another workspace, its stamp says whether the device means the same event.
fn is_same(
    transaction: &Transaction,
    known: &Known,
    proposed: &Proposed<Event>,
    digest: &Digest,
) -> Result<bool, StorageError> {
    match (&known.digest, &known.verdict) {
        (Some(kept), _) => Ok(kept == digest),
        (None, Verdict::Accepted { seq }) => {
            let kept = transaction.events_after(seq - 1, 1)?.pop();
            Ok(kept.is_some_and(|kept| {
                kept.stamp == Some(proposed.stamp)
                    && (kept.event.ticket, kept.event.by) == (proposed.event.ticket, proposed.event.by)
            }))
        }
        (None, Verdict::Rejected { .. }) => Ok(false),
    }
}

/// A gap in a device's count means that events were lost on it, or that its database was copied.
fn note_device(
    transaction: &Transaction,
    actor: &Actor,
    proposed: &Proposed<Event>,
    now: Instant,
) -> Result<(), StorageError> {
    let stamp = &proposed.stamp;
    let reached = transaction.device_seen(stamp, actor.person, now)?;
    if stamp.device_seq != reached.saturating_add(1) {
        let (device, seq) = (stamp.device, stamp.device_seq);
        tracing::info!(%device, reached, seq, "a device's count does not go on where it stopped");
    }
    Ok(())
}

/// What makes a proposed event this event and no other.
fn digest(proposed: &Proposed<Event>) -> Result<Digest, StorageError> {
    let event = &proposed.event;
    let text = serde_json::to_vec(&(event.id, event.ticket, event.by, &event.changes, proposed.stamp))
        .map_err(|source| StorageError::Record { what: "proposed event", source })?;
    Ok(Sha256::digest(text).into())
}
