//! Views that people saved.

use holdfast_desk::queue::SavedView;
use holdfast_desk::{Instant, PersonId, ViewId};
use rusqlite::{OptionalExtension, Row};

use super::Session;
use crate::storage::StorageError;
use crate::storage::contract::{ReadViews, WriteViews};

impl ReadViews for Session<'_> {
    fn views(&self, person: PersonId) -> Result<Vec<SavedView>, StorageError> {
        let mut statement = self.connection.prepare_cached(
            "SELECT id, name, query, sort, board, owner, shared, updated_at FROM views
             WHERE owner = ?1 OR shared = 1 ORDER BY id",
        )?;
        let rows = statement.query_map([person.0], read)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    fn view(&self, id: ViewId) -> Result<Option<SavedView>, StorageError> {
        let sql = "SELECT id, name, query, sort, board, owner, shared, updated_at FROM views WHERE id = ?1";
        Ok(self.connection.prepare_cached(sql)?.query_row([id.0], read).optional()?)
    }
}

impl WriteViews for Session<'_> {
    fn put_view(&self, view: &SavedView) -> Result<(), StorageError> {
        let mut statement = self.connection.prepare_cached(
            "INSERT OR REPLACE INTO views (id, name, query, sort, board, owner, shared, updated_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        )?;
        let SavedView { id, name, query, sort, board, owner, shared, updated_at } = view;
        statement.execute((id.0, name, query, sort, board, owner.0, shared, updated_at.millis()))?;
        Ok(())
    }

    fn delete_view(&self, id: ViewId) -> Result<(), StorageError> {
        self.connection.prepare_cached("DELETE FROM views WHERE id = ?1")?.execute([id.0])?;
        Ok(())
    }
}

fn read(row: &Row) -> rusqlite::Result<SavedView> {
    Ok(SavedView {
        id: ViewId(row.get(0)?),
        name: row.get(1)?,
        query: row.get(2)?,
        sort: row.get(3)?,
        board: row.get(4)?,
        owner: PersonId(row.get(5)?),
        shared: row.get(6)?,
        updated_at: Instant::from_millis(row.get(7)?),
    })
}
