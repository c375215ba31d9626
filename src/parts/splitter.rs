//! The line between two panes, moved by pointer or keyboard and remembered.

use std::collections::BTreeMap;

use leptos::ev;
use leptos::prelude::*;

use crate::browser::dom;
use crate::browser::settings::{self, Setting};

/// One step of an arrow key, in pixels.
const STEP: i32 = 16;

fn widths() -> BTreeMap<String, i32> {
    settings::get(Setting::Panes).unwrap_or_default()
}

fn set_width(pane: &str, width: Option<i32>) {
    let Some(shell) = dom::by_id("shell") else { return };
    let text = width.map(|width| format!("{width}px")).unwrap_or_default();
    dom::set_property(&shell, &format!("--{pane}-w"), &text);
}

/// Gives the panes the widths they were left with.
pub fn restore_panes() {
    for (pane, width) in widths() {
        set_width(&pane, Some(width));
    }
}

/// The line after (or, for the side, before) a pane.
#[component]
pub fn Splitter(
    /// Whose width it sets: `rail`, `list` or `side`.
    pane: &'static str,
    /// What it is called.
    label: &'static str,
    /// The narrowest, the usual and the widest width, in pixels.
    widths_px: (i32, i32, i32),
) -> impl IntoView {
    let (narrowest, usual, widest) = widths_px;
    let width = RwSignal::new(widths().get(pane).copied().unwrap_or(usual));
    let dragging = RwSignal::new(None::<(i32, i32)>);
    // The side grows to the left, the others to the right.
    let direction = if pane == "side" { -1 } else { 1 };

    let change = move |to: Option<i32>| {
        let to = to.map(|to| to.clamp(narrowest, widest));
        width.set(to.unwrap_or(usual));
        set_width(pane, to);
        let mut all = widths();
        match to {
            Some(to) => all.insert(pane.to_owned(), to),
            None => all.remove(pane),
        };
        settings::set(Setting::Panes, &all);
    };
    let on_key = move |event: ev::KeyboardEvent| {
        let at = width.get_untracked();
        let to = match event.key().as_str() {
            "ArrowLeft" => Some(at - STEP * direction),
            "ArrowRight" => Some(at + STEP * direction),
            "Home" => Some(narrowest),
            "End" => Some(widest),
            "Enter" => None,
            _ => return,
        };
        event.prevent_default();
        change(to);
    };
    let on_down = move |event: ev::PointerEvent| {
        dom::capture_pointer(&event);
        dragging.set(Some((event.client_x(), width.get_untracked())));
    };
    let on_move = move |event: ev::PointerEvent| {
        if let Some((from, was)) = dragging.get_untracked() {
            change(Some(was + (event.client_x() - from) * direction));
        }
    };
    view! {
        <div
            class="splitter"
            data-split=pane
            data-dragging=move || dragging.get().map(|_| "")
            role="separator"
            tabindex="0"
            aria-orientation="vertical"
            aria-label=label
            aria-valuemin=narrowest.to_string()
            aria-valuemax=widest.to_string()
            aria-valuenow=move || width.get().to_string()
            on:keydown=on_key
            on:pointerdown=on_down
            on:pointermove=on_move
            on:pointerup=move |_| dragging.set(None)
        ></div>
    }
}
