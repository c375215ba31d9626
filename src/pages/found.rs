//! Searching in a queue: asking the searcher, saying how much was found, and why.

use holdfast_desk::TicketId;
use leptos::prelude::*;

use super::ui::Ui;
use crate::desk::{Desk, Reach};

/// Searches for what is typed, for as long as the page lives.
pub fn follow(desk: Desk, ui: Ui) {
    let words = Memo::new(move |_| ui.asked.read().text());
    // Among what the view and the filter leave; all tickets need no list.
    let among = Memo::new(move |_| {
        let (mut query, asked) = (desk.view(&ui.view.read()).query, ui.asked.read());
        query.terms.extend(asked.terms.iter().cloned());
        let is_asked = !words.read().is_empty() && !query.terms.is_empty();
        is_asked.then(|| desk.list(&query, Some(Default::default())))
    });
    Effect::new(move |_| {
        // What is found may be more when more is indexed.
        let reach = desk.finds.reach.get();
        let (words, among) = (words.get(), among.get());
        if words.is_empty() {
            desk.finds.found.set(None);
        } else if reach != Reach::Rows {
            desk.search(&words, among);
        }
    });
    Effect::new(move |_| {
        let is_found = desk.finds.found.read().is_some();
        let drawn = ui.drawn.get();
        if is_found && !drawn.is_empty() {
            desk.ask_why_found(drawn);
        }
    });
}

/// How much was found, and how far the search reached.
pub fn found(tickets: Memo<Vec<TicketId>>) -> AnyView {
    let desk = expect_context::<Desk>();
    let text = move || {
        let listed = tickets.read().len();
        let total = desk.finds.found.read().as_ref().map_or(listed, |found| found.total);
        let noun = if total == 1 { "ticket" } else { "tickets" };
        let found = if total > listed {
            format!("The best {listed} of {total} {noun} found")
        } else {
            format!("{total} {noun} found")
        };
        match desk.finds.reach.get() {
            Reach::Rows => format!("{found} by what their rows say"),
            Reach::Percent(percent) => format!("{found}; {percent} % of the texts can be searched so far"),
            Reach::Everything => found,
        }
    };
    text.into_any()
}

/// Why a ticket was found.
pub fn passage(desk: Desk, ticket: TicketId) -> AnyView {
    let parts = Memo::new(move |_| desk.finds.passages.read().1.get(&ticket).cloned().unwrap_or_default());
    let part = |(text, marked): (String, bool)| {
        if marked { view! { <mark>{text}</mark> }.into_any() } else { text.into_any() }
    };
    view! { <span class="row-found cut">{move || parts.get().into_iter().map(part).collect_view()}</span> }
        .into_any()
}
