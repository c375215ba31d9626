//! Views that people save. They are kept on this device, beside who is signed in, and said to the server when it can be reached;
//! what the server answers takes the place of what is here, except where something was done here of which it has not heard.
//! It comes with the pages.

use holdfast_desk::ViewId;
use holdfast_desk::queue::{MOST_SAVED, Order, Query, SavedView, View, ViewError, Whose};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::Desk;
use super::api::{Api, ApiError, json};
use super::state::Inner;
use super::status::Status;
use crate::browser::database::StorageError;
use crate::browser::http::{self, Failure, Method};
use crate::browser::vault::{self, Entry};
use crate::browser::{clock, page, random, tabs};

/// What this device has of a person's views.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Saved {
    /// As they are shown here.
    views: Vec<SavedView>,
    /// Those that were changed or deleted here, of which the server has not heard.
    unsent: Vec<ViewId>,
}

/// Why a view is not saved.
#[derive(Debug, Error)]
pub enum SaveError {
    /// It cannot be kept as it is.
    #[error(transparent)]
    Wrong(#[from] ViewError),
    /// There is no room for another one.
    #[error("a person keeps {MOST_SAVED} views at the most: delete one first")]
    TooMany,
    /// The device could not keep it.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// Why the server has not heard of it yet.
#[derive(Debug, Error)]
enum SayError {
    #[error(transparent)]
    Api(#[from] ApiError),
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// What the server answers.
#[derive(Deserialize)]
struct Answer {
    views: Vec<SavedView>,
}

impl Saved {
    fn get(&self, id: ViewId) -> Option<&SavedView> {
        self.views.iter().find(|view| view.id == id)
    }

    /// This view is another now, or none: it is to be put in anew, and said.
    fn mark_unsent(&mut self, id: ViewId) {
        self.views.retain(|view| view.id != id);
        self.unsent.retain(|other| *other != id);
        self.unsent.push(id);
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
        // What a lead has taken back is gone from their rail before the server has heard of it.
        let is_shown = |view: &&SavedView| view.owner == me || view.shared;
        let mut saved: Vec<&SavedView> = self.saved.views.iter().filter(is_shown).collect();
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
        leptos::task::spawn_local(async move {
            // What cannot be read is heard from the server again.
            let _ = desk.change_views(|_| {}).await;
        });
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

    /// Keeps a view, in the place of what it was. When this returns, it is on the disk.
    ///
    /// # Errors
    /// When it cannot be kept as it is, or cannot be kept at all.
    pub async fn save_view(&self, view: SavedView) -> Result<(), SaveError> {
        view.check()?;
        let me = self.actor().person;
        let is_another = |other: &&SavedView| other.owner == me && other.id != view.id;
        if self.with(|inner| inner.saved.views.iter().filter(is_another).count()) >= MOST_SAVED {
            return Err(SaveError::TooMany);
        }
        self.change_views(|saved| {
            saved.mark_unsent(view.id);
            saved.views.push(view);
        })
        .await?;
        self.views_changed.update(|count| *count += 1);
        Ok(())
    }

    /// Deletes a view.
    ///
    /// # Errors
    /// When that could not be kept.
    pub async fn delete_view(&self, id: ViewId) -> Result<(), SaveError> {
        self.change_views(|saved| saved.mark_unsent(id)).await?;
        self.views_changed.update(|count| *count += 1);
        Ok(())
    }

    /// Changes what is kept, as another tab may have left it, and shows it.
    async fn change_views(&self, change: impl FnOnce(&mut Saved)) -> Result<(), StorageError> {
        let turn = self.with(|inner| inner.views_turn.clone());
        let _turn = turn.lock().await;
        let database = self.account().database();
        let mut saved: Saved = vault::read(Entry::Views(&database)).await?.unwrap_or_default();
        let before = saved.clone();
        change(&mut saved);
        if saved != before {
            vault::write(Entry::Views(&database), &saved).await?;
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
        Ok(())
    }

    /// Says what was done here, one after the other, then hears what there is.
    async fn say_views(self, refused: impl Fn(String)) -> Result<(), SayError> {
        let Some(api) = self.with(|inner| inner.api.clone()) else { return Ok(()) };
        // An answer that another tab asked for before would bring back what is said here.
        let _held = tabs::hold(&format!("{}/views", self.account().database())).await;
        self.change_views(|_| {}).await?;
        for id in self.with(|inner| inner.saved.unsent.clone()) {
            let view = self.with(|inner| inner.saved.get(id).cloned());
            match Self::say_view(&api, id, view.as_ref()).await {
                Err(ApiError::Http(Failure::Refused { status: 400..404 | 422, detail })) => {
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
            })
            .await?;
        }
        let answer: Answer =
            http::read(&api.ask(Method::Get, "views", None).await?).map_err(ApiError::from)?;
        Ok(self.change_views(|saved| saved.heard(answer.views)).await?)
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
