//! Taking words out of a ticket, or deleting all of it: for good, on the server and on every device. For leads.

use holdfast_desk::ticket::Want;
use holdfast_desk::{EventId, TicketId};
use leptos::prelude::*;

use crate::pages::ui::{Ui, perform};
use crate::parts::{Dialog, icon};

/// Asks once more before it is done.
#[component]
pub fn TakeBack(
    /// Of which ticket.
    ticket: TicketId,
    /// The event whose words go; the whole ticket, without one.
    event: Option<EventId>,
) -> impl IntoView {
    let ui = expect_context::<Ui>();
    let (title, what, verb, done, want) = match event {
        Some(event) => (
            "Remove these words?",
            "That something was said stays in the history, with who said it and when. What was said is gone.",
            "Remove the words",
            "Words removed",
            Want::Redact { event },
        ),
        None => (
            "Delete this ticket?",
            "Its number stays. Everything that was said in it is gone, and nothing more can be done to it.",
            "Delete the ticket",
            "Ticket deleted",
            Want::Delete,
        ),
    };
    let act = move |_| {
        ui.asked();
        perform(ticket, want.clone().into(), done);
    };
    view! {
        <Dialog attr:aria-labelledby="take-back-title" close=move || ui.asked()>
            <h2 id="take-back-title">{title}</h2>
            <p>{what}</p>
            <p>"It goes from the server and from every device as soon as that has a network, and never comes back."</p>
            <div class="dialog-foot">
                <button class="btn btn-quiet" autofocus on:click=move |_| ui.asked()>"Cancel"</button>
                <button class="btn btn-danger" on:click=act>{icon("trash")}{verb}</button>
            </div>
        </Dialog>
    }
}
