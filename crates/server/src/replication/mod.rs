//! The server's side of agreeing with devices: what they push is decided again, what they load and pull is theirs to see.

pub mod bench;
mod compact;
mod load;
mod pull;
mod push;
mod recorder;

use holdfast_desk::access::Sight;
use holdfast_desk::{Event, access};
use holdfast_sync::protocol::Recorded;
use thiserror::Error;

pub use compact::compact;
pub use load::load;
pub use pull::pull;
pub use push::push;
pub use recorder::{Recorder, folded};

use crate::storage::StorageError;

/// Why there is nothing to read on.
#[derive(Debug, Error)]
pub enum ReadError {
    /// Something that came after the cursor has left the history for good.
    #[error("what came after this cursor is not kept any more: read from the beginning")]
    Gone,
    /// The storage failed.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// As much of these events of a ticket as somebody may read who sees so much of it.
pub fn visible(sight: Sight, events: Vec<Recorded<Event>>) -> Vec<Recorded<Event>> {
    let redact = |recorded: Recorded<Event>| {
        let event = access::redact(&recorded.event, sight)?;
        Some(Recorded { event, ..recorded })
    };
    if sight == Sight::Everything { events } else { events.into_iter().filter_map(redact).collect() }
}
