//! The pages behind the queue: a part of the app that is fetched once the queue can be used, or when somebody goes to
//! one of them before that.

use holdfast_desk::TicketId;
use leptos::ev::{KeyboardEvent, MouseEvent, PointerEvent};
use leptos::prelude::*;
use wasm_split_helpers::wasm_split;

use super::asked;
use super::asking::Asked;
use super::found;
use super::keys;
use super::list::{Board, Cells, Tools, begin, moving, picking};
use super::me::Me;
use super::new_ticket::New;
use super::rules::RulesPart;
use super::swipe::Swipe;
use super::swiped;
use super::ticket::{TicketPane, TicketSide};
use super::trouble::{TroubleView, Update};
use super::ui::Ui;
use super::work::Work;
use crate::browser::dom::Element;
use crate::browser::part::{self, PartMissing};
use crate::browser::{clock, page, worker};
use crate::desk::{Desk, Passage, Status};
use crate::parts::{Notices, NoticesView, Pane, Splitter};
use crate::route::Route;

/// How long the queue has the line for itself once it is there.
const REST_MS: i32 = 500;
/// How long to wait before asking for the part again.
const AGAIN_MS: i32 = 2_000;

/// The tickets of a list, in order.
pub type List = Memo<Vec<TicketId>>;

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
    /// What lies over the page: what has to be known of the app and of this device, what is being asked, and short news.
    pub over: fn(ReadSignal<bool>) -> AnyView,
    /// The line beside a pane.
    pub splitter: fn(Pane) -> AnyView,
    /// What begins once the part is here: watching over the database and the app, and keeping the whole app on the device.
    pub begin: fn(Desk, Ui, WriteSignal<bool>),
    /// What stands in the place of an empty list.
    pub nothing: fn() -> AnyView,
    /// How much was found by what was typed.
    pub found: fn(Memo<Vec<TicketId>>) -> AnyView,
    /// Writes why a ticket was found, where that is not what it says.
    pub passage: fn(Desk, TicketId, &Element, &Passage) -> Passage,
    /// What was typed into the search of a queue: terms become what is asked, the rest is searched for.
    pub typed: fn(Ui, &str),
    /// The bar above the list: filters, the order, the layout, and what is to be done to many tickets.
    pub tools: fn() -> AnyView,
    /// The tickets of the queue side by side.
    pub board: fn(List) -> AnyView,
    /// What the person chose to see of a ticket beside the usual.
    pub cells: fn(RwSignal<Option<TicketId>>) -> AnyView,
    /// What a key does in a list of these tickets, with the focus on this one and so many to a page: the place to go to.
    pub key: fn(Ui, List, Option<TicketId>, usize, &KeyboardEvent) -> Option<usize>,
    /// Whether a click picks the ticket instead of opening it.
    pub pick: fn(Ui, TicketId, &MouseEvent) -> bool,
    /// What a pointer does to a row.
    pub pointer: fn(Desk, Notices, Swipe, &PointerEvent),
}

static PAGES: Pages = Pages {
    ticket: |ticket| view! { <TicketPane ticket /> }.into_any(),
    side: |ticket| view! { <TicketSide ticket /> }.into_any(),
    new: || view! { <New /> }.into_any(),
    work: || view! { <Work /> }.into_any(),
    rules: || view! { <RulesPart /> }.into_any(),
    me: || view! { <Me /> }.into_any(),
    over: |newer| {
        view! { <div class="bands"><Update newer /><TroubleView /></div><Asked /><NoticesView /> }.into_any()
    },
    splitter: |pane| view! { <Splitter pane /> }.into_any(),
    begin: |desk, ui, newer| {
        desk.learn();
        // First of what follows what is typed: its answer takes longest.
        desk.start_searching();
        found::follow(desk, ui);
        let notices = expect_context::<Notices>();
        desk.keep_views(move |refused| notices.say(&refused));
        asked::follow(desk, ui);
        keys::listen(desk, ui);
        begin(ui);
        Effect::new(move |_| {
            if desk.complete.get() {
                desk.look_back();
            }
        });
        desk.keep_watch();
        desk.hear_others();
        desk.tidy();
        desk.listen();
        leptos::task::spawn_local(worker::register(newer));
    },
    nothing: found::nothing,
    found: found::found,
    passage: found::passage,
    typed: asked::typed,
    tools: || view! { <Tools /> }.into_any(),
    board: |tickets| view! { <Board tickets /> }.into_any(),
    cells: |ticket| view! { <Cells ticket /> }.into_any(),
    key: moving::key,
    pick: picking::click,
    pointer: swiped::pointer,
};

/// How the pages look, added to what the queue looks like.
const STYLE: &str = concat!(
    include_str!("../../style/pages/list.css"),
    include_str!("../../style/pages/ticket.css"),
    include_str!("../../style/pages/composer.css"),
    include_str!("../../style/pages/side.css"),
    include_str!("../../style/pages/found.css"),
    include_str!("../../style/pages/palette.css"),
    include_str!("../../style/pages/work.css"),
    include_str!("../../style/pages/rules.css"),
    include_str!("../../style/pages/print.css"),
);

#[wasm_split(pages, fallible)]
fn fetch() -> Result<&'static Pages, PartMissing> {
    page::add_style(STYLE);
    Ok(&PAGES)
}

/// The pages, once they are there.
pub type Later = RwSignal<Option<&'static Pages>>;

/// Fetches the pages when their time has come: at once when somebody goes to one, else when the queue has been there for
/// a moment. Then keeps the whole app on the device. `newer` becomes true when a newer version of it waits to be taken.
pub fn pages(desk: Desk, ui: Ui, newer: WriteSignal<bool>) -> Later {
    let pages = RwSignal::new(None::<&'static Pages>);
    let begun = StoredValue::new(false);
    let begin = move || {
        if !begun.get_value() {
            begun.set_value(true);
            leptos::task::spawn_local(async move {
                let fetched = fetched().await;
                // The page answers before they are drawn.
                clock::sleep(0).await;
                pages.set(Some(fetched));
            });
        }
    };
    Effect::new(move |_| {
        // What an address asks of a queue is read with the pages.
        let in_queue = match &*ui.route.read() {
            Route::Queue(showing) => showing.asked.is_empty(),
            at => *at == Route::Search,
        };
        let waits = matches!(desk.status.get(), Status::Starting(_) | Status::Fetching(..));
        if !in_queue || ui.asking.read().is_some() || !ui.words.read().is_empty() {
            begin();
        } else if !waits || !ui.shown.read().is_empty() {
            clock::after(REST_MS, begin);
        }
    });
    Effect::new(move |_| {
        if let Some(pages) = pages.get() {
            (pages.begin)(desk, ui, newer);
        }
    });
    pages
}

async fn fetched() -> &'static Pages {
    loop {
        match fetch().await {
            Ok(pages) => return pages,
            Err(PartMissing) => {
                if part::is_replaced().await {
                    // Nothing can have been typed yet, and what is loaded then is of one build again.
                    page::reload();
                }
                clock::sleep(AGAIN_MS).await;
            }
        }
    }
}
