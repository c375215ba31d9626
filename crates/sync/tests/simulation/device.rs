//! A model of a device: what its database holds, and the client that runs in its tab.

use std::collections::{BTreeMap, BTreeSet};

use holdfast_desk::{Actor, Event, EventId, Header, Instant, Refusal, TicketId};
use holdfast_sync::protocol::{DeviceId, DeviceSeq, Proposed, Recorded, Seq, Stamp};
use holdfast_sync::replica::Position;
use holdfast_sync::{Client, Parked, Replica, Tickets, Waiting, Write};

use crate::desk::Desk;
use crate::dice::Dice;

/// What survives when the tab dies. A write is stored whole or not at all.
#[derive(Default)]
pub struct Storage {
    pub states: BTreeMap<TicketId, Header>,
    pub history: BTreeMap<Seq, Recorded<Event>>,
    pub waiting: BTreeMap<DeviceSeq, Waiting<Event>>,
    pub parked: Vec<Parked<Event, Refusal>>,
    pub position: Option<Position>,
    counter: DeviceSeq,
}

impl Storage {
    fn store(&mut self, write: &Write<Tickets>) {
        if write.restart {
            self.states.clear();
            self.history.clear();
        }
        self.states.extend(write.states.iter().cloned());
        for recorded in &write.events {
            let before = self.history.insert(recorded.seq, recorded.clone());
            assert!(before.is_none(), "event {} was read twice", recorded.seq);
        }
        for seq in &write.settled {
            self.waiting.remove(seq);
        }
        for entry in &write.waiting {
            let seq = entry.proposed.stamp.device_seq;
            self.counter = self.counter.max(seq);
            self.waiting.insert(seq, entry.clone());
        }
        self.parked.retain(|parked| !write.unparked.contains(&parked.proposed.event.id));
        self.parked.extend(write.parked.iter().cloned());
        self.position = write.position.or(self.position);
    }

    fn load(&self) -> Replica<Tickets> {
        Replica::new(
            self.states.clone(),
            self.waiting.values().cloned(),
            self.parked.iter().cloned(),
            self.position,
        )
    }
}

pub struct Device {
    pub id: DeviceId,
    pub actor: Actor,
    pub storage: Storage,
    pub client: Client<Tickets>,
    pub online: bool,
    /// Whether something was stored since it was looked at.
    pub changed: bool,
    /// Until when it waits for an answer; not at all when nothing was asked.
    pub waits_until: Option<u64>,
    /// By how much its clock is wrong, and what it believes about that.
    skew_ms: i64,
    pub offset_ms: i64,
    /// Every event of which the tab said "saved", and those that a person took off the list.
    pub saved: BTreeMap<EventId, TicketId>,
    pub dismissed: BTreeSet<EventId>,
}

impl Device {
    pub fn new(dice: &mut Dice, actor: Actor) -> Self {
        Self {
            id: DeviceId(dice.uuid()),
            actor,
            storage: Storage::default(),
            client: Client::new(Replica::default(), None),
            online: dice.percent(70),
            changed: false,
            waits_until: None,
            skew_ms: (dice.below(20) as i64 - 10) * 60_000,
            offset_ms: 0,
            saved: BTreeMap::new(),
            dismissed: BTreeSet::new(),
        }
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

    pub fn replica(&self) -> &Replica<Tickets> {
        self.client.replica()
    }

    /// The tab dies, and another one opens on what is stored.
    fn die(&mut self) {
        self.client = Client::new(self.storage.load(), Some(1));
        self.waits_until = None;
    }

    /// Stores what somebody did here, unless the tab dies at one of the two places where it can.
    pub fn take(&mut self, dice: &mut Dice, write: Write<Tickets>) -> bool {
        self.store(dice, write, Client::keep)
    }

    /// Stores what the client planned, with the same dangers.
    pub fn store_planned(&mut self, dice: &mut Dice, mut write: Write<Tickets>) {
        if write.restart {
            let made_here =
                |recorded: &&Recorded<Event>| recorded.stamp.is_some_and(|stamp| stamp.device == self.id);
            let again: Vec<_> = self.storage.history.values().filter(made_here).cloned().collect();
            write.offer_again(again);
        }
        self.store(dice, write, Client::stored);
    }

    fn store(
        &mut self,
        dice: &mut Dice,
        write: Write<Tickets>,
        then: fn(&mut Client<Tickets>, Write<Tickets>) -> Vec<TicketId>,
    ) -> bool {
        if dice.percent(4) {
            self.die();
            return false;
        }
        self.storage.store(&write);
        self.changed = true;
        if dice.percent(4) {
            self.die();
        } else {
            then(&mut self.client, write);
        }
        assert_eq!(*self.replica(), self.storage.load(), "what is in memory is what is stored");
        true
    }

    /// Somebody does something here, online or not.
    pub fn work(&mut self, dice: &mut Dice, desk: &Desk, now: Instant) {
        let things: Vec<TicketId> = self.replica().things().into_iter().collect();
        if things.is_empty() || dice.percent(6) {
            let command = desk.new_ticket(dice, &self.actor);
            let ticket = TicketId(dice.uuid());
            return self.commit(dice, desk, now, ticket, &command);
        }
        // Mostly on few tickets, so that devices get in each other's way.
        let ticket = if dice.percent(60) { things[0] } else { dice.pick(&things) };
        if let Some(state) = self.replica().state(ticket, desk.deciding(&self.actor)) {
            let command = desk.command(dice, &self.actor, &state);
            self.commit(dice, desk, now, ticket, &command);
        }
    }

    fn commit(
        &mut self,
        dice: &mut Dice,
        desk: &Desk,
        now: Instant,
        ticket: TicketId,
        command: &holdfast_desk::Command,
    ) {
        let rules = desk.deciding(&self.actor);
        let state = self.replica().state(ticket, rules);
        let stamp = Stamp {
            device: self.id,
            device_seq: self.storage.counter + 1,
            occurred_at: self.clock(now),
            offset_ms: self.offset_ms,
        };
        let at = stamp.corrected();
        let Ok(changes) = holdfast_desk::ticket::decide(state.as_ref(), command, &rules.context(at)) else {
            return;
        };
        let event = Event { id: EventId(dice.uuid()), ticket, by: self.actor.person, at, changes };
        let id = event.id;
        let waiting = vec![Waiting { proposed: Proposed { stamp, event }, accepted: None }];
        if self.take(dice, Write { waiting, ..Write::default() }) {
            self.saved.insert(id, ticket);
            self.client.wake(self.clock(now));
        }
    }

    /// Somebody looks after what needs attention: takes it off, or does it again on the new state.
    pub fn look_after(&mut self, dice: &mut Dice, desk: &Desk, now: Instant) {
        let Some(parked) = self.replica().parked().first().cloned() else { return };
        let event = parked.proposed.event;
        let again = holdfast_desk::Command::behind(&event.changes);
        let write = self.replica().dismissed(event.id);
        if self.take(dice, write) {
            self.dismissed.insert(event.id);
            if let Some(command) = again.filter(|_| dice.percent(50)) {
                self.commit(dice, desk, now, event.ticket, &command);
            }
        }
    }
}
