//! Devices, a server, and the network between them on a bad day.

use std::collections::{BTreeSet, HashMap};
use std::rc::Rc;

use holdfast_desk::access::Scope;
use holdfast_desk::{Event, EventId, Instant, Refusal, TicketId};
use holdfast_server::replication::ReadError;
use holdfast_sync::client::{Action, Failure};
use holdfast_sync::protocol::{
    DeviceId, Epoch, Hint, LoadRequest, LoadResponse, Page, PushRequest, PushResponse, Recorded, Seq,
};
use holdfast_sync::{Tickets, Write};

use crate::desk::Desk;
use crate::device::{Device, Stored};
use crate::dice::Dice;
use crate::faults::{Fault, Faults};
use crate::server::{Backup, On, Server};
use crate::tally::Tally;
use crate::versions::as_old;

#[derive(Debug)]
enum Body {
    Push(PushRequest<Event>),
    Pull(Seq),
    Load(LoadRequest<TicketId, Scope>),
    Answers(PushResponse<Refusal>),
    Page(Page<Event, TicketId>),
    Things(LoadResponse<Event, TicketId>),
    Failed(Failure),
    TooLarge(PushRequest<Event>),
    Hint(Hint),
}

struct Message {
    at: u64,
    device: usize,
    tab: usize,
    body: Rc<Body>,
}

pub struct World {
    pub dice: Dice,
    faults: Faults,
    pub desk: Desk,
    pub server: Server,
    backup: Option<Backup>,
    /// The histories of every life that the server's database had.
    pub lives: HashMap<Epoch, Vec<Recorded<Event>>>,
    pub devices: Vec<Device>,
    network: Vec<Message>,
    tick: u64,
    now: Instant,
    healed: bool,
    /// Events that reached the server after their device had given them up.
    pub late: BTreeSet<EventId>,
    /// Events that the server accepted and forgot with their ticket, in whatever life.
    pub forgotten: BTreeSet<EventId>,
    pub tally: Tally,
}

const TIMEOUT: u64 = 6;
const LONGEST_WAY: u64 = 14;
/// People with a device.
const PEOPLE: usize = 4;
/// Copies of a profile at the most.
const COPIES: usize = 2;

impl World {
    pub fn new(seed: u64, on: On, faults: Faults) -> Self {
        let mut dice = Dice::new(seed);
        let now = Instant::parse("2026-03-02T09:00:00Z").unwrap();
        let desk = Desk::new(&mut dice, now);
        let mut server = Server::new(on, &desk, &mut dice);
        let known = server.known();
        let mut devices: Vec<Device> = desk.people[..PEOPLE]
            .iter()
            .map(|person| Device::new(&mut dice, person.id, known.clone()))
            .collect();
        if faults.have(Fault::Mixed) {
            server.is_old = dice.percent(50);
            devices.iter_mut().for_each(|device| device.is_old = dice.percent(50));
        }
        Self {
            dice,
            faults,
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
            forgotten: BTreeSet::new(),
            tally: Tally::default(),
        }
    }

