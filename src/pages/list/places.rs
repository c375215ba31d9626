//! Coming back: a queue is found as it was left, with the focus on the ticket that was open.

use std::collections::HashMap;

use holdfast_desk::TicketId;
use leptos::prelude::*;

use crate::browser::{clock, dom};
use crate::pages::rows::row_id;
use crate::pages::ui::Ui;
use crate::route::Route;

/// Remembers how far each queue was scrolled, for as long as the page lives.
pub fn follow(ui: Ui) {
    let left = StoredValue::new(HashMap::<String, f64>::new());
    let queue = Memo::new(move |_| format!("{} {} {:?}", ui.view.read(), *ui.asked.read(), ui.order.get()));
    let shown = StoredValue::new(String::new());
    Effect::new(move |_| {
        let (top, _) = ui.scrolled.get();
        let at = queue.get_untracked();
        // While another queue is being drawn, its list still stands where the one before it was.
        if shown.read_value() == at {
            left.update_value(|left| {
                left.insert(at, top);
            });
        }
    });
    Effect::new(move |before: Option<()>| {
        let at = queue.get();
        clock::after(0, move || {
            shown.set_value(at.clone());
            let top = left.with_value(|left| left.get(&at).copied()).unwrap_or_default();
            // Asking a list how far it is scrolled lays it out first.
            let stands = ui.scrolled.get_untracked().0;
            if let Some(list) = dom::list().filter(|_| before.is_some() && stands != top) {
                list.set_scroll_top(top as i32);
            }
        });
    });
    Effect::new(move |before: Option<Option<TicketId>>| {
        let open = ui.ticket();
        if let (Some(Some(ticket)), None, Route::Queue(_)) = (before, open, ui.route.get_untracked()) {
            // Where the list was hidden, some browsers have forgotten how far it was scrolled.
            let (top, _) = ui.scrolled.get_untracked();
            clock::after(0, move || {
                if let Some(list) = dom::list().filter(|list| list.scroll_top() == 0 && top > 0.0) {
                    list.set_scroll_top(top as i32);
                }
                if dom::is_idle() {
                    dom::focus_soon(row_id(ticket));
                }
            });
        }
        open
    });
}
