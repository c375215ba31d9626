//! What comes from the server: answers, pages of the history, things loaded whole, and another view of it all.

use std::collections::{HashMap, HashSet};

use holdfast_desk::EventId;
use holdfast_desk::access::Sight;

use super::Replica;
use crate::protocol::{
    Epoch, LoadResponse, Page, Proposed, PushResponse, Recorded, Seen, Seq, Stamp, Verdict,
};
use crate::write::{Loading, Parked, Position, PositionOf, Write};
use crate::{Kind, States};

impl<K: Kind> Replica<K> {
    /// Notes which events the server accepted. Returns whether one of them waits here.
    pub fn accept(&mut self, response: &PushResponse<K::Refusal>) -> bool {
        let is_ours = |position: &PositionOf<K>| position.epoch == response.epoch;
        self.position().is_some_and(is_ours) && self.waiting.accept(&response.answers)
    }

    /// What the server's answers change, beside what [`Replica::accept`] notes. What it rejects needs a person; nothing
    /// else does, because only the server knows what it accepted. Events that were not answered stay as they are and are
    /// sent again. Answers out of another life of the database than the one
    /// that this device reads change nothing: they are asked for again.
    pub fn pushed(&self, response: &PushResponse<K::Refusal>) -> Write<K> {
        let mut write = Write::default();
        let Some(position) = self.position().filter(|position| position.epoch == response.epoch) else {
            return write;
        };
        for (verdict, entry) in self.waiting.answered(&response.answers) {
            match verdict {
                // A page brought it before the answer came.
                Verdict::Accepted { seq } if is_here(position, *seq) => {
                    write.settled.push(entry.proposed.stamp.device_seq);
                }
                Verdict::Accepted { .. } => {}
                Verdict::Rejected { refusal } => {
                    write.settled.push(entry.proposed.stamp.device_seq);
                    write.parked.push(Parked {
                        proposed: entry.proposed.clone(),
                        reason: refusal.clone(),
                        since: response.now,
                    });
                }
            }
        }
        write
    }

    /// What a page of the history changes. The cursor moves with the events, in the same write. A page that begins
    /// elsewhere than where the device stands changes nothing, and neither does one that says less than is known: made by
    /// older rules about who sees what, or before the server answered something that was taken already. Where a write says
    /// `restart`, see [`Replica::offer_again`].
    pub fn pulled(&self, page: Page<K::Event, K::Id>) -> Write<K> {
        let Some(position) = self.position() else { return Write::default() };
        if position.epoch != page.epoch {
            return self.from_the_beginning();
        }
        if page.after != position.cursor || is_older(position, page.head, page.reference) {
            return Write::default();
        }
        let mut write = Write { gone: page.gone, ..Write::default() };
        self.evolve_by(page.events, page.whole, &mut write);
        if position.loading.is_some() {
            // News of a thing that is not here yet: it comes whole, or never, if this person does not see it.
            let here: HashSet<K::Id> = write.states.iter().map(|(thing, _)| *thing).collect();
            write.events.retain(|recorded| here.contains(&K::thing(&recorded.event)));
        }
        write.position =
            Some(Position { cursor: page.cursor, head: page.head.max(page.cursor), ..position.clone() });
        self.settle(&mut write);
        write
    }

    /// What loaded things change: each takes the place of whatever was here of it. Things that go with another cursor
    /// than the device's, or that are not those it waits for, change nothing.
    pub fn loaded(&self, things: LoadResponse<K::Event, K::Id>, rules: K::Rules<'_>) -> Write<K> {
        let position = match self.position() {
            Some(position) if position.epoch != things.epoch => return self.from_the_beginning(),
            Some(position) => position.clone(),
            None => Position {
                epoch: things.epoch,
                cursor: things.up_to,
                head: things.up_to,
                scope: Some(K::scope(rules)),
                reference: things.reference,
                loading: Some(Loading { beyond: None, place: None, done: 0, of: things.of }),
                write: 0,
            },
        };
        let is_asked = |loading: &Loading<K::Id, K::Scope>| {
            let beyond = loading.beyond.as_ref().map(|seen| seen.at);
            (loading.place, beyond) == (things.place, things.beyond)
        };
        let Some(loading) = position.loading.clone().filter(is_asked) else {
            return Write::default();
        };
        if things.up_to != position.cursor || is_older(&position, things.head, things.reference) {
            return Write::default();
        }
        let mut write = Write::default();
        let done = loading.done + things.whole.len() as u64;
        self.evolve_by(things.events, things.whole, &mut write);
        let loading = things.next.map(|next| Loading { place: Some(next), done, of: things.of, ..loading });
        write.position = Some(Position { head: things.head, loading, ..position });
        self.settle(&mut write);
        write
    }

