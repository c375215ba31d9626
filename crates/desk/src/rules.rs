//! The rules of a desk as data: rows that a lead edits, with a version and a date from which they hold.

use serde::Serialize;

use crate::sla::{AppliesTo, Problem, SlaError, SlaRules};
use crate::{CategoryId, ChannelId, Directory, Instant, PriorityId, Workflow, read_by_fields};

/// How urgent a ticket is. Priorities are kept in order, the most urgent first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(serde::Deserialize))]
pub struct Priority {
    /// Its code.
    pub id: PriorityId,
    /// What it is called.
    pub name: String,
}

read_by_fields!(Priority { id, name });

/// What a ticket is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(serde::Deserialize))]
pub struct Category {
    /// Its code.
    pub id: CategoryId,
    /// What it is called.
    pub name: String,
}

read_by_fields!(Category { id, name });

/// How a ticket reached the desk.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(serde::Deserialize))]
pub struct Channel {
    /// Its code.
    pub id: ChannelId,
    /// What it is called.
    pub name: String,
}

read_by_fields!(Channel { id, name });

/// Everything that the rules of one desk are made of.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(serde::Deserialize))]
pub struct Rules {
    /// Grows by one with each edit.
    pub version: u32,
    /// From when this version holds.
    pub valid_from: Instant,
    /// What the desk is called.
    pub desk: String,
    /// What stands before ticket numbers, as in `HF-1042`.
    pub number_prefix: String,
    /// Statuses and the transitions between them.
    pub workflow: Workflow,
    /// The most urgent first.
    pub priorities: Vec<Priority>,
    /// What tickets are about.
    pub categories: Vec<Category>,
    /// How tickets reach the desk.
    pub channels: Vec<Channel>,
    /// Targets, calendars and zones.
    pub sla: SlaRules,
}

read_by_fields!(Rules {
    version,
    valid_from,
    desk,
    number_prefix,
    workflow,
    priorities,
    categories,
    channels,
    sla
});

impl Rules {
    /// Checks the SLA side, and that the policies in force speak of what there is.
    ///
    /// # Errors
    /// The first thing that is wrong, by its field.
    pub fn check(&self, directory: &Directory) -> Result<(), SlaError> {
        self.sla.check()?;
        let Some((index, version)) = self.sla.versions.iter().enumerate().next_back() else { return Ok(()) };
        for (number, policy) in version.policies.iter().enumerate() {
            let wrong = |field: String, code: &dyn std::fmt::Display| {
                let field = format!("versions[{index}].policies[{number}].{field}");
                Err(SlaError { field, problem: Problem::NoSuchCode(code.to_string()) })
            };
            if let Some(id) = policy.targets.keys().find(|id| self.priority(id).is_none()) {
                return wrong(format!("targets.{id}"), id);
            }
            let AppliesTo::Where(conditions) = &policy.applies_to else { continue };
            if let Some(id) = conditions.priorities.iter().find(|id| self.priority(id).is_none()) {
                return wrong("applies_to.where.priorities".to_owned(), id);
            }
            if let Some(id) = conditions.categories.iter().find(|id| self.category(id).is_none()) {
                return wrong("applies_to.where.categories".to_owned(), id);
            }
            if let Some(id) = conditions.channels.iter().find(|id| self.channel(id).is_none()) {
                return wrong("applies_to.where.channels".to_owned(), id);
            }
            if let Some(id) = conditions.teams.iter().find(|id| directory.team(**id).is_none()) {
                return wrong("applies_to.where.teams".to_owned(), id);
            }
        }
        Ok(())
    }

    /// The priority with this code.
    pub fn priority(&self, id: &PriorityId) -> Option<&Priority> {
        self.priorities.iter().find(|row| row.id == *id)
    }

    /// The category with this code.
    pub fn category(&self, id: &CategoryId) -> Option<&Category> {
        self.categories.iter().find(|row| row.id == *id)
    }

    /// The channel with this code.
    pub fn channel(&self, id: &ChannelId) -> Option<&Channel> {
        self.channels.iter().find(|row| row.id == *id)
    }
}
