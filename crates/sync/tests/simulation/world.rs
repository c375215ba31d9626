//! Three devices, a server, and the network between them on a bad day.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use holdfast_desk::ticket::{decide, evolve};
use holdfast_desk::{
    Actor, Change, Command, Event, EventId, Header, Instant, PersonId, Refusal, Role, TicketId,
};
use holdfast_sync::client::{Action, Failure};
use holdfast_sync::protocol::{Epoch, PullResponse, PushRequest, PushResponse, Recorded, Seq};
use holdfast_sync::{Tickets, Write};

use crate::desk::Desk;
use crate::device::Device;
use crate::dice::Dice;
use crate::server::{Server, visible};

/// What happened in a run, to see that the runs cover what they are for.
#[derive(Debug, Default, Clone, Copy)]
pub struct Tally {
    pub saved: usize,
    pub accepted: usize,
    pub parked: usize,
    pub lost: usize,
    pub restored: usize,
    pub offered_again: usize,
    pub late: usize,
    pub failed: usize,
    pub rounds: usize,
}

impl std::iter::Sum for Tally {
    fn sum<I: Iterator<Item = Self>>(tallies: I) -> Self {
        tallies.fold(Self::default(), |a, b| Self {
            saved: a.saved + b.saved,
            accepted: a.accepted + b.accepted,
            parked: a.parked + b.parked,
            lost: a.lost + b.lost,
            restored: a.restored + b.restored,
            offered_again: a.offered_again + b.offered_again,
            late: a.late + b.late,
            failed: a.failed + b.failed,
            rounds: a.rounds.max(b.rounds),
        })
    }
}

enum Body {
    Push(PushRequest<Event>),
    Pull(Seq),
    Answers(PushResponse<Refusal>),
    Page(PullResponse<Event>),
    Failed(Failure),
    TooLarge(PushRequest<Event>),
}

struct Message {
    at: u64,
    device: usize,
    body: std::rc::Rc<Body>,
}

pub struct World {
    dice: Dice,
    desk: Desk,
    server: Server,
    backup: Option<Server>,
    /// The histories of every life that the server's database had.
    lives: HashMap<Epoch, Vec<Recorded<Event>>>,
    devices: Vec<Device>,
    network: Vec<Message>,
    tick: u64,
    now: Instant,
    healed: bool,
    /// Events that reached the server after their device had given them up.
    late: BTreeSet<EventId>,
    pub tally: Tally,
}

const TIMEOUT: u64 = 6;
const LONGEST_WAY: u64 = 14;

impl World {
    pub fn new(seed: u64) -> Self {
        let mut dice = Dice::new(seed);
        let now = Instant::parse("2026-03-02T09:00:00Z").unwrap();
        let desk = Desk::new(&mut dice, now);
        let devices =
            desk.people[..3].iter().map(|person| Device::new(&mut dice, Actor::from(person))).collect();
        let server = Server::new(Epoch(dice.uuid()));
        Self {
            dice,
            desk,
            server,
            backup: None,
            lives: HashMap::new(),
            devices,
            network: Vec::new(),
            tick: 0,
            now,
            healed: false,
            late: BTreeSet::new(),
            tally: Tally::default(),
        }
    }

    /// A bad day.
    pub fn trouble(&mut self, ticks: u64) {
        for _ in 0..ticks {
            self.tick += 1;
            self.now = self.now.plus_millis(self.dice.below(90_000) as i64);
            self.deliver();
            let index = self.dice.below(self.devices.len() as u64) as usize;
            match self.dice.below(100) {
                0..45 => self.devices[index].work(&mut self.dice, &self.desk, self.now),
                45..50 => self.devices[index].look_after(&mut self.dice, &self.desk, self.now),
                50..56 => self.devices[index].online ^= true,
                56..57 => self.backup = Some(self.server.clone()),
                57..58 => self.restore(),
                _ => {}
            }
            for index in 0..self.devices.len() {
                self.go_on(index);
                self.check_device(index);
            }
        }
    }

