//! A model of a device: what its database holds, and the clients that run in its tabs.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use holdfast_desk::access::Scope;
use holdfast_desk::ticket::Shelf;
use holdfast_desk::{Actor, Command, Event, EventId, Header, Instant, PersonId, Refusal, TicketId};
use holdfast_server::storage::Reference;
use holdfast_sync::protocol::{DeviceId, DeviceSeq, Epoch, Proposed, Recorded, Seq, Stamp};
use holdfast_sync::tickets::{self, TicketRules};
use holdfast_sync::write::Position;
use holdfast_sync::{Client, Names, Parked, Replica, Tickets, Waiting, Write};

use crate::desk::Desk;
use crate::dice::Dice;
use crate::versions::{as_new, is_new};

/// What survives when a tab dies. A write is stored whole or not at all.
#[derive(Clone)]
pub struct Storage {
    pub names: Names,
    pub states: BTreeMap<TicketId, Header>,
    pub history: BTreeMap<Seq, Recorded<Event>>,
    pub waiting: BTreeMap<DeviceSeq, Waiting<Event>>,
    pub parked: Vec<Parked<Event, Refusal>>,
    pub position: Option<Position<TicketId, Scope>>,
    counter: DeviceSeq,
    /// What was accepted and is not this person's to see: it is not here any more, and cannot be offered again.
    pub out_of_sight: BTreeSet<EventId>,
}

impl Storage {
    /// What is here because of work that was done here.
    fn work(&self) -> BTreeSet<EventId> {
        let waiting = self.waiting.values().map(|entry| entry.proposed.event.id);
        let parked = self.parked.iter().map(|entry| entry.proposed.event.id);
        waiting.chain(parked).chain(self.history.values().map(|recorded| recorded.event.id)).collect()
    }

    fn store(&mut self, write: &Write<Tickets>) {
        let before = self.work();
        if write.restart {
            self.states.clear();
            self.history.clear();
            self.position = None;
        }
        for ticket in &write.gone {
            self.states.remove(ticket);
        }
        self.history.retain(|_, recorded| {
            let ticket = &recorded.event.ticket;
            !write.gone.contains(ticket) && !write.whole.contains(ticket)
        });
        self.states.extend(write.states.iter().cloned());
        for recorded in &write.events {
            let before = self.history.insert(recorded.seq, recorded.clone());
            assert!(before.is_none(), "event {} was read twice", recorded.seq);
        }
        for seq in &write.settled {
            self.waiting.remove(seq);
        }
        // What came back may have been made in a tab that this one has not heard of.
        for recorded in &write.events {
            let made_here = recorded.stamp.filter(|stamp| stamp.device == self.names.now);
            let seq = made_here.map_or(0, |stamp| stamp.device_seq);
            if self.waiting.get(&seq).is_some_and(|entry| entry.proposed.event.id == recorded.event.id) {
                self.waiting.remove(&seq);
            }
        }
        for entry in &write.waiting {
            let seq = entry.proposed.stamp.device_seq;
            self.counter = self.counter.max(seq);
            self.waiting.insert(seq, entry.clone());
        }
        self.parked.retain(|parked| !write.unparked.contains(&parked.proposed.event.id));
        self.parked.extend(write.parked.iter().cloned());
        self.position = write.position.clone().or(self.position.take());
        self.names.learn(write);
        let after = self.work();
        let dismissed = |id: &&EventId| write.restart || write.unparked.contains(id);
        self.out_of_sight.extend(before.difference(&after).filter(|id| !dismissed(id)));
    }

    pub fn load(&self) -> Replica<Tickets> {
        let (waiting, parked) = (self.waiting.values().cloned(), self.parked.iter().cloned());
        let mut states = Shelf::default();
        self.states.values().for_each(|header| states.put(header.clone()));
        Replica::new(states, waiting, parked, self.position.clone())
    }
}

/// Rules and people as the server had them, in one of its lives.
#[derive(Clone)]
pub struct Known {
    pub life: Epoch,
    pub reference: Arc<Reference>,
}

