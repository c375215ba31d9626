//! What queues ask of tickets, as columns: a filter reads those that it is about, and no header.

use std::collections::HashMap;
use std::hash::Hash;
use std::rc::Rc;

use uuid::Uuid;

use crate::sla::{ClockState, Deadline};
use crate::ticket::packed::{Facts, Record, Row};
use crate::{Header, Instant, StatusKind, TicketId};

/// A ticket's place in the columns.
pub(super) type Slot = u32;
/// A word or an id, as a number.
pub(super) type Code = u32;
/// There is none.
pub(super) const NONE: Code = u32::MAX;

/// Columns of words and ids.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Coded {
    Status,
    Priority,
    Channel,
    Category,
    Site,
    Asset,
    Requester,
    Team,
    Agent,
    /// Lists of words.
    Tags,
}

impl Coded {
    /// Whether its codes are those of ids.
    pub fn is_id(self) -> bool {
        matches!(self, Self::Requester | Self::Team | Self::Agent)
    }
}

/// Columns of instants, in milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Time {
    Created,
    Updated,
    /// When what is to be done next has to be done by.
    Due,
}

/// In the place of an instant: there is none.
pub(super) const NEVER: i64 = i64::MAX;

/// Columns of numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Count {
    /// What people call it by; the largest there is where the server has not given one.
    Number,
    Replies,
    Reopenings,
    Reassignments,
}

/// What is so or not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Flag {
    Deleted = 1,
    NeedsUpdate = 2,
    /// Its deadline is still to be met.
    Outstanding = 4,
    /// Something of it waits to be sent.
    Waiting = 8,
    /// Something of it was refused.
    NeedsYou = 16,
}

/// What is known of a ticket on this device alone.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Here {
    /// Something of it waits to be sent.
    pub waiting: bool,
    /// Something of it was refused and needs a person.
    pub needs_you: bool,
}

/// Lists of things by numbers, each once.
#[derive(Clone, Debug, Default)]
pub(super) struct Codes<T> {
    codes: HashMap<Rc<[T]>, Code>,
    all: Vec<Rc<[T]>>,
}

impl<T: Clone + Eq + Hash> Codes<T> {
    fn code(&mut self, things: &[T]) -> Code {
        if let Some(code) = self.codes.get(things) {
            return *code;
        }
        let (code, things) = (self.all.len() as Code, Rc::from(things));
        self.all.push(Rc::clone(&things));
        self.codes.insert(things, code);
        code
    }

    fn get(&self, code: Code) -> Option<&[T]> {
        self.all.get(code as usize).map(Rc::as_ref)
    }
}

/// The columns. A slot that is free is in no list.
#[derive(Clone, Debug, Default)]
pub(super) struct Columns {
    slots: foldhash::HashMap<TicketId, Slot>,
    tickets: Vec<Option<TicketId>>,
    free: Vec<Slot>,
    /// The words of each column, and the bytes of its ids.
    words: [Codes<u8>; 10],
    tag_lists: Codes<Code>,
    coded: [Vec<Code>; 10],
    times: [Vec<i64>; 3],
    counts: [Vec<u32>; 4],
    kinds: Vec<StatusKind>,
    clocks: Vec<ClockState>,
    flags: Vec<u8>,
}

impl Columns {
    /// How many slots there are, free ones included.
    pub fn len(&self) -> usize {
        self.tickets.len()
    }

    /// How many tickets there are.
    pub fn tickets(&self) -> usize {
        self.slots.len()
    }

    pub fn slot(&self, ticket: TicketId) -> Option<Slot> {
        self.slots.get(&ticket).copied()
    }

    pub fn ticket(&self, slot: Slot) -> Option<TicketId> {
        self.tickets.get(slot as usize).copied().flatten()
    }

    /// Every slot that has a ticket.
    pub fn slots(&self) -> impl Iterator<Item = Slot> {
        (0..self.len() as Slot).filter(|slot| self.ticket(*slot).is_some())
    }

