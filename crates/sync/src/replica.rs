//! The device's side: what the server confirmed, what waits to be sent, what needs a person.
//!
//! The replica does no I/O. For each input it plans a [`Write`]; whoever drives it stores that in one transaction and
//! hands it to [`Replica::apply`] once it is durable, and not before. A plan that was never stored changed nothing.
//! What comes from the server is planned in [`taking`].

mod taking;

use std::collections::HashSet;

use holdfast_desk::{EventId, Instant};

use crate::judge::bounded;
use crate::outbox::Outbox;
use crate::protocol::{DeviceId, Limits, Proposed, PushRequest, Reason, Recorded, Stamp};
use crate::write::{Parked, PositionOf, Renamed, Waiting, Write};
use crate::{Kind, States};

/// What a request needs in bytes beside its events, generously.
const ENVELOPE_BYTES: usize = 1024;

/// A device's copy.
#[derive(Clone, Debug)]
pub struct Replica<K: Kind> {
    confirmed: K::States,
    waiting: Outbox<K>,
    parked: Vec<Parked<K::Event, K::Refusal>>,
    position: Option<PositionOf<K>>,
}

impl<K: Kind> Default for Replica<K> {
    fn default() -> Self {
        Self::new(K::States::default(), [], [], None)
    }
}

/// Two replicas are the same when the same is stored.
impl<K: Kind> PartialEq for Replica<K> {
    fn eq(&self, other: &Self) -> bool {
        let is_same = |(thing, state): (K::Id, K::State)| other.confirmed.get(thing) == Some(state);
        self.confirmed.count() == other.confirmed.count()
            && self.confirmed.each().all(is_same)
            && self.waiting().map(|entry| &entry.proposed).eq(other.waiting().map(|entry| &entry.proposed))
            && self.parked == other.parked
            && self.position == other.position
    }
}

impl<K: Kind> Replica<K> {
    /// A replica as the device's database has it.
    pub fn new(
        confirmed: K::States,
        waiting: impl IntoIterator<Item = Waiting<K::Event>>,
        parked: impl IntoIterator<Item = Parked<K::Event, K::Refusal>>,
        position: Option<PositionOf<K>>,
    ) -> Self {
        Self { confirmed, waiting: Outbox::new(waiting), parked: parked.into_iter().collect(), position }
    }

    /// How far the device has read; `None` before anything was loaded.
    pub fn position(&self) -> Option<&PositionOf<K>> {
        self.position.as_ref()
    }

    /// The outbox, in order.
    pub fn waiting(&self) -> impl Iterator<Item = &Waiting<K::Event>> {
        self.waiting.iter()
    }

    /// How many events the server has not answered.
    pub fn unsent(&self) -> usize {
        self.waiting().filter(|entry| entry.accepted.is_none()).count()
    }

    /// What needs a person, oldest first.
    pub fn parked(&self) -> &[Parked<K::Event, K::Refusal>] {
        &self.parked
    }

    /// A thing as the server confirmed it.
    pub fn confirmed(&self, thing: K::Id) -> Option<K::State> {
        self.confirmed.get(thing)
    }

    /// Everything that the server confirmed.
    pub fn all_confirmed(&self) -> &K::States {
        &self.confirmed
    }

    pub(crate) fn all_confirmed_mut(&mut self) -> &mut K::States {
        &mut self.confirmed
    }

    /// The events that wait for this thing, in order.
    pub fn waiting_for(&self, thing: K::Id) -> impl Iterator<Item = &Waiting<K::Event>> {
        self.waiting.of(thing)
    }

    /// The things that something waits for.
    pub fn waited_for(&self) -> impl Iterator<Item = K::Id> {
        self.waiting.things()
    }

    /// A thing as this person sees it: confirmed, with their waiting events decided again on top.
    pub fn state(&self, thing: K::Id, rules: K::Rules<'_>) -> Option<K::State> {
        let confirmed = self.confirmed.get(thing);
        self.waiting_for(thing).fold(confirmed, |state, entry| {
            let event = &entry.proposed.event;
            let proposed = &entry.proposed;
            let at = bounded::<K>(state.as_ref(), proposed.stamp.corrected(), proposed.stamp.corrected());
            match K::decide_again(state.as_ref(), event, at, rules) {
                Ok((_, next)) => Some(next),
                // Nobody's work disappears before the server has refused it: what no longer applies shows until then.
                Err(_) => K::evolve(state, event),
            }
        })
    }

