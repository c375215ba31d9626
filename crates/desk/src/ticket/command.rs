//! Commands: what somebody wants of a ticket. [`super::decide`] says what comes of it.

use serde::{Deserialize, Serialize};

use super::{Cause, Change, Created};
use crate::{CategoryId, ChannelId, EventId, PersonId, PriorityId, StatusId, TeamId};

/// What somebody wants of one ticket, all of it or nothing. What is wanted together becomes one event.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Command {
    /// In the order in which it is to happen.
    pub wants: Vec<Want>,
}

/// One thing that can be wanted of a ticket.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "want", rename_all = "snake_case")]
pub enum Want {
    /// That there be this ticket.
    Create(Box<NewTicket>),
    /// That it go to another status.
    Transition {
        /// To which.
        to: StatusId,
    },
    /// To say something that the requester reads.
    Reply {
        /// What to say.
        text: String,
    },
    /// To say something that only the desk reads.
    Note {
        /// What to say.
        text: String,
    },
    /// That this team and this agent have it; `None` takes it from whoever has it.
    Assign {
        /// The team.
        team: Option<TeamId>,
        /// The agent.
        agent: Option<PersonId>,
    },
    /// That it be this urgent.
    Prioritise {
        /// How urgent.
        to: PriorityId,
    },
    /// That it be about this.
    Categorise {
        /// About what.
        to: CategoryId,
    },
    /// That it be called this.
    Retitle {
        /// Its subject.
        subject: String,
    },
    /// That it carry some tags and not others.
    Tag {
        /// Tags to put on.
        add: Vec<String>,
        /// Tags to take off.
        remove: Vec<String>,
    },
    /// That it be at this site, about this asset.
    Locate {
        /// The site.
        site: Option<String>,
        /// The asset.
        asset: Option<String>,
    },
    /// That nobody can read any more what was said in an event of it.
    Redact {
        /// Which event.
        event: EventId,
    },
    /// That it be gone, with everything that was said in it. That it was there stays known.
    Delete,
}

/// A ticket that somebody wants to raise.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewTicket {
    /// In one line, what it is about.
    pub subject: String,
    /// The whole of it.
    #[serde(default)]
    pub description: String,
    /// Whose ticket it is.
    pub requester: PersonId,
    /// How it reached the desk.
    pub channel: ChannelId,
    /// How urgent it is.
    pub priority: PriorityId,
    /// What it is about.
    #[serde(default)]
    pub category: Option<CategoryId>,
    /// The team that is to have it.
    #[serde(default)]
    pub team: Option<TeamId>,
    /// The agent who is to have it.
    #[serde(default)]
    pub agent: Option<PersonId>,
    /// Where it is.
    #[serde(default)]
    pub site: Option<String>,
    /// Which thing it is about.
    #[serde(default)]
    pub asset: Option<String>,
    /// Its tags.
    #[serde(default)]
    pub tags: Vec<String>,
}

/// What is said together with a transition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Comment {
    /// To the requester.
    Reply(String),
    /// To the desk.
    Note(String),
}

impl From<Want> for Command {
    fn from(want: Want) -> Self {
        Self { wants: vec![want] }
    }
}

impl Command {
    /// To raise a ticket.
    pub fn create(ticket: NewTicket) -> Self {
        Want::Create(Box::new(ticket)).into()
    }

    /// To go to another status, with what there is to say about it, in one event.
    pub fn transition(to: StatusId, comment: Option<Comment>) -> Self {
        let said = comment.map(|comment| match comment {
            Comment::Reply(text) => Want::Reply { text },
            Comment::Note(text) => Want::Note { text },
        });
        Self { wants: said.into_iter().chain([Want::Transition { to }]).collect() }
    }

    /// What a person wanted when these changes came of it, so that it can be decided again on another state.
    /// What triggers added is left out: it is decided anew. `None` when a change is of a kind not known here.
    pub fn behind(changes: &[Change]) -> Option<Self> {
        let mut wants = Vec::with_capacity(changes.len());
        for change in changes {
            wants.push(match change.clone() {
                Change::Created(created) => Want::Create(Box::new(created.into())),
                Change::Transitioned { cause: Cause::Trigger { .. }, .. } => continue,
                Change::Transitioned { to, .. } => Want::Transition { to },
                Change::Replied { text } => Want::Reply { text },
                Change::Noted { text } => Want::Note { text },
                Change::Assigned { team, agent } => Want::Assign { team, agent },
                Change::Prioritised { to } => Want::Prioritise { to },
                Change::Categorised { to } => Want::Categorise { to },
                Change::Retitled { subject } => Want::Retitle { subject },
                Change::Tagged { add, remove } => Want::Tag { add, remove },
                Change::Located { site, asset } => Want::Locate { site, asset },
                Change::Redacted { event } => Want::Redact { event },
                Change::Deleted => Want::Delete,
                Change::Unknown(_) => return None,
            });
        }
        Some(Self { wants })
    }
}

impl From<Box<Created>> for NewTicket {
    fn from(created: Box<Created>) -> Self {
        let Created {
            subject,
            description,
            requester,
            channel,
            priority,
            category,
            team,
            agent,
            site,
            asset,
            tags,
            ..
        } = *created;
        Self { subject, description, requester, channel, priority, category, team, agent, site, asset, tags }
    }
}
