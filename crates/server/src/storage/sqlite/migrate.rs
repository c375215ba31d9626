//! The format of the database: numbered steps, each applied once, all of them or none.

use std::path::Path;

use rusqlite::{Connection, OpenFlags, TransactionBehavior};

use crate::storage::StorageError;

/// "HOLD": what tells our databases from those of other programs.
const APPLICATION: i64 = 0x484F_4C44;

/// Step n leads from format n to format n + 1. What was released is never edited.
const STEPS: [&str; 4] = [
    include_str!("migrations/0001_first.sql"),
    include_str!("migrations/0002_sla.sql"),
    include_str!("migrations/0003_access.sql"),
    include_str!("migrations/0004_views.sql"),
];

/// The format of this version.
const FORMAT: u32 = STEPS.len() as u32;

/// Refuses a database that this version must not touch. Opens it for reading only, so that nothing of it changes.
pub(super) fn inspect(path: &Path) -> Result<(), StorageError> {
    if std::fs::metadata(path).map_or(0, |file| file.len()) == 0 {
        return Ok(());
    }
    let connection = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    connection.busy_timeout(super::PATIENCE)?;
    check(&connection)
}

/// Brings the database to the format of this version.
pub(super) fn migrate(connection: &mut Connection) -> Result<(), StorageError> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    check(&transaction)?;
    let format = pragma(&transaction, "user_version")?;
    let missing = STEPS.iter().skip(usize::try_from(format).unwrap_or(usize::MAX));
    for step in missing {
        transaction.execute_batch(step)?;
    }
    transaction.pragma_update(None, "application_id", APPLICATION)?;
    transaction.pragma_update(None, "user_version", FORMAT)?;
    transaction.commit()?;
    Ok(())
}

fn check(connection: &Connection) -> Result<(), StorageError> {
    let application = pragma(connection, "application_id")?;
    let objects: i64 = connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
    if application != APPLICATION && (application != 0 || objects > 0) {
        return Err(StorageError::Foreign);
    }
    let found = u32::try_from(pragma(connection, "user_version")?).unwrap_or(u32::MAX);
    if found > FORMAT { Err(StorageError::Newer { found, known: FORMAT }) } else { Ok(()) }
}

fn pragma(connection: &Connection, name: &str) -> Result<i64, StorageError> {
    Ok(connection.pragma_query_value(None, name, |row| row.get(0))?)
}
