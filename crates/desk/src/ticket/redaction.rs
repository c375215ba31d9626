//! Taking back what was said. The one case in which something in a history changes: the words go, that something
//! happened stays. A redaction is an event like any other, so that everybody who has read the words learns of it.

use serde_json::json;

use super::{Change, Event};

impl Change {
    /// Whether this takes back words that were said before it, so that the history before it is to be read again.
    pub fn takes_back(&self) -> bool {
        matches!(self, Self::Redacted { .. } | Self::Deleted)
    }
}

/// What stands where words were taken back.
pub const REMOVED: &str = "(removed)";

/// An earlier event of the same ticket as it reads after this change; `None` where it stays as it is. A redaction takes
/// what one event says in words; a deletion takes the words, places and tags of all of them.
pub fn redacted(event: &Event, by: &Change) -> Option<Event> {
    let everything = match by {
        Change::Redacted { event: id } if *id == event.id => false,
        Change::Deleted => true,
        _ => return None,
    };
    let mut event = event.clone();
    for change in &mut event.changes {
        take_words(change, everything);
    }
    Some(event)
}

fn take_words(change: &mut Change, everything: bool) {
    match change {
        Change::Created(created) => {
            created.subject = REMOVED.to_owned();
            created.description.clear();
            if everything {
                (created.site, created.asset) = (None, None);
                created.tags.clear();
            }
        }
        Change::Replied { text } | Change::Noted { text } | Change::Retitled { subject: text } => {
            *text = REMOVED.to_owned();
        }
        Change::Tagged { add, remove } if everything => {
            add.clear();
            remove.clear();
        }
        Change::Located { site, asset } if everything => (*site, *asset) = (None, None),
        Change::Unknown(_) => *change = Change::Unknown(json!({ "kind": change.kind() })),
        Change::Transitioned { .. }
        | Change::Assigned { .. }
        | Change::Prioritised { .. }
        | Change::Categorised { .. }
        | Change::Tagged { .. }
        | Change::Located { .. }
        | Change::Redacted { .. }
        | Change::Deleted => {}
    }
}
