//! The device's side: what the server confirmed, what waits to be sent, what needs a person.
//!
//! The replica does no I/O. For each input it plans a [`Write`]; whoever drives it stores that in one transaction and
//! hands it to [`Replica::apply`] once it is durable, and not before. A plan that was never stored changed nothing.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use holdfast_desk::{EventId, Instant};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::Kind;
use crate::judge::bounded;
use crate::protocol::{
    BODY_BYTES, DeviceSeq, Epoch, PUSH_EVENTS, Proposed, PullResponse, PushRequest, PushResponse, Reason,
    Recorded, Seq, Verdict,
};

/// What a request needs in bytes beside its events, generously.
const ENVELOPE_BYTES: usize = 1024;

/// An event made here that the history does not show yet.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Waiting<E> {
    /// The event with its stamp.
    pub proposed: Proposed<E>,
    /// Its place, once the server accepted it. It still waits to come back in the history.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub accepted: Option<Seq>,
}

/// An event made here that cannot happen: it needs a person.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound(deserialize = "E: Deserialize<'de>, R: DeserializeOwned"))]
pub struct Parked<E, R> {
    /// The event with its stamp.
    pub proposed: Proposed<E>,
    /// Why it cannot happen.
    pub reason: Reason<R>,
    /// When that became known here.
    pub since: Instant,
}

/// How far this device has read, and in which life of the server's database.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Position {
    /// The life of the database.
    pub epoch: Epoch,
    /// Everything up to here is stored.
    pub cursor: Seq,
    /// This much there was to read when the server last answered.
    pub head: Seq,
}

/// What one input changes on the device: stored in one transaction, all of it or nothing.
#[derive(Clone, Debug, PartialEq)]
pub struct Write<K: Kind> {
    /// Everything confirmed is to go first: the server's database began another life.
    pub restart: bool,
    /// Confirmed states that changed.
    pub states: Vec<(K::Id, K::State)>,
    /// Events to add to the histories.
    pub events: Vec<Recorded<K::Event>>,
    /// Waiting events to add, or to replace by their counter.
    pub waiting: Vec<Waiting<K::Event>>,
    /// Waiting events to remove.
    pub settled: Vec<DeviceSeq>,
    /// Events that need a person from now on.
    pub parked: Vec<Parked<K::Event, K::Refusal>>,
    /// Events that do not any more.
    pub unparked: Vec<EventId>,
    /// How far the device has read now.
    pub position: Option<Position>,
}

impl<K: Kind> Default for Write<K> {
    fn default() -> Self {
        Self {
            restart: false,
            states: Vec::new(),
            events: Vec::new(),
            waiting: Vec::new(),
            settled: Vec::new(),
            parked: Vec::new(),
            unparked: Vec::new(),
            position: None,
        }
    }
}

impl<K: Kind> Write<K> {
    /// Adds to a write that says `restart` the events that this device made and that the history of the old life
    /// shows: they are offered again, so that the new life gets back what it lacks. Those that it has settle as the
    /// pages bring them. To be called with the stored history before it is cleared, in the same transaction.
    pub fn offer_again(&mut self, made_here: impl IntoIterator<Item = Recorded<K::Event>>) {
        let offers = made_here.into_iter().filter_map(|recorded| {
            let proposed = Proposed { stamp: recorded.stamp?, event: recorded.event };
            Some(Waiting { proposed, accepted: None })
        });
        self.waiting.extend(offers);
    }

    /// Whether there is nothing to store.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// A device's copy.
#[derive(Clone, Debug, PartialEq)]
pub struct Replica<K: Kind> {
    confirmed: HashMap<K::Id, K::State>,
    waiting: BTreeMap<DeviceSeq, Waiting<K::Event>>,
    parked: Vec<Parked<K::Event, K::Refusal>>,
    position: Option<Position>,
}

impl<K: Kind> Default for Replica<K> {
    fn default() -> Self {
        Self::new([], [], [], None)
    }
}

impl<K: Kind> Replica<K> {
    /// A replica as the device's database has it.
    pub fn new(
        confirmed: impl IntoIterator<Item = (K::Id, K::State)>,
        waiting: impl IntoIterator<Item = Waiting<K::Event>>,
        parked: impl IntoIterator<Item = Parked<K::Event, K::Refusal>>,
        position: Option<Position>,
    ) -> Self {
        let mut replica = Self {
            confirmed: confirmed.into_iter().collect(),
            waiting: BTreeMap::new(),
            parked: parked.into_iter().collect(),
            position,
        };
        replica.wait(waiting);
        replica
    }

