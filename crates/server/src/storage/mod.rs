//! What the server keeps. [`contract`] says what it needs of a database, [`sqlite`] is the one for every day, [`memory`]
//! a model of it that tests run on. Nothing above this folder knows SQL.

pub mod contract;
mod error;
pub mod memory;
mod records;
mod rows;
pub mod sqlite;

use std::path::Path;

use holdfast_sync::protocol::Epoch;

pub use contract::{Transaction, View, Whose};
pub use error::StorageError;
pub use records::{Account, Counters, Digest, Filter, Known, Reference, StoredEvent, Workspace};
pub use rows::{EventRows, HeaderRows};

/// The database of one desk. Cheap to clone; every clone is the same database.
#[derive(Clone)]
pub enum Storage {
    /// In a file of SQLite.
    Sqlite(sqlite::Storage),
    /// In memory, and gone with the process.
    Memory(memory::Storage),
}

impl Storage {
    /// Opens the SQLite database in this file, makes it where there is none, and brings it to the format of this
    /// version.
    ///
    /// # Errors
    /// When it is of a newer format or of another program, and when the file system or SQLite refuses.
    pub fn open(path: &Path) -> Result<Self, StorageError> {
        sqlite::Storage::open(path).map(Self::Sqlite)
    }

    /// Opens a SQLite database that is there already.
    ///
    /// # Errors
    /// [`StorageError::Missing`] when it is not, and as [`Self::open`].
    pub fn open_existing(path: &Path) -> Result<Self, StorageError> {
        if path.exists() { Self::open(path) } else { Err(StorageError::Missing) }
    }

    /// An empty database in memory.
    pub fn in_memory() -> Self {
        Self::Memory(memory::Storage::default())
    }

    /// Reads. Other reads and a write may go on meanwhile; this one sees none of their doing.
    ///
    /// # Errors
    /// What `work` returns, and what the storage reports.
    pub fn read<T, E: From<StorageError>>(
        &self,
        work: impl FnOnce(&dyn View) -> Result<T, E>,
    ) -> Result<T, E> {
        match self {
            Self::Sqlite(storage) => storage.read(|view| work(view)),
            Self::Memory(storage) => storage.read(|view| work(view)),
        }
    }

    /// Writes: what `work` did is durable when this returns `Ok`, and never happened otherwise.
    ///
    /// # Errors
    /// What `work` returns, and what the storage reports.
    pub fn write<T, E: From<StorageError>>(
        &self,
        work: impl FnOnce(&dyn Transaction) -> Result<T, E>,
    ) -> Result<T, E> {
        match self {
            Self::Sqlite(storage) => storage.write(|transaction| work(transaction)),
            Self::Memory(storage) => storage.write(|transaction| work(transaction)),
        }
    }

    /// Begins another life of the database where it is not the one that was left here: it was restored from a backup, or
    /// brought from elsewhere, and devices may have read further than it goes. Whether it did.
    ///
    /// # Errors
    /// [`StorageError::Empty`] when there is no workspace, and what the storage reports.
    pub fn notice_restore(&self, another: Epoch) -> Result<bool, StorageError> {
        match self {
            Self::Sqlite(storage) => storage.notice_restore(another),
            Self::Memory(_) => Ok(false),
        }
    }

    /// Leaves everything so that a copy of what is on the disk is a whole backup.
    ///
    /// # Errors
    /// What the storage reports.
    pub fn checkpoint(&self) -> Result<(), StorageError> {
        match self {
            Self::Sqlite(storage) => storage.checkpoint(),
            Self::Memory(_) => Ok(()),
        }
    }
}
