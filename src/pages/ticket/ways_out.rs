//! What can be done with work that was refused: do it again on the ticket as it is now, turn it into a note, take it
//! along as a file, or let it go.

use holdfast_desk::Command;
use holdfast_desk::ticket::Want;
use leptos::prelude::*;

use crate::browser::database::ParkedEvent;
use crate::browser::page;
use crate::desk::{Desk, words};
use crate::parts::Notices;

/// The buttons.
#[component]
pub fn WaysOut(parked: ParkedEvent) -> impl IntoView {
    let (desk, notices) = (expect_context::<Desk>(), expect_context::<Notices>());
    let event = parked.proposed.event.clone();
    let (id, ticket) = (event.id, event.ticket);
    let again = Command::behind(&event.changes);
    let is_new = matches!(again.as_ref().and_then(|command| command.wants.first()), Some(Want::Create(_)));
    let json = StoredValue::new(serde_json::to_string_pretty(&parked).unwrap_or_default());
    let note = StoredValue::new(note_of(desk, &parked));

    let instead = move |command: Command, what: &'static str| {
        leptos::task::spawn_local(async move {
            match desk.act(ticket, command).await {
                Ok(_) => {
                    notices.saved(what);
                    if let Err(error) = desk.dismiss(id).await {
                        notices.failed(&error);
                    }
                }
                Err(error) => notices.failed(&error),
            }
        });
    };
    let do_again = again.map(|command| {
        let again = move |_| instead(command.clone(), "Done again");
        view! { <button class="btn" on:click=again>"Do it again"</button> }
    });
    let to_note = (!is_new && desk.actor().role.is_agent()).then(|| {
        let turn = move |_| instead(Want::Note { text: note.get_value() }.into(), "Turned into a note");
        view! { <button class="btn" on:click=turn>"Turn into a note"</button> }
    });
    let export = move |_| {
        if page::download(&format!("holdfast-{id}.json"), &json.get_value()).is_none() {
            notices.say("This browser does not let the app make a file.");
        }
    };
    let discard = move |_| {
        if page::confirm("Discard this for good? It cannot be taken back.") {
            leptos::task::spawn_local(async move {
                match desk.dismiss(id).await {
                    Ok(()) => notices.say("Discarded."),
                    Err(error) => notices.failed(&error),
                }
            });
        }
    };
    view! {
        <div class="job-ways">
            {do_again}
            {to_note}
            <button class="btn" on:click=export>"Export"</button>
            <button class="btn btn-danger" on:click=discard>"Discard"</button>
        </div>
    }
}

fn note_of(desk: Desk, parked: &ParkedEvent) -> String {
    let event = &parked.proposed.event;
    let Some(reference) = desk.reference() else { return String::new() };
    let wanted = words::wanted(&event.changes, &reference);
    let head = format!("Wanted at {}: {wanted}.", words::exact(event.at));
    match words::written(&event.changes) {
        Some(text) => format!("{head}\n\n{text}"),
        None => head,
    }
}
