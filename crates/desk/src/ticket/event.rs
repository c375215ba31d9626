//! Events: what happened to a ticket. Immutable, and all there is to know about it.

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::TicketNumber;
use crate::workflow::Trigger;
use crate::{
    CategoryId, ChannelId, EventId, Instant, PersonId, PriorityId, StatusId, StatusKind, TeamId, TicketId,
};

/// What happened to one ticket at one instant, by one person's doing: one or more changes that hold together.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    /// Which event; the same wherever it is kept.
    pub id: EventId,
    /// To which ticket it happened.
    pub ticket: TicketId,
    /// Whose doing it was.
    pub by: PersonId,
    /// When, as the rules count it.
    pub at: Instant,
    /// What happened, in order. Never empty.
    pub changes: Vec<Change>,
}

/// One thing that happened to a ticket. It carries the new value alone: the old one is in the history before it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields, remote = "Self")]
pub enum Change {
    /// Somebody raised it.
    Created(Box<Created>),
    /// It went to another status.
    Transitioned {
        /// To which.
        to: StatusId,
        /// What that status meant then, so that a later edit of the workflow does not change the past.
        status_kind: StatusKind,
        /// What took it there.
        #[serde(default, skip_serializing_if = "Cause::is_command")]
        cause: Cause,
    },
    /// Somebody said something that the requester reads.
    Replied {
        /// What they said.
        text: String,
    },
    /// Somebody said something that only the desk reads.
    Noted {
        /// What they said.
        text: String,
    },
    /// It was given to a team and an agent, or taken from them.
    Assigned {
        /// Which team has it now.
        team: Option<TeamId>,
        /// Which agent.
        agent: Option<PersonId>,
    },
    /// It got another priority.
    Prioritised {
        /// Which.
        to: PriorityId,
    },
    /// It got another category.
    Categorised {
        /// Which.
        to: CategoryId,
    },
    /// It got another subject.
    Retitled {
        /// What it is called now.
        subject: String,
    },
    /// Tags were put on and taken off.
    Tagged {
        /// Those put on.
        add: Vec<String>,
        /// Those taken off.
        remove: Vec<String>,
    },
    /// It was found to be elsewhere, or about another thing.
    Located {
        /// The site.
        site: Option<String>,
        /// The asset.
        asset: Option<String>,
    },
    /// Something of a kind that a newer version made: kept as it came, and read again after an upgrade.
    #[serde(skip)]
    Unknown(serde_json::Value),
}

/// The kinds that [`Change`] knows, as they are written.
const KINDS: [&str; 10] = [
    "created",
    "transitioned",
    "replied",
    "noted",
    "assigned",
    "prioritised",
    "categorised",
    "retitled",
    "tagged",
    "located",
];

impl Change {
    /// The kind of this change, as it is written.
    pub fn kind(&self) -> &str {
        match self {
            Self::Created(_) => "created",
            Self::Transitioned { .. } => "transitioned",
            Self::Replied { .. } => "replied",
            Self::Noted { .. } => "noted",
            Self::Assigned { .. } => "assigned",
            Self::Prioritised { .. } => "prioritised",
            Self::Categorised { .. } => "categorised",
            Self::Retitled { .. } => "retitled",
            Self::Tagged { .. } => "tagged",
            Self::Located { .. } => "located",
            Self::Unknown(value) => value.get("kind").and_then(|kind| kind.as_str()).unwrap_or("unknown"),
        }
    }
}

impl Serialize for Change {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Unknown(value) => value.serialize(serializer),
            known => Self::serialize(known, serializer),
        }
    }
}

impl<'de> Deserialize<'de> for Change {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = serde_json::Value::deserialize(deserializer)?;
        match value.get("kind").and_then(|kind| kind.as_str()) {
            None => Err(D::Error::missing_field("kind")),
            Some(kind) if KINDS.contains(&kind) => Self::deserialize(value).map_err(D::Error::custom),
            Some(_) => Ok(Self::Unknown(value)),
        }
    }
}

/// How a ticket stood when it was raised.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Created {
    /// The number people say; given by the server, so it is missing until the server has the ticket.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<TicketNumber>,
    /// In one line, what it is about.
    pub subject: String,
    /// The whole of it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub description: String,
    /// Whose ticket it is.
    pub requester: PersonId,
    /// How it reached the desk.
    pub channel: ChannelId,
    /// The status it started in.
    pub status: StatusId,
    /// What that status meant then.
    pub status_kind: StatusKind,
    /// How urgent it was.
    pub priority: PriorityId,
    /// What it was about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub category: Option<CategoryId>,
    /// The team that had it first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub team: Option<TeamId>,
    /// The agent who had it first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agent: Option<PersonId>,
    /// Where it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub site: Option<String>,
    /// Which thing it was about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub asset: Option<String>,
    /// Its tags.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
}

/// What took a ticket to another status.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "cause", rename_all = "snake_case")]
pub enum Cause {
    /// Somebody asked for it.
    #[default]
    Command,
    /// A trigger of the workflow.
    Trigger {
        /// Which.
        trigger: Trigger,
    },
    /// It stood so in an imported log.
    Imported {
        /// Whether the workflow in force here would have refused it. It is history all the same.
        against_workflow: bool,
    },
}

impl Cause {
    fn is_command(&self) -> bool {
        *self == Self::Command
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_of_a_newer_version_is_kept_as_it_came() {
        let json = r#"{"kind":"teleported","to":{"x":[1,2]}}"#;
        let change: Change = serde_json::from_str(json).unwrap();
        assert!(matches!(change, Change::Unknown(_)));
        assert_eq!(serde_json::to_string(&change).unwrap(), json);
        assert_eq!(change.kind(), "teleported");
    }

    #[test]
    fn a_known_kind_is_read_strictly() {
        let read = |json: &str| serde_json::from_str::<Change>(json).map_err(|error| error.to_string());
        assert!(read(r#"{"kind":"replied","text":"Hello"}"#).is_ok());
        assert!(read(r#"{"kind":"replied"}"#).unwrap_err().contains("missing field `text`"));
        assert!(
            read(r#"{"kind":"replied","text":"Hello","txet":1}"#)
                .unwrap_err()
                .contains("unknown field `txet`")
        );
        assert!(read(r#"{"text":"Hello"}"#).unwrap_err().contains("missing field `kind`"));
    }

    #[test]
    fn every_known_kind_is_written_as_it_is_named() {
        for kind in KINDS {
            let error = serde_json::from_str::<Change>(&format!(r#"{{"kind":"{kind}","no such field":0}}"#));
            assert!(error.is_err(), "{kind} is read as a known kind");
        }
    }
}
