//! Why an import did not happen. Nothing was written then.

use std::io;
use std::path::PathBuf;

use thiserror::Error;

use super::skip::Place;
use crate::storage::StorageError;

/// Why an import did not happen. Nothing was written then.
#[derive(Debug, Error)]
pub enum ImportError {
    /// The mapping cannot be read.
    #[error("the mapping {}: {source}; name a file, or one that comes with holdfast: {shipped}", path.display())]
    MappingFile {
        /// Where it was looked for.
        path: PathBuf,
        /// The names of those that come with the program.
        shipped: String,
        /// What the file system says.
        source: io::Error,
    },
    /// The mapping is not one.
    #[error("the mapping {name}: {message}")]
    Mapping {
        /// What it is called.
        name: String,
        /// What is wrong, with line and field.
        message: String,
    },
    /// The mapping names a code that the rules of this desk do not have.
    #[error("the mapping: {table} becomes {code:?}, which this desk does not have; it has: {known}")]
    UnknownCode {
        /// Which entry.
        table: String,
        /// The code in question.
        code: String,
        /// Those there are.
        known: String,
    },
    /// Columns that the mapping names are not in the log.
    #[error("{}: the mapping names columns that are not there: {missing}; nothing was written; it has: {present}", file.display())]
    MissingColumns {
        /// The log.
        file: PathBuf,
        /// Those missing, and where the mapping names them.
        missing: String,
        /// Those there are.
        present: String,
    },
    /// A row that cannot be read, with `--strict`.
    #[error("{place}: {reason}; the import stopped there because of --strict, and nothing was written")]
    Strict {
        /// Where it is.
        place: Place,
        /// What is wrong with it.
        reason: String,
    },
    /// The log or the export cannot be read.
    #[error("{}: {source}", path.display())]
    Read {
        /// Which file.
        path: PathBuf,
        /// What is wrong.
        source: io::Error,
    },
    /// A line of an export is not what an export has there.
    #[error("{place}: {reason}; nothing was written")]
    Line {
        /// Where it is.
        place: Place,
        /// What is wrong with it.
        reason: String,
    },
    /// An export can only be loaded where nothing is.
    #[error("the workspace has tickets already: an export is loaded into an empty one")]
    NotEmpty,
    /// Something that happened cannot be written as JSON.
    #[error("an event cannot be written: {0}")]
    Json(#[from] serde_json::Error),
    /// A workspace could not be set up.
    #[error(transparent)]
    Setup(#[from] crate::setup::SetupError),
    /// The database refuses.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// The reading side ended before its time.
    #[error("the log could not be read to its end")]
    ReaderGone,
}

impl ImportError {
    /// What the file system says of a file.
    pub(super) fn read(path: &std::path::Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::Read { path, source }
    }
}
