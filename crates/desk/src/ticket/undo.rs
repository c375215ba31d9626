//! Taking back what was done to a ticket: what was changed is changed back, as far as nobody has changed it again since
//! and the workflow has a way. What was said cannot be unsaid.

use super::{Command, Field, Header, Want};
use crate::workflow::Workflow;
use crate::{CategoryId, PersonId, PriorityId, Role, StatusId, TeamId};

/// One thing that was changed, and what it was before.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Was {
    Status { was: StatusId, is: StatusId },
    Assigned { was: (Option<TeamId>, Option<PersonId>), is: (Option<TeamId>, Option<PersonId>) },
    Priority { was: PriorityId, is: PriorityId },
    Category { was: Option<CategoryId>, is: CategoryId },
    Tags { on: Vec<String>, off: Vec<String> },
}

/// What would take back what was done to a ticket at once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Undo(Vec<Was>);

impl Undo {
    /// What would take back what led from one header to the other; nothing where there is nothing to be taken back.
    pub fn of(before: &Header, after: &Header) -> Option<Self> {
        let mut changed = Vec::new();
        let (was, is) = ((before.team, before.agent), (after.team, after.agent));
        if was != is {
            changed.push(Was::Assigned { was, is });
        }
        if before.priority != after.priority {
            changed.push(Was::Priority { was: before.priority.clone(), is: after.priority.clone() });
        }
        if let Some(is) = after.category.clone().filter(|is| before.category.as_ref() != Some(is)) {
            changed.push(Was::Category { was: before.category.clone(), is });
        }
        let beyond = |tags: &[String], others: &[String]| -> Vec<String> {
            tags.iter().filter(|tag| !others.contains(tag)).cloned().collect()
        };
        let (on, off) = (beyond(&after.tags, &before.tags), beyond(&before.tags, &after.tags));
        if !(on.is_empty() && off.is_empty()) {
            changed.push(Was::Tags { on, off });
        }
        // The last, since a status that is asked for stands against the triggers of what comes before it.
        if before.status != after.status {
            changed.push(Was::Status { was: before.status.clone(), is: after.status.clone() });
        }
        (!changed.is_empty()).then_some(Self(changed))
    }

    /// The command that takes it back on the ticket as it is now, if there is anything left to be taken back; and what
    /// stays as it is, because somebody changed it since or there is no way back.
    pub fn command(&self, now: &Header, workflow: &Workflow, role: Role) -> (Option<Command>, Vec<Field>) {
        let (mut wants, mut stays) = (Vec::new(), Vec::new());
        for was in &self.0 {
            let (want, field) = was.back(now, workflow, role);
            match want {
                Some(want) => wants.push(want),
                None => stays.push(field),
            }
        }
        ((!wants.is_empty()).then_some(Command { wants }), stays)
    }
}

impl Was {
    fn back(&self, now: &Header, workflow: &Workflow, role: Role) -> (Option<Want>, Field) {
        match self {
            Self::Status { was, is } => {
                let way = workflow.transition(is, was).filter(|way| way.is_open_to(role));
                let way = way.filter(|_| now.status == *is);
                (way.map(|way| Want::Transition { to: way.to.clone() }), Field::Status)
            }
            Self::Assigned { was: (team, agent), is } => {
                let is_so = (now.team, now.agent) == *is;
                (is_so.then_some(Want::Assign { team: *team, agent: *agent }), Field::Agent)
            }
            Self::Priority { was, is } => {
                let is_so = now.priority == *is;
                (is_so.then(|| Want::Prioritise { to: was.clone() }), Field::Priority)
            }
            Self::Category { was, is } => {
                let was = was.clone().filter(|_| now.category.as_ref() == Some(is));
                (was.map(|to| Want::Categorise { to }), Field::Category)
            }
            Self::Tags { on, off } => {
                let remove: Vec<String> = on.iter().filter(|tag| now.tags.contains(tag)).cloned().collect();
                let add: Vec<String> = off.iter().filter(|tag| !now.tags.contains(tag)).cloned().collect();
                let is_any = !(remove.is_empty() && add.is_empty());
                (is_any.then_some(Want::Tag { add, remove }), Field::Tags)
            }
        }
    }
}
