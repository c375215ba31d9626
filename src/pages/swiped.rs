//! What swiping a row does: to the right takes the ticket, to the left puts it on hold. Both can be undone.

use holdfast_desk::ticket::Want;
use holdfast_desk::{Command, StatusKind, TicketId};
use leptos::ev::PointerEvent;
use leptos::prelude::*;

use super::swipe::Swipe;
use crate::desk::Desk;
use crate::parts::Notices;

/// Which way a row was swiped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Swiped {
    Left,
    Right,
}

/// A pointer did something to a row: an agent's swipe moves it, and does what it stands for in the end.
pub fn pointer(desk: Desk, notices: Notices, swipe: Swipe, event: &PointerEvent) {
    if !desk.actor().role.is_agent() {
        return;
    }
    match swipe.take(event) {
        Some((ticket, Swiped::Right)) => take(desk, notices, ticket),
        Some((ticket, Swiped::Left)) => hold(desk, notices, ticket),
        None => {}
    }
}

fn take(desk: Desk, notices: Notices, ticket: TicketId) {
    let Some(header) = untrack(|| desk.header(ticket)) else { return };
    let give = move |agent| Command::from(Want::Assign { team: header.team, agent });
    let (before, me) = (header.agent, desk.actor().person);
    perform(desk, notices, ticket, give(Some(me)), "Taken", Some(give(before)));
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
    perform(desk, notices, ticket, Command::transition(transition.to.clone(), None), "Put on hold", back);
}

fn perform(
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