    pub fn coded(&self, column: Coded, slot: Slot) -> Code {
        self.coded[column as usize].get(slot as usize).copied().unwrap_or(NONE)
    }

    pub fn time(&self, column: Time, slot: Slot) -> i64 {
        self.times[column as usize].get(slot as usize).copied().unwrap_or(NEVER)
    }

    pub fn count(&self, column: Count, slot: Slot) -> u32 {
        self.counts[column as usize].get(slot as usize).copied().unwrap_or_default()
    }

    pub fn kind(&self, slot: Slot) -> StatusKind {
        self.kinds.get(slot as usize).copied().unwrap_or(StatusKind::Closed)
    }

    pub fn clock(&self, slot: Slot) -> ClockState {
        self.clocks.get(slot as usize).copied().unwrap_or(ClockState::None)
    }

    pub fn is(&self, flag: Flag, slot: Slot) -> bool {
        self.flags.get(slot as usize).is_some_and(|flags| flags & flag as u8 != 0)
    }

    /// The tags of a ticket.
    pub fn tags(&self, slot: Slot) -> &[Code] {
        self.tag_lists.get(self.coded(Coded::Tags, slot)).unwrap_or_default()
    }

    /// Every word of a column, by its code.
    pub fn words(&self, column: Coded) -> impl Iterator<Item = &str> {
        self.words[column as usize].all.iter().map(|word| std::str::from_utf8(word).unwrap_or_default())
    }

    /// Every id of a column, by its code.
    pub fn ids(&self, column: Coded) -> impl Iterator<Item = Uuid> {
        self.words[column as usize].all.iter().map(|id| Uuid::from_slice(id).unwrap_or_default())
    }

    /// How many words or ids a column has.
    pub fn words_of(&self, column: Coded) -> usize {
        self.words[column as usize].all.len()
    }

    /// How many words and ids there are: where there are more, what they stand for has to be looked up anew.
    pub fn words_in_all(&self) -> usize {
        self.words.iter().map(|words| words.all.len()).sum()
    }

    /// The deadline as it was put here.
    pub fn deadline(&self, slot: Slot) -> Deadline {
        let due = Some(self.time(Time::Due, slot)).filter(|due| *due != NEVER);
        Deadline {
            state: self.clock(slot),
            due: due.map(Instant::from_millis),
            is_outstanding: self.is(Flag::Outstanding, slot),
        }
    }

    /// Puts a ticket in, in the place of what is here of it.
    pub fn put(&mut self, header: &Header, deadline: &Deadline, here: Here) -> Slot {
        let facts = Facts::from(header).map(str::as_bytes, |id| &id.as_bytes()[..]);
        let words = &mut self.words;
        let coded = coded(&facts, |column, word| words[column as usize].code(word));
        self.set(header.id, &facts, coded, deadline, here)
    }

    /// Puts in what a record says of these rows: its words are looked up once a column.
    pub fn adopt(
        &mut self,
        record: &Record,
        rows: &[u32],
        mut deadline: impl FnMut(Row) -> Deadline,
    ) -> Vec<Slot> {
        let mut slots = Vec::with_capacity(rows.len());
        let (words, ids): (Vec<&str>, Vec<Uuid>) = (record.words().collect(), record.ids().collect());
        let mut known: [Vec<Code>; 10] = Default::default();
        for row in rows.iter().filter_map(|row| record.row(*row as usize)) {
            let Some(facts) = row.facts() else { continue };
            let codes = &mut self.words;
            let coded = coded(&facts, |column, place| {
                let (known, place) = (&mut known[column as usize], place as usize);
                if known.len() <= place {
                    known.resize(place + 1, NONE);
                }
                if known[place] == NONE {
                    let id = || ids.get(place).map(|id| &id.as_bytes()[..]);
                    let word = || words.get(place).map(|word| word.as_bytes());
                    let thing = if column.is_id() { id() } else { word() };
                    known[place] = codes[column as usize].code(thing.unwrap_or_default());
                }
                known[place]
            });
            slots.push(self.set(row.ticket(), &facts, coded, &deadline(row), Here::default()));
        }
        slots
    }

