//! Refusals: why something that somebody wanted does not happen. Values, never text to be parsed.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize};
use thiserror::Error;

use crate::fields::Fields;
use crate::{CategoryId, ChannelId, PersonId, PriorityId, Role, StatusId, TeamId};

/// A rule that stands against a command, with the state that made it do so.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Error)]
#[serde(tag = "rule", rename_all = "snake_case")]
pub enum Refusal {
    /// The ticket is not there, or this person may not know that it is.
    #[error("there is no such ticket here")]
    NoSuchTicket,
    /// The ticket was deleted.
    #[error("the ticket was deleted; nothing more can happen to it")]
    Deleted,
    /// A ticket with this id was raised before.
    #[error("this ticket was raised before")]
    AlreadyCreated,
    /// The guard table has no such transition.
    #[error("a ticket that is \"{from}\" cannot go to \"{to}\"; it can go to: {}", list(.allowed))]
    TransitionNotAllowed {
        /// The status it is in.
        from: StatusId,
        /// The status that was wanted.
        to: StatusId,
        /// Where it can go from here.
        allowed: Vec<StatusId>,
    },
    /// The person's role does not cover it.
    #[error("{action} is not open to the role {role:?}")]
    NotPermitted {
        /// What was wanted.
        action: String,
        /// By somebody in which role.
        role: Role,
    },
    /// The rules know no such priority.
    #[error("there is no priority \"{priority}\"")]
    UnknownPriority {
        /// The code in question.
        priority: PriorityId,
    },
    /// The rules know no such category.
    #[error("there is no category \"{category}\"")]
    UnknownCategory {
        /// The code in question.
        category: CategoryId,
    },
    /// The rules know no such channel.
    #[error("there is no channel \"{channel}\"")]
    UnknownChannel {
        /// The code in question.
        channel: ChannelId,
    },
    /// Nobody has this id.
    #[error("there is no person {person}")]
    UnknownPerson {
        /// The id in question.
        person: PersonId,
    },
    /// There is no such team.
    #[error("there is no team {team}")]
    UnknownTeam {
        /// The id in question.
        team: TeamId,
    },
    /// A ticket can be given to an agent only.
    #[error("{person} is not an agent and cannot be given a ticket")]
    NotAnAgent {
        /// Who.
        person: PersonId,
    },
    /// Something that must be said was left blank.
    #[error("{field} must not be blank")]
    Blank {
        /// What.
        field: Field,
    },
    /// Something is longer than it may be.
    #[error("{field} has {length}, at most {limit} are allowed")]
    TooLong {
        /// What.
        field: Field,
        /// How long it is: characters, or entries for lists.
        length: usize,
        /// How long it may be.
        limit: usize,
    },
    /// Everything is as wanted already.
    #[error("nothing would change: {field} is so already")]
    NothingToDo {
        /// What would stay.
        field: Field,
    },
    /// A command that wants nothing, or a ticket raised together with something else.
    #[error("a command wants one thing at least, and raising a ticket is wanted alone")]
    NotACommand,
    /// So much has happened to the ticket that it can only be finished.
    #[error("too much has happened to this ticket: finish it and raise another one")]
    TooMuchHappened {
        /// How many moments there may be in a ticket's life.
        limit: usize,
    },
    /// Made by a newer version of the app than the one that decides.
    #[error("{kind:?} is not known to this version; update it and send this again")]
    UnknownKind {
        /// The kind of change.
        kind: String,
    },
    /// By a rule that only a newer version knows: kept as it came.
    #[error("a rule stands against it that this version of the app does not know")]
    #[serde(untagged)]
    Unknown(serde_json::Value),
}

