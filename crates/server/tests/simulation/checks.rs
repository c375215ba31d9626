//! What has to hold, at every moment and in the end.

use std::collections::{BTreeMap, HashSet};

use holdfast_desk::access::{Scope, Sight, redact};
use holdfast_desk::ticket::{REMOVED, decide, evolve};
use holdfast_desk::{Change, Command, Event, EventId, Header, PersonId, Role, TicketId};
use holdfast_sync::protocol::{Reason, Recorded, Seq, Verdict};

use crate::device::{Device, tickets_in};
use crate::world::World;

impl World {
    /// What holds on a device at every moment.
    pub fn check_device(&mut self, index: usize) {
        if !std::mem::take(&mut self.devices[index].changed) {
            return;
        }
        let device = &self.devices[index];
        self.check_cursor(device);
        let Device { storage, saved, dismissed, .. } = device;
        let folded = fold(storage.history.values());
        assert_eq!(storage.states, folded, "states are the histories folded");

        // Every event of which somebody was told "saved" is somewhere, and in one place only.
        let waiting: Vec<EventId> = storage.waiting.values().map(|e| e.proposed.event.id).collect();
        let parked: Vec<EventId> = storage.parked.iter().map(|p| p.proposed.event.id).collect();
        let history: HashSet<EventId> = storage.history.values().map(|r| r.event.id).collect();
        for (id, ticket) in saved {
            let places = waiting.iter().filter(|other| *other == id).count()
                + parked.iter().filter(|other| *other == id).count()
                + usize::from(history.contains(id));
            // A copied profile does not know at once what the other one did with it.
            let has_twin = self.devices.iter().filter(|other| other.person == device.person).count() > 1;
            let (waits, needs) = (waiting.contains(id), parked.contains(id));
            assert!(places <= 1 || has_twin, "{id} is twice here: waits {waits}, needs a person {needs}");
            // What was accepted may be out of sight, or not be loaded again yet.
            let may_be_away = || match self.accepted(*id) {
                Some(event) => {
                    !storage.states.contains_key(ticket) || redact(&event, Sight::Public).is_none()
                }
                None => self.is_accepted(*id),
            };
            let is_known = dismissed.contains(id) || storage.out_of_sight.contains(id);
            assert!(places > 0 || is_known || may_be_away(), "{id} is nowhere");
        }
        self.check_shown(device, &folded);
        self.check_requester(device);
    }

    /// The cursor is never ahead of the data, and the data is what that life of the server really had.
    fn check_cursor(&self, device: &Device) {
        let Some(position) = &device.storage.position else { return };
        let current = (position.epoch == self.server.epoch()).then(|| self.server.history());
        let life = current.as_ref().unwrap_or_else(|| &self.lives[&position.epoch]);
        let mut there: BTreeMap<TicketId, Vec<&Recorded<Event>>> = BTreeMap::new();
        for recorded in life.iter().filter(|recorded| recorded.seq <= position.cursor) {
            there.entry(recorded.event.ticket).or_default().push(recorded);
        }
        for ticket in device.storage.states.keys() {
            // What was forgotten on the server may be remembered here.
            let Some(there) = there.get(ticket) else { continue };
            let of_ticket = device.storage.history.values().filter(|r| r.event.ticket == *ticket);
            let here: BTreeMap<Seq, EventId> = of_ticket.map(|r| (r.seq, r.event.id)).collect();
            let all: BTreeMap<Seq, EventId> = there.iter().map(|r| (r.seq, r.event.id)).collect();
            assert!(here.iter().all(|(seq, id)| all.get(seq) == Some(id)), "another history of {ticket}");
            let public = there.iter().filter(|r| redact(&r.event, Sight::Public).is_some());
            let missing = public.map(|r| r.seq).find(|seq| !here.contains_key(seq));
            assert_eq!(missing, None, "the cursor {} is ahead of {ticket}", position.cursor);
        }
    }

    /// An event that the server accepted, in whatever life.
    fn accepted(&self, id: EventId) -> Option<Event> {
        let now = self.server.history();
        let mut all = self.lives.values().flatten().chain(&now);
        all.find(|recorded| recorded.event.id == id).map(|recorded| recorded.event.clone())
    }

    fn is_accepted(&self, id: EventId) -> bool {
        let known = self.server.storage.read(|view| view.known(&[id])).unwrap();
        matches!(known.get(&id).map(|known| &known.verdict), Some(Verdict::Accepted { .. }))
    }

