//! Moving through a list by keys, and picking as one goes.

use holdfast_desk::TicketId;
use leptos::ev::KeyboardEvent;
use leptos::prelude::*;

use super::picking;
use crate::pages::ui::Ui;

/// What a key does in a list of these tickets, with the focus on one of them and so many to a page: the place to go to.
pub fn key(
    ui: Ui,
    tickets: Memo<Vec<TicketId>>,
    current: Option<TicketId>,
    page: usize,
    event: &KeyboardEvent,
) -> Option<usize> {
    let tickets = tickets.read_untracked();
    let at = tickets.iter().position(|ticket| Some(*ticket) == current);
    let is_command = event.ctrl_key() || event.meta_key();
    let last = tickets.len().saturating_sub(1);
    let next = match (event.key().as_str(), at) {
        ("a" | "A", _) if is_command => {
            picking::pick_all(ui, &tickets);
            None
        }
        ("x" | "X", Some(at)) if !is_command && !event.alt_key() => {
            picking::toggle(ui, tickets[at]);
            None
        }
        ("Escape", _) if ui.picked.read_untracked().is_some() => {
            ui.picked.set(None);
            None
        }
        ("ArrowDown", Some(at)) => Some(at + 1),
        ("ArrowUp", Some(at)) => Some(at.saturating_sub(1)),
        ("PageDown", Some(at)) => Some(at + page),
        ("PageUp", Some(at)) => Some(at.saturating_sub(page)),
        ("ArrowDown" | "ArrowUp" | "PageDown" | "PageUp", None) | ("Home", _) => Some(0),
        ("End", _) => Some(last),
        _ => return None,
    };
    event.prevent_default();
    event.stop_propagation();
    let next = next.map(|next| next.min(last));
    if let (Some(from), Some(to), true) = (at, next, event.shift_key()) {
        picking::pick(ui, &tickets[from.min(to)..=from.max(to)]);
    }
    next
}