impl<'de> Deserialize<'de> for Refusal {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Fields::read(deserializer, |mut fields| {
            Ok(match fields.tag("rule")? {
                "no_such_ticket" => Self::NoSuchTicket,
                "deleted" => Self::Deleted,
                "already_created" => Self::AlreadyCreated,
                "transition_not_allowed" => Self::TransitionNotAllowed {
                    from: fields.take("from")?,
                    to: fields.take("to")?,
                    allowed: fields.take("allowed")?,
                },
                "not_permitted" => {
                    Self::NotPermitted { action: fields.take("action")?, role: fields.take("role")? }
                }
                "unknown_priority" => Self::UnknownPriority { priority: fields.take("priority")? },
                "unknown_category" => Self::UnknownCategory { category: fields.take("category")? },
                "unknown_channel" => Self::UnknownChannel { channel: fields.take("channel")? },
                "unknown_person" => Self::UnknownPerson { person: fields.take("person")? },
                "unknown_team" => Self::UnknownTeam { team: fields.take("team")? },
                "not_an_agent" => Self::NotAnAgent { person: fields.take("person")? },
                "blank" => Self::Blank { field: fields.take("field")? },
                "too_long" => Self::TooLong {
                    field: fields.take("field")?,
                    length: fields.take("length")?,
                    limit: fields.take("limit")?,
                },
                "nothing_to_do" => Self::NothingToDo { field: fields.take("field")? },
                "too_much_happened" => Self::TooMuchHappened { limit: fields.take("limit")? },
                "not_a_command" => Self::NotACommand,
                "unknown_kind" => Self::UnknownKind { kind: fields.take("kind")? },
                _ => Self::Unknown(fields.into_rest()),
            })
        })
    }
}

/// A field of a ticket, as refusals and errors name it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)]
pub enum Field {
    Subject,
    Description,
    Reply,
    Note,
    Team,
    Agent,
    Priority,
    Category,
    Status,
    Tag,
    Tags,
    Site,
    Asset,
    Command,
}

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Subject => "the subject",
            Self::Description => "the description",
            Self::Reply => "the reply",
            Self::Note => "the note",
            Self::Team => "the team",
            Self::Agent => "the agent",
            Self::Priority => "the priority",
            Self::Category => "the category",
            Self::Status => "the status",
            Self::Tag => "the tag",
            Self::Tags => "the list of tags",
            Self::Site => "the site",
            Self::Asset => "the asset",
            Self::Command => "the command",
        })
    }
}

fn list(allowed: &[StatusId]) -> String {
    if allowed.is_empty() {
        return "nowhere".to_owned();
    }
    allowed.iter().map(StatusId::as_str).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn every_refusal_is_read_as_it_is_written() {
        let code = |text: &str| serde_json::from_value(text.into()).unwrap();
        let person = PersonId(Uuid::from_u128(1));
        let refusals = [
            Refusal::NoSuchTicket,
            Refusal::Deleted,
            Refusal::AlreadyCreated,
            Refusal::TransitionNotAllowed {
                from: code("new"),
                to: code("closed"),
                allowed: vec![code("open")],
            },
            Refusal::NotPermitted { action: "noting".to_owned(), role: Role::Requester },
            Refusal::UnknownPriority { priority: serde_json::from_value("p9".into()).unwrap() },
            Refusal::UnknownCategory { category: serde_json::from_value("x".into()).unwrap() },
            Refusal::UnknownChannel { channel: serde_json::from_value("fax".into()).unwrap() },
            Refusal::UnknownPerson { person },
            Refusal::UnknownTeam { team: TeamId(Uuid::from_u128(2)) },
            Refusal::NotAnAgent { person },
            Refusal::Blank { field: Field::Reply },
            Refusal::TooLong { field: Field::Note, length: 20, limit: 10 },
            Refusal::NothingToDo { field: Field::Status },
            Refusal::NotACommand,
            Refusal::TooMuchHappened { limit: 7 },
            Refusal::UnknownKind { kind: "teleported".to_owned() },
            Refusal::Unknown(serde_json::json!({ "rule": "full_moon", "until": 3 })),
        ];
        for refusal in refusals {
            let text = serde_json::to_string(&refusal).unwrap();
            assert_eq!(serde_json::from_str::<Refusal>(&text).unwrap(), refusal, "{text}");
        }
    }
}
