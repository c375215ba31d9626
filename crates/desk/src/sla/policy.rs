//! SLA policies as data: whom they apply to, which target each priority has, and when clocks stand still.

use std::collections::BTreeMap;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

use super::{Calendar, Zone};
use crate::fields::Fields;
use crate::{
    CalendarId, CategoryId, ChannelId, Instant, OrganisationId, PriorityId, StatusKind, TeamId,
    read_by_fields,
};

/// The targets of one priority, in seconds of working time; `None` where there is no such target.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(Deserialize))]
#[serde(deny_unknown_fields)]
pub struct Target {
    /// Until the first answer to the requester.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_response: Option<i64>,
    /// Until the next answer, whenever the requester wrote again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_response: Option<i64>,
    /// Until the ticket is resolved.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resolution: Option<i64>,
}

read_by_fields!(Target {; first_response, next_response, resolution });

impl Target {
    /// The three targets by name.
    pub fn each(&self) -> [(&'static str, Option<i64>); 3] {
        [
            ("first_response", self.first_response),
            ("next_response", self.next_response),
            ("resolution", self.resolution),
        ]
    }
}

/// The longest target there may be, in seconds: a hundred years.
pub const LONGEST_TARGET: i64 = 100 * 366 * 86_400;

/// What stops the first-response clock besides resolving.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RespondOn {
    /// The first public reply by an agent.
    #[default]
    Reply,
    /// Also the first move to a status of the kind open by an agent (seed 001).
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

/// Which tickets a policy is for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum AppliesTo {
    /// All of them. Said in so many words: a policy whose conditions were forgotten must not match everything.
    Everything,
    /// Those that meet every one of the conditions.
    Where(Conditions),
}

impl AppliesTo {
    /// Whether every ticket that the other is for is one that this is for as well.
    pub fn covers(&self, other: &Self) -> bool {
        fn within<T: PartialEq>(mine: &[T], others: &[T]) -> bool {
            mine.is_empty() || (!others.is_empty() && others.iter().all(|other| mine.contains(other)))
        }
        match (self, other) {
            (Self::Everything, _) => true,
            (Self::Where(_), Self::Everything) => false,
            (Self::Where(mine), Self::Where(others)) => {
                within(&mine.priorities, &others.priorities)
                    && within(&mine.categories, &others.categories)
                    && within(&mine.channels, &others.channels)
                    && within(&mine.teams, &others.teams)
                    && within(&mine.organisations, &others.organisations)
                    && within(&mine.tags, &others.tags)
            }
        }
    }
}

impl<'de> Deserialize<'de> for AppliesTo {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = Value::deserialize(deserializer)?;
        if value == "everything" {
            return Ok(Self::Everything);
        }
        Fields::read(value, |mut fields| {
            let conditions = Self::Where(fields.take("where")?);
            fields.only("where")?;
            Ok(conditions)
        })
        .map_err(D::Error::custom)
    }
}

/// Conditions on a ticket. Each list names what is meant; an empty one is no condition.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(Deserialize))]
#[serde(deny_unknown_fields, default)]
pub struct Conditions {
    /// It has one of these priorities.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub priorities: Vec<PriorityId>,
    /// It is about one of these.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub categories: Vec<CategoryId>,
    /// It reached the desk by one of these.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub channels: Vec<ChannelId>,
    /// One of these teams has it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub teams: Vec<TeamId>,
    /// Its requester belongs to one of these.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub organisations: Vec<OrganisationId>,
    /// It has one of these tags.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
}

read_by_fields!(Conditions {; priorities, categories, channels, teams, organisations, tags });

impl Conditions {
    /// Whether there is none at all.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// An SLA policy.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(Deserialize))]
#[serde(deny_unknown_fields)]
pub struct Policy {
    /// What it is called.
    pub name: String,
    /// Which tickets it is for.
    pub applies_to: AppliesTo,
    /// Priority to targets.
    pub targets: BTreeMap<PriorityId, Target>,
    /// The kinds of status in which the resolution clock and the next-response clock stand still.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
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
    /// The calendar it counts by, unless a more specific one is named for the ticket.
    pub calendar: CalendarId,
}

read_by_fields!(Policy {
    name, applies_to, targets, calendar;
    pause_on, pause_first_response, respond_on, reopen
    | at_risk_percent = at_risk_from
});

fn at_risk_from() -> u8 {
    80
}

/// Who works by a calendar other than the policy's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WorksBy {
    /// A team. Less specific than an organisation.
    Team(TeamId),
    /// The requester's organisation. Less specific than a site.
    Organisation(OrganisationId),
    /// A site.
    Site(String),
}

/// A calendar that somebody works by.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(Deserialize))]
#[serde(deny_unknown_fields)]
pub struct CalendarOf {
    /// Who.
    pub of: WorksBy,
    /// By which.
    pub calendar: CalendarId,
}

read_by_fields!(CalendarOf { of, calendar });

/// Policies and calendars as they hold from an instant on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(Deserialize))]
#[serde(deny_unknown_fields)]
pub struct SlaVersion {
    /// From when.
    pub valid_from: Instant,
    /// The policies in order: the first that applies to a ticket is the one.
    pub policies: Vec<Policy>,
    /// The calendars they speak of.
    pub calendars: Vec<Calendar>,
    /// Who works by other calendars than the policies name; the most specific wins.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub calendars_of: Vec<CalendarOf>,
}

read_by_fields!(SlaVersion { valid_from, policies, calendars; calendars_of });

/// The SLA side of the rules. Earlier versions stay, so that what was decided under them can be computed again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(Deserialize))]
#[serde(deny_unknown_fields)]
pub struct SlaRules {
    /// Every version, in the order in which they came to hold. Before the first one there are no targets.
    pub versions: Vec<SlaVersion>,
    /// The tables of the zones that calendars speak of; one that came to say something else is there again, later.
    #[serde(default)]
    pub zones: Vec<Zone>,
}

read_by_fields!(SlaRules { versions; zones });

impl SlaRules {
    /// The table of a zone for a version that holds from an instant on.
    pub fn zone(&self, name: &str, valid_from: Instant) -> Option<&Zone> {
        let mut tables = self.zones.iter().filter(|zone| zone.name == name);
        let first = tables.next()?;
        Some(tables.take_while(|zone| zone.since <= valid_from).last().unwrap_or(first))
    }

    /// Adds a version, and the tables that are known for its zones: one that says nothing new is passed over. What was
    /// decided under earlier versions stays decided by the tables that they had.
    pub fn add(&mut self, version: SlaVersion, known: impl IntoIterator<Item = Zone>) {
        let since = version.valid_from;
        for zone in known {
            let used = self.zone(&zone.name, since);
            if version.calendars.iter().any(|calendar| calendar.zone == zone.name)
                && used.is_none_or(|used| !used.agrees_with(&zone))
            {
                self.zones.push(Zone { since, ..zone });
            }
        }
        self.versions.push(version);
    }

    /// From when on an edit made now holds: one within the same millisecond as the last is the next one.
    pub fn next_from(&self, now: Instant) -> Instant {
        self.versions.last().map_or(now, |last| now.max(last.valid_from.plus_millis(1)))
    }
}
