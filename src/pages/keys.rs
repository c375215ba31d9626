//! The keyboard. Never while somebody types, and never below a dialog.

use holdfast_desk::TicketId;
use leptos::ev::KeyboardEvent;
use leptos::prelude::*;

use super::asked;
use super::list::filters::remove_last;
use super::queue::turn_layout;
use super::rows::row_id;
use super::ui::{Asking, Ui};
use crate::browser::{clock, dom, page};
use crate::desk::Desk;
use crate::route::{ALL, FIRST_VIEW, Route};

/// What can be done, and by which keys; keys after another are parted by a space.
pub const KEYS: [(&str, &str); 22] = [
    ("Next ticket", "j"),
    ("Ticket before", "k"),
    ("Open it", "Enter"),
    ("Reply", "r"),
    ("Note for the team", "n"),
    ("Status", "s"),
    ("Assign", "a"),
    ("Priority", "p"),
    ("Category", "g c"),
    ("Why is it due then?", "w"),
    ("New ticket", "c"),
    ("Search", "/"),
    ("Filter", "f"),
    ("Sort", "o"),
    ("Board or list", "v"),
    ("Select a ticket", "x"),
    ("Select them all", "Ctrl A"),
    ("Go to mine", "g m"),
    ("Go to my teams", "g t"),
    ("Go to your work", "g w"),
    ("Do anything", "Ctrl K"),
    ("These keys", "?"),
];

/// How long `g` waits for the letter that follows it.
const SEQUENCE_MS: i64 = 1_500;

/// Listens for as long as the page lives.
pub fn listen(desk: Desk, ui: Ui) {
    let pressed_g = StoredValue::new(None::<i64>);
    dom::on_key(move |event| {
        let key = event.key();
        if (event.ctrl_key() || event.meta_key()) && key.eq_ignore_ascii_case("k") {
            event.prevent_default();
            ui.ask(Asking::Palette);
            return;
        }
        if dom::focused_id().as_deref() == Some("find") {
            return in_search(ui, &key, &event);
        }
        let busy = event.ctrl_key() || event.meta_key() || event.alt_key();
        if busy || dom::is_typing(event.target()) || dom::is_covered() {
            return;
        }
        // The desk that listened may be gone.
        let Some(pressed) = pressed_g.try_get_value() else { return };
        let now = clock::now().millis();
        let after_g = pressed.is_some_and(|at| now - at < SEQUENCE_MS);
        pressed_g.set_value((key == "g" && !after_g).then_some(now));
        let done = if after_g { go(ui, &key) } else { act(desk, ui, &key, &event) };
        if done {
            event.prevent_default();
        }
    });
}

/// In the search: leaving it for the list, emptying it, and taking filters away.
fn in_search(ui: Ui, key: &str, event: &KeyboardEvent) {
    match key {
        "Escape" => asked::typed(ui, ""),
        "Backspace" if ui.words.read_untracked().is_empty() => remove_last(ui),
        "ArrowDown" | "Enter" => {
            event.prevent_default();
            if let Some(first) = ui.shown.read_untracked().first() {
                dom::focus_soon(row_id(*first));
            }
        }
        _ => {}
    }
}

fn go(ui: Ui, key: &str) -> bool {
    let to = match key {
        "m" => Route::view(FIRST_VIEW),
        "t" => Route::view("teams"),
        "u" => Route::view("unassigned"),
        "d" => Route::view("due-soon"),
        "a" => Route::view(ALL),
        "w" => Route::Work,
        "c" => {
            if let Some(ticket) = untrack(|| ui.ticket()) {
                ui.ask(Asking::Category(ticket));
            }
            return true;
        }
        _ => return false,
    };
    page::go(&to.fragment());
    true
}

fn act(desk: Desk, ui: Ui, key: &str, event: &KeyboardEvent) -> bool {
    match key {
        "j" => step(ui, 1),
        "k" => step(ui, -1),
        "c" => page::go(&Route::New.fragment()),
        "/" => dom::focus_soon("find"),
        "f" => ui.ask(Asking::Filter),
        "o" => ui.ask(Asking::Sort),
        "v" => turn_layout(desk, ui),
        "?" => ui.ask(Asking::Keys),
        "Escape" if untrack(|| ui.ticket()).is_some() => {
            page::go(&untrack(|| ui.queue()).fragment());
        }
        _ if event.shift_key() => return false,
        _ => {
            return current(ui).is_some_and(|ticket| on_ticket(desk, ui, key, ticket));
        }
    }
    true
}

fn on_ticket(desk: Desk, ui: Ui, key: &str, ticket: TicketId) -> bool {
    let is_agent = desk.actor().role.is_agent();
    let asking = match key {
        "r" | "n" if untrack(|| ui.ticket()).is_some() => {
            ui.writes_note.set(key == "n");
            dom::focus_soon("composer-text");
            return true;
        }
        "s" => Asking::Status(ticket),
        "w" => Asking::Why(ticket),
        "a" if is_agent => Asking::Agent(ticket),
        "p" if is_agent => Asking::Priority(ticket),
        _ => return false,
    };
    ui.ask(asking);
    true
}

/// The ticket that is open, or the one whose row has the focus.
fn current(ui: Ui) -> Option<TicketId> {
    let focused = || dom::focused_id().and_then(|id| id.strip_prefix("t-")?.parse().ok());
    // A row that was scrolled away gave the focus to the list.
    untrack(|| ui.ticket()).or_else(focused).or_else(|| ui.focused_row.get_untracked())
}

/// The next or the previous ticket of the queue: opened when one is open, or only walked to.
fn step(ui: Ui, by: isize) {
    let tickets = ui.shown.get_untracked();
    let open = untrack(|| ui.ticket());
    let at = current(ui).and_then(|current| tickets.iter().position(|ticket| *ticket == current));
    let next = match at {
        Some(at) => at.saturating_add_signed(by).min(tickets.len().saturating_sub(1)),
        None => 0,
    };
    let Some(ticket) = tickets.get(next) else { return };
    if open.is_some() {
        page::go(&Route::Ticket(*ticket).fragment());
    } else {
        // At once: the next key may come before anything that is put off, and goes on from here.
        dom::focus(&format!("t-{ticket}"));
    }
}
