//! What has to be there before a person's own database can be opened: who is signed in, and where the server is.
//!
//! In a database of its own, written to the disk before anything is told: local storage would keep it in memory for
//! some seconds, and a browser that dies then could not open the desk again without a network.

use matrix_indexed_db_futures::database::Database as Connection;
use matrix_indexed_db_futures::prelude::*;
use matrix_indexed_db_futures::transaction::{
    Transaction, TransactionDurability, TransactionMode, TransactionOptions,
};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::database::StorageError;
use super::opening;

/// What is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Entry<'a> {
    /// Who is signed in, and the tokens to prove it.
    Session,
    /// The last `config.json`.
    Config,
    /// The saved views of whoever has this database.
    Views(&'a str),
}

impl Entry<'_> {
    fn key(self) -> String {
        match self {
            Self::Session => "session".to_owned(),
            Self::Config => "config".to_owned(),
            Self::Views(database) => format!("views/{database}"),
        }
    }
}

const NAME: &str = "holdfast";
const VERSION: u8 = 1;
const STORE: &str = "entries";

/// What is kept under this entry, if it can still be read.
///
/// # Errors
/// Where the browser gives no database.
pub async fn read<T: DeserializeOwned>(entry: Entry<'_>) -> Result<Option<T>, StorageError> {
    let connection = open().await?;
    let tx = connection.transaction(STORE).with_mode(TransactionMode::Readonly).build()?;
    let key = entry.key();
    let text: Option<String> = tx.object_store(STORE)?.get(key.as_str()).primitive()?.await?;
    Ok(text.and_then(|text| serde_json::from_str(&text).ok()))
}

/// Keeps it: when this returns, it is on the disk.
///
/// # Errors
/// When it could not be kept.
pub async fn write(entry: Entry<'_>, value: &impl Serialize) -> Result<(), StorageError> {
    let text = serde_json::to_string(value)?;
    let connection = open().await?;
    let tx = change(&connection)?;
    let key = entry.key();
    let _request = tx.object_store(STORE)?.put(text).with_key(key.as_str()).primitive()?;
    Ok(tx.commit().await?)
}

/// Forgets it.
///
/// # Errors
/// When it could not be forgotten.
pub async fn remove(entry: Entry<'_>) -> Result<(), StorageError> {
    let connection = open().await?;
    let tx = change(&connection)?;
    let key = entry.key();
    let _request = tx.object_store(STORE)?.delete(key.as_str()).primitive()?;
    Ok(tx.commit().await?)
}

/// Forgets everything, where it cannot be read any more.
///
/// # Errors
/// When the browser does not.
pub async fn erase() -> Result<(), StorageError> {
    Ok(Connection::delete_by_name(NAME)?.await?)
}

async fn open() -> Result<Connection, StorageError> {
    opening::open(NAME, VERSION, &[(STORE, false)]).await
}

fn change(connection: &Connection) -> Result<Transaction<'_>, StorageError> {
    let options = TransactionOptions::new().with_durability(TransactionDurability::Strict);
    let tx = connection.transaction(STORE).with_mode(TransactionMode::Readwrite).with_options(options);
    Ok(tx.build()?)
}
