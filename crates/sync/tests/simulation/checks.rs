//! What has to hold, at every moment and in the end.

use std::collections::{BTreeMap, HashSet};

use holdfast_desk::ticket::{decide, evolve};
use holdfast_desk::{Change, Command, Event, EventId, Header, PersonId, Role, TicketId};
use holdfast_sync::protocol::Recorded;

use crate::device::Device;
use crate::server::visible;
use crate::world::World;

impl World {
    /// What holds on a device at every moment.
    pub fn check_device(&mut self, index: usize) {
        if !std::mem::take(&mut self.devices[index].changed) {
            return;
        }
        let Device { storage, client, actor, saved, dismissed, .. } = &self.devices[index];
        let replica = client.replica();

        // The cursor is never ahead of the data, and the data is what that life of the server really had.
        if let Some(position) = storage.position {
            let life = match position.epoch == self.server.epoch {
                true => &self.server.history,
                false => &self.lives[&position.epoch],
            };
            let expected: Vec<_> =
                visible(life, actor).into_iter().filter(|r| r.seq <= position.cursor).collect();
            let same = storage.history.values().eq(&expected);
            assert!(same, "what is stored is not what there is up to the cursor {position:?}");
        }
        let folded = fold(storage.history.values());
        assert_eq!(storage.states, folded, "states are the histories folded");

        // Every event of which somebody was told "saved" is somewhere, and in one place only.
        let waiting: Vec<EventId> = storage.waiting.values().map(|e| e.proposed.event.id).collect();
        let parked: Vec<EventId> = storage.parked.iter().map(|p| p.proposed.event.id).collect();
        let history: HashSet<EventId> = storage.history.values().map(|r| r.event.id).collect();
        for id in saved.keys() {
            let places = waiting.iter().filter(|other| *other == id).count()
                + parked.iter().filter(|other| *other == id).count()
                + usize::from(history.contains(id));
            let expected = if dismissed.contains(id) { 0..=1 } else { 1..=1 };
            assert!(expected.contains(&places), "{id} is in {places} places");
        }

        // What is shown is the confirmed state with what waits on top.
        for ticket in replica.things() {
            let shown = replica.state(ticket, self.desk.deciding(actor));
            assert_eq!(shown, self.shown(index, ticket, folded.get(&ticket)), "what is shown of {ticket}");
            let Some(shown) = shown else {
                // Right after a restart on an empty history there is nothing to read, and nothing was decided yet.
                let empty = storage.position.is_some_and(|position| position.head == 0);
                assert!(!replica.is_caught_up() || empty, "what is listed and was read can be shown");
                continue;
            };
            let status = self.desk.rules.workflow.status(&shown.status);
            assert_eq!(status.map(|status| status.kind), Some(shown.kind));
        }

        if actor.role == Role::Requester {
            let ours = storage.waiting.values().map(|entry| &entry.proposed.event);
            for event in storage.history.values().map(|recorded| &recorded.event).chain(ours) {
                let secret = |change: &Change| matches!(change, Change::Noted { .. } | Change::Tagged { .. });
                assert!(!event.changes.iter().any(secret), "a note reached a requester");
            }
            for header in storage.states.values() {
                assert_eq!(header.requester, actor.person, "another person's ticket reached a requester");
                assert_eq!(header.tags, Vec::<String>::new());
            }
        }
    }

    /// What ought to be shown, told in another way than the replica tells it.
    fn shown(&self, index: usize, ticket: TicketId, confirmed: Option<&Header>) -> Option<Header> {
        let device = &self.devices[index];
        let rules = self.desk.deciding(&device.actor);
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

    /// What holds once all agree.
    pub fn check_end(&mut self) {
        let rebuilt = fold(&self.server.history);
        assert_eq!(self.server.headers, rebuilt, "the server's headers are its history folded");

        let ids: HashSet<EventId> = self.server.history.iter().map(|r| r.event.id).collect();
        assert_eq!(ids.len(), self.server.history.len(), "nothing is there twice");
        assert!(self.server.history.iter().map(|r| r.seq).eq(1..=self.server.head()));
        self.check_order();
        self.check_workflow();

        for device in &self.devices {
            let seen = visible(&self.server.history, &device.actor);
            assert_eq!(device.storage.states, fold(&seen), "a device agrees with the server");
            if device.actor.role.is_agent() {
                assert_eq!(device.storage.states, rebuilt);
            }
            let parked: HashSet<EventId> =
                device.replica().parked().iter().map(|p| p.proposed.event.id).collect();
            for id in device.saved.keys().filter(|id| !device.dismissed.contains(id)) {
                assert!(ids.contains(id) != parked.contains(id), "{id} is accepted or parked");
            }
            self.tally.saved += device.saved.len();
        }
        self.tally.accepted = ids.len();
        self.tally.late = self.late.len();
    }

    /// Each device's events of one ticket stand in the order in which it made them.
    fn check_order(&self) {
        let mut last = BTreeMap::new();
        for recorded in self.server.history.iter().filter(|r| !self.late.contains(&r.event.id)) {
            let stamp = recorded.stamp.expect("nothing was imported");
            let before = last.insert((stamp.device, recorded.event.ticket), stamp.device_seq);
            assert!(before < Some(stamp.device_seq), "{} overtook an earlier one", recorded.event.id);
        }
    }

    /// Nothing in the server's history left the workflow or went back in time.
    fn check_workflow(&self) {
        let mut headers: BTreeMap<TicketId, Header> = BTreeMap::new();
        for recorded in &self.server.history {
            let event = &recorded.event;
            let mut header = headers.remove(&event.ticket);
            if let Some(header) = &header {
                assert!(event.at >= header.updated_at, "an event before what was known already");
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
        assert!(self.server.history.iter().all(|recorded| people.contains(&recorded.event.by)));
    }
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
