//! The contract on SQLite: one connection that writes, a few that read, all SQL in this folder.

mod bare;
mod bulk;
mod events;
mod headers;
mod life;
mod migrate;
mod people;
mod sessions;
mod views;
mod workspace;

use std::cell::{Cell, RefCell};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use holdfast_sync::protocol::{Epoch, Seq};
use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::vtab::array;
use rusqlite::{Connection, ToSql, TransactionBehavior};

pub use bare::{BareHistory, BareTable};

use life::{Left, Life};

use super::contract::{ReadWorkspace, WriteWorkspace};
use super::{Reference, StorageError};

/// How long a connection waits for another process that holds the database.
const PATIENCE: Duration = Duration::from_secs(5);
/// Memory for pages that the writing connection keeps, in KiB: what changes again soon need not be read again.
const WRITER_KIB: i64 = 64 * 1024;
/// The same for a connection that reads: who loads everything asks for one page after the other, and each begins with
/// counting the tickets.
const READER_KIB: i64 = 8 * 1024;
/// Pages of the log that are brought into the database at once: one that changed often until then goes once.
const WAL_PAGES: i64 = 8_000;
/// Reading connections that are kept open while nobody reads.
const READERS: usize = 8;

/// A database in a file. Cheap to clone; every clone is the same database.
#[derive(Clone)]
pub struct Storage(Arc<Inner>);

struct Inner {
    path: PathBuf,
    writer: Mutex<Connection>,
    readers: Mutex<Vec<Connection>>,
    /// The reference data as last read; good for as long as its version is the one in force.
    reference: Mutex<Option<Arc<Reference>>>,
    /// What is noted beside the file, while it is served.
    life: Mutex<Option<Life>>,
}

/// One transaction of SQLite, for reading or for writing.
pub struct Session<'a> {
    connection: &'a Connection,
    reference: &'a Mutex<Option<Arc<Reference>>>,
    /// What makes the indexes again that wait for the end of a bulk.
    dropped: RefCell<Vec<String>>,
    /// How far the history goes once this is committed, where that changes.
    head: Cell<Option<Seq>>,
}

impl<'a> Session<'a> {
    fn new(connection: &'a Connection, inner: &'a Inner) -> Self {
        Self { connection, reference: &inner.reference, dropped: RefCell::default(), head: Cell::new(None) }
    }
}

impl Storage {
    /// Opens the database in this file, makes it where there is none, and brings it to the format of this version.
    ///
    /// # Errors
    /// When it is of a newer format or of another program, and when the file system or SQLite refuses.
    pub fn open(path: &Path) -> Result<Self, StorageError> {
        migrate::inspect(path)?;
        let mut writer = connect_to_write(path)?;
        migrate::migrate(&mut writer)?;
        let inner = Inner {
            path: path.to_owned(),
            writer: Mutex::new(writer),
            readers: Mutex::default(),
            reference: Mutex::default(),
            life: Mutex::default(),
        };
        Ok(Self(Arc::new(inner)))
    }

    /// Reads. Other reads and a write may go on meanwhile; this one sees none of their doing.
    ///
    /// # Errors
    /// What `work` returns, and what SQLite reports.
    pub fn read<T, E: From<StorageError>>(
        &self,
        work: impl FnOnce(&Session) -> Result<T, E>,
    ) -> Result<T, E> {
        let idle = lock(&self.0.readers).pop();
        let mut connection = match idle {
            Some(connection) => connection,
            None => connect_to_read(&self.0.path)?,
        };
        let transaction = connection.transaction().map_err(StorageError::from)?;
        let result = work(&Session::new(&transaction, &self.0));
        drop(transaction);
        let mut readers = lock(&self.0.readers);
        if readers.len() < READERS {
            readers.push(connection);
        }
        result
    }

    /// Writes: what `work` did is durable when this returns `Ok`, and never happened otherwise.
    ///
    /// # Errors
    /// What `work` returns, and what SQLite reports.
    pub fn write<T, E: From<StorageError>>(
        &self,
        work: impl FnOnce(&Session) -> Result<T, E>,
    ) -> Result<T, E> {
        let mut connection = lock(&self.0.writer);
        let transaction = connection
            .transaction_with_behavior(TransactionBehavior::Immediate)
            .map_err(StorageError::from)?;
        let session = Session::new(&transaction, &self.0);
        let result = work(&session);
        let head = session.head.take();
        let result = result.and_then(|value| {
            transaction.commit().map_err(StorageError::from)?;
            Ok(value)
        });
        if let (Ok(_), Some(head), Some(life)) = (&result, head, lock(&self.0.life).as_mut()) {
            life.note(head);
        }
        if result.is_err() {
            // It may hold what was never committed.
            *lock(&self.0.reference) = None;
        }
        result
    }

    /// Begins another life where the file is not the one that was left here, and notes from now on how far it comes.
    /// Whether it is known to be another one; one that is new here begins another life too.
    ///
    /// # Errors
    /// [`StorageError::Empty`] when there is no workspace, and what SQLite or the file system reports.
    pub fn notice_restore(&self, another: Epoch) -> Result<bool, StorageError> {
        self.write(|session| {
            let (epoch, head) = (session.existing_workspace()?.epoch, session.counters()?.head);
            let (mut life, left) = Life::open(&self.0.path, epoch, head)?;
            let epoch = if left == Left::Here { epoch } else { another };
            session.renew_epoch(epoch)?;
            life.begin(epoch, head);
            *lock(&self.0.life) = Some(life);
            Ok(left == Left::Elsewhere)
        })
    }

    /// Brings everything into the one database file, so that a copy of it is a whole backup.
    ///
    /// # Errors
    /// What SQLite reports.
    pub fn checkpoint(&self) -> Result<(), StorageError> {
        lock(&self.0.readers).clear();
        lock(&self.0.writer).execute_batch("PRAGMA wal_checkpoint(TRUNCATE)")?;
        Ok(())
    }
}

fn connect_to_write(path: &Path) -> Result<Connection, StorageError> {
    let connection = connect(path)?;
    connection.pragma_update(None, "cache_size", -WRITER_KIB)?;
    connection.pragma_update(None, "wal_autocheckpoint", WAL_PAGES)?;
    Ok(connection)
}

fn connect_to_read(path: &Path) -> Result<Connection, StorageError> {
    let connection = connect(path)?;
    connection.pragma_update(None, "cache_size", -READER_KIB)?;
    Ok(connection)
}

fn connect(path: &Path) -> Result<Connection, StorageError> {
    let connection = Connection::open(path)?;
    connection.busy_timeout(PATIENCE)?;
    connection.set_prepared_statement_cache_capacity(64);
    array::load_module(&connection)?;
    connection.execute_batch(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA trusted_schema = OFF;",
    )?;
    Ok(connection)
}

/// A panic while the lock was held left nothing half done: the transaction was rolled back.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Bytes that are known to be text in UTF-8.
struct Text<'a>(&'a [u8]);

impl ToSql for Text<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(ValueRef::Text(self.0)))
    }
}

fn read_json<T: serde::de::DeserializeOwned>(what: &'static str, json: &str) -> Result<T, StorageError> {
    serde_json::from_str(json).map_err(|source| StorageError::Record { what, source })
}

fn write_json<T: serde::Serialize>(what: &'static str, value: &T) -> Result<String, StorageError> {
    serde_json::to_string(value).map_err(|source| StorageError::Record { what, source })
}