    /// By chance, where this fault is one of those that happen in this run.
    fn strikes(&mut self, fault: Fault, percent: u64) -> bool {
        self.dice.percent(percent) && !self.healed && self.faults.have(fault)
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
                45..50 => self.devices[index].look_after(&mut self.dice, self.now),
                50..56 if self.faults.have(Fault::Offline) => self.devices[index].online ^= true,
                56..57 => self.backup = Some(self.server.back_up()),
                57..58 if self.faults.have(Fault::Restore) => self.restore(),
                58..60 if self.faults.have(Fault::Clock) => self.devices[index].set_clock(&mut self.dice),
                60..62 if self.faults.have(Fault::Access) => {
                    self.server.change_access(&mut self.dice);
                    self.tally.access += 1;
                }
                62..63 => self.compact(),
                63..64 if self.faults.have(Fault::Copy) => self.copy(index),
                64..75 => self.hint(index),
                75..77 if self.faults.have(Fault::Mixed) => self.upgrade(index),
                77..78 if self.faults.have(Fault::Mixed) => self.server.is_old = false,
                _ => {}
            }
            for index in 0..self.devices.len() {
                self.go_on_all(index);
            }
        }
    }

    /// Every tab of a device hears of the others and goes on.
    fn go_on_all(&mut self, index: usize) {
        for tab in 0..self.devices[index].tabs.len() {
            if !self.strikes(Fault::Tabs, 30) {
                self.devices[index].hear(tab);
            }
            self.go_on(index, tab);
        }
        self.check_device(index);
    }

    /// A tab does what its client says, until that waits for somebody else.
    fn go_on(&mut self, index: usize, tab: usize) {
        let device = &mut self.devices[index];
        let now = device.clock(self.now);
        let state = &mut device.tabs[tab];
        if state.waits_until.is_some_and(|until| until <= self.tick) {
            state.waits_until = None;
            state.client.failed(Failure::Unreachable, now, self.dice.fraction());
        }
        loop {
            let device = &mut self.devices[index];
            let state = &mut device.tabs[tab];
            if !device.online || state.waits_until.is_some() {
                return;
            }
            let body = match state.client.next(now, self.dice.fraction()) {
                Action::FetchReference => {
                    device.take_reference(tab, self.server.known());
                    continue;
                }
                Action::Store(write) => {
                    self.store(index, tab, *write);
                    continue;
                }
                Action::Rename => {
                    self.tally.forked += 1;
                    state.client.renamed(DeviceId(self.dice.uuid()));
                    continue;
                }
                Action::Reload => {
                    let stored = device.storage.load();
                    device.tabs[tab].client.reload(stored);
                    continue;
                }
                Action::Pull(after) => Body::Pull(after),
                Action::Load(request) => Body::Load(request),
                Action::Push => match state.client.request() {
                    Some((request, _)) => Body::Push(request),
                    None => continue,
                },
                Action::Rest(until) => {
                    assert!(until > now, "rests until {until}, and it is {now}");
                    return;
                }
                Action::Stop => {
                    // Somebody signs in again, or takes the newer app; both open it anew.
                    if self.healed || self.dice.percent(20) {
                        let tabs = device.tabs.len();
                        device.open(tabs);
                        continue;
                    }
                    return;
                }
            };
            let client = &self.devices[index].tabs[tab].client;
            let sends = matches!(body, Body::Push(_));
            assert!(!sends || client.replica().is_caught_up(), "sent before everything was read");
            self.devices[index].tabs[tab].waits_until = Some(self.tick + TIMEOUT);
            self.send(index, tab, body);
        }
    }

    fn store(&mut self, index: usize, tab: usize, write: Write<Tickets>) {
        let behind = write.position.as_ref().is_some_and(|position| position.cursor < position.head);
        let decided = !write.events.is_empty() && !write.parked.is_empty();
        assert!(!behind || !decided, "parked for what a ticket was in between");
        let parked = write.parked.len();
        let (restart, gone, device) = (write.restart, write.gone.len(), &mut self.devices[index]);
        let waiting = device.storage.waiting.len();
        let now = device.clock(self.now);
        match device.store_planned(&mut self.dice, tab, write) {
            Stored::Moved => {
                self.tally.overtaken += 1;
                device.tabs[tab].client.overtaken();
            }
            Stored::Full => {
                self.tally.full += 1;
                let failure = Failure::Storage("there is no room".to_owned());
                device.tabs[tab].client.failed(failure, now, self.dice.fraction());
            }
            Stored::Yes | Stored::Died => {
                self.tally.parked += parked;
                self.tally.gone += gone;
                if restart {
                    self.tally.offered_again += device.storage.waiting.len().saturating_sub(waiting);
                }
            }
        }
        self.check_device(index);
    }

    /// Once, twice or never; at once or much later.
    fn send(&mut self, device: usize, tab: usize, body: Body) {
        let body = Rc::new(body);
        let copies = match self.dice.below(100) {
            _ if self.healed => 1,
            0..15 if self.faults.have(Fault::Drop) => 0,
            15..30 if self.faults.have(Fault::Double) => 2,
            _ => 1,
        };
        self.tally.lost += usize::from(copies == 0);
        for _ in 0..copies {
            let way = if self.strikes(Fault::Delay, 25) { self.dice.below(LONGEST_WAY) } else { 0 };
            self.network.push(Message { at: self.tick + way, device, tab, body: body.clone() });
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
                self.receive(message.device, message.tab, &message.body);
            }
        }
    }

    fn receive(&mut self, index: usize, tab: usize, body: &Body) {
        if let (Body::Push(_) | Body::Pull(_) | Body::Load(_), Some(failure)) = (body, self.server_fails()) {
            return self.send(index, tab, Body::Failed(failure));
        }
        let is_too_large = self.strikes(Fault::Status, 4);
        let device = &mut self.devices[index];
        let (person, now) = (device.person, device.clock(self.now));
        match body {
            Body::Push(request) if is_too_large => {
                self.send(index, tab, Body::TooLarge(request.clone()));
            }
            Body::Push(request) => {
                let breaks = self.strikes(Fault::Crash, 6);
                let before = self.server.head();
                let answers = self.server.push(person, request, self.now, breaks);
                let waiting = &self.devices[index].storage.waiting;
                for recorded in self.server.history().iter().filter(|recorded| recorded.seq > before) {
                    let id = recorded.event.id;
                    if !waiting.values().any(|entry| entry.proposed.event.id == id) {
                        self.late.insert(id);
                    }
                }
                // It died after the commit and before it could say so.
                if let Some(answers) = answers.filter(|_| !self.strikes(Fault::Crash, 6)) {
                    self.send(index, tab, Body::Answers(answers));
                }
            }
            Body::Pull(after) => {
                let limit = 1 + self.dice.below(6) as usize;
                let page = self.server.pull(person, *after, limit, self.now);
                self.send(index, tab, answer(page, Body::Page));
            }
            Body::Load(request) => {
                let things = self.server.load(person, request, self.now);
                self.send(index, tab, answer(things, Body::Things));
            }
            Body::Answers(answers) => {
                self.arrives(index, tab, answers.now, &mut []);
                self.devices[index].tabs[tab].client.pushed(answers, now);
            }
            Body::Page(page) => {
                let mut page = page.clone();
                self.arrives(index, tab, page.now, &mut page.events);
                self.devices[index].tell(tab, |client, rules| client.pulled(page, now, rules));
            }
            Body::Things(things) => {
                let mut things = things.clone();
                self.arrives(index, tab, things.now, &mut things.events);
                self.devices[index].tell(tab, |client, rules| client.loaded(things, now, rules));
            }
            Body::Hint(hint) => device.tabs[tab].client.hinted(*hint, now),
            // An answer that comes when nobody waits for one any more goes to nobody, as in a browser.
            Body::Failed(_) | Body::TooLarge(_) if device.tabs[tab].waits_until.is_none() => {}
            Body::Failed(failure) => {
                self.tally.failed += 1;
                let tab = &mut device.tabs[tab];
                tab.waits_until = None;
                tab.client.failed(failure.clone(), now, self.dice.fraction());
            }
            Body::TooLarge(request) => {
                let replica = device.tabs[tab].client.replica();
                let waits = |id: EventId| replica.waiting().any(|entry| entry.proposed.event.id == id);
                if request.events.iter().all(|sent| waits(sent.event.id)) {
                    device.tabs[tab].waits_until = None;
                    device.tabs[tab].client.too_large(request, now);
                }
            }
        }
        // What was planned is stored before anything else happens.
        self.go_on(index, tab);
        self.check_device(index);
    }

    fn arrives(&mut self, index: usize, tab: usize, server: Instant, events: &mut [Recorded<Event>]) {
        let device = &mut self.devices[index];
        if device.is_old {
            events.iter_mut().for_each(|recorded| as_old(&mut recorded.event));
        }
        device.hear_the_time(server, self.now);
        device.tabs[tab].waits_until = None;
    }

    /// Now and then the server answers that it cannot, or somebody else answers in its place.
    fn server_fails(&mut self) -> Option<Failure> {
        if !self.strikes(Fault::Status, 8) {
            return None;
        }
        let after_s = self.dice.percent(50).then(|| self.dice.below(200) as u32);
        Some(match self.dice.below(12) {
            0 => Failure::Gone,
            1 => Failure::Refused("it is odd".to_owned()),
            2 => Failure::Unreachable,
            3 => Failure::SignInAgain,
            4 => Failure::TooOld,
            _ => Failure::Later { after_s },
        })
    }

    /// A device hears how far there is to read, or what somebody makes up.
    fn hint(&mut self, index: usize) {
        let (head, reference) = (self.server.head(), self.server.reference().version);
        let lie = if self.dice.percent(20) { self.dice.below(100) } else { 0 };
        let tab = self.dice.below(self.devices[index].tabs.len() as u64) as usize;
        self.tally.hinted += 1;
        self.send(index, tab, Body::Hint(Hint { head: head + lie, reference }));
    }

    fn upgrade(&mut self, index: usize) {
        if self.devices[index].is_old {
            self.tally.read_again += self.devices[index].upgrade();
            self.check_device(index);
        }
    }

    /// The server forgets the tickets that were deleted.
    fn compact(&mut self) {
        let ids = |server: &Server| server.history().into_iter().map(|recorded| recorded.event.id);
        let before: BTreeSet<EventId> = ids(&self.server).collect();
        self.tally.compacted += self.server.compact(self.now);
        let after: BTreeSet<EventId> = ids(&self.server).collect();
        self.forgotten.extend(before.difference(&after));
    }

    /// The server comes back from its backup: another life, some events fewer.
    fn restore(&mut self) {
        if let Some(backup) = self.backup.take() {
            self.lives.insert(self.server.epoch(), self.server.history());
            let epoch = Epoch(self.dice.uuid());
            self.server.restore(backup, epoch);
            self.tally.restored += 1;
        }
    }

    /// A profile is copied: two devices go by one name, until the server notices.
    fn copy(&mut self, index: usize) {
        if self.devices.len() < PEOPLE + COPIES {
            let copy = self.devices[index].copied();
            self.devices.push(copy);
        }
    }

    /// The day ends: the network works, and nobody does anything any more. How long until all agree?
    pub fn heal(&mut self) {
        self.healed = true;
        self.server.is_old = false;
        for index in 0..self.devices.len() {
            self.devices[index].online = true;
            self.upgrade(index);
        }
        self.tick += LONGEST_WAY;
        self.deliver();
        let outbox: usize = self.devices.iter().map(|device| device.storage.waiting.len()).sum();
        let pages = self.server.history().len() + outbox + 10;
        // Crashes go on, each costs a message; barriers let one rejected event of a ticket pass at a time; and between
        // two rounds there is a rest of some seconds. The longest rest that a server may ask for comes before all that.
        let bound = 24 * (pages + outbox) + 400;
        for device in &mut self.devices {
            let now = device.clock(self.now);
            for tab in &mut device.tabs {
                tab.client.come_back(now);
            }
        }
        let mut rounds = 0;
        while !self.is_settled() {
            rounds += 1;
            assert!(rounds <= bound, "after {bound} seconds the queues are not empty: {}", self.unsettled());
            self.tick += 1;
            self.now = self.now.plus_millis(1000);
            for index in 0..self.devices.len() {
                self.go_on_all(index);
            }
            self.deliver();
        }
        self.tally.rounds = rounds;
    }

    /// What still stands in the way.
    fn unsettled(&self) -> String {
        let (epoch, head, version) =
            (self.server.epoch(), self.server.head(), self.server.reference().version);
        let mut text = format!("the server is at {head} of {epoch}, reference {version}");
        for device in &self.devices {
            let (position, waiting) = (&device.storage.position, device.storage.waiting.len());
            let standing: Vec<_> = device.tabs.iter().map(|tab| tab.client.standing()).collect();
            let known = device.known.reference.version;
            text += &format!("\n{position:?}, {waiting} waiting, knows reference {known}, {standing:?}");
        }
        text
    }

    fn is_settled(&self) -> bool {
        let (epoch, head) = (self.server.epoch(), self.server.head());
        let reference = self.server.reference();
        self.devices.iter().all(|device| {
            let has_read = device.storage.position.as_ref().is_some_and(|position| {
                let actor = device.actor();
                (position.epoch, position.cursor) == (epoch, head)
                    && position.loading.is_none()
                    && position.scope == Some(Scope::of(&actor, &reference.directory))
                    && device.known.reference.version == reference.version
            });
            has_read && device.storage.waiting.is_empty()
        })
    }
}

fn answer<T>(result: Result<T, ReadError>, body: impl FnOnce(T) -> Body) -> Body {
    match result {
        Ok(value) => body(value),
        Err(ReadError::Gone) => Body::Failed(Failure::Gone),
        Err(ReadError::Storage(error)) => panic!("{error}"),
    }
}
