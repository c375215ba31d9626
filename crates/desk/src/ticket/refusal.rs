//! Refusals: why something that somebody wanted does not happen. Values, never text to be parsed.

use std::fmt;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::{CategoryId, ChannelId, PersonId, PriorityId, Role, StatusId, TeamId};

/// A rule that stands against a command, with the state that made it do so.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Error)]
#[serde(tag = "rule", rename_all = "snake_case")]
pub enum Refusal {
    /// The ticket is not there, or this person may not know that it is.
    #[error("there is no such ticket here")]
    NoSuchTicket,
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
    /// Made by a newer version of the app than the one that decides.
    #[error("{kind:?} is not known to this version; update it and send this again")]
    UnknownKind {
        /// The kind of change.
        kind: String,
    },
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
