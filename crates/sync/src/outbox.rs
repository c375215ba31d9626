//! The events that wait, in order; found by their count and by what they happen to.

use std::collections::{HashMap, HashSet};

use holdfast_desk::EventId;

use crate::protocol::{Answer, DeviceSeq, Seq, Verdict};
use crate::{Kind, Waiting};

/// The events that wait on a device.
#[derive(Clone, Debug)]
pub(crate) struct Outbox<K: Kind> {
    /// In the order of their counts.
    entries: Vec<Waiting<K::Event>>,
    /// In order, for each thing.
    by_thing: HashMap<K::Id, Vec<DeviceSeq>>,
}

impl<K: Kind> Outbox<K> {
    pub fn new(entries: impl IntoIterator<Item = Waiting<K::Event>>) -> Self {
        let mut outbox = Self { entries: Vec::new(), by_thing: HashMap::new() };
        for entry in entries {
            outbox.add(entry);
        }
        outbox
    }

    /// Adds an entry; one with the count of an earlier one takes its place.
    pub fn add(&mut self, entry: Waiting<K::Event>) {
        let seq = count(&entry);
        if self.place(seq).is_ok() {
            self.settle(&[seq]);
        }
        let of_thing = self.by_thing.entry(K::thing(&entry.proposed.event)).or_default();
        of_thing.insert(of_thing.partition_point(|other| *other < seq), seq);
        // As a rule it is the last.
        self.entries.insert(self.entries.partition_point(|other| count(other) < seq), entry);
    }

    /// Removes entries. Returns the things that they were to happen to.
    pub fn settle(&mut self, seqs: &[DeviceSeq]) -> Vec<K::Id> {
        let seqs: HashSet<DeviceSeq> = seqs.iter().copied().collect();
        let (mut things, by_thing) = (Vec::new(), &mut self.by_thing);
        self.entries.retain(|entry| {
            let seq = count(entry);
            if !seqs.contains(&seq) {
                return true;
            }
            let thing = K::thing(&entry.proposed.event);
            things.push(thing);
            let of_thing = by_thing.get_mut(&thing);
            let is_last = of_thing.is_some_and(|of_thing| {
                of_thing.retain(|other| *other != seq);
                of_thing.is_empty()
            });
            if is_last {
                by_thing.remove(&thing);
            }
            false
        });
        things
    }

    fn place(&self, seq: DeviceSeq) -> Result<usize, usize> {
        self.entries.binary_search_by_key(&seq, count)
    }

    /// The answers to what waits here, with what they answer.
    pub fn answered<'a, R>(
        &'a self,
        answers: &'a [Answer<R>],
    ) -> impl Iterator<Item = (&'a Verdict<R>, &'a Waiting<K::Event>)> {
        // Answers come in the order in which the events were sent: each is looked for behind the one before it.
        let mut next = 0;
        answers.iter().filter_map(move |answer| {
            let (before, behind) = self.entries.split_at(next.min(self.entries.len()));
            let is_it = |entry: &Waiting<K::Event>| K::event_id(&entry.proposed.event) == answer.id;
            let place = behind
                .iter()
                .position(is_it)
                .map_or_else(|| before.iter().position(is_it), |at| Some(next + at))?;
            next = place + 1;
            Some((&answer.verdict, &self.entries[place]))
        })
    }

    /// Notes the places of events that the server accepted, until they come back in the history. Returns whether one of
    /// them waits.
    pub fn accept<R>(&mut self, answers: &[Answer<R>]) -> bool {
        let accepted = self.answered(answers).filter_map(|(verdict, entry)| match verdict {
            Verdict::Accepted { seq } => Some((count(entry), *seq)),
            Verdict::Rejected { .. } => None,
        });
        let accepted: Vec<(DeviceSeq, Seq)> = accepted.collect();
        for (seq, place) in &accepted {
            if let Ok(at) = self.place(*seq) {
                self.entries[at].accepted = Some(*place);
            }
        }
        !accepted.is_empty()
    }

    /// Forgets what the server accepted: it was another life of it.
    pub fn accept_nothing(&mut self) {
        self.entries.iter_mut().for_each(|entry| entry.accepted = None);
    }

    /// The place of an event of this count, where the server is known to have accepted it.
    pub fn accepted(&self, seq: DeviceSeq, id: EventId) -> Option<Seq> {
        let entry = &self.entries[self.place(seq).ok()?];
        entry.accepted.filter(|_| K::event_id(&entry.proposed.event) == id)
    }

    pub fn iter(&self) -> impl Iterator<Item = &Waiting<K::Event>> {
        self.entries.iter()
    }

    /// Those that wait for this thing, in order.
    pub fn of(&self, thing: K::Id) -> impl Iterator<Item = &Waiting<K::Event>> {
        let seqs = self.by_thing.get(&thing).map_or(&[][..], Vec::as_slice);
        seqs.iter().filter_map(|seq| Some(&self.entries[self.place(*seq).ok()?]))
    }

    /// The things that something waits for.
    pub fn things(&self) -> impl Iterator<Item = K::Id> {
        self.by_thing.keys().copied()
    }

    /// The counts of everything that waits, in order.
    pub fn seqs(&self) -> Vec<DeviceSeq> {
        self.entries.iter().map(count).collect()
    }
}

fn count<E>(entry: &Waiting<E>) -> DeviceSeq {
    entry.proposed.stamp.device_seq
}
