//! The queue: the list of the chosen view, what is asked of it, and what is said where there is nothing in it.

use holdfast_desk::queue::{Order, Phrase, Query};
use leptos::html;
use leptos::prelude::*;

use super::later::Later;
use super::rows::Rows;
use super::states::Blank;
use super::ui::{Layout, Ui};
use crate::browser::{dom, page};
use crate::desk::words::{by, time_of_day};
use crate::desk::{Desk, Status};
use crate::parts::icon;
use crate::route::Route;

/// The list of the chosen view.
#[component]
pub fn Queue() -> impl IntoView {
    let (desk, ui) = (expect_context::<Desk>(), expect_context::<Ui>());
    let view = Memo::new(move |_| desk.view(&ui.view.read()));
    let asked = Memo::new(move |_| asked(desk, ui));
    let order = Memo::new(move |_| asked.read().1);
    let is_searched = Memo::new(move |_| !asked.read().0.words.is_empty());
    // What is found in the texts follows the answers, and not the words.
    let listed = Memo::new(move |_| {
        let mut query = asked.read().0.clone();
        if desk.finds_in_texts() {
            query.words.clear();
        }
        query
    });
    let tickets = Memo::new(move |_| {
        let query = listed.read();
        page::measured("holdfast:list", || match is_searched.get() {
            // By rank, where nobody chose an order.
            true => desk.found(&query, ui.order.get(), order.get()),
            false => desk.list(&query, order.get()),
        })
    });
    Effect::new(move |_| ui.shown.set(tickets.get()));
    let search = NodeRef::<html::Input>::new();
    Effect::new(move |_| {
        if ui.route.get() == Route::Search {
            dom::focus_soon("find");
        }
    });
    let later = expect_context::<Later>();
    // Before the pages are here, everything that is typed is searched for.
    let typed = move |text: &str| match later.get_untracked() {
        Some(pages) => (pages.typed)(ui, text),
        None => {
            let word = |word: &str| Phrase { text: word.to_owned(), quoted: false, open: true };
            ui.words.set(text.to_owned());
            ui.asked.update(|asked| asked.words = text.split_whitespace().map(word).collect());
        }
    };
    let is_empty = Memo::new(move |_| tickets.read().is_empty());
    // A board of nothing would be columns of nothing, beside the word that there is nothing.
    let is_board =
        Memo::new(move |_| later.get().is_some() && !is_empty.get() && layout(desk, ui) == Layout::Board);
    let name = move || view.read().name.clone();
    let label = move || format!("{}, {}", view.read().name, by(order.get()));
    view! {
        <section class="pane" data-pane="list" aria-label=name>
            <div class="pane-head">
                <h2>{name}</h2>
                <span class="num quiet">{move || tickets.read().len()}</span>
                <label class="find">
                    <span class="vh">"Search this queue"</span>
                    {icon("search")}
                    <input
                        class="input"
                        type="search"
                        id="find"
                        placeholder="Search"
                        autocomplete="off"
                        node_ref=search
                        prop:value=move || ui.words.get()
                        on:input=move |event| typed(&event_target_value(&event))
                    />
                </label>
            </div>
            {move || later.get().map_or_else(|| view! { <div class="tools"></div> }.into_any(), |pages| (pages.tools)())}
            <Staleness />
            {move || is_empty.get().then(|| nothing(later))}
            {move || match is_board.get().then(|| later.get_untracked()).flatten() {
                Some(pages) => (pages.board)(tickets),
                None => view! { <Rows tickets name=Signal::derive(label) scrolled=ui.scrolled /> }.into_any(),
            }}
            <div class="list-foot num" role="status">
                {move || match later.get().filter(|_| is_searched.get()) {
                    Some(pages) => (pages.found)(tickets),
                    None => foot(tickets.read().len(), order.get()).into_any(),
                }}
            </div>
        </section>
    }
}

/// What is asked of the queue: by its view, and beyond it; and in which order. Tracks changes.
pub fn asked(desk: Desk, ui: Ui) -> (Query, Order) {
    let (view, asked) = (desk.view(&ui.view.read()), ui.asked.read());
    let mut query = view.query;
    query.terms.extend(asked.terms.iter().cloned());
    query.words.clone_from(&asked.words);
    (query, ui.order.get().unwrap_or(view.order))
}

/// How the queue is laid out. Tracks changes.
pub fn layout(desk: Desk, ui: Ui) -> Layout {
    let of_view = || if desk.view(&ui.view.read()).board { Layout::Board } else { Layout::List };
    ui.layout.get().unwrap_or_else(of_view)
}

/// From a list to a board, or back.
pub fn turn_layout(desk: Desk, ui: Ui) {
    let other = match untrack(|| layout(desk, ui)) {
        Layout::List => Layout::Board,
        Layout::Board => Layout::List,
    };
    // What the view says by itself need not be said.
    ui.layout.set(None);
    if untrack(|| layout(desk, ui)) != other {
        ui.layout.set(Some(other));
    }
}

fn foot(count: usize, order: Order) -> String {
    let noun = if count == 1 { "ticket" } else { "tickets" };
    format!("{count} {noun}, {}", by(order))
}

/// What stands in the place of an empty list; what there is to say about it comes with the pages.
fn nothing(later: Later) -> AnyView {
    match later.get() {
        Some(pages) => (pages.nothing)(),
        None => view! {
            <Blank kind="empty" picture="queue" title="Getting your desk".to_owned()
                text="Your tickets appear here as they arrive.".to_owned() />
        }
        .into_any(),
    }
}

/// Says how old the list is, when it is.
#[component]
fn Staleness() -> impl IntoView {
    let desk = expect_context::<Desk>();
    move || match desk.status.get() {
        Status::Offline(since) => Some(view! {
            <div class="old">{icon("cloud-off")}{format!("Offline. This list is as of {}.", time_of_day(since))}</div>
        }),
        _ => None,
    }
}
