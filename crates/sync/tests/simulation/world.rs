//! Three devices, a server, and the network between them on a bad day.

use std::collections::{BTreeSet, HashMap};

use holdfast_desk::{Actor, Event, EventId, Instant, Refusal};
use holdfast_sync::client::{Action, Failure};
use holdfast_sync::protocol::{Epoch, PullResponse, PushRequest, PushResponse, Recorded, Seq};
use holdfast_sync::{Tickets, Write};

use crate::desk::Desk;
use crate::device::Device;
use crate::dice::Dice;
use crate::server::Server;

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
    pub desk: Desk,
    pub server: Server,
    backup: Option<Server>,
    /// The histories of every life that the server's database had.
    pub lives: HashMap<Epoch, Vec<Recorded<Event>>>,
    pub devices: Vec<Device>,
    network: Vec<Message>,
    tick: u64,
    now: Instant,
    healed: bool,
    /// Events that reached the server after their device had given them up.
    pub late: BTreeSet<EventId>,
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
                58..60 => self.devices[index].set_clock(&mut self.dice),
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
}
