//! The server's side of agreeing: one event, decided again on the server's own state.

use holdfast_desk::Instant;

use crate::Kind;
use crate::protocol::{Proposed, Recorded, Seq};

/// What the server makes of an event that it has not seen before.
#[derive(Clone, Debug, PartialEq)]
pub enum Judgement<K: Kind> {
    /// It holds: what is recorded, and the state it leads to.
    Accepted {
        /// The event as the server decided it.
        recorded: Recorded<K::Event>,
        /// The thing after it.
        state: K::State,
    },
    /// A rule stands against it.
    Refused(K::Refusal),
}

/// Judges an event on the server's state. When it happened is the device's corrected time, but never before what the
/// server already knew of the thing and never after the server got it.
pub fn judge<K: Kind>(
    state: Option<&K::State>,
    proposed: &Proposed<K::Event>,
    seq: Seq,
    received_at: Instant,
    rules: K::Rules<'_>,
) -> Judgement<K> {
    let at = bounded::<K>(state, proposed.stamp.corrected(), received_at);
    match K::decide_again(state, &proposed.event, at, rules) {
        Ok((event, state)) => Judgement::Accepted {
            recorded: Recorded { seq, received_at, stamp: Some(proposed.stamp), event },
            state,
        },
        Err(refusal) => Judgement::Refused(refusal),
    }
}

/// An instant brought between what was known of the thing and when its event was received. What was known wins.
pub(crate) fn bounded<K: Kind>(state: Option<&K::State>, at: Instant, received_at: Instant) -> Instant {
    let at = at.min(received_at);
    state.map_or(at, |state| at.max(K::last_at(state)))
}
