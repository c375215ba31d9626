//! Short news at the edge of the page: said once to a screen reader, gone by themselves.

use std::sync::Arc;

use leptos::prelude::*;

use super::icon;
use crate::browser::clock;
use crate::browser::database::StorageError;
use crate::desk::ActError;
use crate::route::Route;

/// How long a notice stays.
const STAYS_MS: i32 = 6_000;

#[derive(Clone, Default)]
struct Notice {
    id: u64,
    text: String,
    promise: Option<(&'static str, &'static str)>,
    undo: Option<Arc<dyn Fn() + Send + Sync>>,
    /// Whether it helps to free space.
    is_full: bool,
}

/// Where any part of the page leaves its news.
#[derive(Clone, Copy)]
pub struct Notices(RwSignal<(u64, Vec<Notice>)>);

impl Notices {
    /// No news yet.
    pub fn new() -> Self {
        Self(RwSignal::new((0, Vec::new())))
    }

    /// Something the person did is on the disk.
    pub fn saved(&self, what: &str) {
        self.add(Notice { text: saved_words(what), promise: SAVED, ..Notice::default() });
    }

    /// The same, with a way back.
    pub fn undoable(&self, what: &str, undo: impl Fn() + Send + Sync + 'static) {
        let undo: Arc<dyn Fn() + Send + Sync> = Arc::new(undo);
        self.add(Notice { text: saved_words(what), promise: SAVED, undo: Some(undo), ..Notice::default() });
    }

    /// Something the person did is not.
    pub fn failed(&self, why: &ActError) {
        let text = why.to_string();
        let mut letters = text.chars();
        let first: String = letters.next().map(|letter| letter.to_uppercase().collect()).unwrap_or_default();
        let is_full = *why == ActError::Storage(StorageError::Full);
        let text = format!("Not saved. {first}{}.", letters.as_str());
        self.add(Notice { text, promise: Some(("refused", "warning")), is_full, ..Notice::default() });
    }

    /// Anything else.
    pub fn say(&self, text: &str) {
        self.add(Notice { text: text.to_owned(), ..Notice::default() });
    }

    fn add(&self, notice: Notice) {
        let notices = self.0;
        let id = notices.with_untracked(|(last, _)| last + 1);
        notices.update(|(last, list)| {
            *last = id;
            list.push(Notice { id, ..notice });
        });
        clock::after(STAYS_MS, move || self::remove(notices, id));
    }
}

const SAVED: Option<(&str, &str)> = Some(("saved", "check"));

fn saved_words(what: &str) -> String {
    format!("{what}. Saved on this device.")
}

fn remove(notices: RwSignal<(u64, Vec<Notice>)>, id: u64) {
    notices.update(|(_, list)| list.retain(|notice| notice.id != id));
}

/// The news as it is shown.
#[component]
pub fn NoticesView() -> impl IntoView {
    let Notices(notices) = expect_context::<Notices>();
    view! {
        <div class="notices" role="status">
            <For each=move || notices.get().1 key=|notice| notice.id let:notice>
                <div class="notice" data-promise=notice.promise.map(|(state, _)| state)>
                    {notice.promise.map(|(_, name)| icon(name))}
                    {notice.text}
                    {notice.is_full.then(|| view! { <a class="btn" href=Route::Me.href()>"Free space"</a> })}
                    {notice.undo.map(|undo| view! {
                        <button class="btn" on:click=move |_| {
                            remove(notices, notice.id);
                            undo();
                        }>{icon("undo")}"Undo"</button>
                    })}
                </div>
            </For>
        </div>
    }
}
