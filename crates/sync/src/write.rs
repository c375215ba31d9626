//! What a device stores: its records, and the one transaction that each input leads to.

use holdfast_desk::{EventId, Instant, read_by_fields};
use serde::{Deserialize, Serialize};

use crate::Kind;
use crate::protocol::{
    DeviceId, DeviceSeq, Epoch, LoadRequest, Place, Proposed, Reason, Recorded, Seen, Seq, Stamp,
};

/// An event made here that the history does not show yet.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Waiting<E> {
    /// The event with its stamp.
    pub proposed: Proposed<E>,
    /// Its place, once the server accepted it. It still waits to come back in the history. Known while the app runs and
    /// not stored: verdicts are permanent, so whoever does not know it any more asks again and hears the same.
    #[serde(skip)]
    pub accepted: Option<Seq>,
}

/// An event made here that cannot happen: it needs a person.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(Deserialize))]
#[serde(bound(deserialize = "E: serde::de::DeserializeOwned, R: serde::de::DeserializeOwned"))]
pub struct Parked<E, R> {
    /// The event with its stamp.
    pub proposed: Proposed<E>,
    /// Why it cannot happen.
    pub reason: Reason<R>,
    /// When that became known here.
    pub since: Instant,
}

read_by_fields!(Parked<E, R> { proposed, reason, since });

/// How far this device has read, and in which life of the server's database.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(Deserialize))]
#[serde(bound(deserialize = "I: serde::de::DeserializeOwned, S: serde::de::DeserializeOwned"))]
pub struct Position<I, S> {
    /// The life of the database.
    pub epoch: Epoch,
    /// Everything up to here is stored.
    pub cursor: Seq,
    /// This much there was to read when the server last answered.
    pub head: Seq,
    /// What this person saw when things were last loaded; unknown in what an older version stored.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scope: Option<S>,
    /// The version of the reference data that said so. What was made by an older one says nothing any more.
    #[serde(default)]
    pub reference: u32,
    /// What is still to be loaded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub loading: Option<Loading<I, S>>,
    /// Grows with everything that is stored because of the server, so that a tab sees that another one was faster.
    #[serde(default)]
    pub write: u64,
}

read_by_fields!(Position<I, S> {
    epoch, cursor, head; scope, reference, loading, write
});

/// Loading that is under way.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(Deserialize))]
#[serde(bound(deserialize = "I: serde::de::DeserializeOwned, S: serde::de::DeserializeOwned"))]
pub struct Loading<I, S> {
    /// What was seen before and is here.
    pub beyond: Option<Seen<S>>,
    /// Where it goes on.
    pub place: Option<Place<I>>,
    /// So many things have come.
    pub done: u64,
    /// Of so many, about.
    pub of: u64,
}

read_by_fields!(Loading<I, S> { done, of; beyond, place });

/// The position of a device that replicates this kind.
pub type PositionOf<K> = Position<<K as Kind>::Id, <K as Kind>::Scope>;

impl<I: Clone, S: Clone> Position<I, S> {
    /// What to ask for next, where something is still to be loaded.
    pub fn to_load(&self) -> Option<LoadRequest<I, S>> {
        let Loading { beyond, place, .. } = self.loading.clone()?;
        Some(LoadRequest { up_to: Some(self.cursor), beyond, place })
    }
}

/// Another name for this device, because another one went by the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Renamed {
    /// What it is called.
    pub to: DeviceId,
    /// From which of its events on.
    pub from: DeviceSeq,
}

/// What a device is called, and was called before. Two that went by one name part at a count: up to there both have made
/// what is made, whichever of them keeps the name, and whichever sends it under another one.
#[derive(Clone, Debug, PartialEq)]
pub struct Names {
    /// Its name.
    pub now: DeviceId,
    /// Its names before, and those of its copies, each up to a count.
    pub before: Vec<(DeviceId, DeviceSeq)>,
}

impl Names {
    /// Learns what a write says of them.
    pub fn learn<K: Kind>(&mut self, write: &Write<K>) {
        for (name, up_to) in &write.twins {
            match self.before.iter_mut().find(|(known, _)| known == name) {
                Some((_, known)) => *known = (*known).max(*up_to),
                None => self.before.push((*name, *up_to)),
            }
        }
        if let Some(renamed) = write.renamed {
            self.before.push((self.now, renamed.from.saturating_sub(1)));
            self.now = renamed.to;
        }
    }

    /// Whether what has this stamp was made here.
    pub fn made(&self, stamp: &Stamp) -> bool {
        let before =
            |(name, up_to): &(DeviceId, DeviceSeq)| stamp.device == *name && stamp.device_seq <= *up_to;
        stamp.device == self.now || self.before.iter().any(before)
    }
}

/// What one input changes on the device: stored in one transaction, all of it or nothing. What it takes away goes
/// before what it brings.
#[derive(Clone, Debug, PartialEq)]
pub struct Write<K: Kind> {
    /// Everything confirmed is to go, and the position with it. What this device made is offered again, see
    /// [`crate::Replica::offer_again`]: the server may have been restored.
    pub restart: bool,
    /// Things of which everything confirmed is to go.
    pub gone: Vec<K::Id>,
    /// Things that were here and of which the stored history is to go: `events` has all of it.
    pub whole: Vec<K::Id>,
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
    /// How far the device has read now, where that changed.
    pub position: Option<PositionOf<K>>,
    /// What the device is called from now on, where that changed.
    pub renamed: Option<Renamed>,
    /// Names of copies of this device that sent what both had made, each up to a count.
    pub twins: Vec<(DeviceId, DeviceSeq)>,
}

impl<K: Kind> Default for Write<K> {
    fn default() -> Self {
        Self {
            restart: false,
            gone: Vec::new(),
            whole: Vec::new(),
            states: Vec::new(),
            events: Vec::new(),
            waiting: Vec::new(),
            settled: Vec::new(),
            parked: Vec::new(),
            unparked: Vec::new(),
            position: None,
            renamed: None,
            twins: Vec::new(),
        }
    }
}

impl<K: Kind> Write<K> {
    /// Whether there is nothing to store.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// The things that may look different when this is stored; everything does where it says `restart`.
    pub fn touched(&self) -> Vec<K::Id> {
        let states = self.states.iter().map(|(thing, _)| *thing);
        states.chain(self.gone.iter().copied()).collect()
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::Tickets;

    #[test]
    fn a_device_knows_what_it_made_under_each_of_its_names() {
        let [first, second, third] = [1, 2, 3].map(|id| DeviceId(Uuid::from_u128(id)));
        let twin = DeviceId(Uuid::from_u128(5));
        let mut names = Names { now: first, before: Vec::new() };
        for renamed in [Renamed { to: second, from: 5 }, Renamed { to: third, from: 8 }] {
            names.learn(&Write::<Tickets> { renamed: Some(renamed), ..Write::default() });
        }
        names.learn(&Write::<Tickets> { twins: vec![(twin, 3), (twin, 2)], ..Write::default() });
        let stamp =
            |device, device_seq| Stamp { device, device_seq, occurred_at: Instant::default(), offset_ms: 0 };
        let made = [(first, 4), (second, 7), (third, 8), (third, 100), (twin, 3)];
        assert!(made.iter().all(|(device, seq)| names.made(&stamp(*device, *seq))));
        let by_another = [(first, 5), (second, 8), (twin, 4), (DeviceId(Uuid::from_u128(4)), 1)];
        assert!(
            !by_another.iter().any(|(device, seq)| names.made(&stamp(*device, *seq))),
            "after they parted"
        );
    }
}
