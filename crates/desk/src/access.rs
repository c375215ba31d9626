//! Who may see and do what. Enforced on the server at every read and write; used on the device to offer only what
//! works.

use serde::Serialize;

use crate::ticket::{Change, Event, Header, Refusal, Want};
use crate::{Actor, Directory, PersonId, Role, TeamId, read_by_fields};

/// How much of a ticket somebody sees.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Sight {
    /// Nothing, not even that it is there.
    Nothing,
    /// What a requester reads: no notes, no tags.
    Public,
    /// Everything.
    Everything,
}

impl Sight {
    /// The role in which somebody with this role acts on a ticket that they see so.
    pub fn role(self, role: Role) -> Role {
        if self == Self::Everything { role } else { Role::Requester }
    }
}

/// What of the desk one person sees: whoever works for it sees every ticket, except those of private teams that they
/// are not in and that were not given to them; leads see all. A requester sees their own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(serde::Deserialize))]
#[serde(deny_unknown_fields)]
pub struct Scope {
    person: PersonId,
    is_agent: bool,
    /// Private teams that this person is not in, in the directory's order.
    hidden: Vec<TeamId>,
}

read_by_fields!(Scope { person, is_agent, hidden });

impl Scope {
    /// What this person sees of the desk as it is now.
    pub fn of(actor: &Actor, directory: &Directory) -> Self {
        let hides = |team: &&crate::Team| team.private && !actor.teams.contains(&team.id);
        let hidden = match actor.role >= Role::Lead {
            true => Vec::new(),
            false => directory.teams().iter().filter(hides).map(|team| team.id).collect(),
        };
        Self { person: actor.person, is_agent: actor.role.is_agent(), hidden }
    }

    /// How much of this ticket they see.
    pub fn sight(&self, header: &Header) -> Sight {
        let hidden = header.team.is_some_and(|team| self.hidden.contains(&team));
        if self.is_agent && (!hidden || header.agent == Some(self.person)) {
            Sight::Everything
        } else if header.requester == self.person {
            Sight::Public
        } else {
            Sight::Nothing
        }
    }

    /// Whether they see everything there is.
    pub fn is_everything(&self) -> bool {
        self.is_agent && self.hidden.is_empty()
    }

    /// Whether they work for the desk.
    pub fn is_agent(&self) -> bool {
        self.is_agent
    }
}

/// Whether somebody in this role may want this of a ticket that they see.
///
/// # Errors
/// [`Refusal::NotPermitted`], naming the action.
pub fn permit(role: Role, want: &Want) -> Result<(), Refusal> {
    let action = match want {
        Want::Redact { .. } if role < Role::Lead => "removing words",
        Want::Delete if role < Role::Lead => "deleting a ticket",
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
        Want::Redact { .. } | Want::Delete => return Ok(()),
    };
    Err(Refusal::NotPermitted { action: action.to_owned(), role })
}

/// As much of an event of a ticket as somebody reads who sees so much of it; `None` when that is nothing. Internal notes
/// and tags never reach a requester, and neither does what this version cannot read.
pub fn redact(event: &Event, sight: Sight) -> Option<Event> {
    match sight {
        Sight::Everything => return Some(event.clone()),
        Sight::Nothing => return None,
        Sight::Public => {}
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