    /// What changes when the person sees another part of everything than when it was loaded: what they see less of
    /// goes, what they may see more of is loaded. `None` while nothing changed, and where another life of the database
    /// says so: everything is loaded anew then.
    pub fn rescoped(&self, rules: K::Rules<'_>, epoch: Epoch, reference: u32) -> Option<Write<K>> {
        let position = self.position().filter(|position| position.epoch == epoch)?;
        let scope = K::scope(rules);
        if position.scope.as_ref() == Some(&scope) {
            return None;
        }
        let sees_less = |state: &K::State| {
            let before = position.scope.as_ref().map_or(Sight::Everything, |before| K::sight(before, state));
            K::sight(&scope, state) < before
        };
        let gone =
            self.confirmed.each().filter(|(_, state)| sees_less(state)).map(|(thing, _)| thing).collect();
        // Before everything is here, nobody knows any more what is: it is loaded from the start.
        let before = position.scope.clone().filter(|_| position.loading.is_none());
        let beyond = before.map(|scope| Seen { scope, at: position.cursor });
        let loading = Loading { beyond, place: None, done: 0, of: 0 };
        let position = Position { scope: Some(scope), reference, loading: Some(loading), ..position.clone() };
        Some(Write { gone, position: Some(position), ..Write::default() })
    }

    /// Adds events and the states they lead to; things that are whole begin anew.
    fn evolve_by(&self, events: Vec<Recorded<K::Event>>, whole: Vec<K::Id>, write: &mut Write<K>) {
        let mut states: HashMap<K::Id, Option<K::State>> = whole.iter().map(|thing| (*thing, None)).collect();
        // Of what is new here nothing has to go.
        write.whole = whole.into_iter().filter(|thing| self.confirmed.has(*thing)).collect();
        for recorded in &events {
            let thing = K::thing(&recorded.event);
            let state = states.remove(&thing).unwrap_or_else(|| self.confirmed.get(thing));
            states.insert(thing, K::evolve(state, &recorded.event));
        }
        for recorded in &events {
            let thing = K::thing(&recorded.event);
            write.states.extend(states.remove(&thing).flatten().map(|state| (thing, state)));
        }
        write.events = events;
    }

    /// Settles what the events of a write bring back.
    fn settle(&self, write: &mut Write<K>) {
        let arrived: HashMap<EventId, Option<Stamp>> =
            write.events.iter().map(|recorded| (K::event_id(&recorded.event), recorded.stamp)).collect();
        let position = write.position.as_ref().or(self.position());
        for entry in self.waiting() {
            let Proposed { stamp, event } = &entry.proposed;
            let back = arrived.get(&K::event_id(event));
            let by_another = back.copied().flatten().filter(|back| back.device != stamp.device);
            write.twins.extend(by_another.map(|back| (back.device, back.device_seq)));
            let came = back.is_some();
            // An accepted event that the pages passed over is one that this person may no longer see.
            let passed = entry.accepted.is_some_and(|seq| position.is_some_and(|at| is_here(at, seq)));
            if came || passed {
                write.settled.push(entry.proposed.stamp.device_seq);
            }
        }
        let parked = self.parked.iter().map(|parked| K::event_id(&parked.proposed.event));
        write.unparked.extend(parked.filter(|id| arrived.contains_key(id)));
    }
}

/// Whether an answer with this head and reference is from before one that was taken already: it may show what has gone
/// since.
fn is_older<I, S>(position: &Position<I, S>, head: Seq, reference: u32) -> bool {
    head < position.head || reference < position.reference
}

/// Whether an event with this number is here, if this person sees it at all.
fn is_here<I, S>(position: &Position<I, S>, seq: Seq) -> bool {
    position.loading.is_none() && position.cursor >= seq
}