    fn set<T>(
        &mut self,
        ticket: TicketId,
        facts: &Facts<T, T>,
        (coded, tags): ([Code; 9], Vec<Code>),
        deadline: &Deadline,
        here: Here,
    ) -> Slot {
        let slot = self.take_slot(ticket);
        let at = slot as usize;
        let flag = |is: bool, flag: Flag| if is { flag as u8 } else { 0 };
        let tags = self.tag_lists.code(&tags);
        let due = deadline.due.filter(|_| deadline.is_outstanding).map_or(NEVER, Instant::millis);
        let times = [facts.created_at.millis(), facts.updated_at.millis(), due];
        let number = facts.number.map_or(u32::MAX, |number| number.0);
        let counts = [number, facts.replies, facts.reopenings, facts.reassignments];
        let coded = coded.into_iter().chain([tags]);
        self.coded.iter_mut().zip(coded).for_each(|(column, code)| column[at] = code);
        self.times.iter_mut().zip(times).for_each(|(column, time)| column[at] = time);
        self.counts.iter_mut().zip(counts).for_each(|(column, count)| column[at] = count);
        self.kinds[at] = facts.kind;
        self.clocks[at] = deadline.state;
        self.flags[at] = flag(facts.deleted, Flag::Deleted)
            | flag(facts.needs_update, Flag::NeedsUpdate)
            | flag(deadline.is_outstanding, Flag::Outstanding)
            | flag(here.waiting, Flag::Waiting)
            | flag(here.needs_you, Flag::NeedsYou);
        slot
    }

    /// The slot of a ticket: the one that it has, or a free one.
    fn take_slot(&mut self, ticket: TicketId) -> Slot {
        if let Some(slot) = self.slot(ticket) {
            return slot;
        }
        let slot = self.free.pop().unwrap_or_else(|| {
            self.tickets.push(None);
            self.coded.iter_mut().for_each(|column| column.push(NONE));
            self.times.iter_mut().for_each(|column| column.push(NEVER));
            self.counts.iter_mut().for_each(|column| column.push(0));
            self.kinds.push(StatusKind::Closed);
            self.clocks.push(ClockState::None);
            self.flags.push(0);
            self.tickets.len() as Slot - 1
        });
        self.tickets[slot as usize] = Some(ticket);
        self.slots.insert(ticket, slot);
        slot
    }

    /// Takes a ticket out. Returns the slot that it had.
    pub fn remove(&mut self, ticket: TicketId) -> Option<Slot> {
        let slot = self.slots.remove(&ticket)?;
        self.tickets[slot as usize] = None;
        self.free.push(slot);
        Some(slot)
    }
}

/// The codes of a ticket's words and ids in the order of their columns, and of its tags.
fn coded<T: Copy>(facts: &Facts<T, T>, mut code: impl FnMut(Coded, T) -> Code) -> ([Code; 9], Vec<Code>) {
    let tags = facts.tags.iter().map(|tag| code(Coded::Tags, *tag)).collect();
    let mut maybe = |column: Coded, thing: Option<T>| thing.map_or(NONE, |thing| code(column, thing));
    let coded = [
        maybe(Coded::Status, Some(facts.status)),
        maybe(Coded::Priority, Some(facts.priority)),
        maybe(Coded::Channel, Some(facts.channel)),
        maybe(Coded::Category, facts.category),
        maybe(Coded::Site, facts.site),
        maybe(Coded::Asset, facts.asset),
        maybe(Coded::Requester, Some(facts.requester)),
        maybe(Coded::Team, facts.team),
        maybe(Coded::Agent, facts.agent),
    ];
    (coded, tags)
}
