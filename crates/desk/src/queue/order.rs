//! Orders: every ticket sorted by a column, kept sorted as tickets change.

use std::cmp::Ordering;

use super::columns::{Code, Coded, Columns, Count, NEVER, NONE, Slot, Time};
use super::known::Asked;

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
    /// Everything that a queue can be sorted by, with its name in an address.
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

    /// Its name.
    pub fn name(self) -> &'static str {
        Self::ALL[self as usize].1
    }

    /// What goes by this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().find(|(_, other)| *other == name).map(|(by, _)| *by)
    }

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

impl Order {
    /// What an address calls so: `updated`, or `-updated` for the largest first.
    pub fn named(name: &str) -> Option<Self> {
        let (descending, name) = name.strip_prefix('-').map_or((false, name), |name| (true, name));
        Some(Self { by: SortBy::named(name)?, descending })
    }
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
    pub fn new(order: Order, columns: &Columns, asked: Asked) -> Self {
        let ranks = match order.by.column() {
            Column::Coded(column) => (asked.naming.ranks)(column, asked.known, columns),
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
        self.slots = self.sorted(columns.slots().collect(), columns);
    }

    /// These slots in their order: by the column, what is equal by the last change, then by when it was raised. The last is
    /// sorted by first, since sorting by another leaves what is equal as it is.
    fn sorted(&self, slots: Vec<Slot>, columns: &Columns) -> Vec<Slot> {
        let mut keys: Vec<(u64, Slot)> = slots.into_iter().map(|slot| (0, slot)).collect();
        let ticket = |slot| columns.ticket(slot).map_or(0, |ticket| ticket.0.as_u128());
        let by: [&dyn Fn(Slot) -> u64; 4] = [
            &|slot| ticket(slot) as u64,
            &|slot| (ticket(slot) >> 64) as u64,
            &|slot| !ordered(columns.time(Time::Updated, slot)),
            &|slot| self.key(columns, slot),
        ];
        for by in by {
            keys.iter_mut().for_each(|(key, slot)| *key = by(*slot));
            radsort::sort_by_key(&mut keys, |(key, _)| *key);
        }
        keys.into_iter().map(|(_, slot)| slot).collect()
    }

    /// Takes out what has changed and puts it in where it belongs.
    fn mend(&mut self, columns: &Columns) {
        let mut has_changed = vec![false; columns.len()];
        let mut changed = std::mem::take(&mut self.changed);
        changed.retain(|slot| {
            let before = has_changed.get_mut(*slot as usize).is_none_or(|has| std::mem::replace(has, true));
            !before && columns.ticket(*slot).is_some()
        });
        self.slots.retain(|slot| !has_changed.get(*slot as usize).copied().unwrap_or(true));
        let mut merged = Vec::with_capacity(self.slots.len() + changed.len());
        let mut from = 0;
        for slot in self.sorted(changed, columns) {
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