impl Known {
    pub fn actor(&self, person: PersonId) -> Actor {
        Actor::from(self.reference.directory.person(person).expect("nobody leaves"))
    }

    pub fn rules<'a>(&'a self, actor: &'a Actor) -> TicketRules<'a> {
        let Reference { rules, directory, .. } = &*self.reference;
        TicketRules { rules, directory, actor, number: None, again: tickets::decide_again }
    }
}

/// Every ticket that is there, confirmed or not.
pub fn tickets_in(replica: &Replica<Tickets>) -> BTreeSet<TicketId> {
    replica.all_confirmed().tickets().chain(replica.waited_for()).collect()
}

/// A tab: a client in memory, which may not have heard yet what another one stored.
pub struct Tab {
    pub client: Client<Tickets>,
    known: Known,
    /// Until when it waits for an answer; not at all when nothing was asked.
    pub waits_until: Option<u64>,
    /// The tickets of what other tabs stored and this one has not heard of; everything, when one began anew.
    unheard: Option<BTreeSet<TicketId>>,
    is_stale: bool,
}

impl Tab {
    fn hear_reference(&mut self, known: &Known) {
        self.known = known.clone();
        self.client.knows_reference(known.life, known.reference.version);
    }
}

/// How storing ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stored {
    /// It is stored, even if the tab died right after.
    Yes,
    /// The tab died before.
    Died,
    /// Another tab had moved on.
    Moved,
    /// There was no room.
    Full,
}

pub struct Device {
    pub person: PersonId,
    pub storage: Storage,
    pub tabs: Vec<Tab>,
    pub online: bool,
    /// Rules and people, as last fetched.
    pub known: Known,
    /// Whether its app is of an older version.
    pub is_old: bool,
    /// Whether something was stored since it was looked at.
    pub changed: bool,
    /// By how much its clock is wrong, and what it believes about that.
    skew_ms: i64,
    pub offset_ms: i64,
    /// Every event of which a tab said "saved", and those that a person took off the list.
    pub saved: BTreeMap<EventId, TicketId>,
    pub dismissed: BTreeSet<EventId>,
}

impl Device {
    pub fn new(dice: &mut Dice, person: PersonId, known: Known) -> Self {
        let storage = Storage {
            names: Names { now: DeviceId(dice.uuid()), before: Vec::new() },
            states: BTreeMap::new(),
            history: BTreeMap::new(),
            waiting: BTreeMap::new(),
            parked: Vec::new(),
            position: None,
            counter: 0,
            out_of_sight: BTreeSet::new(),
        };
        let mut device = Self {
            person,
            storage,
            tabs: Vec::new(),
            online: dice.percent(70),
            known,
            is_old: false,
            changed: false,
            skew_ms: (dice.below(20) as i64 - 10) * 60_000,
            offset_ms: 0,
            saved: BTreeMap::new(),
            dismissed: BTreeSet::new(),
        };
        device.open(1 + dice.below(2) as usize);
        device
    }

    /// Opens tabs on what is stored, instead of those that are open.
    pub fn open(&mut self, tabs: usize) {
        self.tabs = (0..tabs).map(|_| self.tab()).collect();
    }

    fn tab(&self) -> Tab {
        let mut client = Client::new(self.storage.load());
        client.knows_reference(self.known.life, self.known.reference.version);
        Tab { client, known: self.known.clone(), waits_until: None, unheard: None, is_stale: false }
    }

    /// The same profile once more, as when somebody copies a disk. What was saved before is the first one's to show.
    pub fn copied(&self) -> Self {
        let mut copy = Self {
            storage: self.storage.clone(),
            tabs: Vec::new(),
            known: self.known.clone(),
            saved: BTreeMap::new(),
            dismissed: BTreeSet::new(),
            ..*self
        };
        copy.open(1);
        copy
    }

    pub fn actor(&self) -> Actor {
        self.known.actor(self.person)
    }

    /// A tab has fetched rules and people.
    pub fn take_reference(&mut self, tab: usize, known: Known) {
        self.known = known;
        self.tabs[tab].hear_reference(&self.known);
        self.tabs[tab].client.took_reference();
    }

