//! SLA policies as data: which target each priority has, and when its clocks stand still.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Calendar, CalendarError, WorkingTime, Zone};
use crate::{PriorityId, StatusKind};

/// The targets of one priority, in seconds of working time; `None` where there is no such target.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Target {
    /// Until the first answer to the requester.
    #[serde(default)]
    pub first_response: Option<i64>,
    /// Until the ticket is resolved.
    #[serde(default)]
    pub resolution: Option<i64>,
}

/// What stops the first-response clock besides resolving.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RespondOn {
    /// The first public reply by an agent.
    #[default]
    Reply,
    /// Also the first move to a status of the kind open (seed 001).
    Work,
}

/// What a reopening does to the resolution clock.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reopen {
    /// It goes on from where it stopped.
    #[default]
    Continue,
    /// It begins again.
    Restart,
}

/// An SLA policy.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Policy {
    /// What it is called.
    pub name: String,
    /// Priority to targets.
    pub targets: BTreeMap<PriorityId, Target>,
    /// The kinds of status in which the resolution clock stands still.
    #[serde(default)]
    pub pause_on: Vec<StatusKind>,
    /// Whether those kinds also stop the first-response clock.
    #[serde(default)]
    pub pause_first_response: bool,
    /// What answers the requester.
    #[serde(default)]
    pub respond_on: RespondOn,
    /// What a reopening does.
    #[serde(default)]
    pub reopen: Reopen,
    /// The share of a target after which a clock is at risk, in percent.
    #[serde(default = "at_risk_from")]
    pub at_risk_percent: u8,
    /// The calendar it counts by; without one it counts around the clock.
    #[serde(default)]
    pub calendar: Option<Calendar>,
}

fn at_risk_from() -> u8 {
    80
}

/// The SLA side of the rules: the policy and the tables of the zones its calendar speaks of.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SlaRules {
    /// The policy in force.
    pub policy: Policy,
    /// Every zone that a calendar speaks of.
    #[serde(default)]
    pub zones: Vec<Zone>,
}

impl SlaRules {
    /// The policy's working time, compiled.
    ///
    /// # Errors
    /// What is wrong with its calendar.
    pub fn working_time(&self) -> Result<WorkingTime, CalendarError> {
        let Some(calendar) = &self.policy.calendar else { return Ok(WorkingTime::always()) };
        let zone = self.zones.iter().find(|zone| zone.name == calendar.zone);
        WorkingTime::compile(calendar, zone.ok_or_else(|| CalendarError::UnknownZone(calendar.zone.clone()))?)
    }
}
