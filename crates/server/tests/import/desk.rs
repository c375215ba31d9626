//! Desks to import into, and what to look at in them.

use std::path::{Path, PathBuf};

use chrono_tz::Tz;
use holdfast_desk::{Instant, demo};
use holdfast_server::export;
use holdfast_server::import::{Import, ImportError, Mapping, Tally};
use holdfast_server::storage::{Storage, StorageError, Workspace};
use holdfast_sync::protocol::Epoch;
use indicatif::ProgressBar;
use tempfile::TempDir;
use uuid::Uuid;

pub fn now() -> Instant {
    Instant::parse("2026-03-02T09:00:00Z").unwrap()
}

/// A desk on which nothing happened yet.
pub struct Desk {
    pub storage: Storage,
    folder: TempDir,
}

impl Desk {
    pub fn new() -> Self {
        let desk = Self::without_workspace();
        let workspace =
            Workspace { id: Uuid::new_v4(), epoch: Epoch(Uuid::new_v4()), token_secret: vec![7; 32] };
        let rules = demo::rules(now());
        desk.storage
            .write(|transaction| -> Result<(), StorageError> {
                transaction.create_workspace(&workspace, &rules)
            })
            .unwrap();
        desk
    }

    pub fn without_workspace() -> Self {
        let folder = tempfile::tempdir().unwrap();
        Self { storage: Storage::open(&folder.path().join("desk.sqlite")).unwrap(), folder }
    }

    /// A file beside the desk.
    pub fn file(&self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        let path = self.folder.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        path
    }

    pub fn import(&self, log: &Path) -> Result<Tally, ImportError> {
        self.run(&import(Mapping::load("servicenow-incidents").unwrap(), log))
    }

    pub fn run(&self, import: &Import) -> Result<Tally, ImportError> {
        import.run(&self.storage, &ProgressBar::hidden())
    }

    pub fn export(&self) -> Vec<u8> {
        let mut out = Vec::new();
        export::write(&self.storage, &mut out).unwrap();
        out
    }
}

pub fn import(mapping: Mapping, log: &Path) -> Import {
    Import {
        mapping,
        zone: Tz::Europe__Lisbon,
        strict: false,
        until: None,
        until_is_now: false,
        now: now(),
        files: vec![log.to_owned()],
    }
}
