//! Noticing that the database file was replaced, by a copy from a backup or from elsewhere. Devices have read further than
//! such a copy goes, and have to be told: it begins another life.
//!
//! Beside the database lies a small file that says which life it lives and how far it has come. Nobody who restores a
//! database knows of it, and that is the point: where the two do not go together, the database is not the one that was
//! left here. The file is not synced to the disk; what a crash of the machine takes from it makes it older, never newer.

use std::fs::{File, OpenOptions};
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use holdfast_sync::protocol::{Epoch, Seq};

use crate::storage::StorageError;

/// The file beside the database.
pub(super) struct Life {
    file: File,
    epoch: Epoch,
}

/// What is known of how a database came to be here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Left {
    /// It was left here, and nothing of it is missing.
    Here,
    /// It speaks of another life, or this one had come further.
    Elsewhere,
    /// It is new here.
    Unknown,
}

/// Where it lies.
fn beside(database: &Path) -> PathBuf {
    let mut name = database.as_os_str().to_owned();
    name.push("-life");
    PathBuf::from(name)
}

impl Life {
    /// Opens the file beside this database, and says what it says of it.
    pub fn open(database: &Path, epoch: Epoch, head: Seq) -> Result<(Self, Left), StorageError> {
        let path = beside(database);
        let unwritable = |_| StorageError::Unwritable;
        let mut file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(path)
            .map_err(unwritable)?;
        let mut text = String::new();
        // What cannot be read says nothing.
        let _ = file.read_to_string(&mut text);
        let mut words = text.split_whitespace();
        let lived = words.next() == Some(&epoch.to_string());
        let reached = words.next().and_then(|word| word.parse::<Seq>().ok());
        let left = match reached {
            None => Left::Unknown,
            Some(reached) if lived && reached <= head => Left::Here,
            Some(_) => Left::Elsewhere,
        };
        Ok((Self { file, epoch }, left))
    }

    /// The life that is noted from now on.
    pub fn begin(&mut self, epoch: Epoch, head: Seq) {
        self.epoch = epoch;
        self.note(head);
    }

    /// Notes how far the database has come. A note that fails makes the next start careful, and nothing else.
    pub fn note(&mut self, head: Seq) {
        // As long as ever, so that nothing of an earlier note is left behind it.
        let text = format!("{} {head:020}\n", self.epoch);
        let written = self.file.seek(SeekFrom::Start(0)).and_then(|_| self.file.write_all(text.as_bytes()));
        if let Err(error) = written {
            tracing::warn!(%error, "the note beside the database cannot be written");
        }
    }
}
