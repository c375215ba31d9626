//! Swiping a row with a thumb: to the right takes the ticket, to the left puts it on hold. Both can be undone.

use holdfast_desk::ticket::Want;
use holdfast_desk::{Command, StatusKind, TicketId};
use leptos::ev::PointerEvent;
use leptos::prelude::*;

use crate::browser::dom;
use crate::desk::Desk;
use crate::parts::Notices;

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

    /// It let go: whether that was a swipe and not a touch.
    pub fn up(&self, desk: Desk, notices: Notices, ticket: TicketId) -> bool {
        let moved = self.moved.get_untracked();
        self.cancel();
        if moved >= DOES_PX {
            take(desk, notices, ticket);
        } else if moved <= -DOES_PX {
            hold(desk, notices, ticket);
        }
        moved.abs() > BEGINS_PX
    }

    /// The browser took the touch for itself.
    pub fn cancel(&self) {
        self.from.set(None);
        self.moved.set(0.0);
    }
}

fn take(desk: Desk, notices: Notices, ticket: TicketId) {
    let Some(header) = untrack(|| desk.header(ticket)) else { return };
    let give = move |agent| Command::from(Want::Assign { team: header.team, agent });
    let (before, me) = (header.agent, desk.actor().person);
    act(desk, notices, ticket, give(Some(me)), "Taken", Some(give(before)));
}

fn hold(desk: Desk, notices: Notices, ticket: TicketId) {
    let (Some(header), Some(reference)) = (untrack(|| desk.header(ticket)), untrack(|| desk.reference()))
    else {
        return;
    };
    let workflow = &reference.rules.workflow;
    let holds = |to: &&holdfast_desk::workflow::Transition| {
        workflow.status(&to.to).is_some_and(|status| status.kind == StatusKind::OnHold)
    };
    let Some(transition) = workflow.allowed(&header.status, desk.actor().role).find(holds) else {
        return notices.say("This ticket cannot be put on hold now.");
    };
    // Not every way leads straight back; where it does not, the status menu has the way on.
    let back = workflow.transition(&transition.to, &header.status);
    let back = back.map(|back| Command::transition(back.to.clone(), None));
    act(desk, notices, ticket, Command::transition(transition.to.clone(), None), "Put on hold", back);
}

fn act(
    desk: Desk,
    notices: Notices,
    ticket: TicketId,
    command: Command,
    what: &'static str,
    back: Option<Command>,
) {
    leptos::task::spawn_local(async move {
        match desk.act(ticket, command).await {
            Err(error) => notices.failed(&error),
            Ok(_) => match back {
                None => notices.saved(what),
                Some(back) => notices.undoable(what, move || {
                    super::ui::perform_with(desk, notices, ticket, back.clone(), "Undone");
                }),
            },
        }
    });
}
