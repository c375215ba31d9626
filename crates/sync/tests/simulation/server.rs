//! A model of the server: the judge, verdicts that are kept for ever, and a history in commit order.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use holdfast_desk::access::redact;
use holdfast_desk::ticket::TicketNumber;
use holdfast_desk::{Actor, Event, EventId, Header, Instant, PersonId, Refusal, Role, TicketId};
use holdfast_sync::protocol::{
    Answer, Epoch, Proposed, PullResponse, PushRequest, PushResponse, Reason, Recorded, Seq, Verdict,
};
use holdfast_sync::tickets::TicketRules;
use holdfast_sync::{Judgement, Tickets, judge};

use crate::desk::Desk;
use crate::dice::Dice;

#[derive(Clone)]
pub struct Server {
    pub epoch: Epoch,
    pub history: Vec<Recorded<Event>>,
    pub headers: BTreeMap<TicketId, Header>,
    verdicts: HashMap<EventId, (String, Verdict<Refusal>)>,
    next_number: u32,
}

impl Server {
    pub fn new(epoch: Epoch) -> Self {
        Self {
            epoch,
            history: Vec::new(),
            headers: BTreeMap::new(),
            verdicts: HashMap::new(),
            next_number: 1000,
        }
    }

    pub fn head(&self) -> Seq {
        self.history.len() as Seq
    }

    /// Decides a batch. `stop_after` events it breaks down: what was decided stays decided, nobody gets an answer.
    pub fn push(
        &mut self,
        desk: &Desk,
        actor: &Actor,
        request: &PushRequest<Event>,
        now: Instant,
        stop_after: Option<usize>,
    ) -> Option<PushResponse<Refusal>> {
        let mut answers = Vec::new();
        if request.epoch != self.epoch {
            return Some(PushResponse { epoch: self.epoch, answers, now });
        }
        let mut barred = BTreeSet::new();
        for (index, proposed) in request.events.iter().enumerate() {
            if stop_after.is_some_and(|stop| index >= stop) {
                return None;
            }
            let id = proposed.event.id;
            let digest = serde_json::to_string(proposed).unwrap();
            let verdict = match self.verdicts.get(&id) {
                Some((known, verdict)) if *known == digest => verdict.clone(),
                Some(_) => Verdict::Rejected { refusal: Reason::EventIdReuse },
                None if barred.contains(&proposed.event.ticket) => continue,
                None => {
                    let verdict = self.decide(desk, actor, proposed, now);
                    self.verdicts.insert(id, (digest, verdict.clone()));
                    verdict
                }
            };
            if matches!(verdict, Verdict::Rejected { .. }) {
                barred.insert(proposed.event.ticket);
            }
            answers.push(Answer { id, verdict });
        }
        Some(PushResponse { epoch: self.epoch, answers, now })
    }

    fn decide(
        &mut self,
        desk: &Desk,
        actor: &Actor,
        proposed: &Proposed<Event>,
        now: Instant,
    ) -> Verdict<Refusal> {
        if proposed.event.by != actor.person {
            return Verdict::Rejected { refusal: Reason::NotYours };
        }
        let ticket = proposed.event.ticket;
        let rules = TicketRules { number: Some(TicketNumber(self.next_number)), ..desk.deciding(actor) };
        let seq = self.head() + 1;
        match judge::<Tickets>(self.headers.get(&ticket), proposed, seq, now, rules) {
            Judgement::Accepted { recorded, state } => {
                self.next_number += u32::from(!self.headers.contains_key(&ticket));
                self.headers.insert(ticket, state);
                self.history.push(recorded);
                Verdict::Accepted { seq }
            }
            Judgement::Refused(refusal) => Verdict::Rejected { refusal: Reason::Refused { refusal } },
        }
    }

    pub fn pull(&self, dice: &mut Dice, actor: &Actor, after: Seq, now: Instant) -> PullResponse<Event> {
        let limit = 1 + dice.below(6);
        let cursor = (after + limit).min(self.head()).max(after.min(self.head()));
        let events = visible(&self.history, actor)
            .into_iter()
            .filter(|recorded| recorded.seq > after && recorded.seq <= cursor)
            .collect();
        PullResponse { epoch: self.epoch, after, events, cursor, head: self.head(), reference: 1, now }
    }
}

/// What somebody may read of a history. Told by the event that raised each ticket, independently of the server's
/// headers.
pub fn visible(history: &[Recorded<Event>], actor: &Actor) -> Vec<Recorded<Event>> {
    let mut owners: HashMap<TicketId, PersonId> = HashMap::new();
    let mut seen = Vec::new();
    for recorded in history {
        if let Some(holdfast_desk::Change::Created(created)) = recorded.event.changes.first() {
            owners.insert(recorded.event.ticket, created.requester);
        }
        let theirs = owners.get(&recorded.event.ticket) == Some(&actor.person);
        if actor.role == Role::Requester && !theirs {
            continue;
        }
        if let Some(event) = redact(&recorded.event, actor.role) {
            seen.push(Recorded { event, ..recorded.clone() });
        }
    }
    seen
}
