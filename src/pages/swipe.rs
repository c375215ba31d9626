//! Swiping a row with a thumb; what that does is in [`super::swiped`].

use leptos::ev::PointerEvent;
use leptos::prelude::*;

use super::swiped::Swiped;
use crate::browser::dom;

/// How far a thumb has to move before a row follows it, and before letting go does something.
const BEGINS_PX: f64 = 12.0;
const DOES_PX: f64 = 96.0;

/// A swipe under way on one row.
#[derive(Clone, Copy)]
pub struct Swipe {
    from: RwSignal<Option<(f64, f64)>>,
    moved: RwSignal<f64>,
}

impl Swipe {
    /// No swipe yet.
    pub fn new() -> Self {
        Self { from: RwSignal::new(None), moved: RwSignal::new(0.0) }
    }

    /// Which way the row is being moved, for its style.
    pub fn direction(&self) -> Option<&'static str> {
        match self.moved.get() {
            moved if moved > BEGINS_PX => Some("right"),
            moved if moved < -BEGINS_PX => Some("left"),
            _ => None,
        }
    }

    /// How far, for its style.
    pub fn distance(&self) -> f64 {
        self.moved.get()
    }

    /// A pointer touched the row. Only touches swipe; a mouse has buttons.
    pub fn down(&self, event: &PointerEvent) {
        if event.pointer_type() == "touch" {
            self.from.set(Some((f64::from(event.client_x()), f64::from(event.client_y()))));
        }
    }

    /// It moved.
    pub fn moves(&self, event: &PointerEvent) {
        let Some((x, y)) = self.from.get_untracked() else { return };
        let (dx, dy) = (f64::from(event.client_x()) - x, f64::from(event.client_y()) - y);
        if self.moved.get_untracked() == 0.0 && dy.abs() > dx.abs() {
            // The list is being scrolled.
            self.from.set(None);
        } else if dx.abs() > BEGINS_PX {
            dom::capture_pointer(event);
            self.moved.set(dx);
        }
    }

    /// It let go: whether that was a swipe and not a touch, and what it is to do if it went far enough.
    pub fn up(&self) -> (bool, Option<Swiped>) {
        let moved = self.moved.get_untracked();
        self.cancel();
        let does = match moved {
            moved if moved >= DOES_PX => Some(Swiped::Right),
            moved if moved <= -DOES_PX => Some(Swiped::Left),
            _ => None,
        };
        (moved.abs() > BEGINS_PX, does)
    }

    /// The browser took the touch for itself.
    pub fn cancel(&self) {
        self.from.set(None);
        self.moved.set(0.0);
    }
}
