//! Audit of time: what of a clock rests on a device's word that reached the server late.

use super::clock::{Clock, Which};
use super::rules::{Sla, Subject};
use crate::ticket::evolve;
use crate::{Event, Header, Instant, OrganisationId};

/// One clock as devices claim it, and as it would be had late news counted from when the server got them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Audit {
    /// Which clock.
    pub which: Which,
    /// By the devices' clocks: what holds.
    pub claimed: Clock,
    /// By the server's, for what came late.
    pub received: Clock,
}

impl Audit {
    /// Working seconds that rest on late news.
    pub fn late_seconds(&self) -> i64 {
        (self.received.used - self.claimed.used).abs()
    }
}

impl Sla {
    /// Audits a ticket: `history` is its events with when the server got each; what came more than `late_seconds` after
    /// it is said to have happened is late.
    pub fn audit<'e>(
        &self,
        history: impl IntoIterator<Item = (&'e Event, Instant)>,
        organisation: Option<&OrganisationId>,
        late_seconds: i64,
        as_of: Instant,
    ) -> Vec<Audit> {
        let (mut claimed, mut received): (Option<Header>, Option<Header>) = (None, None);
        for (event, received_at) in history {
            claimed = evolve(claimed, event);
            let is_late = received_at > event.at.plus_seconds(late_seconds);
            let at = if is_late { received_at } else { event.at };
            received = evolve(received, &Event { at, ..event.clone() });
        }
        let (Some(claimed), Some(received)) = (claimed, received) else { return Vec::new() };
        let clocks = |header: &Header| self.clocks(Subject { header, organisation }, as_of);
        let (claimed, received) = (clocks(&claimed), clocks(&received));
        let pairs = claimed.each().into_iter().zip(received.each());
        pairs
            .map(|((which, claimed), (_, received))| Audit { which, claimed: *claimed, received: *received })
            .collect()
    }
}
