//! Orders: every ticket sorted by a column, kept sorted as tickets change.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::fmt;

use holdfast_radix::places;

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

impl fmt::Display for Order {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.descending {
            formatter.write_str("-")?;
        }
        formatter.write_str(self.by.name())
    }
}

impl Order {
    /// What an address calls so: `updated`, or `-updated` for the largest first.
    pub fn named(name: &str) -> Option<Self> {
        let (descending, name) = name.strip_prefix('-').map_or((false, name), |name| (true, name));
        Some(Self { by: SortBy::named(name)?, descending })
    }
}

/// The orders that are kept up to date.
#[derive(Clone, Debug)]
pub(super) struct Orders {
    /// The order of the last change. Every other is made from it, since sorting leaves what is equal as it is.
    by_change: Sorted,
    /// The one that was used last is the last.
    others: Vec<Sorted>,
}

/// Orders that are kept while another one is shown.
const KEPT_ORDERS: usize = 6;

impl Default for Orders {
    fn default() -> Self {
        let by_change = Order { by: SortBy::Updated, descending: true };
        Self { by_change: Sorted::new(by_change, Vec::new()), others: Vec::new() }
    }
}

impl Orders {
    /// Something about this slot is different, or it is free now.
    pub fn touch(&mut self, slot: Slot) {
        self.by_change.touch(slot);
        self.others.iter_mut().for_each(|order| order.touch(slot));
    }

    /// Names may be others now.
    pub fn rename(&mut self) {
        self.others.clear();
    }

    /// Every slot in this order.
    pub fn slots(&mut self, order: Order, columns: &Columns, asked: Asked) -> &[Slot] {
        self.by_change.renew(columns, || by_ticket(&columns.slots().collect::<Vec<_>>(), columns).into());
        if order == self.by_change.order {
            return &self.by_change.slots;
        }
        self.others.retain(|sorted| !sorted.is_outdated(columns));
        let sorted = match self.others.iter().position(|sorted| sorted.order == order) {
            Some(place) => self.others.remove(place),
            None => {
                self.others.drain(..(self.others.len() + 1).saturating_sub(KEPT_ORDERS));
                let ranks = match order.by.column() {
                    Column::Coded(column) => (asked.naming.ranks)(column, asked.known, columns),
                    _ => Vec::new(),
                };
                Sorted::new(order, ranks)
            }
        };
        self.others.push(sorted);
        let Some(sorted) = self.others.last_mut() else { return &[] };
        sorted.renew(columns, || self.by_change.slots.as_slice().into());
        &sorted.slots
    }
}

/// Every slot in an order.
#[derive(Clone, Debug)]
struct Sorted {
    order: Order,
    /// The places of words and ids among each other, by their codes.
    ranks: Vec<u32>,
    slots: Vec<Slot>,
    /// What has changed since it was sorted, if it was.
    changed: Option<Vec<Slot>>,
}

/// Where more than one in so many has changed, everything is sorted anew.
const MANY: usize = 16;
/// As well as where so many have: an order that nobody looks at would note changes without end.
const MOST_CHANGED: usize = 20_000;

impl Sorted {
    fn new(order: Order, ranks: Vec<u32>) -> Self {
        Self { order, ranks, slots: Vec::new(), changed: None }
    }

    /// Whether there are words or ids that it does not know.
    fn is_outdated(&self, columns: &Columns) -> bool {
        match self.order.by.column() {
            Column::Coded(column) => self.ranks.len() < columns.words_of(column),
            _ => false,
        }
    }

    fn touch(&mut self, slot: Slot) {
        match &mut self.changed {
            Some(changed) if changed.len() < MOST_CHANGED => changed.push(slot),
            changed => *changed = None,
        }
    }

    /// Brings it up to date; what is sorted anew comes in the order in which what is equal is to be.
    fn renew<'a>(&mut self, columns: &Columns, all: impl FnOnce() -> Cow<'a, [Slot]>) {
        match self.changed.take() {
            Some(changed) if changed.is_empty() => {}
            Some(changed) if changed.len() * MANY <= columns.len() => self.mend(changed, columns),
            _ => self.slots = self.arranged(&all(), columns),
        }
        self.changed = Some(Vec::new());
    }

    /// These slots in their order; what is equal stays as it is.
    fn arranged(&self, slots: &[Slot], columns: &Columns) -> Vec<Slot> {
        by_key(slots, &|slot| self.key(columns, slot))
    }

    /// Takes out what has changed and puts it in where it belongs.
    fn mend(&mut self, mut changed: Vec<Slot>, columns: &Columns) {
        let mut has_changed = vec![false; columns.len()];
        changed.retain(|slot| {
            let before = has_changed.get_mut(*slot as usize).is_none_or(|has| std::mem::replace(has, true));
            !before && columns.ticket(*slot).is_some()
        });
        let changed =
            by_key(&by_ticket(&changed, columns), &|slot| !ordered(columns.time(Time::Updated, slot)));
        self.slots.retain(|slot| !has_changed.get(*slot as usize).copied().unwrap_or(true));
        let mut merged = Vec::with_capacity(self.slots.len() + changed.len());
        let mut from = 0;
        for slot in self.arranged(&changed, columns) {
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
            Column::Due if columns.kind(slot).is_done() => DONE,
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

/// Slots in the order of when their tickets were raised.
fn by_ticket(slots: &[Slot], columns: &Columns) -> Vec<Slot> {
    let ticket = |slot| columns.ticket(slot).map_or(0, |ticket| ticket.0.as_u128());
    let mut sorted = slots.to_vec();
    for shift in (0..u128::BITS).step_by(TICKET_BITS as usize) {
        sorted = by_key(&sorted, &|slot| (ticket(slot) >> shift) as u64 % (1 << TICKET_BITS));
    }
    sorted
}

/// So much of an id at a time is a number below [`LAST`].
const TICKET_BITS: u32 = 43;

/// Slots sorted by a number; what is equal stays as it is.
fn by_key(slots: &[Slot], key: &dyn Fn(Slot) -> u64) -> Vec<Slot> {
    let (mut some, mut keys) = (Vec::with_capacity(slots.len()), Vec::with_capacity(slots.len()));
    let mut behind = [Vec::new(), Vec::new()];
    for slot in slots.iter().copied() {
        match key(slot) {
            LAST => behind[0].push(slot),
            DONE => behind[1].push(slot),
            key => {
                some.push(slot);
                keys.push(key);
            }
        }
    }
    let mut sorted: Vec<Slot> = places(keys).into_iter().map(|place| some[place as usize]).collect();
    behind.iter().for_each(|slots| sorted.extend_from_slice(slots));
    sorted
}

/// What has nothing to be sorted by comes behind everything else, and what is done behind that.
const LAST: u64 = 1 << 52;
const DONE: u64 = LAST + 1;

/// Milliseconds as a number that is in the same order: RFC 3339 has none beyond 2^48 either way.
fn ordered(millis: i64) -> u64 {
    (millis.clamp(-(1 << 50), (1 << 50) - 1) + (1 << 50)) as u64
}
