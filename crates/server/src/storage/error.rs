//! What can go wrong with a database, in sentences that end in a way out.

use thiserror::Error;

/// Why the database did not do what it was asked.
#[derive(Debug, Error)]
pub enum StorageError {
    /// A newer version of Holdfast wrote it.
    #[error(
        "the database has format {found}, this version of holdfast knows up to {known}: it was left untouched; \
         start the version that wrote it, or a newer one"
    )]
    Newer {
        /// The format it has.
        found: u32,
        /// The last format known here.
        known: u32,
    },
    /// It is a SQLite database of something else.
    #[error("the database belongs to another program: it was left untouched; name another file")]
    Foreign,
    /// There is none where one is needed.
    #[error("there is no database here: name the file that `holdfast serve` uses")]
    Missing,
    /// It is there, and nothing was set up in it.
    #[error("the database has no workspace yet: start `holdfast serve` with it once")]
    Empty,
    /// It cannot be read.
    #[error("the database is damaged or not a database: restore it from a backup")]
    Corrupt,
    /// Another process holds it.
    #[error("the database is locked by another process: try again when that has finished")]
    Busy,
    /// There is no room.
    #[error("the disk is full: make room and try again; nothing was stored half")]
    Full,
    /// The file system refuses it.
    #[error(
        "the database cannot be opened for writing: check that its folder exists and who may write there"
    )]
    Unwritable,
    /// Somebody has this login already.
    #[error("the login {0:?} is taken: choose another")]
    LoginTaken(String),
    /// A stored record is not what this version wrote.
    #[error("a record of the database cannot be read ({what}): restore it from a backup")]
    Record {
        /// Which kind of record.
        what: &'static str,
        /// What is wrong with it.
        source: serde_json::Error,
    },
    /// Anything else that SQLite reports.
    #[error("the database reports: {0}")]
    Sqlite(rusqlite::Error),
}

impl From<rusqlite::Error> for StorageError {
    fn from(error: rusqlite::Error) -> Self {
        use rusqlite::ErrorCode;
        match error.sqlite_error_code() {
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Self::Busy,
            Some(ErrorCode::DiskFull) => Self::Full,
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => Self::Corrupt,
            Some(ErrorCode::CannotOpen | ErrorCode::ReadOnly | ErrorCode::PermissionDenied) => {
                Self::Unwritable
            }
            _ => Self::Sqlite(error),
        }
    }
}
