//! Views that people save: for themselves, or for everybody who works for the desk.
//!
//! A view is its owner's. Whoever works for the desk may share theirs, and a lead may take back a shared one of somebody
//! else: it is its owner's alone again, or gone. A requester's views are for themselves.

#[cfg(not(target_arch = "wasm32"))]
use serde::Deserialize;
use serde::Serialize;
use thiserror::Error;

use super::Order;
use super::text::LONGEST;
use crate::{Actor, Instant, PersonId, Refusal, Role, ViewId, read_by_fields};

/// Characters of a name at the most.
const LONGEST_NAME: usize = 60;

/// Views that one person keeps at the most.
pub const MOST_SAVED: usize = 50;

/// A view that somebody saved.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(Deserialize))]
#[serde(deny_unknown_fields)]
pub struct SavedView {
    /// Which view.
    pub id: ViewId,
    /// What it is called.
    pub name: String,
    /// What it shows, as a [`Query`](super::Query) is written.
    pub query: String,
    /// In which order, as addresses say it (`-updated`); the usual one where it is not said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sort: Option<String>,
    /// Whether it is shown as a board.
    #[serde(default)]
    pub board: bool,
    /// Whose it is.
    pub owner: PersonId,
    /// Whether everybody who works for the desk has it as well.
    #[serde(default)]
    pub shared: bool,
    /// When it last changed.
    pub updated_at: Instant,
}

read_by_fields!(SavedView { id, name, query, owner, updated_at; sort, board, shared });

/// Why a view cannot be kept as it is.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ViewError {
    /// It has no name.
    #[error("a view needs a name")]
    NoName,
    /// Its name is too long.
    #[error("a view's name has {LONGEST_NAME} characters at the most, this one has {0}")]
    LongName(usize),
    /// Its query is too long.
    #[error("a query has {LONGEST} characters at the most, this one has {0}")]
    LongQuery(usize),
    /// There is no such order.
    #[error("nothing can be sorted by {0:?}")]
    NoSuchOrder(String),
}

impl ViewError {
    /// The field that it is about.
    pub fn field(&self) -> &'static str {
        match self {
            Self::NoName | Self::LongName(_) => "name",
            Self::LongQuery(_) => "query",
            Self::NoSuchOrder(_) => "sort",
        }
    }
}

impl SavedView {
    /// Checks whether it can be kept. White space around a name does not count.
    ///
    /// # Errors
    /// The first thing that is wrong.
    pub fn check(&self) -> Result<(), ViewError> {
        match self.name.trim().chars().count() {
            0 => return Err(ViewError::NoName),
            length if length > LONGEST_NAME => return Err(ViewError::LongName(length)),
            _ => {}
        }
        let length = self.query.chars().count();
        if length > LONGEST {
            return Err(ViewError::LongQuery(length));
        }
        match &self.sort {
            Some(sort) if Order::named(sort).is_none() => Err(ViewError::NoSuchOrder(sort.clone())),
            _ => Ok(()),
        }
    }

    /// Whether this person has it.
    pub fn is_seen_by(&self, actor: &Actor) -> bool {
        self.owner == actor.person || (self.shared && actor.role.is_agent())
    }

    /// What there is once this person has put this view in the place of what was there: the same where nothing changes.
    /// What they put is theirs, unless a lead takes back what somebody else shared, which changes nothing else of it.
    ///
    /// # Errors
    /// [`Refusal::NotPermitted`] when it is somebody else's, or not theirs to share.
    pub fn put_by(self, actor: &Actor, before: Option<&Self>, now: Instant) -> Result<Self, Refusal> {
        let put = match before {
            Some(before) if before.owner != actor.person => {
                if self.shared || !before.is_taken_back_by(actor) {
                    return Err(not_permitted("changing somebody else's view", actor));
                }
                Self { shared: false, ..before.clone() }
            }
            _ if self.shared && !actor.role.is_agent() => {
                return Err(not_permitted("sharing a view", actor));
            }
            _ => Self { name: self.name.trim().to_owned(), owner: actor.person, ..self },
        };
        let put_at = |updated_at| Self { updated_at, ..put.clone() };
        Ok(match before {
            Some(before) if put_at(before.updated_at) == *before => before.clone(),
            _ => put_at(now),
        })
    }

    /// Whether this person may delete it.
    ///
    /// # Errors
    /// [`Refusal::NotPermitted`] when it is somebody else's.
    pub fn permit_deleting(&self, actor: &Actor) -> Result<(), Refusal> {
        match self.owner == actor.person || self.is_taken_back_by(actor) {
            true => Ok(()),
            false => Err(not_permitted("deleting somebody else's view", actor)),
        }
    }

    fn is_taken_back_by(&self, actor: &Actor) -> bool {
        self.shared && actor.role >= Role::Lead
    }
}

fn not_permitted(action: &str, actor: &Actor) -> Refusal {
    Refusal::NotPermitted { action: action.to_owned(), role: actor.role }
}
