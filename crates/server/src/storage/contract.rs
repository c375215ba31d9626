//! What the server needs of a database. Decisions are not taken here: methods store and find things, in words of the
//! desk. Every back end passes the same suite, `tests/storage`.
//!
//! A [`View`] reads one consistent state. A [`Transaction`] also writes, and reads what it wrote; all of it is durable
//! together or never happened. Sequence numbers and ticket numbers are given inside a transaction, one transaction
//! at a time, so they stand in the order of commits. Every method fails with what the back end reports; what else can
//! go wrong stands with the method.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use holdfast_desk::queue::SavedView;
use holdfast_desk::ticket::{Header, TicketNumber};
use holdfast_desk::{Event, EventId, Instant, Person, PersonId, Refusal, Rules, Team, TicketId, ViewId};
use holdfast_sync::protocol::{DeviceId, DeviceSeq, Epoch, Recorded, Seq, Verdict};

use super::{
    Account, Counters, Digest, EventRows, Filter, HeaderRows, Known, Reference, StorageError, StoredEvent,
    Workspace,
};

type Result<T> = std::result::Result<T, StorageError>;

/// Reads from one consistent state of the database.
pub trait View: ReadWorkspace + ReadEvents + ReadHeaders + ReadPeople + ReadViews + ReadSessions {}
impl<T: ReadWorkspace + ReadEvents + ReadHeaders + ReadPeople + ReadViews + ReadSessions> View for T {}

/// Reads and writes that happen together or not at all.
pub trait Transaction:
    View + WriteWorkspace + WriteEvents + WriteHeaders + WritePeople + WriteViews + WriteSessions + WriteBulk
{
}
impl<
    T: View + WriteWorkspace + WriteEvents + WriteHeaders + WritePeople + WriteViews + WriteSessions + WriteBulk,
> Transaction for T
{
}

/// The desk in this database, its rules, and how far its history goes.
pub trait ReadWorkspace {
    /// The desk in this database; `None` before one was set up.
    fn workspace(&self) -> Result<Option<Workspace>>;

    /// The desk in this database, where there must be one; [`StorageError::Empty`] when there is none.
    fn existing_workspace(&self) -> Result<Workspace> {
        self.workspace()?.ok_or(StorageError::Empty)
    }

    /// How far sequence and ticket numbers have come; [`StorageError::Empty`] when there is no workspace.
    fn counters(&self) -> Result<Counters>;

    /// The version of the reference data in force; [`StorageError::Empty`] when there is no workspace.
    fn reference_version(&self) -> Result<u32>;

    /// The reference data in force; [`StorageError::Empty`] when there is no workspace.
    fn reference(&self) -> Result<Arc<Reference>>;
}

/// Setting up a desk, and its rules.
pub trait WriteWorkspace {
    /// Sets up a desk in an empty database; a second desk is an error.
    fn create_workspace(&self, workspace: &Workspace, rules: &Rules) -> Result<()>;

    /// Begins another life of the database.
    fn renew_epoch(&self, epoch: Epoch) -> Result<()>;

    /// Notes how far sequence and ticket numbers have come.
    fn set_counters(&self, counters: &Counters) -> Result<()>;

    /// Puts rules in force. A version that is there already is replaced: whoever edits rules counts it up.
    fn put_rules(&self, rules: &Rules) -> Result<()>;

    /// Counts up the version of the reference data. Rules, people and teams that change do so by themselves.
    fn reference_changed(&self) -> Result<()>;
}

/// The history.
pub trait ReadEvents {
    /// What became of the events with these ids that came before.
    fn known(&self, ids: &[EventId]) -> Result<HashMap<EventId, Known>>;

    /// The accepted event that this device made as the how manieth of its own.
    fn event_of_device(&self, device: DeviceId, device_seq: DeviceSeq) -> Result<Option<EventId>>;

    /// Up to `limit` events after this one, in order: one at least where there are any, and no more than a page holds.
    fn events_after(&self, seq: Seq, limit: usize) -> Result<Vec<Recorded<Event>>>;

    /// What happened to a ticket after this event, in order; everything, after 0.
    fn history_after(&self, ticket: TicketId, seq: Seq) -> Result<Vec<Recorded<Event>>>;

    /// Everything that happened to a ticket, in order, as the JSON that is stored: for whoever sends it on.
    fn stored_history(&self, ticket: TicketId) -> Result<Vec<Recorded<StoredEvent>>>;

    /// The id of every event there is.
    fn event_ids(&self) -> Result<HashSet<EventId>>;
}

/// Adding to the history, and the two ways in which something leaves it.
pub trait WriteEvents {
    /// Keeps accepted events.
    fn record(&self, events: &EventRows) -> Result<()>;

    /// Keeps the answer to an event that was refused, for ever.
    fn reject(
        &self,
        id: EventId,
        digest: &Digest,
        person: PersonId,
        received_at: Instant,
        verdict: &Verdict<Refusal>,
    ) -> Result<()>;

