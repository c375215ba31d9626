//! The export: one line that says who and by which rules, then one line for each event, in order.
//!
//! `docs/api.md` describes the lines. What is imported from an export exports to the same bytes.

use std::io::{self, Write};

use holdfast_desk::{Person, Team};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use thiserror::Error;

use crate::storage::{Storage, StorageError};

/// The form of exports that this version writes.
pub const FORM: u32 = 1;

/// Events that are in memory at the same time.
const PAGE: usize = 2_000;

/// Why an export did not come about.
#[derive(Debug, Error)]
pub enum ExportError {
    /// It cannot be written.
    #[error(transparent)]
    Io(#[from] std::io::Error),
    /// Something in it is not JSON.
    #[error(transparent)]
    Json(#[from] serde_json::Error),
    /// The storage failed.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// The first line of an export.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FirstLine {
    /// The form of the export.
    pub holdfast_export: u32,
    /// The rules in force, as JSON whose keys are in order.
    pub rules: Value,
    /// Every team, in the order of their ids.
    pub teams: Vec<Team>,
    /// Everybody, in the order of their ids.
    pub people: Vec<ExportedPerson>,
}

/// A person in an export. Passwords stay behind.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ExportedPerson {
    /// What they type to sign in.
    pub login: String,
    /// What everybody sees.
    #[serde(flatten)]
    pub person: Person,
}

/// Writes everything, as it is at one moment.
///
/// # Errors
/// When it cannot be read or written.
pub fn write(storage: &Storage, out: &mut impl Write) -> Result<(), ExportError> {
    storage.read(|view| {
        view.existing_workspace()?;
        let first = FirstLine {
            holdfast_export: FORM,
            rules: serde_json::to_value(&view.reference()?.rules)?,
            teams: view.teams()?,
            people: view
                .accounts()?
                .into_iter()
                .map(|account| ExportedPerson { login: account.login, person: account.person })
                .collect(),
        };
        line(out, &first)?;
        let mut after = 0;
        loop {
            let events = view.events_after(after, PAGE)?;
            let Some(last) = events.last() else { return Ok(()) };
            after = last.seq;
            for recorded in &events {
                line(out, recorded)?;
            }
        }
    })
}

/// Writes a line of an export.
pub(crate) fn line(out: &mut (impl Write + ?Sized), value: &impl Serialize) -> io::Result<()> {
    serde_json::to_writer(&mut *out, value)?;
    out.write_all(b"\n")
}
