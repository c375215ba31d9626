//! Swiping a row with a thumb; what that does is in [`super::swiped`].

use holdfast_desk::TicketId;
use leptos::ev::PointerEvent;
use leptos::prelude::*;

use super::rows::ticket_of;
use super::swiped::Swiped;
use crate::browser::dom;

/// How far a thumb has to move before a row follows it, and before letting go does something.
const BEGINS_PX: f64 = 12.0;
const DOES_PX: f64 = 96.0;

/// A swipe under way on one row of a list.
#[derive(Clone, Copy)]
pub struct Swipe {
    row: RwSignal<Option<TicketId>>,
    from: RwSignal<Option<(f64, f64)>>,
    moved: RwSignal<f64>,
    /// Whether the last touch was one.
    was_one: StoredValue<bool>,
}

/// A row that a finger has moved.
#[derive(Clone, Copy, PartialEq)]
pub struct Moved {
    /// Its ticket.
    pub ticket: TicketId,
    /// How far, to the right.
    pub px: f64,
    /// Which way.
    pub way: &'static str,
}

impl Swipe {
    /// No swipe yet.
    pub fn new() -> Self {
        let (row, from) = (RwSignal::new(None), RwSignal::new(None));
        Self { row, from, moved: RwSignal::new(0.0), was_one: StoredValue::new(false) }
    }

    /// The row that is being moved, for its style. Tracks changes.
    pub fn moved(&self) -> Option<Moved> {
        let (ticket, px) = (self.row.get()?, self.moved.get());
        (px.abs() > BEGINS_PX).then_some(Moved { ticket, px, way: if px > 0.0 { "right" } else { "left" } })
    }

    /// A pointer did something to a row. Returns what it is to do to which ticket.
    pub fn take(&self, event: &PointerEvent) -> Option<(TicketId, Swiped)> {
        match &*event.type_() {
            "pointerdown" => self.down(ticket_of(event)?, event),
            "pointermove" => self.moves(event),
            "pointerup" => return self.up(),
            _ => self.cancel(),
        }
        None
    }

    /// A pointer touched a row. Only touches swipe; a mouse has buttons.
    fn down(&self, ticket: TicketId, event: &PointerEvent) {
        self.was_one.set_value(false);
        if event.pointer_type() == "touch" {
            self.row.set(Some(ticket));
            self.from.set(Some((f64::from(event.client_x()), f64::from(event.client_y()))));
        }
    }

    /// It moved.
    fn moves(&self, event: &PointerEvent) {
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

    /// It let go: what the swipe is to do to which ticket, if it went far enough.
    fn up(&self) -> Option<(TicketId, Swiped)> {
        let (row, moved) = (self.row.get_untracked(), self.moved.get_untracked());
        self.cancel();
        self.was_one.set_value(moved.abs() > BEGINS_PX);
        let does = match moved {
            moved if moved >= DOES_PX => Some(Swiped::Right),
            moved if moved <= -DOES_PX => Some(Swiped::Left),
            _ => None,
        };
        row.zip(does)
    }

    /// Whether the last touch was a swipe, and so no click.
    pub fn was_one(&self) -> bool {
        self.was_one.get_value()
    }

    /// The browser took the touch for itself.
    fn cancel(&self) {
        self.row.set(None);
        self.from.set(None);
        self.moved.set(0.0);
    }
}