    /// A device does what its client says, until that waits for somebody else.
    fn go_on(&mut self, index: usize) {
        let device = &mut self.devices[index];
        if device.waits_until.is_some_and(|until| until <= self.tick) {
            device.waits_until = None;
            let now = device.clock(self.now);
            device.client.failed(Failure::Unreachable, now, self.dice.fraction());
        }
        loop {
            let device = &mut self.devices[index];
            if !device.online || device.waits_until.is_some() {
                return;
            }
            let now = device.clock(self.now);
            let body = match device.client.next(now, self.dice.fraction()) {
                Action::FetchReference => {
                    device.client.took_reference(1, self.desk.deciding(&device.actor));
                    continue;
                }
                Action::Store(write) => {
                    self.store(index, write);
                    continue;
                }
                Action::Pull(after) => Body::Pull(after),
                Action::Push => match device.client.request() {
                    Some(request) => Body::Push(request),
                    None => continue,
                },
                Action::Rest(until) => {
                    assert!(until > now, "rests until {until}, and it is {now}");
                    return;
                }
                other @ (Action::Reload | Action::Stop) => panic!("{other:?} has no reason here"),
            };
            let sends = matches!(body, Body::Push(_));
            assert!(!sends || device.replica().is_caught_up(), "sent before everything was read");
            device.waits_until = Some(self.tick + TIMEOUT);
            self.send(index, body);
        }
    }

    fn store(&mut self, index: usize, write: Write<Tickets>) {
        let behind = write.position.is_some_and(|position| position.cursor < position.head);
        assert!(!behind || write.parked.is_empty(), "parked for what a ticket was in between");
        self.tally.parked += write.parked.len();
        let (restart, device) = (write.restart, &mut self.devices[index]);
        let waiting = device.storage.waiting.len();
        device.store_planned(&mut self.dice, write);
        if restart {
            self.tally.offered_again += device.storage.waiting.len() - waiting;
        }
        self.check_device(index);
    }

    /// Once, twice or never; at once or much later.
    fn send(&mut self, device: usize, body: Body) {
        let body = std::rc::Rc::new(body);
        let copies = match self.dice.below(100) {
            _ if self.healed => 1,
            0..15 => 0,
            15..30 => 2,
            _ => 1,
        };
        self.tally.lost += usize::from(copies == 0);
        for _ in 0..copies {
            let slow = !self.healed && self.dice.percent(25);
            let way = if slow { self.dice.below(LONGEST_WAY) } else { 0 };
            self.network.push(Message { at: self.tick + way, device, body: body.clone() });
        }
    }

    fn deliver(&mut self) {
        while let Some(place) = self.network.iter().position(|message| message.at <= self.tick) {
            // Not always the first that was sent.
            let due = self.network.iter().filter(|message| message.at <= self.tick).count() as u64;
            let skip = if self.healed { 0 } else { self.dice.below(due) as usize };
            let place = (place..self.network.len())
                .filter(|place| self.network[*place].at <= self.tick)
                .nth(skip)
                .unwrap_or(place);
            let message = self.network.remove(place);
            if self.devices[message.device].online {
                self.receive(message.device, &message.body);
            }
        }
    }

