//! Categories and channels of a log that the rules of the desk do not have yet.

use holdfast_desk::rules::{Category, Channel};
use holdfast_desk::{Instant, Rules};

use super::row::RowReader;
use crate::storage::{StorageError, Transaction};

/// Puts the rules in force with what the log adds to them. How many categories and channels are new.
///
/// # Errors
/// What SQLite reports.
pub fn extend(
    transaction: &dyn Transaction,
    rules: &Rules,
    rows: &RowReader,
    now: Instant,
) -> Result<(usize, usize), StorageError> {
    let mut extended = rules.clone();
    for (code, name) in rows.categories() {
        if extended.category(&code.as_str().into()).is_none() {
            extended.categories.push(Category { id: code.as_str().into(), name });
        }
    }
    for (code, name) in rows.channels() {
        if extended.channel(&code.as_str().into()).is_none() {
            extended.channels.push(Channel { id: code.as_str().into(), name });
        }
    }
    let categories = extended.categories.len() - rules.categories.len();
    let channels = extended.channels.len() - rules.channels.len();
    if categories + channels > 0 {
        extended.version += 1;
        extended.valid_from = now;
        transaction.put_rules(&extended)?;
    }
    Ok((categories, channels))
}
