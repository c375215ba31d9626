//! Time zones as data: a table of offset changes that travels with the rules, so that every device computes the
//! same instant whatever its browser believes.

use std::ops::Range;

use chrono::NaiveDateTime;
use serde::Serialize;

use super::day::DAY;
use crate::{Instant, read_by_fields};

/// A time zone: which offset from UTC holds from when on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(serde::Deserialize))]
#[serde(deny_unknown_fields)]
pub struct Zone {
    /// Its IANA name.
    pub name: String,
    /// The version of the rules that the table was made from.
    pub version: String,
    /// The offset before the first change, in seconds east of UTC.
    pub offset: i32,
    /// From when on which offset holds, in order of time: seconds since 1970, seconds east of UTC.
    pub changes: Vec<(i64, i32)>,
    /// Versions of the SLA rules that hold from this instant on use it; those before it keep the table they had.
    #[serde(default, skip_serializing_if = "is_from_the_start")]
    pub since: Instant,
}

read_by_fields!(Zone { name, version, offset, changes; since });

fn is_from_the_start(since: &Instant) -> bool {
    *since == Instant::default()
}

impl Zone {
    /// From when to when a table has every change, in seconds since 1970: 1900 to 2100.
    pub const SPAN: Range<i64> = -2_208_988_800..4_102_444_800;

    /// UTC itself.
    pub fn utc() -> Self {
        let (name, version, since) = ("UTC".to_owned(), "fixed".to_owned(), Instant::default());
        Self { name, version, offset: 0, changes: Vec::new(), since }
    }

    /// The table of a zone whose offset is known for every second since 1970.
    pub fn tabulated(name: String, version: String, mut offset_at: impl FnMut(i64) -> i32) -> Self {
        let changes = Self::changes(Self::SPAN, &mut offset_at);
        Self { name, version, offset: offset_at(Self::SPAN.start), changes, since: Instant::default() }
    }

    /// The changes of the offset within a span: after which second there is which.
    pub fn changes(span: Range<i64>, offset_at: &mut impl FnMut(i64) -> i32) -> Vec<(i64, i32)> {
        let (mut offset, mut changes) = (offset_at(span.start), Vec::new());
        // No zone ever changed its clocks and changed them back within a day.
        for day in span.clone().step_by(DAY as usize) {
            let next = (day + DAY).min(span.end);
            let there = offset_at(next);
            if there != offset {
                let (mut before, mut after) = (day, next);
                while before + 1 < after {
                    let middle = (before + after) / 2;
                    if offset_at(middle) == offset { before = middle } else { after = middle }
                }
                changes.push((after, there));
                offset = there;
            }
        }
        changes
    }

    /// Whether it says the same as another at every instant.
    pub fn agrees_with(&self, other: &Self) -> bool {
        (self.offset, &self.changes) == (other.offset, &other.changes)
    }

    /// The offset in force at an instant, in seconds east of UTC.
    pub fn offset_at(&self, at: Instant) -> i32 {
        self.offset_before(self.changes.partition_point(|(from, _)| *from <= at.seconds()))
    }

    /// What a clock on the wall shows there at an instant.
    pub fn local(&self, at: Instant) -> NaiveDateTime {
        at.plus_seconds(self.offset_at(at).into()).to_chrono().naive_utc()
    }

    /// The first instant, in seconds since 1970, at which a clock on the wall shows a local time, given in seconds as if
    /// it were UTC. Where it never does, because the clocks went forward, the time is shifted forward by the gap.
    pub fn first(&self, local: i64) -> i64 {
        self.resolve(local).0
    }

    /// The last instant at which a clock on the wall shows this; shifted as by [`Self::first`].
    pub fn last(&self, local: i64) -> i64 {
        self.resolve(local).1
    }

    /// Whether a clock on the wall never shows this.
    pub fn skips(&self, local: i64) -> bool {
        self.real(local).next().is_none()
    }

    /// The one offset that holds for all local times of these seconds, if the clocks do not change around them. `near`
    /// is the index of a change not long after them; it is moved on, so that a walk through the years searches nothing.
    pub(super) fn steady(&self, from: i64, to: i64, near: &mut usize) -> Option<i64> {
        while self.changes.get(*near).is_some_and(|(at, _)| *at <= from - DAY) {
            *near += 1;
        }
        let is_steady = self.changes.get(*near).is_none_or(|(at, _)| *at > to + DAY);
        is_steady.then(|| self.offset_before(*near).into())
    }

