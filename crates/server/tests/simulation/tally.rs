//! What happened in runs, to see that they cover what they are for.

/// What happened in a run.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Tally {
    pub saved: usize,
    pub accepted: usize,
    pub parked: usize,
    pub lost: usize,
    pub failed: usize,
    pub full: usize,
    pub overtaken: usize,
    pub restored: usize,
    pub offered_again: usize,
    pub access: usize,
    pub gone: usize,
    pub deleted: usize,
    pub redacted: usize,
    pub compacted: usize,
    pub forked: usize,
    pub late: usize,
    pub hinted: usize,
    /// Histories that an upgrade had to read again.
    pub read_again: usize,
    pub rounds: usize,
}

impl std::iter::Sum for Tally {
    fn sum<I: Iterator<Item = Self>>(tallies: I) -> Self {
        tallies.fold(Self::default(), |a, b| Self {
            saved: a.saved + b.saved,
            accepted: a.accepted + b.accepted,
            parked: a.parked + b.parked,
            lost: a.lost + b.lost,
            failed: a.failed + b.failed,
            full: a.full + b.full,
            overtaken: a.overtaken + b.overtaken,
            restored: a.restored + b.restored,
            offered_again: a.offered_again + b.offered_again,
            access: a.access + b.access,
            gone: a.gone + b.gone,
            deleted: a.deleted + b.deleted,
            redacted: a.redacted + b.redacted,
            compacted: a.compacted + b.compacted,
            forked: a.forked + b.forked,
            late: a.late + b.late,
            hinted: a.hinted + b.hinted,
            read_again: a.read_again + b.read_again,
            rounds: a.rounds.max(b.rounds),
        })
    }
}
