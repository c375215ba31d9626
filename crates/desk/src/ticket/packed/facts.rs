//! What a queue asks of a ticket.

use crate::ticket::{Header, TicketNumber};
use crate::{Instant, StatusKind};
use uuid::Uuid;

/// A header but for its subject and its marks. Words and ids stand for themselves, or for their places in some list.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct Facts<W, I> {
    pub number: Option<TicketNumber>,
    pub requester: I,
    pub channel: W,
    pub status: W,
    pub kind: StatusKind,
    pub priority: W,
    pub category: Option<W>,
    pub team: Option<I>,
    pub agent: Option<I>,
    pub site: Option<W>,
    pub asset: Option<W>,
    pub tags: Vec<W>,
    pub created_at: Instant,
    pub updated_at: Instant,
    pub replies: u32,
    pub reopenings: u32,
    pub reassignments: u32,
    pub needs_update: bool,
    pub deleted: bool,
}

impl<W, I> Facts<W, I> {
    /// The same with other words and ids in the place of these.
    pub fn map<V, J>(self, mut word: impl FnMut(W) -> V, mut id: impl FnMut(I) -> J) -> Facts<V, J> {
        Facts {
            number: self.number,
            requester: id(self.requester),
            channel: word(self.channel),
            status: word(self.status),
            kind: self.kind,
            priority: word(self.priority),
            category: self.category.map(&mut word),
            team: self.team.map(&mut id),
            agent: self.agent.map(&mut id),
            site: self.site.map(&mut word),
            asset: self.asset.map(&mut word),
            tags: self.tags.into_iter().map(&mut word).collect(),
            created_at: self.created_at,
            updated_at: self.updated_at,
            replies: self.replies,
            reopenings: self.reopenings,
            reassignments: self.reassignments,
            needs_update: self.needs_update,
            deleted: self.deleted,
        }
    }
}

impl<'a> From<&'a Header> for Facts<&'a str, &'a Uuid> {
    fn from(header: &'a Header) -> Self {
        Self {
            number: header.number,
            requester: &header.requester.0,
            channel: &header.channel.0,
            status: &header.status.0,
            kind: header.kind,
            priority: &header.priority.0,
            category: header.category.as_ref().map(|category| &*category.0),
            team: header.team.as_ref().map(|team| &team.0),
            agent: header.agent.as_ref().map(|agent| &agent.0),
            site: header.site.as_deref(),
            asset: header.asset.as_deref(),
            tags: header.tags.iter().map(String::as_str).collect(),
            created_at: header.created_at,
            updated_at: header.updated_at,
            replies: header.replies,
            reopenings: header.reopenings,
            reassignments: header.reassignments,
            needs_update: header.needs_update,
            deleted: header.deleted,
        }
    }
}
