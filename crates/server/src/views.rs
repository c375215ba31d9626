//! Views that people save, as the server keeps them.
//!
//! Devices hear of what others share by the version of the reference data. A private view does not count it up: everybody
//! would fetch rules and people anew for what one person alone may see.

use holdfast_desk::queue::{MOST_SAVED, SavedView, ViewError};
use holdfast_desk::{Actor, Instant, Refusal, ViewId};
use thiserror::Error;

use crate::storage::{StorageError, Transaction, View};

/// Why a view is not kept.
#[derive(Debug, Error)]
pub enum PutError {
    /// It cannot be kept as it is.
    #[error(transparent)]
    Wrong(#[from] ViewError),
    /// It is not this person's to change or to share.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// There is no room for another one.
    #[error("a person keeps {MOST_SAVED} views at the most: delete one first")]
    TooMany,
    /// The storage failed.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// The views that this person has, in the order of their ids: their own, and for whoever works for the desk what
/// others share.
///
/// # Errors
/// What the storage reports.
pub fn list(view: &dyn View, actor: &Actor) -> Result<Vec<SavedView>, StorageError> {
    let mut views = view.views(actor.person)?;
    views.retain(|view| view.is_seen_by(actor));
    Ok(views)
}

/// Keeps a view, and returns it as it is kept. Whoever comes last is right; who says again what is kept changes nothing.
///
/// # Errors
/// Why it is not kept.
pub fn put(
    transaction: &dyn Transaction,
    actor: &Actor,
    wanted: SavedView,
    now: Instant,
) -> Result<SavedView, PutError> {
    wanted.check()?;
    let before = transaction.view(wanted.id)?;
    let kept = wanted.put_by(actor, before.as_ref(), now)?;
    if before.is_none() {
        let is_own = |view: &&SavedView| view.owner == actor.person;
        if transaction.views(actor.person)?.iter().filter(is_own).count() >= MOST_SAVED {
            return Err(PutError::TooMany);
        }
    }
    if before.as_ref() != Some(&kept) {
        transaction.put_view(&kept)?;
        if kept.shared || before.is_some_and(|before| before.shared) {
            transaction.reference_changed()?;
        }
    }
    Ok(kept)
}

/// Deletes a view; one that is not there is deleted already.
///
/// # Errors
/// When it is not this person's to delete, and what the storage reports.
pub fn delete(transaction: &dyn Transaction, actor: &Actor, id: ViewId) -> Result<(), PutError> {
    let Some(view) = transaction.view(id)? else { return Ok(()) };
    view.permit_deleting(actor)?;
    transaction.delete_view(id)?;
    if view.shared {
        transaction.reference_changed()?;
    }
    Ok(())
}
