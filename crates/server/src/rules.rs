//! Editing the rules: checked here, once, so that every device may rely on them.

use holdfast_desk::sla::{Calendar, CalendarOf, Policy, SlaError, SlaVersion};
use holdfast_desk::{Actor, Instant, Refusal, Role, Rules};
use serde::Deserialize;
use thiserror::Error;

use crate::storage::{StorageError, Transaction};
use crate::zones;

/// Versions of the SLA rules that are kept at the most: an edit a day for some years.
const MOST_VERSIONS: usize = 1_000;

/// Policies and calendars as somebody wants them.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SlaEdit {
    /// The version of the rules that was edited.
    pub base: u32,
    /// The policies in order.
    pub policies: Vec<Policy>,
    /// The calendars they speak of.
    pub calendars: Vec<Calendar>,
    /// Who works by other calendars.
    #[serde(default)]
    pub calendars_of: Vec<CalendarOf>,
}

/// Why rules stay as they are.
#[derive(Debug, Error)]
pub enum EditError {
    /// The person's role does not cover it.
    #[error("{0}")]
    Refused(Refusal),
    /// Somebody else has edited them since.
    #[error(
        "somebody else has changed the rules meanwhile: version {now} is in force, version {base} was edited"
    )]
    Moved {
        /// What was edited.
        base: u32,
        /// What is in force.
        now: u32,
    },
    /// They cannot be meant.
    #[error(transparent)]
    Wrong(#[from] SlaError),
    /// There is no room for another version.
    #[error("the rules have {MOST_VERSIONS} versions already")]
    TooMany,
    /// The storage failed.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// Who may edit rules.
///
/// # Errors
/// A refusal for everybody below a lead.
pub fn may_edit(actor: &Actor) -> Result<(), EditError> {
    match actor.role >= Role::Lead {
        true => Ok(()),
        false => {
            let action = "editing the rules".to_owned();
            Err(EditError::Refused(Refusal::NotPermitted { action, role: actor.role }))
        }
    }
}

/// Puts other policies and calendars in force from now on. Earlier versions stay, so that what was decided under them
/// stays decided.
///
/// # Errors
/// Why the rules stay as they are.
pub fn edit_sla(
    transaction: &dyn Transaction,
    actor: &Actor,
    edit: SlaEdit,
    now: Instant,
) -> Result<Rules, EditError> {
    may_edit(actor)?;
    let reference = transaction.reference()?;
    let mut rules = reference.rules.clone();
    if rules.version != edit.base {
        return Err(EditError::Moved { base: edit.base, now: rules.version });
    }
    if rules.sla.versions.len() >= MOST_VERSIONS {
        return Err(EditError::TooMany);
    }
    let SlaEdit { policies, calendars, calendars_of, .. } = edit;
    let valid_from = rules.sla.next_from(now);
    let zones: Vec<_> = calendars.iter().filter_map(|calendar| zones::table(&calendar.zone)).collect();
    rules.sla.add(SlaVersion { valid_from, policies, calendars, calendars_of }, zones);
    rules.check(&reference.directory)?;
    rules.version += 1;
    rules.valid_from = now;
    transaction.put_rules(&rules)?;
    Ok(rules)
}
