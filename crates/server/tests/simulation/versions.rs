//! Apps and servers of an older version: two kinds of change that those of today know are unknown to them. What they hear of
//! they keep as it came.

use holdfast_desk::{Change, Event};
use serde_json::{from_value, to_value};

/// Whether an older version does not know this change.
pub fn is_new(change: &Change) -> bool {
    matches!(change, Change::Prioritised { .. } | Change::Tagged { .. })
}

/// An event as an older version reads it.
pub fn as_old(event: &mut Event) {
    for change in event.changes.iter_mut().filter(|change| is_new(change)) {
        *change = Change::Unknown(to_value(&*change).unwrap());
    }
}

/// What an older version kept, as one of today reads it.
pub fn as_new(event: &mut Event) {
    *event = from_value(to_value(&*event).unwrap()).unwrap();
}
