//! Things to store.

use holdfast_desk::ticket::{Created, TicketNumber, evolve};
use holdfast_desk::{Change, Event, EventId, Header, Instant, Person, PersonId, Role, TicketId, demo};
use holdfast_server::storage::{Account, EventRows, Storage, StorageError, Workspace};
use holdfast_sync::protocol::{DeviceId, Epoch, Recorded, Seq, Stamp};
use uuid::Uuid;

pub const DEVICE: DeviceId = DeviceId(Uuid::from_u128(70));

pub fn at(seconds: i64) -> Instant {
    Instant::from_seconds(1_772_442_000 + seconds)
}

pub fn ticket(number: u128) -> TicketId {
    TicketId(Uuid::from_u128(1_000 + number))
}

pub fn person(number: u128) -> PersonId {
    PersonId(Uuid::from_u128(2_000 + number))
}

pub fn workspace() -> Workspace {
    Workspace { id: Uuid::from_u128(1), epoch: Epoch(Uuid::from_u128(2)), token_secret: vec![7; 32] }
}

/// A desk with rules and nobody.
pub fn set_up(storage: &Storage) {
    storage.write(|transaction| transaction.create_workspace(&workspace(), &demo::rules(at(0)))).unwrap();
}

pub fn account(number: u128, login: &str) -> Account {
    let person = Person {
        id: person(number),
        name: format!("Person {number}"),
        role: Role::Agent,
        teams: Vec::new(),
        organisation: None,
    };
    Account { person, login: login.to_owned(), password: None }
}

/// The event that raises a ticket for somebody.
pub fn raised(seq: Seq, of: u128, requester: u128) -> Recorded<Event> {
    let created = Created {
        number: Some(TicketNumber(1_000 + of as u32)),
        subject: format!("Ticket {of}"),
        description: String::new(),
        requester: person(requester),
        channel: "web".into(),
        status: "new".into(),
        status_kind: holdfast_desk::StatusKind::New,
        priority: "p3".into(),
        category: None,
        team: None,
        agent: Some(person(of % 2)),
        site: None,
        asset: None,
        tags: Vec::new(),
    };
    recorded(seq, of, Change::Created(Box::new(created)))
}

pub fn replied(seq: Seq, of: u128, text: &str) -> Recorded<Event> {
    recorded(seq, of, Change::Replied { text: text.to_owned() })
}

fn recorded(seq: Seq, of: u128, change: Change) -> Recorded<Event> {
    let stamp = Stamp { device: DEVICE, device_seq: seq, occurred_at: at(seq as i64), offset_ms: -3 };
    let event = Event {
        id: EventId(Uuid::from_u128(9_000 + u128::from(seq))),
        ticket: ticket(of),
        by: person(0),
        at: at(seq as i64),
        changes: vec![change],
    };
    // Every third one was imported.
    let stamp = (!seq.is_multiple_of(3)).then_some(stamp);
    Recorded { seq, received_at: at(seq as i64 + 60), stamp, event }
}

/// A history, ready to be stored.
pub fn rows(history: &[Recorded<Event>]) -> EventRows {
    let mut rows = EventRows::default();
    for recorded in history {
        rows.push(recorded, recorded.stamp.map(|_| [recorded.seq as u8; 32])).unwrap();
    }
    rows
}

/// Stores a history and the headers that it leads to, as the replication does.
pub fn store(storage: &Storage, history: &[Recorded<Event>]) {
    let stored = storage.write(|transaction| {
        let mut counters = transaction.counters()?;
        transaction.record(&rows(history))?;
        for recorded in history {
            let header = evolve(transaction.header(recorded.event.ticket)?, &recorded.event).unwrap();
            transaction.put_header(&header, recorded.seq)?;
            counters.head = recorded.seq;
        }
        transaction.set_counters(&counters)
    });
    stored.unwrap();
}

pub fn header(storage: &Storage, of: u128) -> Option<Header> {
    storage.read(|view| view.header(ticket(of))).unwrap()
}

/// Two tickets and what was said in them.
pub fn history() -> Vec<Recorded<Event>> {
    vec![raised(1, 1, 5), raised(2, 2, 6), replied(3, 1, "One"), replied(4, 2, "Two"), replied(5, 1, "Three")]
}

/// A reason to undo everything.
pub fn nothing() -> StorageError {
    StorageError::Full
}
