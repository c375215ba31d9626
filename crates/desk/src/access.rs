//! Who may see and do what. Enforced on the server at every read and write; used on the device to offer only what
//! works.

use crate::ticket::{Change, Event, Header, Refusal, Want};
use crate::{Actor, Role};

/// Whether this person may know of this ticket at all.
pub fn may_see(actor: &Actor, header: &Header) -> bool {
    actor.role.is_agent() || header.requester == actor.person
}

/// Whether somebody in this role may want this of a ticket that they see.
///
/// # Errors
/// [`Refusal::NotPermitted`], naming the action.
pub fn permit(role: Role, want: &Want) -> Result<(), Refusal> {
    let action = match want {
        _ if role.is_agent() => return Ok(()),
        // Which transitions are open to a requester is the workflow's to say.
        Want::Create(_) | Want::Reply { .. } | Want::Transition { .. } => return Ok(()),
        Want::Note { .. } => "writing an internal note",
        Want::Assign { .. } => "assigning a ticket",
        Want::Prioritise { .. } => "changing the priority",
        Want::Categorise { .. } => "changing the category",
        Want::Retitle { .. } => "changing the subject",
        Want::Tag { .. } => "tagging",
        Want::Locate { .. } => "moving a ticket to another site",
    };
    Err(Refusal::NotPermitted { action: action.to_owned(), role })
}

/// As much of an event as somebody in this role may read; `None` when that is nothing. Internal notes and tags
/// never reach a requester, and neither does what this version cannot read.
pub fn redact(event: &Event, role: Role) -> Option<Event> {
    if role.is_agent() {
        return Some(event.clone());
    }
    let mut event = event.clone();
    event.changes.retain(|change| {
        !matches!(change, Change::Noted { .. } | Change::Tagged { .. } | Change::Unknown(_))
    });
    for change in &mut event.changes {
        if let Change::Created(created) = change {
            created.tags.clear();
        }
    }
    (!event.changes.is_empty()).then_some(event)
}