    /// Takes over what was stored. Returns the things that look different now.
    pub fn apply(&mut self, write: Write<K>) -> Vec<K::Id> {
        let mut touched = write.touched();
        if write.restart {
            touched.extend(self.confirmed.things());
            self.confirmed = K::States::default();
            self.waiting.accept_nothing();
        }
        for thing in &write.gone {
            self.confirmed.remove(*thing);
        }
        for (thing, state) in write.states {
            self.confirmed.put(thing, state);
        }
        touched.extend(self.waiting.settle(&write.settled));
        for entry in write.waiting {
            touched.push(K::thing(&entry.proposed.event));
            self.waiting.add(entry);
        }
        self.parked.retain(|parked| !write.unparked.contains(&K::event_id(&parked.proposed.event)));
        self.parked.extend(write.parked);
        self.position = if write.restart { write.position } else { write.position.or(self.position.take()) };
        touched
    }

    /// Takes over what another tab stored: confirmed states that changed or are gone, and everything that waits or
    /// needs a person. Returns the things that may look different now.
    pub fn take_over(
        &mut self,
        states: impl IntoIterator<Item = (K::Id, K::State)>,
        gone: Vec<K::Id>,
        waiting: impl IntoIterator<Item = Waiting<K::Event>>,
        parked: impl IntoIterator<Item = Parked<K::Event, K::Refusal>>,
        position: Option<PositionOf<K>>,
    ) -> Vec<K::Id> {
        let settled = self.waiting.seqs();
        let as_known = |entry: Waiting<K::Event>| {
            let (seq, id) = (entry.proposed.stamp.device_seq, K::event_id(&entry.proposed.event));
            Waiting { accepted: self.waiting.accepted(seq, id), ..entry }
        };
        let (states, waiting) = (states.into_iter().collect(), waiting.into_iter().map(as_known).collect());
        self.parked.clear();
        let parked = parked.into_iter().collect();
        self.apply(Write { states, gone, settled, waiting, parked, position, ..Write::default() })
    }

    /// Whether everything is stored that there was to read when the server last answered.
    pub fn is_caught_up(&self) -> bool {
        self.position().is_some_and(|position| position.cursor >= position.head)
    }

    /// Whether there is something to send.
    pub fn has_to_send(&self) -> bool {
        self.is_caught_up() && self.to_send().next().is_some()
    }

    /// What can be sent, in order. A device reads before it sends: until it has caught up, it does not know what its
    /// events are to be decided on; and while things are still loaded, the first one that waits for a thing that is not
    /// here holds back what follows.
    fn to_send(&self) -> impl Iterator<Item = &Waiting<K::Event>> {
        let is_loading = self.position().is_some_and(|position| position.loading.is_some());
        let is_here = move |entry: &&Waiting<K::Event>| {
            !is_loading || self.confirmed.has(K::thing(&entry.proposed.event))
        };
        self.waiting().filter(|entry| entry.accepted.is_none()).take_while(is_here)
    }

    /// The next events to send, in order, as many as one request holds; `None` when there is nothing to send. With it
    /// the same as JSON: how long that is has to be known anyway.
    pub fn next_push(&self, at_most: usize, limits: Limits) -> Option<(PushRequest<K::Event>, String)> {
        let epoch = self.position().filter(|_| self.is_caught_up())?.epoch;
        let mut json = format!("{{\"epoch\":\"{epoch}\",\"events\":[");
        let mut events = Vec::new();
        for entry in self.to_send().take(at_most.clamp(1, limits.push_events.max(1))) {
            // What an event is made of has no maps with keys that are no text, which is all that can go wrong.
            let event = serde_json::to_string(&entry.proposed).unwrap_or_default();
            // The limits of the desk keep a single event well below this, so the first one always fits.
            if json.len() + event.len() > limits.body_bytes.saturating_sub(ENVELOPE_BYTES)
                && !events.is_empty()
            {
                break;
            }
            if !events.is_empty() {
                json.push(',');
            }
            json.push_str(&event);
            events.push(entry.proposed.clone());
        }
        json.push_str("]}");
        (!events.is_empty()).then_some((PushRequest { epoch, events }, json))
    }

