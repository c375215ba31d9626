//! Picking tickets out of a list, by key, by click and by touch. What is done does not depend on how long the list is,
//! but where all of it is picked.

use holdfast_desk::TicketId;
use leptos::ev::MouseEvent;
use leptos::prelude::*;

use crate::pages::ui::{Picked, Ui};

/// Whether a click picks a ticket instead of opening it.
pub fn click(ui: Ui, ticket: TicketId, event: &MouseEvent) -> bool {
    if event.shift_key() {
        pick_up_to(ui, ticket);
    } else if event.ctrl_key() || event.meta_key() || ui.picked.read_untracked().is_some() {
        toggle(ui, ticket);
    } else {
        return false;
    }
    true
}

fn change(ui: Ui, change: impl FnOnce(&mut Picked)) {
    ui.picked.update(|picked| change(picked.get_or_insert_default()));
}

/// Picks these.
pub fn pick(ui: Ui, tickets: &[TicketId]) {
    change(ui, |picked| {
        picked.tickets.extend(tickets);
        picked.last = tickets.last().copied();
    });
}

/// Picks one, or lets go of it.
pub fn toggle(ui: Ui, ticket: TicketId) {
    change(ui, |picked| {
        if !picked.tickets.remove(&ticket) {
            picked.tickets.insert(ticket);
        }
        picked.last = Some(ticket);
    });
}

/// Everything from the one that was picked last.
fn pick_up_to(ui: Ui, ticket: TicketId) {
    let shown = ui.shown.read_untracked();
    let place = |ticket: TicketId| shown.iter().position(|other| *other == ticket);
    let last = ui.picked.with_untracked(|picked| picked.as_ref()?.last);
    let Some(to) = place(ticket) else { return };
    let from = last.and_then(place).unwrap_or(to);
    change(ui, |picked| {
        picked.tickets.extend(&shown[from.min(to)..=from.max(to)]);
        picked.last = Some(ticket);
    });
}

/// All of these.
pub fn pick_all(ui: Ui, tickets: &[TicketId]) {
    change(ui, |picked| picked.tickets = tickets.iter().copied().collect());
}

/// Lets go of what has left the list, for as long as the page lives: nothing is done to what cannot be seen.
pub fn follow(ui: Ui) {
    Effect::new(move |_| {
        let shown = ui.shown.read();
        let Some(count) =
            ui.picked.with_untracked(|picked| picked.as_ref().map(|picked| picked.tickets.len()))
        else {
            return;
        };
        let is_here =
            |picked: &Picked| shown.iter().filter(|ticket| picked.tickets.contains(*ticket)).count();
        if ui.picked.with_untracked(|picked| picked.as_ref().is_some_and(|picked| is_here(picked) < count)) {
            let still = |picked: &Picked| {
                shown.iter().copied().filter(|ticket| picked.tickets.contains(ticket)).collect()
            };
            ui.picked.update(|picked| {
                if let Some(picked) = picked {
                    picked.tickets = still(picked);
                }
            });
        }
    });
    Effect::new(move |_| {
        // Another queue is another choice.
        ui.view.track();
        ui.picked.set(None);
    });
}