    /// How far the device has read; `None` before the first page.
    pub fn position(&self) -> Option<Position> {
        self.position
    }

    /// The outbox, in order.
    pub fn waiting(&self) -> impl Iterator<Item = &Waiting<K::Event>> {
        self.waiting.values()
    }

    /// How many events the server has not answered.
    pub fn unsent(&self) -> usize {
        self.waiting().filter(|entry| entry.accepted.is_none()).count()
    }

    /// What needs a person, oldest first.
    pub fn parked(&self) -> &[Parked<K::Event, K::Refusal>] {
        &self.parked
    }

    /// Every thing that is here, confirmed or not.
    pub fn things(&self) -> BTreeSet<K::Id> {
        let made_here = self.waiting().map(|entry| K::thing(&entry.proposed.event));
        self.confirmed.keys().copied().chain(made_here).collect()
    }

    /// A thing as the server confirmed it.
    pub fn confirmed(&self, thing: K::Id) -> Option<&K::State> {
        self.confirmed.get(&thing)
    }

    /// Every thing that the server confirmed.
    pub fn all_confirmed(&self) -> impl Iterator<Item = (&K::Id, &K::State)> {
        self.confirmed.iter()
    }

    /// The events that wait for this thing, in order.
    pub fn waiting_for(&self, thing: K::Id) -> impl Iterator<Item = &Waiting<K::Event>> {
        self.waiting().filter(move |entry| K::thing(&entry.proposed.event) == thing)
    }

    /// A thing as this person sees it: confirmed, with their waiting events decided again on top.
    pub fn state(&self, thing: K::Id, rules: K::Rules<'_>) -> Option<K::State> {
        let confirmed = self.confirmed.get(&thing).cloned();
        self.waiting_for(thing).fold(confirmed, |state, entry| {
            let event = &entry.proposed.event;
            match decide_here::<K>(state.as_ref(), &entry.proposed, None, rules) {
                Ok(next) => Some(next),
                // Nobody's work disappears before it is parked: what no longer applies shows until then.
                Err(_) => K::evolve(state, event),
            }
        })
    }

    /// Takes over what was stored. Returns the things that look different now; all of them where the write says `restart`.
    pub fn apply(&mut self, write: Write<K>) -> Vec<K::Id> {
        let mut touched: Vec<K::Id> = write.states.iter().map(|(id, _)| *id).collect();
        if write.restart {
            touched.extend(self.confirmed.keys());
            self.confirmed.clear();
        }
        self.confirmed.extend(write.states);
        let settled = write.settled.iter().filter_map(|seq| self.waiting.remove(seq));
        touched.extend(settled.map(|entry| K::thing(&entry.proposed.event)));
        touched.extend(write.waiting.iter().map(|entry| K::thing(&entry.proposed.event)));
        self.wait(write.waiting);
        self.parked.retain(|parked| !write.unparked.contains(&K::event_id(&parked.proposed.event)));
        self.parked.extend(write.parked);
        self.position = write.position.or(self.position);
        touched
    }

    /// Takes over what another tab stored: confirmed states that changed, and everything that waits or needs a person.
    /// Returns the things that may look different now.
    pub fn take_over(
        &mut self,
        states: impl IntoIterator<Item = (K::Id, K::State)>,
        waiting: impl IntoIterator<Item = Waiting<K::Event>>,
        parked: impl IntoIterator<Item = Parked<K::Event, K::Refusal>>,
        position: Option<Position>,
    ) -> Vec<K::Id> {
        let settled = self.waiting.keys().copied().collect();
        let (states, waiting) = (states.into_iter().collect(), waiting.into_iter().collect());
        self.parked.clear();
        let parked = parked.into_iter().collect();
        self.apply(Write { states, settled, waiting, parked, position, ..Write::default() })
    }

    fn wait(&mut self, entries: impl IntoIterator<Item = Waiting<K::Event>>) {
        for entry in entries {
            self.waiting.insert(entry.proposed.stamp.device_seq, entry);
        }
    }

    /// Whether everything is stored that there was to read when the server last answered.
    pub fn is_caught_up(&self) -> bool {
        self.position.is_some_and(|position| position.cursor >= position.head)
    }

