//! Drafts: what somebody is typing, kept on the device as they type.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use leptos::prelude::*;

use super::Desk;
use crate::browser::clock;
use crate::browser::database::Database;

/// One text being typed. Written to the disk at every change; while one change is being written, only the latest of
/// those that follow waits.
#[derive(Clone, Copy)]
pub struct Draft {
    keeper: StoredValue<Rc<Keeper>, LocalStorage>,
    /// What was typed so far.
    pub text: RwSignal<String>,
    /// Whether all of it is on the disk.
    pub kept: RwSignal<bool>,
}

/// What goes on writing when the page that it was typed on has been left.
struct Keeper {
    database: Rc<Database>,
    key: String,
    latest: RefCell<String>,
    writing: Cell<bool>,
}

impl Draft {
    /// The draft under this key, as it was left.
    pub fn open(desk: Desk, key: String) -> Self {
        let latest = RefCell::new(String::new());
        let keeper = Rc::new(Keeper { database: desk.database(), key, latest, writing: Cell::new(false) });
        let (text, kept) = (RwSignal::new(String::new()), RwSignal::new(false));
        let reader = Rc::clone(&keeper);
        leptos::task::spawn_local(async move {
            // A draft that cannot be read is no reason not to write; what is typed meanwhile goes first.
            let left = reader.database.draft(&reader.key).await.ok().flatten().unwrap_or_default();
            if !left.is_empty() && reader.latest.borrow().is_empty() {
                reader.latest.replace(left.clone());
                text.try_set(left);
                kept.try_set(true);
            }
        });
        Self { keeper: StoredValue::new_local(keeper), text, kept }
    }

    /// Takes over what was typed, and keeps it.
    pub fn typed(&self, text: String) {
        let keeper = self.keeper.get_value();
        keeper.latest.replace(text.clone());
        self.kept.set(false);
        self.text.set(text);
        if !keeper.writing.replace(true) {
            leptos::task::spawn_local(keeper.write(self.kept));
        }
    }

    /// Nothing is left to keep: what was typed has become an event, or was discarded. The page follows a moment later,
    /// so that what it has to say about that comes first.
    pub fn clear(&self) {
        let (keeper, text, kept) = (self.keeper.get_value(), self.text, self.kept);
        keeper.latest.replace(String::new());
        clock::after(0, move || {
            text.try_set(String::new());
            kept.try_set(false);
            if !keeper.writing.replace(true) {
                leptos::task::spawn_local(keeper.write(kept));
            }
        });
    }
}

impl Keeper {
    async fn write(self: Rc<Self>, kept: RwSignal<bool>) {
        loop {
            let text = self.latest.borrow().clone();
            let written = self.database.put_draft(&self.key, &text).await.is_ok();
            if *self.latest.borrow() == text {
                self.writing.set(false);
                // The page that shows it may have been left.
                kept.try_set(written && !text.is_empty());
                return;
            }
        }
    }
}