    /// Puts an event without its words in the place of the one with this sequence number. It stays known as what was
    /// proposed.
    fn redact(&self, seq: Seq, event: &Event) -> Result<()>;

    /// Forgets a ticket: its header, and every event of it but what answers whoever sends one of them again.
    fn forget(&self, ticket: TicketId) -> Result<()>;
}

/// Tickets as their histories leave them.
pub trait ReadHeaders {
    /// A ticket by its id.
    fn header(&self, ticket: TicketId) -> Result<Option<Header>>;

    /// A ticket by its number.
    fn header_by_number(&self, number: TicketNumber) -> Result<Option<Header>>;

    /// Up to `limit` tickets in the order of their numbers.
    fn headers(&self, filter: &Filter, limit: usize) -> Result<Vec<Header>>;

    /// Up to `limit` tickets after this one in the order of their ids: those of an agent or a requester, or all.
    fn headers_by_id(&self, of: Whose, after: Option<TicketId>, limit: usize) -> Result<Vec<Header>>;

    /// How many tickets there are.
    fn ticket_count(&self) -> Result<u64>;

    /// Every ticket there is, by its id.
    fn all_headers(&self) -> Result<HashMap<TicketId, Header>>;
}

/// Whose tickets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whose {
    /// Everybody's.
    Everybody,
    /// Those given to this agent.
    Agent(PersonId),
    /// Those raised for this person.
    Requester(PersonId),
}

/// Keeping headers.
pub trait WriteHeaders {
    /// Keeps a ticket's header as of this event.
    fn put_header(&self, header: &Header, last_seq: Seq) -> Result<()>;
}

/// People and teams.
pub trait ReadPeople {
    /// The person with this id, as they are at this moment.
    fn person(&self, id: PersonId) -> Result<Option<Person>>;

    /// The account with this login, in whatever case it was typed.
    fn account(&self, login: &str) -> Result<Option<Account>>;

    /// Everybody, in the order of their ids.
    fn accounts(&self) -> Result<Vec<Account>>;

    /// Every team, in the order of their ids.
    fn teams(&self) -> Result<Vec<Team>>;
}

/// Adding people and teams, and changing them.
pub trait WritePeople {
    /// Adds people; those that are there get the name, role, teams and organisation given here and keep login and
    /// password. [`StorageError::LoginTaken`] when another person has a login.
    fn add_people(&self, accounts: &[Account]) -> Result<()>;

    /// Adds teams; those that are there become what is given here.
    fn add_teams(&self, teams: &[Team]) -> Result<()>;

    /// Gives a person another password and ends all their sessions. Whether there is such a login.
    fn set_password(&self, login: &str, hash: &str) -> Result<bool>;
}

/// Views that people saved.
pub trait ReadViews {
    /// This person's own views and those that others share, in the order of their ids.
    fn views(&self, person: PersonId) -> Result<Vec<SavedView>>;

    /// The view with this id, whosever it is.
    fn view(&self, id: ViewId) -> Result<Option<SavedView>>;
}

/// Keeping views, and deleting them.
pub trait WriteViews {
    /// Keeps a view, in the place of the one with its id.
    fn put_view(&self, view: &SavedView) -> Result<()>;

    /// Deletes a view, where there is one.
    fn delete_view(&self, id: ViewId) -> Result<()>;
}

/// Sessions that can be refreshed, and the devices that pushed.
pub trait ReadSessions {
    /// Whose session this token's digest stands for, unless it has run out.
    fn session(&self, token: &Digest, now: Instant) -> Result<Option<PersonId>>;

    /// Whose device this is and the count that it has reached; `None` when it never sent anything.
    fn device(&self, device: DeviceId) -> Result<Option<(PersonId, DeviceSeq)>>;
}

/// Beginning and ending sessions, and noting devices.
pub trait WriteSessions {
    /// Begins a session, and forgets those of everybody that have run out.
    fn begin_session(&self, token: &Digest, person: PersonId, now: Instant, until: Instant) -> Result<()>;

    /// Lets a session run until later.
    fn extend_session(&self, token: &Digest, until: Instant) -> Result<()>;

    /// Ends a session of this person.
    fn end_session(&self, token: &Digest, person: PersonId) -> Result<()>;

    /// Notes that this device of this person has sent something, and the count that it has reached.
    fn device_seen(&self, device: DeviceId, person: PersonId, reached: DeviceSeq, now: Instant)
    -> Result<()>;
}

/// Storing much at once: what an import brings.
pub trait WriteBulk {
    /// Prepares for many events. On an empty history, indexes may wait until [`Self::end_bulk`].
    fn begin_bulk(&self) -> Result<()>;

    /// Keeps the headers of tickets that had none.
    fn put_headers(&self, headers: &HeaderRows) -> Result<()>;

    /// Ends what [`Self::begin_bulk`] began: numbers go on behind those of the events and tickets that are there.
    fn end_bulk(&self) -> Result<()>;

    /// Forgets rules, people with their views, and teams, so that those of an export can take their place.
    fn clear_reference(&self) -> Result<()>;
}
