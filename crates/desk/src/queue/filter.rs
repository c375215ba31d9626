//! Filters: which tickets a queue shows, read from the columns.

use super::columns::{Code, Coded, Columns, Count, Flag, NONE, Slot, Time};
use crate::sla::ClockState;
use crate::{Instant, StatusKind};

/// One thing that is asked of a ticket.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Check {
    /// One of these, by their codes.
    Coded(Coded, Vec<bool>),
    /// None at all.
    Nothing(Coded),
    /// One of these tags.
    Tagged(Vec<bool>),
    /// One of these kinds.
    Kind(Vec<StatusKind>),
    /// What is to be done next stands so.
    Clock(ClockState),
    /// So is it.
    Flag(Flag),
    /// Between two instants that move with the time, in milliseconds from now.
    Span(Time, i64, i64),
    /// Between two instants.
    Range(Time, i64, i64),
    /// Between two numbers, both included.
    Count(Count, u32, u32),
    /// One of several.
    Any(Vec<Check>),
    /// All of several.
    All(Vec<Check>),
    /// Not so.
    Not(Box<Check>),
}

impl Check {
    fn holds(&self, columns: &Columns, slot: Slot, now: i64) -> bool {
        let has = |codes: &[bool], code: Code| codes.get(code as usize).copied().unwrap_or(false);
        match self {
            Self::Coded(column, codes) => has(codes, columns.coded(*column, slot)),
            Self::Nothing(Coded::Tags) => columns.tags(slot).is_empty(),
            Self::Nothing(column) => columns.coded(*column, slot) == NONE,
            Self::Tagged(codes) => columns.tags(slot).iter().any(|tag| has(codes, *tag)),
            Self::Kind(kinds) => kinds.contains(&columns.kind(slot)),
            Self::Clock(state) => columns.clock(slot) == *state,
            Self::Flag(flag) => columns.is(*flag, slot),
            Self::Span(column, from, to) => {
                let ahead = columns.time(*column, slot).saturating_sub(now);
                (*from..*to).contains(&ahead)
            }
            Self::Range(column, from, to) => (*from..*to).contains(&columns.time(*column, slot)),
            Self::Count(column, from, to) => (*from..=*to).contains(&columns.count(*column, slot)),
            Self::Any(checks) => checks.iter().any(|check| check.holds(columns, slot, now)),
            Self::All(checks) => checks.iter().all(|check| check.holds(columns, slot, now)),
            Self::Not(check) => !check.holds(columns, slot, now),
        }
    }

    /// When this comes to hold, or ceases to, if nothing happens to the ticket until then.
    fn changes_at(&self, columns: &Columns, slot: Slot, now: i64) -> Option<i64> {
        match self {
            Self::Span(column, from, to) => {
                let time = columns.time(*column, slot);
                // It is between the two from just after `time - to` up to `time - from`.
                let ends = [to, from].map(|end| time.saturating_sub(*end).saturating_add(1));
                ends.into_iter().find(|end| *end > now)
            }
            Self::Any(checks) | Self::All(checks) => {
                checks.iter().filter_map(|check| check.changes_at(columns, slot, now)).min()
            }
            Self::Not(check) => check.changes_at(columns, slot, now),
            _ => None,
        }
    }
}

/// Everything that is asked of a ticket.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Filter {
    pub(super) checks: Vec<Check>,
}

impl Filter {
    pub(super) fn holds(&self, columns: &Columns, slot: Slot, now: Instant) -> bool {
        self.checks.iter().all(|check| check.holds(columns, slot, now.millis()))
    }

    pub(super) fn changes_at(&self, columns: &Columns, slot: Slot, now: Instant) -> Option<Instant> {
        let changes = self.checks.iter().filter_map(|check| check.changes_at(columns, slot, now.millis()));
        changes.min().map(Instant::from_millis)
    }
}
