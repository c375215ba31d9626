//! What is asked of a queue beyond its view, as its address says it: `q=status:pending&sort=-updated&as=board`.

use holdfast_desk::queue::{Field, Order, Query, Term, Test};
use leptos::prelude::*;

use super::ui::{Layout, Ui};
use crate::browser::page::{decoded, encoded, say};
use crate::browser::{clock, dom};
use crate::desk::Desk;
use crate::route::{Route, Showing};

/// Keeps the address and what is asked of the queue in step, for as long as the page lives.
pub fn follow(desk: Desk, ui: Ui) {
    Effect::new(move |_| {
        let asks = |term: &Term| {
            let judged = |value: &String| matches!(&**value, "met" | "missed");
            matches!(&term.test, Test::AnyOf(values) if term.field == Field::Is && values.iter().any(judged))
        };
        if ui.asked.read().terms.iter().any(asks) {
            desk.judge();
        }
    });
    Effect::new(move |_| {
        if let Route::Queue(showing) = ui.route.get()
            && untrack(|| said(ui)) != showing.asked
        {
            show(ui, &showing.asked);
        }
    });
    let (said, turn, is_written) =
        (Memo::new(move |_| said(ui)), StoredValue::new(0), StoredValue::new(true));
    let write = move || {
        // Nothing is left to write where the desk is gone.
        if is_written.try_get_value().unwrap_or(true) {
            return;
        }
        is_written.set_value(true);
        let asked = said.get_untracked();
        match ui.route.get_untracked() {
            Route::Queue(at) if at.asked == asked => {}
            Route::Queue(at) => say(&Route::Queue(Showing { asked, ..at }).fragment()),
            // Whoever was quicker comes back to what they had typed.
            _ => ui.last_queue.set(Route::Queue(Showing { view: ui.view.get_untracked(), asked })),
        }
    };
    Effect::new(move |_| {
        said.track();
        is_written.set_value(false);
        turn.update_value(|turn| *turn += 1);
        let this = turn.get_value();
        let write_if_last = move || {
            if turn.try_get_value() == Some(this) {
                write();
            }
        };
        // Writing an address takes as long as finding what is typed, and nobody reads it meanwhile.
        match ui.words.read_untracked().is_empty() {
            true => write(),
            false => clock::after(TYPED_MS, write_if_last),
        }
    });
    // Where a link leads is another place only when this one has its own address.
    dom::on_leaving("find", write);
}

/// Within this time after a key the next one is likely.
const TYPED_MS: i32 = 250;

/// Shows what an address asks for.
fn show(ui: Ui, asked: &str) {
    let (mut query, mut order) = (Query::default(), None);
    let mut layout = None;
    for (name, value) in asked.split('&').filter_map(|part| part.split_once('=')) {
        match name {
            "q" => query = Query::parse(&decoded(value)),
            "sort" => order = Order::named(value),
            "as" if value == "board" => layout = Some(Layout::Board),
            "as" if value == "list" => layout = Some(Layout::List),
            _ => {}
        }
    }
    ui.words.set(query.text());
    ui.asked.set(query);
    ui.order.set(order);
    ui.layout.set(layout);
}

/// Takes what was typed into the search: terms that are followed by something become what is asked, the rest is searched
/// for.
pub fn typed(ui: Ui, text: &str) {
    let (done, last) = Query::parted(text);
    let done = Query::parse(done);
    let rest = match (done.terms.is_empty(), done.text()) {
        (true, _) => text.to_owned(),
        (false, words) if words.is_empty() => last.to_owned(),
        (false, words) => format!("{} {last}", words.trim_end()),
    };
    // A term that is still being typed is nothing to search for.
    let words = Query::parse(&rest).words;
    ui.words.set(rest);
    ui.asked.update(|asked| {
        asked.terms.extend(done.terms);
        asked.words = words;
    });
}

/// What is asked, as the address says it.
pub fn said(ui: Ui) -> String {
    let mut asked = Vec::new();
    let query = ui.asked.read().to_string();
    if !query.is_empty() {
        asked.push(format!("q={}", encoded(&query)));
    }
    if let Some(order) = ui.order.get() {
        asked.push(format!("sort={order}"));
    }
    match ui.layout.get() {
        Some(Layout::Board) => asked.push("as=board".to_owned()),
        Some(Layout::List) => asked.push("as=list".to_owned()),
        None => {}
    }
    asked.join("&")
}
