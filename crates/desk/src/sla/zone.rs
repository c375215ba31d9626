//! Time zones as data: a table of offset changes that travels with the rules, so that every device computes the
//! same instant whatever its browser believes.

use chrono::NaiveDateTime;
use serde::{Deserialize, Serialize};

use crate::Instant;

/// A time zone: which offset from UTC holds from when on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
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
}

impl Zone {
    /// UTC itself.
    pub fn utc() -> Self {
        Self { name: "UTC".to_owned(), version: "fixed".to_owned(), offset: 0, changes: Vec::new() }
    }

    /// The offset in force at an instant, in seconds east of UTC.
    pub fn offset_at(&self, at: Instant) -> i32 {
        self.offset_before(self.changes.partition_point(|(from, _)| *from <= at.seconds()))
    }

    /// What a clock on the wall shows there at an instant.
    pub fn local(&self, at: Instant) -> NaiveDateTime {
        at.plus_seconds(self.offset_at(at).into()).to_chrono().naive_utc()
    }

    /// The first instant at which a clock on the wall shows this. Where it never does, because the clocks went
    /// forward, the time is shifted forward by the gap.
    pub fn first(&self, local: NaiveDateTime) -> Instant {
        self.resolve(local).0
    }

    /// The last instant at which a clock on the wall shows this; shifted as by [`Self::first`].
    pub fn last(&self, local: NaiveDateTime) -> Instant {
        self.resolve(local).1
    }

    /// Whether a clock on the wall never shows this.
    pub fn skips(&self, local: NaiveDateTime) -> bool {
        let seconds = local.and_utc().timestamp();
        !self.candidates(seconds).any(|(at, offset)| self.offset_at(Instant::from_seconds(at)) == offset)
    }

    fn resolve(&self, local: NaiveDateTime) -> (Instant, Instant) {
        let seconds = local.and_utc().timestamp();
        let is_real = |(at, offset): &(i64, i32)| self.offset_at(Instant::from_seconds(*at)) == *offset;
        let real = || self.candidates(seconds).filter(is_real).map(|(at, _)| at);
        match (real().min(), real().max()) {
            (Some(first), Some(last)) => (Instant::from_seconds(first), Instant::from_seconds(last)),
            // In a gap: read with the offset that held before it, which is the same as shifting by the gap.
            _ => {
                let before = self.candidates(seconds).map(|(at, _)| at).max().unwrap_or(seconds);
                (Instant::from_seconds(before), Instant::from_seconds(before))
            }
        }
    }

    /// The instants at which the wall could show this local second, one for each offset in force around it.
    fn candidates(&self, local: i64) -> impl Iterator<Item = (i64, i32)> {
        const DAY: i64 = 86_400;
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
        }
    }

    fn local(text: &str) -> NaiveDateTime {
        text.parse().unwrap()
    }

    #[test]
    fn a_time_that_the_clocks_skip_is_shifted_by_the_gap() {
        let zone = berlin();
        assert!(zone.skips(local("2026-03-29T02:30:00")));
        assert_eq!(zone.first(local("2026-03-29T02:30:00")).to_string(), "2026-03-29T01:30:00Z");
        assert_eq!(zone.local(Instant::parse("2026-03-29T01:30:00Z").unwrap()), local("2026-03-29T03:30:00"));
    }

    #[test]
    fn a_time_that_comes_twice_has_a_first_and_a_last() {
        let zone = berlin();
        assert_eq!(zone.first(local("2026-10-25T02:30:00")).to_string(), "2026-10-25T00:30:00Z");
        assert_eq!(zone.last(local("2026-10-25T02:30:00")).to_string(), "2026-10-25T01:30:00Z");
        assert_eq!(zone.first(local("2026-07-01T12:00:00")).to_string(), "2026-07-01T10:00:00Z");
    }
}
