//! The events that wait, in order; found by what they are and by what they happen to.

use std::collections::{BTreeMap, HashMap};

use holdfast_desk::EventId;

use crate::protocol::{DeviceSeq, Seq};
use crate::{Kind, Waiting};

/// The events that wait on a device.
#[derive(Clone, Debug)]
pub(crate) struct Outbox<K: Kind> {
    entries: BTreeMap<DeviceSeq, Waiting<K::Event>>,
    by_id: HashMap<EventId, DeviceSeq>,
    /// In order, for each thing.
    by_thing: HashMap<K::Id, Vec<DeviceSeq>>,
}

impl<K: Kind> Outbox<K> {
    pub fn new(entries: impl IntoIterator<Item = Waiting<K::Event>>) -> Self {
        let mut outbox = Self { entries: BTreeMap::new(), by_id: HashMap::new(), by_thing: HashMap::new() };
        outbox.extend(entries);
        outbox
    }

    /// Adds entries; one with the count of an earlier one takes its place.
    pub fn extend(&mut self, entries: impl IntoIterator<Item = Waiting<K::Event>>) {
        for entry in entries {
            let seq = entry.proposed.stamp.device_seq;
            self.remove(seq);
            let (id, thing) = (K::event_id(&entry.proposed.event), K::thing(&entry.proposed.event));
            self.by_id.insert(id, seq);
            let of_thing = self.by_thing.entry(thing).or_default();
            of_thing.insert(of_thing.partition_point(|other| *other < seq), seq);
            self.entries.insert(seq, entry);
        }
    }

    pub fn remove(&mut self, seq: DeviceSeq) -> Option<Waiting<K::Event>> {
        let entry = self.entries.remove(&seq)?;
        self.by_id.remove(&K::event_id(&entry.proposed.event));
        let thing = K::thing(&entry.proposed.event);
        if let Some(of_thing) = self.by_thing.get_mut(&thing) {
            of_thing.retain(|other| *other != seq);
            if of_thing.is_empty() {
                self.by_thing.remove(&thing);
            }
        }
        Some(entry)
    }

    /// Notes the place of an event that the server accepted, until it comes back in the history. Returns whether it
    /// waits.
    pub fn accept(&mut self, id: EventId, place: Option<Seq>) -> bool {
        let entry = self.by_id.get(&id).and_then(|seq| self.entries.get_mut(seq));
        entry.map(|entry| entry.accepted = place).is_some()
    }

    /// Forgets what the server accepted: it was another life of it.
    pub fn accept_nothing(&mut self) {
        self.entries.values_mut().for_each(|entry| entry.accepted = None);
    }

    pub fn iter(&self) -> impl Iterator<Item = &Waiting<K::Event>> {
        self.entries.values()
    }

    pub fn with_id(&self, id: EventId) -> Option<&Waiting<K::Event>> {
        self.by_id.get(&id).and_then(|seq| self.entries.get(seq))
    }

    /// Those that wait for this thing, in order.
    pub fn of(&self, thing: K::Id) -> impl Iterator<Item = &Waiting<K::Event>> {
        let seqs = self.by_thing.get(&thing).map_or(&[][..], Vec::as_slice);
        seqs.iter().filter_map(|seq| self.entries.get(seq))
    }

    /// The things that something waits for.
    pub fn things(&self) -> impl Iterator<Item = K::Id> {
        self.by_thing.keys().copied()
    }

    /// The counts of everything that waits.
    pub fn seqs(&self) -> impl Iterator<Item = DeviceSeq> {
        self.entries.keys().copied()
    }
}
