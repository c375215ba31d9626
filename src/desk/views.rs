//! Views that people save. They are kept on this device beside its settings, and said to the server when it can be reached;
//! what the server answers takes the place of what is here, except where something was done here of which it has not heard.
//! It comes with the pages.

use std::collections::HashMap;

use holdfast_desk::ViewId;
use holdfast_desk::queue::{Order, Query, SavedView, View, ViewError, Whose};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use super::Desk;
use super::api::{Api, ApiError, json};
use super::state::Inner;
use super::status::Status;
use crate::browser::http::{self, Failure, Method};
use crate::browser::settings::{self, Setting};
use crate::browser::{clock, page, random};

/// What this device has of a person's views.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Saved {
    /// As they are shown here.
    views: Vec<SavedView>,
    /// Those that were changed or deleted here, of which the server has not heard.
    unsent: Vec<ViewId>,
}

/// What the server answers.
#[derive(Deserialize)]
struct Answer {
    views: Vec<SavedView>,
}

impl Saved {
    /// What a browser keeps of everybody who has worked in it, by the names of their databases.
    fn everybody() -> HashMap<String, Self> {
        settings::get(Setting::Views).unwrap_or_default()
    }

    fn kept(database: &str) -> Self {
        Self::everybody().remove(database).unwrap_or_default()
    }

    fn keep(&self, database: &str) {
        let mut all = Self::everybody();
        all.insert(database.to_owned(), self.clone());
        settings::set(Setting::Views, &all);
    }

    fn get(&self, id: ViewId) -> Option<&SavedView> {
        self.views.iter().find(|view| view.id == id)
    }

    /// Takes in what the server has.
    fn heard(&mut self, heard: Vec<SavedView>) {
        self.views.retain(|view| self.unsent.contains(&view.id));
        let is_news = |view: &SavedView| !self.unsent.contains(&view.id);
        self.views.extend(heard.into_iter().filter(is_news));
    }
}

impl Inner {
    /// The saved views as queues: the person's own before what others share, each by name.
    fn saved_views(&self) -> Vec<View> {
        let me = self.actor().person;
        let mut saved: Vec<&SavedView> = self.saved.views.iter().collect();
        saved.sort_by_cached_key(|view| (view.owner != me, view.name.to_lowercase(), view.id));
        let view = |saved: &SavedView| View {
            board: saved.board,
            whose: if saved.owner == me { Whose::Own } else { Whose::Shared },
            slug: saved.id.to_string(),
            name: saved.name.clone(),
            query: Query::parse(&saved.query),
            order: saved.sort.as_deref().and_then(Order::named).unwrap_or_default(),
        };
        saved.into_iter().map(view).collect()
    }
}

impl Desk {
    /// Shows the views that are kept here, and keeps them in step with the server's, for as long as the page lives. Tells
    /// what the server did not take.
    pub fn keep_views(&self, refused: impl Fn(String) + Clone + 'static) {
        let desk = *self;
        self.change_views(|_| {});
        let is_synced = Memo::new(move |_| matches!(desk.status.get(), Status::Synced(_)));
        let version = Memo::new(move |_| desk.reference().map(|reference| reference.version));
        let step = move || {
            let refused = refused.clone();
            leptos::task::spawn_local(async move {
                // What did not work is tried again when somebody looks at the page, or the server is back.
                let _ = desk.say_views(refused).await;
            });
        };
        let again = step.clone();
        page::on_return(move || {
            if is_synced.get_untracked() {
                again();
            }
        });
        Effect::new(move |_| {
            version.track();
            desk.views_changed.track();
            if is_synced.get() {
                step();
            }
        });
    }

    /// A saved view. Tracks changes.
    pub fn saved_view(&self, slug: &str) -> Option<SavedView> {
        self.revision.track();
        let id = slug.parse().ok()?;
        self.with(|inner| inner.saved.get(id).cloned())
    }

    /// A view of this person that is new.
    pub fn new_view(&self) -> SavedView {
        SavedView {
            id: ViewId(random::uuid()),
            name: String::new(),
            query: String::new(),
            sort: None,
            board: false,
            owner: self.actor().person,
            shared: false,
            updated_at: clock::now(),
        }
    }

    /// Keeps a view, in the place of what it was.
    ///
    /// # Errors
    /// When it cannot be kept as it is.
    pub fn save_view(&self, view: SavedView) -> Result<(), ViewError> {
        view.check()?;
        self.change_views(|saved| {
            saved.views.retain(|other| other.id != view.id);
            saved.unsent.retain(|id| *id != view.id);
            saved.unsent.push(view.id);
            saved.views.push(view);
        });
        self.views_changed.update(|count| *count += 1);
        Ok(())
    }

    /// Deletes a view.
    pub fn delete_view(&self, id: ViewId) {
        self.change_views(|saved| {
            saved.views.retain(|view| view.id != id);
            saved.unsent.retain(|other| *other != id);
            saved.unsent.push(id);
        });
        self.views_changed.update(|count| *count += 1);
    }

    /// Changes what is kept, as another tab may have left it, and shows it.
    fn change_views(&self, change: impl FnOnce(&mut Saved)) {
        let database = self.account().database();
        let mut saved = Saved::kept(&database);
        let before = saved.clone();
        change(&mut saved);
        if saved != before {
            saved.keep(&database);
        }
        let is_shown = self.with(|inner| inner.saved == saved);
        if !is_shown {
            self.with_mut(|inner| {
                inner.saved = saved;
                inner.saved_views = inner.saved_views();
                inner.count_views();
            });
            self.changed();
        }
    }

    /// Says what was done here, one after the other, then hears what there is.
    async fn say_views(self, refused: impl Fn(String)) -> Result<(), ApiError> {
        let Some(api) = self.with(|inner| inner.api.clone()) else { return Ok(()) };
        let turn = self.with(|inner| inner.views_turn.clone());
        let _turn = turn.lock().await;
        self.change_views(|_| {});
        for id in self.with(|inner| inner.saved.unsent.clone()) {
            let view = self.with(|inner| inner.saved.get(id).cloned());
            match Self::say_view(&api, id, view.as_ref()).await {
                Err(ApiError::Http(Failure::Refused { detail, .. })) => {
                    let name = view.as_ref().map_or("A view".to_owned(), |view| format!("“{}”", view.name));
                    refused(format!("{name} was not taken: {detail}"));
                }
                said => said?,
            }
            self.change_views(|saved| {
                // What was changed again meanwhile is still to be said.
                if saved.get(id) == view.as_ref() {
                    saved.unsent.retain(|other| *other != id);
                }
            });
        }
        let answer: Answer = http::read(&api.ask(Method::Get, "views", None).await?)?;
        self.change_views(|saved| saved.heard(answer.views));
        Ok(())
    }

    async fn say_view(api: &Api, id: ViewId, view: Option<&SavedView>) -> Result<(), ApiError> {
        let path = format!("views/{id}");
        match view {
            Some(view) => api.ask(Method::Put, &path, Some(json(view))).await?,
            None => api.ask(Method::Delete, &path, None).await?,
        };
        Ok(())
    }
}
