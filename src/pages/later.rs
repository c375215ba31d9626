//! The pages behind the queue: a part of the app that is fetched once the queue can be used, or when somebody goes to
//! one of them before that.

use holdfast_desk::TicketId;
use leptos::prelude::*;
use wasm_split_helpers::wasm_split;

use super::asking::Asked;
use super::me::Me;
use super::new_ticket::New;
use super::rules::RulesPart;
use super::swiped::{self, Swiped};
use super::ticket::{TicketPane, TicketSide};
use super::ui::Ui;
use super::work::Work;
use crate::browser::part::PartMissing;
use crate::browser::{clock, worker};
use crate::desk::{Desk, Status};
use crate::parts::{Notices, NoticesView};
use crate::route::Route;

/// How long the queue has the line for itself once it is there.
const REST_MS: i32 = 500;
/// How long to wait before asking for the part again.
const AGAIN_MS: i32 = 2_000;

/// The pages, by the functions that draw them.
pub struct Pages {
    /// A ticket.
    pub ticket: fn(TicketId) -> AnyView,
    /// What is beside a ticket.
    pub side: fn(TicketId) -> AnyView,
    /// Raising a ticket.
    pub new: fn() -> AnyView,
    /// What waits and what was refused.
    pub work: fn() -> AnyView,
    /// Policies and calendars.
    pub rules: fn() -> AnyView,
    /// The person and this device.
    pub me: fn() -> AnyView,
    /// What lies over the page: what is being asked, and short news.
    pub over: fn() -> AnyView,
    /// What a swipe does to a ticket.
    pub swipe: fn(Desk, Notices, TicketId, Swiped),
}

static PAGES: Pages = Pages {
    ticket: |ticket| view! { <TicketPane ticket /> }.into_any(),
    side: |ticket| view! { <TicketSide ticket /> }.into_any(),
    new: || view! { <New /> }.into_any(),
    work: || view! { <Work /> }.into_any(),
    rules: || view! { <RulesPart /> }.into_any(),
    me: || view! { <Me /> }.into_any(),
    over: || view! { <Asked /><NoticesView /> }.into_any(),
    swipe: swiped::act,
};

#[wasm_split(pages, fallible)]
fn fetch() -> Result<&'static Pages, PartMissing> {
    Ok(&PAGES)
}

/// The pages, once they are there.
pub type Later = RwSignal<Option<&'static Pages>>;

/// Fetches the pages when their time has come: at once when somebody goes to one, else when the queue has been there for
/// a moment. Then keeps the whole app on the device. `newer` becomes true when a newer version of it waits to be taken.
pub fn pages(desk: Desk, ui: Ui, newer: WriteSignal<bool>) -> Later {
    let pages = RwSignal::new(None);
    let begun = StoredValue::new(false);
    let begin = move || {
        if !begun.get_value() {
            begun.set_value(true);
            leptos::task::spawn_local(async move {
                pages.set(Some(fetched().await));
                worker::register(newer).await;
            });
        }
    };
    Effect::new(move |_| {
        let in_queue = matches!(ui.route.get(), Route::Queue(_) | Route::Search);
        let waits = matches!(desk.status.get(), Status::Starting(_) | Status::Fetching(..));
        if !in_queue || ui.asking.read().is_some() {
            begin();
        } else if !waits || !ui.shown.read().is_empty() {
            clock::after(REST_MS, begin);
        }
    });
    pages
}

async fn fetched() -> &'static Pages {
    loop {
        match fetch().await {
            Ok(pages) => return pages,
            Err(PartMissing) => clock::sleep(AGAIN_MS).await,
        }
    }
}