    fn resolve(&self, local: i64) -> (i64, i64) {
        match (self.real(local).min(), self.real(local).max()) {
            (Some(first), Some(last)) => (first, last),
            // In a gap: read with the offset that held before it, which is the same as shifting by the gap.
            _ => {
                let before = self.candidates(local).map(|(at, _)| at).max().unwrap_or(local);
                (before, before)
            }
        }
    }

    /// The instants at which the wall does show this local second.
    fn real(&self, local: i64) -> impl Iterator<Item = i64> {
        let is_real = |(at, offset): &(i64, i32)| {
            self.offset_before(self.changes.partition_point(|(from, _)| from <= at)) == *offset
        };
        self.candidates(local).filter(is_real).map(|(at, _)| at)
    }

    /// The instants at which the wall could show this local second, one for each offset in force around it.
    fn candidates(&self, local: i64) -> impl Iterator<Item = (i64, i32)> {
        let from = self.changes.partition_point(|(at, _)| *at <= local - 2 * DAY);
        let to = self.changes.partition_point(|(at, _)| *at <= local + 2 * DAY);
        (from..=to).map(move |index| {
            let offset = self.offset_before(index);
            (local - i64::from(offset), offset)
        })
    }

    /// The offset that holds before the change with this index.
    fn offset_before(&self, index: usize) -> i32 {
        index
            .checked_sub(1)
            .and_then(|last| self.changes.get(last))
            .map_or(self.offset, |(_, offset)| *offset)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Berlin in 2026: forward on 29 March at 01:00 UTC, back on 25 October at 01:00 UTC.
    fn berlin() -> Zone {
        let at = |text| Instant::parse(text).unwrap().seconds();
        Zone {
            name: "Europe/Berlin".to_owned(),
            version: "test".to_owned(),
            offset: 3600,
            changes: vec![(at("2026-03-29T01:00:00Z"), 7200), (at("2026-10-25T01:00:00Z"), 3600)],
            since: Instant::default(),
        }
    }

    fn local(text: &str) -> i64 {
        Instant::parse(&format!("{text}Z")).unwrap().seconds()
    }

    fn utc(text: &str) -> i64 {
        Instant::parse(text).unwrap().seconds()
    }

    #[test]
    fn a_time_that_the_clocks_skip_is_shifted_by_the_gap() {
        let zone = berlin();
        assert!(zone.skips(local("2026-03-29T02:30:00")));
        assert_eq!(zone.first(local("2026-03-29T02:30:00")), utc("2026-03-29T01:30:00Z"));
        let shown = zone.local(Instant::parse("2026-03-29T01:30:00Z").unwrap());
        assert_eq!(shown.and_utc().timestamp(), local("2026-03-29T03:30:00"));
    }

    #[test]
    fn a_time_that_comes_twice_has_a_first_and_a_last() {
        let zone = berlin();
        assert_eq!(zone.first(local("2026-10-25T02:30:00")), utc("2026-10-25T00:30:00Z"));
        assert_eq!(zone.last(local("2026-10-25T02:30:00")), utc("2026-10-25T01:30:00Z"));
        assert_eq!(zone.first(local("2026-07-01T12:00:00")), utc("2026-07-01T10:00:00Z"));
    }

    #[test]
    fn a_table_finds_every_change_of_the_offset() {
        let zone = berlin();
        let made = Zone::tabulated(zone.name.clone(), zone.version.clone(), |seconds| {
            zone.offset_at(Instant::from_millis(seconds * 1000))
        });
        assert_eq!(made, zone);
        let (from, to) = (Zone::SPAN.start, Zone::SPAN.end);
        let mut offset_at = |seconds: i64| zone.offset_at(Instant::from_millis(seconds * 1000));
        let middle = zone.changes[0].0;
        let mut parts = Zone::changes(from..middle, &mut offset_at);
        parts.extend(Zone::changes(middle..to, &mut offset_at));
        assert_eq!(parts, zone.changes, "in parts as at once");
    }

    #[test]
    fn the_offset_is_steady_away_from_changes() {
        let (zone, mut near) = (berlin(), 0);
        let mut steady = |day: &str| {
            let midnight = local(&format!("{day}T00:00:00"));
            zone.steady(midnight, midnight + DAY, &mut near)
        };
        assert_eq!(steady("2026-03-20"), Some(3600));
        assert_eq!(steady("2026-03-29"), None);
        assert_eq!(steady("2026-04-02"), Some(7200));
        assert_eq!(steady("2026-10-25"), None);
        assert_eq!(steady("2026-12-01"), Some(3600));
    }
}