    /// What is shown is the confirmed state with what waits on top.
    fn check_shown(&self, device: &Device, folded: &BTreeMap<TicketId, Header>) {
        let (actor, replica) = (device.actor(), device.storage.load());
        let rules = device.known.rules(&actor);
        for ticket in tickets_in(&replica) {
            let shown = replica.state(ticket, rules);
            assert_eq!(shown, told_otherwise(device, ticket, folded.get(&ticket)), "shown of {ticket}");
            let Some(shown) = shown else { continue };
            let status = rules.rules.workflow.status(&shown.status);
            assert!(shown.deleted || status.map(|status| status.kind) == Some(shown.kind));
        }
    }

    fn check_requester(&self, device: &Device) {
        if device.actor().role != Role::Requester {
            return;
        }
        let ours = device.storage.waiting.values().map(|entry| &entry.proposed.event);
        for event in device.storage.history.values().map(|recorded| &recorded.event).chain(ours) {
            let secret = |change: &Change| matches!(change, Change::Noted { .. } | Change::Tagged { .. });
            assert!(!event.changes.iter().any(secret), "a note reached a requester");
        }
        for header in device.storage.states.values() {
            assert_eq!(header.requester, device.person, "another person's ticket reached a requester");
            assert_eq!(header.tags, Vec::<String>::new());
        }
    }

    /// What holds once all agree.
    pub fn check_end(&mut self) {
        let history = self.server.history();
        let headers: BTreeMap<TicketId, Header> = self.server.headers().into_iter().collect();
        assert_eq!(headers, fold(&history), "the server's headers are its history folded");
        let ids: HashSet<EventId> = history.iter().map(|r| r.event.id).collect();
        assert_eq!(ids.len(), history.len(), "nothing is there twice");
        assert!(history.is_sorted_by_key(|r| r.seq) && self.server.head() >= history.len() as Seq);
        self.check_order(&history);
        self.check_workflow(&history);
        check_words(&history);

        let directory = &self.server.reference().directory;
        for device in &self.devices {
            let scope = Scope::of(&device.actor(), directory);
            let seen = seen(&history, &headers, &scope);
            let here = device.storage.states.iter().filter(|(ticket, _)| headers.contains_key(ticket));
            let here: BTreeMap<TicketId, Header> = here.map(|(id, header)| (*id, header.clone())).collect();
            assert_eq!(here, fold(&seen), "a device agrees with the server");
            let beyond = device.storage.states.values().filter(|header| !headers.contains_key(&header.id));
            assert!(beyond.clone().all(|header| header.deleted), "what is not on the server was deleted");
            let theirs = device.storage.history.values().filter(|r| headers.contains_key(&r.event.ticket));
            let differs = theirs.clone().zip(&seen).find(|(here, there)| here != there);
            assert_eq!(differs, None, "word for word");
            assert_eq!(theirs.count(), seen.len(), "and nothing more or less");
            self.check_work(device);
        }
        for index in 0..self.devices.len() {
            for tab in 0..self.devices[index].tabs.len() {
                self.devices[index].hear(tab);
                let device = &self.devices[index];
                let in_memory = device.tabs[tab].client.replica();
                assert_eq!(*in_memory, device.storage.load(), "every tab shows what is stored");
            }
        }
        self.tally.saved = self.devices.iter().map(|device| device.saved.len()).sum();
        self.tally.accepted = ids.len();
        self.tally.late = self.late.len();
        self.tally.deleted = headers.values().filter(|header| header.deleted).count() + self.tally.compacted;
        let redacted = |r: &&Recorded<Event>| matches!(r.event.changes[..], [Change::Redacted { .. }]);
        self.tally.redacted = history.iter().filter(redacted).count();
    }

    /// What was saved is applied, or in sight as refused.
    fn check_work(&self, device: &Device) {
        let parked: HashSet<EventId> = device.storage.parked.iter().map(|p| p.proposed.event.id).collect();
        for id in device.saved.keys().filter(|id| !device.dismissed.contains(id)) {
            let (accepted, parked) = (self.is_accepted(*id), parked.contains(id));
            if !accepted && !parked && device.storage.out_of_sight.contains(id) {
                let was_accepted = self.accepted(*id).is_some() || self.forgotten.contains(id);
                assert!(was_accepted, "{id} was accepted in another life of the server");
                continue;
            }
            let why = || device.storage.parked.iter().find(|entry| entry.proposed.event.id == *id);
            // Offered with its words taken back to a life that still has them, it cannot be known for the same: it is in
            // sight, and applied.
            if accepted && why().is_some_and(|entry| entry.reason == Reason::EventIdReuse) {
                assert!(!self.lives.is_empty(), "nothing else is offered with other words");
                continue;
            }
            // Sent once more after its answer was lost, and too large for somebody on the way: only the history could tell
            // that it was accepted, and this person does not see it there.
            if accepted && why().is_some_and(|entry| entry.reason == Reason::TooLarge) {
                assert!(
                    !device.storage.states.contains_key(&device.saved[id]),
                    "what is seen is parked no more"
                );
                continue;
            }
            assert!(accepted != parked, "{id}: accepted is {accepted}, parked as {:?}", why());
        }
    }

