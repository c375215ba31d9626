//! A ticket: what it is, what happened to it, and writing the next thing.

mod composer;
mod head;
mod log;
mod side;
mod take_back;
pub mod ways_out;

use holdfast_desk::TicketId;
use leptos::prelude::*;

use super::states::Blank;
use crate::desk::Desk;
use crate::parts::icon;
use composer::Composer;
use head::Head;
use log::Log;
pub use side::TicketSide;
pub use take_back::TakeBack;

/// The pane with an open ticket.
#[component]
pub fn TicketPane(
    /// Which.
    ticket: TicketId,
) -> impl IntoView {
    let desk = expect_context::<Desk>();
    let is_here = Memo::new(move |_| desk.header(ticket).is_some() && desk.reference().is_some());
    let is_deleted = Memo::new(move |_| desk.header(ticket).is_some_and(|header| header.deleted));
    view! {
        <main class="pane" data-pane="ticket" id="main" tabindex="-1">
            <Show when=move || is_here.get() fallback=move || view! { <NotHere /> }>
                <Head ticket />
                <Log ticket />
                <Show
                    when=move || !is_deleted.get()
                    fallback=|| view! { <p class="deleted" role="status">{icon("trash")}"This ticket was deleted. Nothing more happens to it."</p> }
                >
                    <Composer ticket />
                </Show>
            </Show>
        </main>
    }
}

#[component]
fn NotHere() -> impl IntoView {
    let desk = expect_context::<Desk>();
    move || {
        let (title, text) = match (desk.reference(), desk.complete.get()) {
            (None, _) | (_, false) => {
                ("Getting your desk", "The ticket appears here as soon as it has been read.")
            }
            (Some(_), true) => (
                "This ticket is not on this device",
                "It may not have arrived yet, or it is not one that you may see.",
            ),
        };
        view! { <Blank kind="offline" picture="queue" title=title.to_owned() text=text.to_owned() /> }
    }
}
