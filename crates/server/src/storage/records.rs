//! What goes into the storage and comes out of it, besides the desk's own types.

use holdfast_desk::ticket::TicketNumber;
use holdfast_desk::{Directory, Event, Person, PersonId, Refusal, Rules, StatusId, TeamId};
use holdfast_sync::protocol::{Epoch, Seq, Verdict};
use serde::Serialize;
use serde_json::value::{RawValue, to_raw_value};
use uuid::Uuid;

use super::StorageError;

/// SHA-256 of something that is compared and never read.
pub type Digest = [u8; 32];

/// A person as the storage keeps them.
#[derive(Clone, Debug, PartialEq)]
pub struct Account {
    /// What everybody sees.
    pub person: Person,
    /// What they type to sign in.
    pub login: String,
    /// The Argon2id hash of their password; without one nobody can sign in as this person.
    pub password: Option<String>,
}

/// An event as the JSON that is stored.
#[derive(Clone, Debug, Serialize)]
#[serde(transparent)]
pub struct StoredEvent(Box<RawValue>);

impl StoredEvent {
    /// An event that this text is.
    ///
    /// # Errors
    /// When it is not JSON.
    pub(super) fn from_json(json: String) -> Result<Self, StorageError> {
        RawValue::from_string(json).map(Self).map_err(unreadable)
    }

    /// An event, written out.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn write(event: &Event) -> Result<Self, StorageError> {
        to_raw_value(event).map(Self).map_err(unreadable)
    }

    /// The event, read.
    ///
    /// # Errors
    /// When it is not what this version wrote.
    pub fn read(&self) -> Result<Event, StorageError> {
        serde_json::from_str(self.0.get()).map_err(unreadable)
    }
}

fn unreadable(source: serde_json::Error) -> StorageError {
    StorageError::Record { what: "event", source }
}

/// The rules in force and everybody there is: what decisions rest on.
#[derive(Clone, Debug, PartialEq)]
pub struct Reference {
    /// Grows with every change of rules, people, teams or shared views.
    pub version: u32,
    /// The rules in force.
    pub rules: Rules,
    /// Everybody there is.
    pub directory: Directory,
}

/// The one desk in this database.
#[derive(Clone, Debug, PartialEq)]
pub struct Workspace {
    /// Which desk.
    pub id: Uuid,
    /// Which life of its database.
    pub epoch: Epoch,
    /// What signs access tokens.
    pub token_secret: Vec<u8>,
}

/// How far the numbers have come that a transaction gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Counters {
    /// The last sequence number given; 0 before the first.
    pub head: Seq,
    /// The number that the next ticket gets.
    pub next_number: TicketNumber,
    /// Up to here something has left the history for good: who has read less cannot go on from there.
    pub compacted: Seq,
}

impl Counters {
    /// As they are on a new desk.
    pub const FIRST: Self = Self { head: 0, next_number: TicketNumber(1001), compacted: 0 };

    /// The same, behind this event and this ticket.
    pub fn behind(self, head: Option<Seq>, number: Option<TicketNumber>) -> Self {
        let next_number =
            number.map_or(self.next_number, |number| self.next_number.max(TicketNumber(number.0 + 1)));
        Self { head: self.head.max(head.unwrap_or_default()), next_number, ..self }
    }
}

/// Which tickets to list. What is `None` does not matter.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Filter {
    /// In this status.
    pub status: Option<StatusId>,
    /// This team's.
    pub team: Option<TeamId>,
    /// This agent's.
    pub agent: Option<PersonId>,
    /// This requester's.
    pub requester: Option<PersonId>,
    /// Numbered after this one.
    pub after: Option<TicketNumber>,
}

/// What the storage knows of an event that comes again.
#[derive(Clone, Debug, PartialEq)]
pub struct Known {
    /// The digest of the event as it was proposed; missing for what was imported.
    pub digest: Option<Digest>,
    /// The answer that it got.
    pub verdict: Verdict<Refusal>,
}
