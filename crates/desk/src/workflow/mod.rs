//! The workflow as data: statuses, the guard table of transitions, and the triggers that take one by themselves.
//!
//! Code never speaks of a status, only of its kind; which statuses there are is a desk's own affair. A workflow
//! that could trap a ticket cannot be made: see [`WorkflowError`].

mod check;
pub mod presets;

use serde::{Deserialize, Serialize};

pub use check::WorkflowError;

use crate::{Role, StatusId, read_by_fields};

/// What a status means to the rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StatusKind {
    /// Nobody has taken it up.
    New,
    /// Being worked on.
    Open,
    /// Waiting for the requester.
    Pending,
    /// Waiting for someone inside, or for a supplier.
    OnHold,
    /// The desk believes it is done.
    Resolved,
    /// Done, and agreed to be.
    Closed,
}

impl StatusKind {
    /// Whether the work is over: no deadline runs in such a status.
    pub fn is_done(self) -> bool {
        matches!(self, Self::Resolved | Self::Closed)
    }

    /// Whether the work stands still until somebody else does something.
    pub fn is_waiting(self) -> bool {
        matches!(self, Self::Pending | Self::OnHold)
    }
}

/// A status a ticket can be in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(Deserialize))]
#[serde(deny_unknown_fields)]
pub struct Status {
    /// Its code.
    pub id: StatusId,
    /// What it is called.
    pub name: String,
    /// What it means.
    pub kind: StatusKind,
}

read_by_fields!(Status { id, name, kind });

/// What takes a transition without anybody asking for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Trigger {
    /// The ticket got an agent (seed 002: `agent_assigned`).
    AgentAssigned,
    /// The requester wrote (seed 002: `customer_replied`).
    RequesterReplied,
}

/// An entry of the guard table: from this status a ticket may go to that one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(Deserialize))]
#[serde(deny_unknown_fields)]
pub struct Transition {
    /// From which status.
    pub from: StatusId,
    /// To which.
    pub to: StatusId,
    /// What the button says: a verb.
    pub verb: String,
    /// The name of the transition in the field, where it has one (seed 002 names its five).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Whether a requester may ask for it on their own ticket. Agents may ask for every transition.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub by_requester: bool,
    /// What takes it by itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trigger: Option<Trigger>,
    /// After how many hours in `from` it is taken by itself (seed 002: `auto_close`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after_hours: Option<u32>,
}

read_by_fields!(Transition { from, to, verb; name, by_requester, trigger, after_hours });

impl Transition {
    /// Whether somebody in this role may ask for it.
    pub fn is_open_to(&self, role: Role) -> bool {
        role.is_agent() || self.by_requester
    }
}

/// A workflow that passed its checks. Transitions out of a status are kept likeliest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "WorkflowData", into = "WorkflowData")]
pub struct Workflow(WorkflowData);

/// A workflow as it is written down, not checked yet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(Deserialize))]
#[serde(deny_unknown_fields)]
pub struct WorkflowData {
    /// What it is called.
    pub name: String,
    /// The status of a ticket that was just raised.
    pub initial: StatusId,
    /// Every status.
    pub statuses: Vec<Status>,
    /// The guard table.
    pub transitions: Vec<Transition>,
}

read_by_fields!(WorkflowData { name, initial, statuses, transitions });

impl From<Workflow> for WorkflowData {
    fn from(workflow: Workflow) -> Self {
        workflow.0
    }
}

impl TryFrom<WorkflowData> for Workflow {
    type Error = WorkflowError;

    fn try_from(data: WorkflowData) -> Result<Self, WorkflowError> {
        check::check(&data)?;
        Ok(Self(data))
    }
}

impl Workflow {
    /// What it is called.
    pub fn name(&self) -> &str {
        &self.0.name
    }

    /// Every status.
    pub fn statuses(&self) -> &[Status] {
        &self.0.statuses
    }

    /// The status with this code.
    pub fn status(&self, id: &StatusId) -> Option<&Status> {
        self.0.statuses.iter().find(|status| status.id == *id)
    }

    /// The status of a ticket that was just raised.
    pub fn initial(&self) -> &Status {
        // The checks refuse a workflow whose initial status is not one of its own, so the fallback is never taken.
        self.status(&self.0.initial).unwrap_or(&self.0.statuses[0])
    }

    /// The transitions out of a status that somebody in this role may ask for, likeliest first.
    pub fn allowed<'a>(&'a self, from: &'a StatusId, role: Role) -> impl Iterator<Item = &'a Transition> {
        self.out_of(from).filter(move |transition| transition.is_open_to(role))
    }

    /// Every transition out of a status.
    pub fn out_of<'a>(&'a self, from: &'a StatusId) -> impl Iterator<Item = &'a Transition> {
        self.0.transitions.iter().filter(move |transition| transition.from == *from)
    }

    /// The guard table's entry for these two statuses.
    pub fn transition(&self, from: &StatusId, to: &StatusId) -> Option<&Transition> {
        self.0.transitions.iter().find(|transition| transition.from == *from && transition.to == *to)
    }

    /// The transition that a trigger takes from this status.
    pub fn triggered(&self, from: &StatusId, trigger: Trigger) -> Option<&Transition> {
        let takes =
            |transition: &&Transition| transition.from == *from && transition.trigger == Some(trigger);
        self.0.transitions.iter().find(takes)
    }
}
