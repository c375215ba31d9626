//! Opening a database, and making it where there is none.
//!
//! What is to be made is said to the browser itself: what the library does on the same occasion ends in a text with any value
//! in it, and how to write all of them, fractions too, would come with the first visit (docs/decisions.md).

use std::cell::Cell;
use std::rc::Rc;

use matrix_indexed_db_futures::database::Database as Connection;
use matrix_indexed_db_futures::internals::SystemRepr;
use matrix_indexed_db_futures::prelude::*;
use wasm_bindgen::prelude::*;
use web_sys::{IdbDatabase, IdbObjectStoreParameters, IdbOpenDbRequest, IdbVersionChangeEvent};

use super::database::StorageError;

/// The stores of a database, each with whether it counts what is added to it.
pub type Stores = &'static [(&'static str, bool)];

/// Opens the database of this name; where there is none, one of this version is made.
///
/// # Errors
/// [`StorageError::Older`] where there is one of an older version, [`StorageError::Newer`] where it is of a newer one;
/// [`StorageError::Unusable`] where the browser gives none.
pub async fn open(name: &str, version: u8, stores: Stores) -> Result<Connection, StorageError> {
    let opening = Connection::open(name).with_version(version).build()?;
    let request: IdbOpenDbRequest = opening.as_sys().clone();
    let is_older = Rc::new(Cell::new(false));
    let (asked, found_older) = (request.clone(), Rc::clone(&is_older));
    let make = Closure::<dyn Fn(IdbVersionChangeEvent) -> Result<(), JsValue>>::new(
        move |event: IdbVersionChangeEvent| {
            if event.old_version() > 0.0 {
                found_older.set(true);
                // With what opens it: it stays as it is.
                return asked.transaction().map_or(Ok(()), |change| change.abort());
            }
            let database: IdbDatabase = asked.result()?.unchecked_into();
            for (store, counts) in stores {
                let how = IdbObjectStoreParameters::new();
                how.set_auto_increment(*counts);
                database.create_object_store_with_optional_parameters(store, &how)?;
            }
            Ok(())
        },
    );
    request.set_onupgradeneeded(Some(make.as_ref().unchecked_ref()));
    match opening.await {
        Err(_) if is_older.get() => Err(StorageError::Older),
        outcome => Ok(outcome?),
    }
}