    /// Whether what is to be sent goes by this name. It does not any more where somebody hears late that the name is
    /// shared.
    pub fn sends_as(&self, device: DeviceId) -> bool {
        let mut unsent = self.waiting().filter(|entry| entry.accepted.is_none());
        unsent.next().is_some_and(|entry| entry.proposed.stamp.device == device)
    }

    /// What changes when the device takes another name: another one goes by this one. What the server has not answered
    /// is sent under the new name; where there is no such thing, the name can stay until there is.
    pub fn renamed(&self, to: DeviceId) -> Write<K> {
        let unsent = self.waiting().filter(|entry| entry.accepted.is_none());
        let rename = |entry: &Waiting<K::Event>| {
            let stamp = Stamp { device: to, ..entry.proposed.stamp };
            Waiting { proposed: Proposed { stamp, ..entry.proposed.clone() }, accepted: None }
        };
        let waiting: Vec<_> = unsent.map(rename).collect();
        let renamed = waiting.first().map(|entry| Renamed { to, from: entry.proposed.stamp.device_seq });
        Write { waiting, renamed, ..Write::default() }
    }

    /// What changes when the server takes no request that holds this event, alone as it is: it needs a person. Nothing,
    /// where it would not be sent any more.
    pub fn parked_as_too_large(&self, proposed: &Proposed<K::Event>, now: Instant) -> Write<K> {
        let id = K::event_id(&proposed.event);
        if !self.is_caught_up() || !self.to_send().any(|entry| K::event_id(&entry.proposed.event) == id) {
            return Write::default();
        }
        let since = now.plus_millis(proposed.stamp.offset_ms);
        let parked = Parked { proposed: proposed.clone(), reason: Reason::TooLarge, since };
        Write { settled: vec![proposed.stamp.device_seq], parked: vec![parked], ..Write::default() }
    }

    /// What changes when everything confirmed is to be read anew; what waits stays.
    pub fn from_the_beginning(&self) -> Write<K> {
        Write { restart: true, ..Write::default() }
    }

    /// Adds to a write that says `restart` the events that this device made and that the history of the old life
    /// shows: they are offered again, so that the new life gets back what it lacks. Those that it has settle as they
    /// are loaded. To be called with the stored history before it is cleared, in the same transaction.
    pub fn offer_again(&self, made_here: impl IntoIterator<Item = Recorded<K::Event>>, write: &mut Write<K>) {
        let waiting = self.waiting.seqs();
        // Where another device goes by the same name, the event with the count of one that waits here is its own.
        let is_ours = |stamp: &Stamp| waiting.binary_search(&stamp.device_seq).is_err();
        let made_here = made_here.into_iter();
        let mut offers: Vec<Waiting<K::Event>> = made_here
            .filter_map(|Recorded { stamp, event, .. }| {
                let proposed = Proposed { stamp: stamp.filter(is_ours)?, event };
                Some(Waiting { proposed, accepted: None })
            })
            .collect();
        // Of two with one count, after the server forgot one of them, the second gets another: a count is a place in the
        // outbox.
        let mut taken = HashSet::new();
        let counts = offers.iter().map(|offer| offer.proposed.stamp.device_seq);
        let mut last = counts.chain(waiting.iter().copied()).max().unwrap_or_default();
        for offer in &mut offers {
            let count = &mut offer.proposed.stamp.device_seq;
            if !taken.insert(*count) {
                last += 1;
                *count = last;
            }
        }
        write.waiting.append(&mut offers);
    }

    /// What ends a person's worry about parked work: it is taken off the list, for good.
    pub fn dismissed(&self, id: EventId) -> Write<K> {
        let here = self.parked.iter().any(|parked| K::event_id(&parked.proposed.event) == id);
        Write { unparked: here.then_some(id).into_iter().collect(), ..Write::default() }
    }
}
