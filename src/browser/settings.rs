//! How the page is laid out. Read without waiting before anything is drawn; browsers write it to the disk when they
//! like, so nothing is kept here that anybody would miss.

use gloo_storage::{LocalStorage, Storage};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// What can be remembered. Each has a name of its own in the browser's storage.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Setting {
    /// Light, dark, or as the system has it.
    Theme,
    /// Row heights.
    Density,
    /// The width of the rail.
    RailWidth,
    /// The width of the list.
    ListWidth,
    /// The width of the side.
    SideWidth,
    /// What a wide list shows beside the usual.
    Columns,
    /// The databases that this browser had, each with how many things in it were not sent: a hint for when they are gone.
    Kept,
}

impl Setting {
    fn name(self) -> &'static str {
        match self {
            Self::Theme => "holdfast.theme",
            Self::Density => "holdfast.density",
            Self::RailWidth => "holdfast.rail-width",
            Self::ListWidth => "holdfast.list-width",
            Self::SideWidth => "holdfast.side-width",
            Self::Columns => "holdfast.columns",
            Self::Kept => "holdfast.kept",
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
