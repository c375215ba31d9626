//! Compaction: deleted tickets leave the history for good once everybody had time to learn that they are deleted.

use holdfast_desk::Instant;

use crate::storage::{StorageError, Transaction};

/// Forgets the tickets that were deleted before this instant. A device that has not read as far as their deletion reads
/// from the beginning. How many there were.
///
/// # Errors
/// What the storage reports.
pub fn compact(transaction: &dyn Transaction, before: Instant) -> Result<usize, StorageError> {
    let mut counters = transaction.counters()?;
    let headers = transaction.all_headers()?;
    let mut forgotten = 0;
    for header in headers.values().filter(|header| header.deleted && header.updated_at < before) {
        let last = transaction.history_after(header.id, 0)?.last().map_or(0, |recorded| recorded.seq);
        counters.compacted = counters.compacted.max(last);
        transaction.forget(header.id)?;
        forgotten += 1;
    }
    transaction.set_counters(&counters)?;
    Ok(forgotten)
}