    /// Whether there is something to send. A device reads before it sends: until it has caught up, it does not know
    /// what its events are to be decided on.
    pub fn has_to_send(&self) -> bool {
        self.is_caught_up() && self.waiting().any(|entry| entry.accepted.is_none())
    }

    /// The next events to send, in order, as many as one request holds; `None` when there is nothing to send.
    pub fn next_push(&self, at_most: usize) -> Option<PushRequest<K::Event>> {
        let epoch = self.position.filter(|_| self.is_caught_up())?.epoch;
        let mut bytes = 0;
        let mut events = Vec::new();
        for entry in
            self.waiting().filter(|entry| entry.accepted.is_none()).take(at_most.clamp(1, PUSH_EVENTS))
        {
            bytes += serde_json::to_vec(&entry.proposed).map_or(0, |json| json.len() + 1);
            // The limits of the desk keep a single event well below this, so the first one always fits.
            if bytes > BODY_BYTES - ENVELOPE_BYTES && !events.is_empty() {
                break;
            }
            events.push(entry.proposed.clone());
        }
        (!events.is_empty()).then_some(PushRequest { epoch, events })
    }

    /// What the server's answers change. Events that were not answered stay as they are; those that follow a
    /// rejected one of the same thing are decided again. Answers out of another life of the database than the one
    /// that this device reads change nothing: they are asked for again.
    pub fn pushed(&self, response: &PushResponse<K::Refusal>, rules: K::Rules<'_>) -> Write<K> {
        let mut write = Write::default();
        if self.position.is_none_or(|position| position.epoch != response.epoch) {
            return write;
        }
        let mut touched = HashSet::new();
        for answer in &response.answers {
            let Some(entry) = self.waiting().find(|e| K::event_id(&e.proposed.event) == answer.id) else {
                continue;
            };
            match &answer.verdict {
                Verdict::Accepted { seq }
                    if self.position.is_some_and(|position| position.cursor >= *seq) =>
                {
                    // A page brought it before the answer came.
                    write.settled.push(entry.proposed.stamp.device_seq);
                }
                Verdict::Accepted { seq } => {
                    write.waiting.push(Waiting { accepted: Some(*seq), ..entry.clone() });
                }
                Verdict::Rejected { refusal } => {
                    write.settled.push(entry.proposed.stamp.device_seq);
                    write.parked.push(Parked {
                        proposed: entry.proposed.clone(),
                        reason: refusal.clone(),
                        since: response.now,
                    });
                    touched.insert(K::thing(&entry.proposed.event));
                }
            }
        }
        self.rebase(Some(&touched), response.now, rules, &mut write);
        write
    }

    /// What a page of the history changes. The cursor moves with the events, in the same write. A page that begins
    /// beyond what is stored changes nothing. Where a write says `restart`, see [`Write::offer_again`].
    pub fn pulled(&self, page: &PullResponse<K::Event>, rules: K::Rules<'_>) -> Write<K> {
        let mut write = Write::default();
        let cursor = match self.position {
            Some(position) if position.epoch == page.epoch => position.cursor,
            Some(_) => {
                // Another life of the database: nothing confirmed counts any more, what waits is kept. The page is
                // one after a cursor of the old life and says nothing of the new one; reading begins again.
                write.restart = true;
                let accepted = self.waiting().filter(|entry| entry.accepted.is_some());
                write.waiting = accepted.map(|entry| Waiting { accepted: None, ..entry.clone() }).collect();
                write.position = Some(Position { epoch: page.epoch, cursor: 0, head: page.head });
                return write;
            }
            None => 0,
        };
        if page.after > cursor {
            return write;
        }
        let mut states: HashMap<K::Id, Option<K::State>> = HashMap::new();
        for recorded in page.events.iter().filter(|recorded| recorded.seq > cursor) {
            let thing = K::thing(&recorded.event);
            let state = states.remove(&thing).unwrap_or_else(|| self.confirmed.get(&thing).cloned());
            states.insert(thing, K::evolve(state, &recorded.event));
            write.events.push(recorded.clone());
        }
        let arrived: HashSet<EventId> = write.events.iter().map(|r| K::event_id(&r.event)).collect();
        for entry in self.waiting() {
            let came = arrived.contains(&K::event_id(&entry.proposed.event));
            // An accepted event that the pages passed over is one that this person may no longer see.
            if came || entry.accepted.is_some_and(|seq| seq <= page.cursor) {
                write.settled.push(entry.proposed.stamp.device_seq);
            }
        }
        let parked = self.parked.iter().map(|parked| K::event_id(&parked.proposed.event));
        write.unparked.extend(parked.filter(|id| arrived.contains(id)));
        for recorded in &write.events {
            let thing = K::thing(&recorded.event);
            write.states.extend(states.remove(&thing).flatten().map(|state| (thing, state)));
        }
        let cursor = page.cursor.max(cursor);
        let known_head = self.position.map_or(0, |position| position.head);
        let position = Position { epoch: page.epoch, cursor, head: page.head.max(known_head).max(cursor) };
        write.position = Some(position);
        // In the middle of catching up a thing is as it was once; nothing is decided on that.
        if position.cursor >= position.head {
            self.rebase(None, page.now, rules, &mut write);
        }
        write
    }

