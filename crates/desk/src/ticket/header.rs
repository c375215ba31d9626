//! The header: a ticket as its history leaves it. A cached summary, never the source of truth.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{Cause, Change, Created, Event};
use crate::sla::{Mark, MarkKind};
use crate::{CategoryId, ChannelId, Instant, PersonId, PriorityId, StatusId, StatusKind, TeamId, TicketId};

/// The number by which people speak of a ticket. Given by the server in the order in which tickets reach it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct TicketNumber(pub u32);

impl fmt::Display for TicketNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A ticket as its history leaves it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Header {
    /// Which ticket.
    pub id: TicketId,
    /// Its number, once the server has given one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<TicketNumber>,
    /// In one line, what it is about.
    pub subject: String,
    /// Whose ticket it is.
    pub requester: PersonId,
    /// How it reached the desk.
    pub channel: ChannelId,
    /// Its status.
    pub status: StatusId,
    /// What that status means.
    pub kind: StatusKind,
    /// How urgent it is.
    pub priority: PriorityId,
    /// What it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub category: Option<CategoryId>,
    /// Which team has it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub team: Option<TeamId>,
    /// Which agent has it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agent: Option<PersonId>,
    /// Where it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub site: Option<String>,
    /// Which thing it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub asset: Option<String>,
    /// Its tags, in the order in which they were put on.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
    /// When it was raised.
    pub created_at: Instant,
    /// When something last happened to it.
    pub updated_at: Instant,
    /// How many replies it has.
    #[serde(default)]
    pub replies: u32,
    /// How often it came back after it was done.
    #[serde(default)]
    pub reopenings: u32,
    /// How often it passed from one team to another.
    #[serde(default)]
    pub reassignments: u32,
    /// What its deadlines are computed from: its history, as far as clocks care.
    pub marks: Vec<Mark>,
    /// Whether something happened to it that this version does not understand.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub needs_update: bool,
    /// Whether it was deleted: that it was there is all there is to know.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub deleted: bool,
}

/// The header after one more event. Total: whatever is in the history is history. Nothing but the creation makes
/// a header, and a second creation changes nothing.
pub fn evolve(header: Option<Header>, event: &Event) -> Option<Header> {
    event.changes.iter().fold(header, |header, change| match (header, change) {
        (None, Change::Created(created)) => Some(Header::raised(event, created)),
        (None, _) => None,
        (Some(mut header), change) => {
            header.apply(event, change);
            Some(header)
        }
    })
}

impl Header {
    fn raised(event: &Event, created: &Created) -> Self {
        let mut header = Self {
            id: event.ticket,
            number: created.number,
            subject: created.subject.clone(),
            requester: created.requester,
            channel: created.channel.clone(),
            status: created.status.clone(),
            kind: created.status_kind,
            priority: created.priority.clone(),
            category: created.category.clone(),
            team: created.team,
            agent: created.agent,
            site: created.site.clone(),
            asset: created.asset.clone(),
            tags: created.tags.clone(),
            created_at: event.at,
            updated_at: event.at,
            replies: 0,
            reopenings: 0,
            reassignments: 0,
            marks: Vec::new(),
            needs_update: false,
            deleted: false,
        };
        header.mark(event.at, MarkKind::Priority(created.priority.clone()));
        header.mark(event.at, MarkKind::Status(created.status_kind));
        header
    }

    fn apply(&mut self, event: &Event, change: &Change) {
        self.updated_at = self.updated_at.max(event.at);
        match change {
            Change::Created(_) => {}
            Change::Transitioned { to, status_kind, cause } => {
                if self.kind.is_done() && !status_kind.is_done() {
                    self.reopenings += 1;
                }
                self.status = to.clone();
                self.kind = *status_kind;
                let by_requester = event.by == self.requester && !matches!(cause, Cause::Trigger { .. });
                let mark = if by_requester { MarkKind::StatusByRequester } else { MarkKind::Status };
                self.mark(event.at, mark(*status_kind));
            }
            Change::Replied { .. } => {
                self.replies += 1;
                let by_requester = event.by == self.requester;
                self.mark(event.at, if by_requester { MarkKind::Asked } else { MarkKind::Answered });
            }
            Change::Noted { .. } => {}
            Change::Assigned { team, agent } => {
                if self.team != *team && self.team.is_some() {
                    self.reassignments += 1;
                }
                if self.team != *team {
                    self.mark(event.at, MarkKind::TeamWas(self.team));
                }
                (self.team, self.agent) = (*team, *agent);
            }
            Change::Prioritised { to } => {
                self.priority = to.clone();
                self.mark(event.at, MarkKind::Priority(to.clone()));
            }
            Change::Categorised { to } => {
                let was = self.category.replace(to.clone());
                self.mark(event.at, MarkKind::CategoryWas(was));
            }
            Change::Retitled { subject } => self.subject.clone_from(subject),
            Change::Tagged { add, remove } => {
                self.mark(event.at, MarkKind::TagsWas(self.tags.clone()));
                self.tags.retain(|tag| !remove.contains(tag));
                for tag in add {
                    if !self.tags.contains(tag) {
                        self.tags.push(tag.clone());
                    }
                }
            }
            Change::Located { site, asset } => {
                if self.site != *site {
                    self.mark(event.at, MarkKind::SiteWas(self.site.clone()));
                }
                self.site.clone_from(site);
                self.asset.clone_from(asset);
            }
            // The words are gone from the events themselves, see `without_words`.
            Change::Redacted { .. } => {}
            Change::Deleted => {
                self.deleted = true;
                self.kind = StatusKind::Closed;
                self.mark(event.at, MarkKind::Status(StatusKind::Closed));
            }
            Change::Unknown(_) => self.needs_update = true,
        }
    }

    /// Marks stand in order of time whatever a device's clock said: clocks search in them.
    fn mark(&mut self, at: Instant, kind: MarkKind) {
        let at = self.marks.last().map_or(at, |last| last.at.max(at));
        self.marks.push(Mark { at, kind });
    }

    /// Whether this person's or these teams' work: the ticket is the agent's, or nobody's in one of their teams.
    pub fn is_work_of(&self, person: PersonId, teams: &[TeamId]) -> bool {
        self.agent == Some(person) || self.team.is_some_and(|team| teams.contains(&team))
    }
}
