//! Orders: every ticket sorted by a column, kept sorted as tickets change.

use std::cmp::Ordering;

use super::columns::{Code, Coded, Columns, Count, NEVER, NONE, Slot, Time};
use super::known::Known;

/// What a queue is sorted by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum SortBy {
    /// When what is to be done next has to be done by.
    #[default]
    Due,
    /// When something last happened.
    Updated,
    /// When it was raised.
    Created,
    /// Its number.
    Number,
    /// How urgent it is.
    Priority,
    /// Its status, in the order of the workflow.
    Status,
    /// Who has it.
    Assignee,
    /// Which team has it.
    Team,
    /// Whose ticket it is.
    Requester,
    /// Where it is.
    Site,
    /// Which thing it is about.
    Asset,
    /// What it is about.
    Category,
    /// How it reached the desk.
    Channel,
    /// How many replies it has.
    Replies,
}

impl SortBy {
    /// Everything that a queue can be sorted by, with its name in a query.
    pub const ALL: [(Self, &'static str); 14] = [
        (Self::Due, "due"),
        (Self::Updated, "updated"),
        (Self::Created, "created"),
        (Self::Number, "number"),
        (Self::Priority, "priority"),
        (Self::Status, "status"),
        (Self::Assignee, "assignee"),
        (Self::Team, "team"),
        (Self::Requester, "requester"),
        (Self::Site, "site"),
        (Self::Asset, "asset"),
        (Self::Category, "category"),
        (Self::Channel, "channel"),
        (Self::Replies, "replies"),
    ];

    fn column(self) -> Column {
        match self {
            Self::Due => Column::Due,
            Self::Updated => Column::Time(Time::Updated),
            Self::Created => Column::Time(Time::Created),
            Self::Number => Column::Count(Count::Number),
            Self::Replies => Column::Count(Count::Replies),
            Self::Priority => Column::Coded(Coded::Priority),
            Self::Status => Column::Coded(Coded::Status),
            Self::Assignee => Column::Coded(Coded::Agent),
            Self::Team => Column::Coded(Coded::Team),
            Self::Requester => Column::Coded(Coded::Requester),
            Self::Site => Column::Coded(Coded::Site),
            Self::Asset => Column::Coded(Coded::Asset),
            Self::Category => Column::Coded(Coded::Category),
            Self::Channel => Column::Coded(Coded::Channel),
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Column {
    Due,
    Time(Time),
    Count(Count),
    Coded(Coded),
}

/// What a queue is sorted by, and in which direction. What is equal comes in the order in which it last changed, the
/// latest first; what has nothing to be sorted by comes last in either direction.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Order {
    /// By what.
    pub by: SortBy,
    /// The largest first.
    pub descending: bool,
}

/// Every slot in an order.
#[derive(Clone, Debug)]
pub(super) struct Sorted {
    pub order: Order,
    /// The places of words and ids among each other, by their codes.
    ranks: Vec<u32>,
    slots: Vec<Slot>,
    /// What has changed since.
    changed: Vec<Slot>,
}

/// Where more than one in so many has changed, everything is sorted anew.
const MANY: usize = 16;

impl Sorted {
    pub fn new(order: Order, columns: &Columns, known: Known) -> Self {
        let ranks = match order.by.column() {
            Column::Coded(column) => known.ranks(column, columns),
            _ => Vec::new(),
        };
        let mut sorted = Self { order, ranks, slots: Vec::new(), changed: Vec::new() };
        sorted.sort(columns);
        sorted
    }

    /// Whether there are words or ids that it does not know.
    pub fn is_outdated(&self, columns: &Columns) -> bool {
        match self.order.by.column() {
            Column::Coded(column) => self.ranks.len() < columns.words_of(column),
            _ => false,
        }
    }

    /// Something about this slot is different, or it is free now.
    pub fn touch(&mut self, slot: Slot) {
        self.changed.push(slot);
    }

    /// The slots in their order.
    pub fn slots(&mut self, columns: &Columns) -> &[Slot] {
        if self.changed.len() * MANY > columns.len() {
            self.sort(columns);
        } else if !self.changed.is_empty() {
            self.mend(columns);
        }
        &self.slots
    }

    fn sort(&mut self, columns: &Columns) {
        self.changed = Vec::new();
        // The column itself, and what is equal by the last change: sorting by the second first keeps it where the first is
        // equal.
        let mut keys: Vec<(u64, Slot)> =
            columns.slots().map(|slot| (!ordered(columns.time(Time::Updated, slot)), slot)).collect();
        radsort::sort_by_key(&mut keys, |(key, _)| *key);
        keys.iter_mut().for_each(|(key, slot)| *key = self.key(columns, *slot));
        radsort::sort_by_key(&mut keys, |(key, _)| *key);
        // Of what changed in the same millisecond the first that was raised comes first.
        let updated = |slot| columns.time(Time::Updated, slot);
        for same in keys.chunk_by_mut(|one, other| one.0 == other.0 && updated(one.1) == updated(other.1)) {
            same.sort_unstable_by_key(|(_, slot)| columns.ticket(*slot));
        }
        self.slots = keys.into_iter().map(|(_, slot)| slot).collect();
    }

    /// Takes out what has changed and puts it in where it belongs.
    fn mend(&mut self, columns: &Columns) {
        let mut changed = std::mem::take(&mut self.changed);
        changed.sort_unstable();
        changed.dedup();
        self.slots.retain(|slot| changed.binary_search(slot).is_err());
        changed.retain(|slot| columns.ticket(*slot).is_some());
        changed.sort_unstable_by(|one, other| self.compare(columns, *one, *other));
        let mut merged = Vec::with_capacity(self.slots.len() + changed.len());
        let mut from = 0;
        for slot in changed {
            let behind = &self.slots[from..];
            let at = from + behind.partition_point(|other| self.compare(columns, *other, slot).is_lt());
            merged.extend_from_slice(&self.slots[from..at]);
            merged.push(slot);
            from = at;
        }
        merged.extend_from_slice(&self.slots[from..]);
        self.slots = merged;
    }

    fn compare(&self, columns: &Columns, one: Slot, other: Slot) -> Ordering {
        let changed = |slot| !ordered(columns.time(Time::Updated, slot));
        let key = |slot| (self.key(columns, slot), changed(slot), columns.ticket(slot));
        key(one).cmp(&key(other))
    }

    /// What a slot is sorted by, as a number.
    fn key(&self, columns: &Columns, slot: Slot) -> u64 {
        let directed = |key: u64| if self.order.descending { LAST - 1 - key } else { key };
        match self.order.by.column() {
            Column::Due if columns.kind(slot).is_done() => u64::MAX,
            Column::Due => match columns.time(Time::Due, slot) {
                NEVER => LAST,
                due => directed(ordered(due)),
            },
            Column::Time(column) => directed(ordered(columns.time(column, slot))),
            Column::Count(column) => match columns.count(column, slot) {
                u32::MAX => LAST,
                count => directed(count.into()),
            },
            Column::Coded(column) => match columns.coded(column, slot) {
                NONE => LAST,
                code => directed(self.ranks.get(code as usize).copied().unwrap_or(Code::MAX).into()),
            },
        }
    }
}

/// Behind everything that has something to be sorted by.
const LAST: u64 = 1 << 62;

/// Milliseconds as a number that is in the same order: RFC 3339 has none beyond 2^48 either way.
fn ordered(millis: i64) -> u64 {
    (millis.clamp(-(1 << 60), (1 << 60) - 1) + (1 << 60)) as u64
}
