//! What an edit of the rules would do, before it is done.

use std::collections::BTreeMap;

use holdfast_desk::sla::{Clocks, Sla, SlaError, SlaRules, Subject, Which};
use holdfast_desk::ticket::{Created, evolve};
use holdfast_desk::{Change, Event, EventId, Header, Instant, PriorityId, Rules, TicketId};
use uuid::Uuid;

use super::shown::subject;
use super::{Desk, Reference};
use crate::browser::clock;

/// A deadline that an edit would move.
#[derive(Clone, Debug, PartialEq)]
pub struct Moved {
    /// Of which ticket.
    pub ticket: TicketId,
    /// Which of its clocks.
    pub which: Which,
    /// When it is due as things are.
    pub before: Option<Instant>,
    /// When it would be due.
    pub after: Option<Instant>,
}

/// What an edit would do.
#[derive(Clone, Debug, PartialEq)]
pub struct WhatIf {
    /// For each priority, what would be due when if somebody raised a ticket now.
    pub raised_now: Vec<(PriorityId, Vec<(Which, Instant)>)>,
    /// Deadlines of open tickets that would move, those first that are due first.
    pub moved: Vec<Moved>,
}

impl Desk {
    /// What these rules would do.
    ///
    /// # Errors
    /// Why they cannot be meant.
    pub fn what_if(&self, edited: &SlaRules) -> Result<WhatIf, SlaError> {
        let Some(reference) = self.reference() else {
            return Ok(WhatIf { raised_now: Vec::new(), moved: Vec::new() });
        };
        Rules { sla: edited.clone(), ..reference.rules.clone() }.check(&reference.directory)?;
        let now = self.now();
        let sla = Sla::compile(edited, clock::years_around());
        let raised_now = reference
            .rules
            .priorities
            .iter()
            .map(|row| (row.id.clone(), raised(&reference, &sla, &row.id, now)));
        let mut moved = BTreeMap::new();
        self.with(|inner| {
            let headers = inner.client.replica().all_confirmed().headers();
            for header in headers.filter(|header| !header.kind.is_done()) {
                let (ticket, subject) = (header.id, subject(&header, &reference));
                let (before, after) = (inner.sla.clocks(subject, now), sla.clocks(subject, now));
                for (which, before, after) in differing(&before, &after) {
                    moved.insert((before.or(after), ticket, which), Moved { ticket, which, before, after });
                }
            }
        });
        Ok(WhatIf { raised_now: raised_now.collect(), moved: moved.into_values().collect() })
    }
}

fn differing(before: &Clocks, after: &Clocks) -> Vec<(Which, Option<Instant>, Option<Instant>)> {
    let pairs = before.each().into_iter().zip(after.each());
    pairs
        .filter(|((_, b), (_, a))| b.due != a.due)
        .map(|((which, b), (_, a))| (which, b.due, a.due))
        .collect()
}

/// What a ticket of this priority would be due by, raised now by nobody in particular.
fn raised(reference: &Reference, sla: &Sla, priority: &PriorityId, now: Instant) -> Vec<(Which, Instant)> {
    let workflow = &reference.rules.workflow;
    let status = workflow.initial();
    let channel = reference.rules.channels.first().map(|row| row.id.clone());
    let nobody = holdfast_desk::PersonId(Uuid::nil());
    let created = Created {
        number: None,
        subject: String::new(),
        description: String::new(),
        requester: nobody,
        channel: channel.unwrap_or_else(|| "".into()),
        status: status.id.clone(),
        status_kind: status.kind,
        priority: priority.clone(),
        category: None,
        team: None,
        agent: None,
        site: None,
        asset: None,
        tags: Vec::new(),
    };
    let changes = vec![Change::Created(Box::new(created))];
    let event =
        Event { id: EventId(Uuid::nil()), ticket: TicketId(Uuid::nil()), by: nobody, at: now, changes };
    let header: Option<Header> = evolve(None, &event);
    let clocks = header.map(|header| sla.clocks(Subject { header: &header, organisation: None }, now));
    let due = |(which, clock): (Which, &holdfast_desk::sla::Clock)| Some((which, clock.due?));
    clocks.map(|clocks| clocks.each().into_iter().filter_map(due).collect()).unwrap_or_default()
}
