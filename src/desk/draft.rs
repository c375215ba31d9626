//! Drafts: what somebody is typing, kept on the device as they type.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use leptos::prelude::*;

use super::Desk;
use crate::browser::clock;

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
    desk: Desk,
    key: String,
    latest: RefCell<String>,
    writing: Cell<bool>,
    held: Cell<bool>,
}

impl Draft {
    /// The draft under this key, as it was left.
    pub fn open(desk: Desk, key: String) -> Self {
        let latest = RefCell::new(String::new());
        let (writing, held) = (Cell::new(false), Cell::new(false));
        let keeper = Rc::new(Keeper { desk, key, latest, writing, held });
        let (text, kept) = (RwSignal::new(String::new()), RwSignal::new(false));
        let reader = Rc::clone(&keeper);
        leptos::task::spawn_local(async move {
            // A draft that cannot be read is no reason not to write; what is typed meanwhile goes first.
            let left = reader.left().await.unwrap_or_default();
            if !left.is_empty() && reader.latest.borrow().is_empty() {
                reader.latest.replace(left.clone());
                text.try_set(left);
                reader.start(kept);
            }
        });
        let writer = Rc::clone(&keeper);
        Effect::new(move |_| {
            // A database that was made anew has nothing of it.
            if desk.renewals.get() > 0 && !writer.latest.borrow().is_empty() {
                Rc::clone(&writer).start(kept);
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
        keeper.start(self.kept);
    }

    /// What was typed is about to become an event: nothing more is written meanwhile. Returns the draft's key; none
    /// where it is becoming one already, as after a second press of the same keys.
    pub(super) fn hold(&self) -> Option<String> {
        let keeper = self.keeper.get_value();
        (!keeper.held.replace(true)).then(|| keeper.key.clone())
    }

    /// It became one, and the draft is gone from the disk. The page follows a moment later, so that what it has to say
    /// about that comes first; until then the same words cannot be sent again.
    pub(super) fn sent(&self) {
        let (keeper, text, kept) = (self.keeper.get_value(), self.text, self.kept);
        keeper.latest.replace(String::new());
        clock::after(0, move || {
            keeper.held.set(false);
            if keeper.latest.borrow().is_empty() {
                // The page that shows it may have been left.
                text.try_set(String::new());
                kept.try_set(false);
            } else {
                keeper.start(kept);
            }
        });
    }

    /// It did not: what was typed is a draft as before.
    pub(super) fn go_on(&self) {
        let keeper = self.keeper.get_value();
        keeper.held.set(false);
        keeper.start(self.kept);
    }
}

impl Keeper {
    /// What was left: what could not be kept, or else what was.
    async fn left(&self) -> Option<String> {
        let unkept = self.desk.with(|inner| inner.unkept.get(&self.key).cloned());
        match unkept {
            Some(text) => Some(text),
            None => self.desk.stored(async |database| database.draft(&self.key).await).await.ok().flatten(),
        }
    }

    async fn put(&self, text: &str) -> bool {
        let put = self.desk.stored(async |database| database.put_draft(&self.key, text).await).await;
        self.desk.with_mut(|inner| match put {
            Ok(()) => inner.unkept.remove(&self.key),
            Err(_) => inner.unkept.insert(self.key.clone(), text.to_owned()),
        });
        put.is_ok()
    }

    fn start(self: Rc<Self>, kept: RwSignal<bool>) {
        if !self.writing.replace(true) {
            leptos::task::spawn_local(self.write(kept));
        }
    }

    async fn write(self: Rc<Self>, kept: RwSignal<bool>) {
        while !self.held.get() {
            let text = self.latest.borrow().clone();
            let written = self.put(&text).await;
            if *self.latest.borrow() == text {
                // The page that shows it may have been left.
                kept.try_set(written && !text.is_empty());
                break;
            }
        }
        self.writing.set(false);
    }
}