    /// Tells a tab's client something that it decides by the rules.
    pub fn tell(&mut self, tab: usize, tell: impl FnOnce(&mut Client<Tickets>, TicketRules)) {
        let tab = &mut self.tabs[tab];
        let actor = tab.known.actor(self.person);
        tell(&mut tab.client, tab.known.rules(&actor));
    }

    /// What its clock shows.
    pub fn clock(&self, now: Instant) -> Instant {
        now.plus_millis(self.skew_ms)
    }

    /// Somebody sets its clock, or the battery did: by minutes, or by years.
    pub fn set_clock(&mut self, dice: &mut Dice) {
        let years = 365 * 86_400_000 * (dice.below(20) as i64 - 10);
        self.skew_ms = (dice.below(20) as i64 - 10) * 60_000 + if dice.percent(30) { years } else { 0 };
    }

    /// It learns what the server's clock shows, half a minute late.
    pub fn hear_the_time(&mut self, server: Instant, now: Instant) {
        self.offset_ms = server.millis() - self.clock(now).millis();
    }

    /// A tab hears of what the others stored.
    pub fn hear(&mut self, tab: usize) {
        let (storage, tab) = (&self.storage, &mut self.tabs[tab]);
        tab.hear_reference(&self.known);
        if std::mem::take(&mut tab.is_stale) {
            tab.unheard = None;
            tab.client.reload(storage.load());
        } else if let Some(unheard) = tab.unheard.take() {
            let (gone, here): (Vec<_>, Vec<_>) =
                unheard.into_iter().partition(|ticket| !storage.states.contains_key(ticket));
            let states = here.into_iter().map(|ticket| (ticket, storage.states[&ticket].clone()));
            let (waiting, parked) = (storage.waiting.values().cloned(), storage.parked.iter().cloned());
            let position = storage.position.clone();
            tab.client.take_over(|replica| replica.take_over(states, gone, waiting, parked, position));
        }
    }

    /// A newer app takes over, and reads again what the older one did not understand. How many tickets.
    pub fn upgrade(&mut self) -> usize {
        self.is_old = false;
        let storage = &mut self.storage;
        storage.history.values_mut().for_each(|recorded| as_new(&mut recorded.event));
        let outdated = storage.states.values().filter(|header| header.needs_update);
        let history = |ticket: TicketId| {
            let of_ticket = storage.history.values().filter(move |recorded| recorded.event.ticket == ticket);
            of_ticket.cloned().collect()
        };
        let outdated: Vec<_> = outdated.map(|header| (header.clone(), history(header.id))).collect();
        let count = outdated.len();
        storage.store(&tickets::read_again(outdated));
        self.open(self.tabs.len());
        self.changed = true;
        count
    }

    /// A tab dies, and another one opens on what is stored.
    fn die(&mut self, tab: usize) {
        self.tabs[tab] = self.tab();
    }

    /// Stores what the client of a tab planned.
    pub fn store_planned(&mut self, dice: &mut Dice, tab: usize, mut write: Write<Tickets>) -> Stored {
        // The transaction looks at how far the device has read, as the browser's does.
        if self.storage.position.as_ref() != self.tabs[tab].client.replica().position() {
            return Stored::Moved;
        }
        if write.restart {
            let names = &self.storage.names;
            let made_here =
                |recorded: &&Recorded<Event>| recorded.stamp.is_some_and(|stamp| names.made(&stamp));
            let again: Vec<_> = self.storage.history.values().filter(made_here).cloned().collect();
            self.tabs[tab].client.replica().offer_again(again, &mut write);
        }
        self.store(dice, tab, write, Client::stored)
    }

