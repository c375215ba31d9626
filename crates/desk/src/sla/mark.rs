//! Marks: a ticket's history as far as clocks care. The header carries them, so that clocks need nothing else of it.

use serde::{Deserialize, Serialize};

use crate::{CategoryId, Instant, PriorityId, StatusKind, TeamId};

/// A moment in a ticket's history that clocks care about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mark {
    /// When.
    pub at: Instant,
    /// What.
    #[serde(rename = "is")]
    pub kind: MarkKind,
}

/// What clocks care about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MarkKind {
    /// Somebody of the desk, or a rule, took it to a status of this kind.
    Status(StatusKind),
    /// The requester did.
    StatusByRequester(StatusKind),
    /// It got this priority.
    Priority(PriorityId),
    /// An agent answered in public.
    Answered,
    /// The requester wrote.
    Asked,
    /// Until then this team had it. What decides which policy applies is marked as it was, because what it is now
    /// stands in the header.
    TeamWas(Option<TeamId>),
    /// Until then it was about this.
    CategoryWas(Option<CategoryId>),
    /// Until then it was here.
    SiteWas(Option<String>),
    /// Until then it had these tags.
    TagsWas(Vec<String>),
}
