//! The line between two panes, moved by pointer or keyboard and remembered.

use leptos::ev;
use leptos::prelude::*;

use crate::browser::dom;
use crate::browser::settings::{self, Setting};

/// One step of an arrow key, in pixels.
const STEP: i32 = 16;

/// A pane that can be made wider.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Pane {
    Rail,
    List,
    Side,
}

impl Pane {
    fn name(self) -> &'static str {
        match self {
            Self::Rail => "rail",
            Self::List => "list",
            Self::Side => "side",
        }
    }

    /// What its line is called.
    fn label(self) -> &'static str {
        match self {
            Self::Rail => "Width of the queues",
            Self::List => "Width of the list",
            Self::Side => "Width of the details",
        }
    }

    /// The narrowest, the usual and the widest width, in pixels.
    fn widths(self) -> (i32, i32, i32) {
        match self {
            Self::Rail => (160, 208, 320),
            Self::List => (280, 420, 720),
            Self::Side => (220, 280, 480),
        }
    }

    fn setting(self) -> Setting {
        match self {
            Self::Rail => Setting::RailWidth,
            Self::List => Setting::ListWidth,
            Self::Side => Setting::SideWidth,
        }
    }

    /// The width with which it was left, in pixels.
    fn left_with(self) -> Option<i32> {
        settings::get(self.setting())
    }

    fn set_width(self, width: Option<i32>) {
        let Some(shell) = dom::by_id("shell") else { return };
        let text = width.map(|width| format!("{width}px")).unwrap_or_default();
        dom::set_property(&shell, &format!("--{}-w", self.name()), &text);
    }
}

/// Gives the panes the widths they were left with.
pub fn restore_panes() {
    for pane in [Pane::Rail, Pane::List, Pane::Side] {
        if let Some(width) = pane.left_with() {
            pane.set_width(Some(width));
        }
    }
}

/// The line after (or, for the side, before) a pane.
#[component]
pub fn Splitter(
    /// Whose width it sets.
    pane: Pane,
) -> impl IntoView {
    let (narrowest, usual, widest) = pane.widths();
    let width = RwSignal::new(pane.left_with().unwrap_or(usual));
    let dragging = RwSignal::new(None::<(i32, i32)>);
    // The side grows to the left, the others to the right.
    let direction = if pane == Pane::Side { -1 } else { 1 };

    let change = move |to: Option<i32>| {
        let to = to.map(|to| to.clamp(narrowest, widest));
        width.set(to.unwrap_or(usual));
        pane.set_width(to);
        match to {
            Some(to) => settings::set(pane.setting(), &to),
            None => settings::remove(pane.setting()),
        }
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
            data-split=pane.name()
            data-dragging=move || dragging.get().map(|_| "")
            role="separator"
            tabindex="0"
            aria-orientation="vertical"
            aria-label=pane.label()
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