    fn receive(&mut self, index: usize, body: &Body) {
        if let (Body::Push(_) | Body::Pull(_), Some(failure)) = (body, self.server_fails()) {
            return self.send(index, Body::Failed(failure));
        }
        let device = &mut self.devices[index];
        let now = device.clock(self.now);
        match body {
            Body::Push(request) if !self.healed && self.dice.percent(4) => {
                self.send(index, Body::TooLarge(request.clone()));
            }
            Body::Push(request) => {
                let breaks = !self.healed && self.dice.percent(10);
                let stop = breaks.then(|| self.dice.below(request.events.len() as u64 + 1) as usize);
                let before = self.server.history.len();
                let answers = self.server.push(&self.desk, &device.actor, request, self.now, stop);
                for recorded in &self.server.history[before..] {
                    let waits = |e: &holdfast_sync::Waiting<Event>| e.proposed.event.id == recorded.event.id;
                    if !device.storage.waiting.values().any(waits) {
                        self.late.insert(recorded.event.id);
                    }
                }
                if let Some(answers) = answers.filter(|_| !breaks) {
                    self.send(index, Body::Answers(answers));
                }
            }
            Body::Pull(after) => {
                let page = self.server.pull(&mut self.dice, &device.actor, *after, self.now);
                self.send(index, Body::Page(page));
            }
            Body::Answers(answers) => {
                device.hear_the_time(answers.now, self.now);
                device.waits_until = None;
                device.client.pushed(answers, now, self.desk.deciding(&device.actor));
            }
            Body::Page(page) => {
                device.hear_the_time(page.now, self.now);
                device.waits_until = None;
                device.client.pulled(page.clone(), self.desk.deciding(&device.actor));
            }
            // An answer that comes when nobody waits for one any more goes to nobody, as in a browser.
            Body::Failed(_) | Body::TooLarge(_) if device.waits_until.is_none() => {}
            Body::Failed(failure) => {
                device.waits_until = None;
                self.tally.failed += 1;
                device.client.failed(failure.clone(), now, self.dice.fraction());
            }
            Body::TooLarge(request) => {
                let waits = |id: EventId| device.storage.waiting.values().any(|e| e.proposed.event.id == id);
                if request.events.iter().all(|sent| waits(sent.event.id)) {
                    device.waits_until = None;
                    device.client.too_large(request, now, self.desk.deciding(&device.actor));
                }
            }
        }
        // What was planned is stored before anything else happens.
        self.go_on(index);
    }

    /// Now and then the server answers that it cannot.
    fn server_fails(&mut self) -> Option<Failure> {
        if self.healed || !self.dice.percent(8) {
            return None;
        }
        let after_s = self.dice.percent(50).then(|| self.dice.below(200) as u32);
        Some(match self.dice.below(10) {
            0 => Failure::Gone,
            1 => Failure::Refused("it is odd".to_owned()),
            2 => Failure::Unreachable,
            _ => Failure::Later { after_s },
        })
    }

    /// The server comes back from its backup: another life, some events fewer.
    fn restore(&mut self) {
        if let Some(backup) = self.backup.take() {
            self.lives.insert(self.server.epoch, self.server.history.clone());
            self.server = backup;
            self.server.epoch = Epoch(self.dice.uuid());
            self.tally.restored += 1;
        }
    }

    /// The day ends: the network works, and nobody does anything any more. How long until all agree?
    pub fn heal(&mut self) {
        self.healed = true;
        for device in &mut self.devices {
            device.online = true;
        }
        self.tick += LONGEST_WAY;
        self.deliver();
        let outbox: usize = self.devices.iter().map(|device| device.replica().waiting().count()).sum();
        let pages = self.server.history.len() + outbox + 10;
        // Crashes go on, each costs a message; barriers let one rejected event of a ticket pass at a time; and between
        // two rounds there is a rest of some seconds. The longest rest that a server may ask for comes before all that.
        let bound = 24 * (pages + outbox) + 400;
        for device in &mut self.devices {
            let now = device.clock(self.now);
            device.client.come_back(now);
        }
        while !self.is_settled() {
            self.tally.rounds += 1;
            assert!(self.tally.rounds <= bound, "after {bound} seconds the queues are not empty");
            self.tick += 1;
            self.now = self.now.plus_millis(1000);
            for index in 0..self.devices.len() {
                self.go_on(index);
            }
            self.deliver();
        }
    }

    fn is_settled(&self) -> bool {
        self.devices.iter().all(|device| {
            let position = device.replica().position();
            let read =
                position.is_some_and(|p| p.epoch == self.server.epoch && p.cursor == self.server.head());
            read && device.replica().waiting().count() == 0
        })
    }

    /// What holds on a device at every moment.
    fn check_device(&mut self, index: usize) {
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
