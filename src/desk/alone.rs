//! With no server the app is a whole desk on one device, on demonstration data. What is done in it waits in the
//! outbox like anything else, so that it can be handed to a server later. The demonstration is a part of the app that
//! nobody else fetches.

use holdfast_desk::{Instant, Person, PersonId, Role, demo};
use holdfast_sync::protocol::{Epoch, Recorded, Seq};
use holdfast_sync::write::Position;
use holdfast_sync::{Tickets, Write};
use uuid::Uuid;
use wasm_split_helpers::wasm_split;

use super::Reference;
use super::api::json;
use crate::browser::part::PartMissing;

/// What a new database starts with.
pub(super) struct Beginning {
    /// Rules and people.
    pub reference: Reference,
    /// The same as the device keeps them.
    pub text: String,
    /// The tickets and their histories.
    pub write: Write<Tickets>,
}

/// Whose desk it is: the first agent of the demonstration, who has nobody to ask and so leads it too.
#[wasm_split(alone, fallible)]
pub(super) fn person() -> Result<Person, PartMissing> {
    let directory = demo::workspace(Instant::default()).directory;
    let first = directory.agents().first().map(|agent| Person { role: Role::Lead, ..(*agent).clone() });
    // The demonstration always has agents.
    Ok(first.unwrap_or(Person {
        id: PersonId(Uuid::nil()),
        name: "You".to_owned(),
        role: Role::Lead,
        teams: Vec::new(),
        organisation: None,
    }))
}

/// The demonstration as it stands at this instant.
#[wasm_split(alone, fallible)]
pub(super) fn beginning(now: Instant) -> Result<Beginning, PartMissing> {
    let workspace = demo::workspace(now);
    let states = workspace.headers().into_iter().collect();
    let events: Vec<_> = (1..)
        .zip(workspace.events)
        .map(|(seq, event)| Recorded { seq, received_at: event.at, stamp: None, event })
        .collect();
    let cursor = events.len() as Seq;
    let position = Some(Position {
        epoch: Epoch(Uuid::nil()),
        cursor,
        head: cursor,
        scope: None,
        reference: 1,
        loading: None,
        write: 0,
    });
    let reference = Reference {
        epoch: Epoch::default(),
        version: 1,
        rules: workspace.rules,
        directory: workspace.directory,
    };
    let text = json(&reference);
    Ok(Beginning { reference, text, write: Write { states, events, position, ..Write::default() } })
}