    /// Each device's events of one ticket stand in the order in which it made them. Two devices that went by one name
    /// have no order between them.
    fn check_order(&self, history: &[Recorded<Event>]) {
        let mut last = BTreeMap::new();
        for recorded in history.iter().filter(|r| !self.late.contains(&r.event.id)) {
            let stamp = recorded.stamp.expect("nothing was imported");
            let before = last.insert((stamp.device, recorded.event.ticket), stamp.device_seq);
            let shared = self.devices.iter().filter(|device| device.person == recorded.event.by).count() > 1;
            assert!(
                shared || before < Some(stamp.device_seq),
                "{} overtook an earlier one",
                recorded.event.id
            );
        }
    }

    /// Nothing in the server's history left the workflow or went back in time.
    fn check_workflow(&self, history: &[Recorded<Event>]) {
        let mut headers: BTreeMap<TicketId, Header> = BTreeMap::new();
        for recorded in history {
            let event = &recorded.event;
            let mut header = headers.remove(&event.ticket);
            if let Some(header) = &header {
                assert!(event.at >= header.updated_at, "an event before what was known already");
                assert!(!header.deleted, "something happened to a ticket that was deleted");
            }
            for change in &event.changes {
                if let (Some(header), Change::Transitioned { to, .. }) = (&header, change) {
                    assert!(self.desk.rules.workflow.transition(&header.status, to).is_some());
                }
                header = evolve(header, &Event { changes: vec![change.clone()], ..event.clone() });
            }
            headers.insert(event.ticket, header.expect("the first event of a ticket raises it"));
        }
        let people: HashSet<PersonId> = self.desk.people.iter().map(|person| person.id).collect();
        assert!(history.iter().all(|recorded| people.contains(&recorded.event.by)));
    }
}

/// What was taken back cannot be read any more.
fn check_words(history: &[Recorded<Event>]) {
    for (place, recorded) in history.iter().enumerate() {
        for change in &recorded.event.changes {
            let earlier = || {
                let before = history[..place].iter();
                before.filter(|r| r.event.ticket == recorded.event.ticket).flat_map(|r| {
                    let id = r.event.id;
                    r.event.changes.iter().map(move |change| (id, change))
                })
            };
            let says = |change: &Change| match change {
                Change::Replied { text } | Change::Noted { text } => text != REMOVED,
                Change::Created(created) => created.subject != REMOVED,
                Change::Retitled { subject } => subject != REMOVED,
                _ => false,
            };
            let left = match change {
                Change::Deleted => earlier().find(|(_, change)| says(change)),
                Change::Redacted { event } => earlier().find(|(id, change)| id == event && says(change)),
                _ => None,
            };
            assert_eq!(left, None, "words that were taken back are still there");
        }
    }
}

/// What ought to be shown, told in another way than the replica tells it.
fn told_otherwise(device: &Device, ticket: TicketId, confirmed: Option<&Header>) -> Option<Header> {
    let actor = device.actor();
    let rules = device.known.rules(&actor);
    let mut header = confirmed.cloned();
    for entry in device.storage.waiting.values().filter(|e| e.proposed.event.ticket == ticket) {
        let event = &entry.proposed.event;
        let at = entry.proposed.stamp.corrected();
        let at = header.as_ref().map_or(at, |header| header.updated_at.max(at));
        let command = Command::behind(&event.changes).unwrap();
        let event = match decide(header.as_ref(), &command, &rules.context(at)) {
            Ok(changes) => Event { at, changes, ..event.clone() },
            Err(_) => event.clone(),
        };
        header = evolve(header, &event);
    }
    header
}

/// What somebody reads of a history, told from the tickets as they are.
fn seen(
    history: &[Recorded<Event>],
    headers: &BTreeMap<TicketId, Header>,
    scope: &Scope,
) -> Vec<Recorded<Event>> {
    let read = |recorded: &Recorded<Event>| {
        let event = redact(&recorded.event, scope.sight(&headers[&recorded.event.ticket]))?;
        Some(Recorded { event, ..recorded.clone() })
    };
    history.iter().filter_map(read).collect()
}

fn fold<'a>(history: impl IntoIterator<Item = &'a Recorded<Event>>) -> BTreeMap<TicketId, Header> {
    let mut headers = BTreeMap::new();
    for recorded in history {
        let header = headers.remove(&recorded.event.ticket);
        if let Some(header) = evolve(header, &recorded.event) {
            headers.insert(recorded.event.ticket, header);
        }
    }
    headers
}
