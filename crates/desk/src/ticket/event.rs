//! Events: what happened to a ticket. Immutable, and all there is to know about it.

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Error;

use super::TicketNumber;
use crate::fields::Fields;
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
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
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
    /// What was said in an event of it can no longer be read.
    Redacted {
        /// Which event.
        event: EventId,
    },
    /// It is gone: nothing of what was said in it can be read any more, and nothing happens to it after this.
    Deleted,
    /// Something of a kind that a newer version made: kept as it came, and read again after an upgrade.
    #[serde(untagged)]
    Unknown(serde_json::Value),
}

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
            Self::Redacted { .. } => "redacted",
            Self::Deleted => "deleted",
            Self::Unknown(value) => value.get("kind").and_then(|kind| kind.as_str()).unwrap_or("unknown"),
        }
    }
}

impl<'de> Deserialize<'de> for Change {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Fields::read(deserializer, |mut fields| {
            let change = match fields.tag("kind")? {
                "created" => {
                    let _kind: String = fields.take("kind")?;
                    Self::Created(fields.take_rest()?)
                }
                "transitioned" => Self::Transitioned {
                    to: fields.take("to")?,
                    status_kind: fields.take("status_kind")?,
                    cause: fields.take_or_default("cause")?,
                },
                "replied" => Self::Replied { text: fields.take("text")? },
                "noted" => Self::Noted { text: fields.take("text")? },
                "assigned" => Self::Assigned {
                    team: fields.take_or_default("team")?,
                    agent: fields.take_or_default("agent")?,
                },
                "prioritised" => Self::Prioritised { to: fields.take("to")? },
                "categorised" => Self::Categorised { to: fields.take("to")? },
                "retitled" => Self::Retitled { subject: fields.take("subject")? },
                "tagged" => Self::Tagged { add: fields.take("add")?, remove: fields.take("remove")? },
                "located" => Self::Located {
                    site: fields.take_or_default("site")?,
                    asset: fields.take_or_default("asset")?,
                },
                "redacted" => Self::Redacted { event: fields.take("event")? },
                "deleted" => Self::Deleted,
                _ => return Ok(Self::Unknown(fields.into_rest())),
            };
            fields.only("kind")?;
            Ok(change)
        })
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
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
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

impl<'de> Deserialize<'de> for Cause {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Fields::read(deserializer, |mut fields| {
            let cause = match fields.tag("cause")? {
                "command" => Self::Command,
                "trigger" => Self::Trigger { trigger: fields.take("trigger")? },
                "imported" => Self::Imported { against_workflow: fields.take("against_workflow")? },
                other => return Err(Error::unknown_variant(other, &["command", "trigger", "imported"])),
            };
            fields.only("cause")?;
            Ok(cause)
        })
    }
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
    fn every_kind_is_read_as_it_is_written() {
        let person = "00000000-0000-7000-8000-000000000001";
        let created = format!(
            r#"{{"kind":"created","subject":"Fan","requester":"{person}","channel":"web","status":"new","status_kind":"new","priority":"p1"}}"#
        );
        let texts = [
            created.as_str(),
            r#"{"kind":"transitioned","to":"open","status_kind":"open"}"#,
            r#"{"kind":"transitioned","to":"open","status_kind":"open","cause":{"cause":"trigger","trigger":"requester_replied"}}"#,
            r#"{"kind":"transitioned","to":"open","status_kind":"open","cause":{"cause":"imported","against_workflow":true}}"#,
            r#"{"kind":"replied","text":"Hello"}"#,
            r#"{"kind":"noted","text":"Hello"}"#,
            r#"{"kind":"assigned","team":null,"agent":"00000000-0000-7000-8000-000000000001"}"#,
            r#"{"kind":"prioritised","to":"p1"}"#,
            r#"{"kind":"categorised","to":"network"}"#,
            r#"{"kind":"retitled","subject":"Fan"}"#,
            r#"{"kind":"tagged","add":["a"],"remove":[]}"#,
            r#"{"kind":"located","site":"North","asset":null}"#,
            r#"{"kind":"redacted","event":"00000000-0000-7000-8000-000000000001"}"#,
            r#"{"kind":"deleted"}"#,
        ];
        for text in texts {
            let change: Change = serde_json::from_str(text).unwrap();
            assert!(!matches!(change, Change::Unknown(_)), "{text} is known");
            assert_eq!(serde_json::to_string(&change).unwrap(), text);
            assert!(text.contains(&format!(r#""kind":"{}""#, change.kind())), "{text} is named");
        }
    }
}
