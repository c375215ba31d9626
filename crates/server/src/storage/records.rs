//! What goes into the storage and comes out of it, besides the desk's own types.

use holdfast_desk::{Directory, Person, Refusal, Rules};
use holdfast_sync::protocol::{Epoch, Verdict};
use uuid::Uuid;

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

/// The rules in force and everybody there is: what decisions rest on.
#[derive(Clone, Debug, PartialEq)]
pub struct Reference {
    /// Grows with every change of rules, people or teams.
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

/// What the storage knows of an event that comes again.
#[derive(Clone, Debug, PartialEq)]
pub struct Known {
    /// The digest of the event as it was proposed; missing for what was imported.
    pub digest: Option<Vec<u8>>,
    /// The answer that it got.
    pub verdict: Verdict<Refusal>,
}