    /// Stores something, unless the tab dies at one of the two places where it can, or there is no room.
    pub fn store(
        &mut self,
        dice: &mut Dice,
        tab: usize,
        write: Write<Tickets>,
        then: fn(&mut Client<Tickets>, Write<Tickets>) -> Vec<TicketId>,
    ) -> Stored {
        match dice.below(100) {
            0..4 => {
                self.die(tab);
                return Stored::Died;
            }
            4..6 => return Stored::Full,
            _ => {}
        }
        self.storage.store(&write);
        self.changed = true;
        let (touched, restart) = (write.touched(), write.restart);
        for (_, other) in self.tabs.iter_mut().enumerate().filter(|(index, _)| *index != tab) {
            other.is_stale |= restart;
            other.unheard.get_or_insert_default().extend(touched.iter().copied());
        }
        if dice.percent(4) {
            self.die(tab);
            return Stored::Yes;
        }
        then(&mut self.tabs[tab].client, write);
        if self.tabs.len() == 1 {
            let in_memory = self.tabs[tab].client.replica();
            assert_eq!(*in_memory, self.storage.load(), "what is in memory is what is stored");
        }
        Stored::Yes
    }

    /// Somebody does something here, online or not.
    pub fn work(&mut self, dice: &mut Dice, desk: &Desk, now: Instant) {
        let tab = dice.below(self.tabs.len() as u64) as usize;
        let known = self.tabs[tab].known.clone();
        let actor = known.actor(self.person);
        let things: Vec<TicketId> = tickets_in(self.tabs[tab].client.replica()).into_iter().collect();
        if things.is_empty() || dice.percent(6) {
            let command = desk.new_ticket(dice, &actor);
            let ticket = TicketId(dice.uuid());
            return self.commit(dice, tab, now, ticket, &command);
        }
        // Mostly on few tickets, so that devices get in each other's way.
        let ticket = if dice.percent(60) { things[0] } else { dice.pick(&things) };
        if let Some(state) = self.tabs[tab].client.replica().state(ticket, known.rules(&actor)) {
            let made_it = |recorded: &Recorded<Event>| recorded.event.ticket == ticket;
            let event = self.storage.history.values().find(|recorded| made_it(recorded));
            let command = desk.command(dice, &actor, &state, event.map(|recorded| recorded.event.id));
            self.commit(dice, tab, now, ticket, &command);
        }
    }

    fn commit(&mut self, dice: &mut Dice, tab: usize, now: Instant, ticket: TicketId, command: &Command) {
        let known = self.tabs[tab].known.clone();
        let actor = known.actor(self.person);
        let rules = known.rules(&actor);
        let state = self.tabs[tab].client.replica().state(ticket, rules);
        let stamp = Stamp {
            device: self.storage.names.now,
            device_seq: self.storage.counter + 1,
            occurred_at: self.clock(now),
            offset_ms: self.offset_ms,
        };
        let at = stamp.corrected();
        let Ok(changes) = holdfast_desk::ticket::decide(state.as_ref(), command, &rules.context(at)) else {
            return;
        };
        if self.is_old && changes.iter().any(is_new) {
            return;
        }
        let event = Event { id: EventId(dice.uuid()), ticket, by: actor.person, at, changes };
        let id = event.id;
        let waiting = vec![Waiting { proposed: Proposed { stamp, event }, accepted: None }];
        let write = Write { waiting, ..Write::default() };
        if self.store(dice, tab, write, Client::keep) == Stored::Yes {
            self.saved.insert(id, ticket);
            let clock = self.clock(now);
            self.tabs[tab].client.wake(clock);
        }
    }

    /// Somebody looks after what needs attention: takes it off, or does it again on the new state.
    pub fn look_after(&mut self, dice: &mut Dice, now: Instant) {
        let tab = dice.below(self.tabs.len() as u64) as usize;
        let replica = self.tabs[tab].client.replica();
        let Some(parked) = replica.parked().first().cloned() else { return };
        let event = parked.proposed.event;
        let again = Command::behind(&event.changes);
        let write = replica.dismissed(event.id);
        if self.store(dice, tab, write, Client::keep) == Stored::Yes {
            self.dismissed.insert(event.id);
            if let Some(command) = again.filter(|_| dice.percent(50)) {
                self.commit(dice, tab, now, event.ticket, &command);
            }
        }
    }
}
