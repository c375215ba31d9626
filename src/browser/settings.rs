//! Small things this browser remembers beside the database: who is signed in, drafts, how the page is laid out.
//!
//! Written at once and read without waiting, so a draft is kept at every key stroke. Losing all of it loses no work
//! that was saved.

use gloo_storage::{LocalStorage, Storage};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// What can be remembered. Each has a name of its own in the browser's storage.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Setting {
    /// Who is signed in, and the tokens to prove it.
    Session,
    /// The last `config.json`.
    Config,
    /// Light, dark, or as the system has it.
    Theme,
    /// Row heights.
    Density,
    /// Widths of the panes.
    Panes,
}

impl Setting {
    fn name(self) -> &'static str {
        match self {
            Self::Session => "holdfast.session",
            Self::Config => "holdfast.config",
            Self::Theme => "holdfast.theme",
            Self::Density => "holdfast.density",
            Self::Panes => "holdfast.panes",
        }
    }
}

/// What was remembered, if it can still be read.
pub fn get<T: DeserializeOwned>(setting: Setting) -> Option<T> {
    LocalStorage::get(setting.name()).ok()
}

/// Remembers. A browser that refuses (its storage is full, or forbidden) simply does not.
pub fn set<T: Serialize>(setting: Setting, value: &T) {
    let _ = LocalStorage::set(setting.name(), value);
}

/// Forgets.
pub fn remove(setting: Setting) {
    LocalStorage::delete(setting.name());
}

/// The draft kept under this key.
pub fn draft(key: &str) -> Option<String> {
    LocalStorage::get::<String>(format!("holdfast.draft.{key}")).ok().filter(|text| !text.is_empty())
}

/// Keeps a draft; an empty one is forgotten. Answers whether it is kept.
pub fn keep_draft(key: &str, text: &str) -> bool {
    let name = format!("holdfast.draft.{key}");
    if text.is_empty() {
        LocalStorage::delete(name);
        return true;
    }
    LocalStorage::set(name, text).is_ok()
}