    /// What changes when the server takes no request that holds this event, alone as it is: it needs a person.
    pub fn parked_as_too_large(
        &self,
        proposed: &Proposed<K::Event>,
        now: Instant,
        rules: K::Rules<'_>,
    ) -> Write<K> {
        let since = now.plus_millis(proposed.stamp.offset_ms);
        let parked = Parked { proposed: proposed.clone(), reason: Reason::TooLarge, since };
        let mut write =
            Write { settled: vec![proposed.stamp.device_seq], parked: vec![parked], ..Write::default() };
        self.rebase(Some(&HashSet::from([K::thing(&proposed.event)])), since, rules, &mut write);
        write
    }

    /// What changes when the server no longer has what came after the cursor: everything confirmed is read anew, and
    /// what waits stays.
    pub fn from_the_beginning(&self) -> Write<K> {
        let position = self.position.map(|position| Position { cursor: 0, ..position });
        Write { restart: true, position, ..Write::default() }
    }

    /// What ends a person's worry about parked work: it is taken off the list, for good.
    pub fn dismissed(&self, id: EventId) -> Write<K> {
        let here = self.parked.iter().any(|parked| K::event_id(&parked.proposed.event) == id);
        Write { unparked: here.then_some(id).into_iter().collect(), ..Write::default() }
    }

    /// Decides what waits for these things again (for all of them, if none are named), on the state that `write`
    /// leads to. What no longer applies is parked; what follows it is decided without it. What the server accepted
    /// holds, whatever it looks like here.
    fn rebase(
        &self,
        things: Option<&HashSet<K::Id>>,
        now: Instant,
        rules: K::Rules<'_>,
        write: &mut Write<K>,
    ) {
        let mut states: HashMap<K::Id, Option<K::State>> =
            write.states.iter().map(|(thing, state)| (*thing, Some(state.clone()))).collect();
        let settled: HashSet<DeviceSeq> = write.settled.iter().copied().collect();
        let accepted: HashSet<DeviceSeq> =
            write.waiting.iter().map(|entry| entry.proposed.stamp.device_seq).collect();
        for (seq, entry) in self.waiting.iter().filter(|(seq, _)| !settled.contains(seq)) {
            let thing = K::thing(&entry.proposed.event);
            if things.is_some_and(|things| !things.contains(&thing)) {
                continue;
            }
            let state = states.entry(thing).or_insert_with(|| self.confirmed.get(&thing).cloned());
            match decide_here::<K>(state.as_ref(), &entry.proposed, Some(now), rules) {
                Ok(next) => *state = Some(next),
                Err(_) if entry.accepted.is_some() || accepted.contains(seq) => {
                    *state = K::evolve(state.take(), &entry.proposed.event);
                }
                Err(refusal) => {
                    write.settled.push(*seq);
                    write.parked.push(Parked {
                        proposed: entry.proposed.clone(),
                        reason: Reason::Refused { refusal },
                        since: now,
                    });
                }
            }
        }
    }
}

/// The state that a waiting event leads to, decided as the server will decide it.
fn decide_here<K: Kind>(
    state: Option<&K::State>,
    proposed: &Proposed<K::Event>,
    now: Option<Instant>,
    rules: K::Rules<'_>,
) -> Result<K::State, K::Refusal> {
    let corrected = proposed.stamp.corrected();
    let at = bounded::<K>(state, corrected, now.unwrap_or(corrected));
    K::decide_again(state, &proposed.event, at, rules).map(|(_, next)| next)
}
