//! Searching in a queue: asking the searcher, saying how much was found, and why.

use holdfast_desk::TicketId;
use holdfast_desk::queue::Order;
use leptos::prelude::*;

use super::states::Blank;
use super::ui::Ui;
use crate::browser::dom::Element;
use crate::browser::{clock, dom};
use crate::desk::words::view_empty;
use crate::desk::{Desk, Passage, Reach};

/// Searches for what is typed, for as long as the page lives.
pub fn follow(desk: Desk, ui: Ui) {
    let words = Memo::new(move |_| ui.asked.read().text());
    // Among what the view and the filter leave; all tickets need no list.
    let among = Memo::new(move |_| {
        let (mut query, asked) = (desk.view(&ui.view.read()).query, ui.asked.read());
        query.terms.extend(asked.terms.iter().cloned());
        let is_asked = !words.read().is_empty() && !query.terms.is_empty();
        is_asked.then(|| desk.list(&query, Order::default()))
    });
    let reach = Memo::new(move |_| desk.reach());
    Effect::new(move |_| {
        // What is found may be more when more is indexed.
        let reach = reach.get();
        let (words, among) = (words.get(), among.get());
        if words.is_empty() {
            desk.forget_found();
        } else if reach != Reach::Rows {
            desk.search(&words, among);
        }
    });
    let answered = Memo::new(move |_| desk.answered());
    let turn = StoredValue::new(0);
    Effect::new(move |_| {
        let drawn = ui.drawn.get();
        turn.update_value(|turn| *turn += 1);
        if answered.get().is_some() && !drawn.is_empty() {
            let this = turn.get_value();
            clock::after(CALM_MS, move || {
                if turn.get_value() == this {
                    desk.ask_why_found(drawn);
                }
            });
        }
    });
}

/// Whoever types or scrolls on within this time is not reading why something was found.
const CALM_MS: i32 = 120;

/// How much was found, and how far the search reached.
pub fn found(tickets: Memo<Vec<TicketId>>) -> AnyView {
    let desk = expect_context::<Desk>();
    let text = move || {
        let listed = tickets.read().len();
        let total = match desk.found_in_all() {
            Some(total) => total,
            None if desk.finds_in_texts() => return "Searching".to_owned(),
            None => listed,
        };
        let noun = if total == 1 { "ticket" } else { "tickets" };
        let found = if total > listed {
            format!("The best {listed} of {total} {noun} found")
        } else {
            format!("{total} {noun} found")
        };
        match desk.reach() {
            Reach::Rows => format!("{found} by what their rows say"),
            Reach::Percent(percent) => format!("{found}; {percent} % of the texts can be searched so far"),
            Reach::Everything => found,
        }
    };
    text.into_any()
}

/// Writes into an element why a ticket was found, where that is not what it says; returns what it says then. Tracks changes.
pub fn passage(desk: Desk, ticket: TicketId, element: &Element, said: &Passage) -> Passage {
    let passage = desk.passage(ticket);
    if passage != *said {
        dom::set_marked(element, &passage);
    }
    passage
}

/// What stands in the place of an empty list.
pub fn nothing() -> AnyView {
    let (desk, ui) = (expect_context::<Desk>(), expect_context::<Ui>());
    let said = move || {
        let asked = ui.asked.read();
        let (title, text) = match (desk.reference(), asked.words.is_empty()) {
            (None, _) => ("Getting your desk", "Your tickets appear here as they arrive.".to_owned()),
            (Some(_), false) => ("Nothing found", format!("No ticket here has “{}”.", asked.text())),
            (Some(_), true) if !asked.terms.is_empty() => {
                ("Nothing is like that", "No ticket of this view is what the filter asks for.".to_owned())
            }
            (Some(_), true) => {
                let (title, text) = view_empty(&ui.view.read());
                (title, text.to_owned())
            }
        };
        view! { <Blank kind="empty" picture="queue" title=title.to_owned() text /> }
    };
    said.into_any()
}
