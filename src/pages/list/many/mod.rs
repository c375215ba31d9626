//! Doing something to many tickets at once: choosing what, how far it has come, and what came of it.

mod bar;
mod choices;
mod outcome;
mod say;

use std::sync::Arc;

use holdfast_desk::ticket::{Field, Want};
use holdfast_desk::{Command, Header, TicketId};
use leptos::prelude::*;

use bar::ManyBar;

use crate::desk::{Desk, Outcome};
use crate::pages::ui::{Asking, Many, Ui};
use crate::parts::Chooser;

/// Something that is being done to many tickets.
#[derive(Clone, Debug)]
enum Working {
    /// Nothing is.
    Nothing,
    /// It is under way.
    Doing {
        /// How many it has been through.
        done: usize,
        /// Of how many.
        of: usize,
        /// Whether it is to go no further.
        stops: bool,
    },
    /// It is over: what was done, and what came of it.
    Done(Arc<(String, Outcome)>),
}

/// The one thing that is being done to many tickets.
#[derive(Clone, Copy)]
struct Work(RwSignal<Working>);

/// What is asked of what is picked, the bar of it, and what came of it.
#[component]
pub fn ManyTickets() -> impl IntoView {
    let ui = expect_context::<Ui>();
    provide_context(Work(RwSignal::new(Working::Nothing)));
    let asked = move || match ui.asking.get() {
        Some(Asking::Many(many)) => Some(view! { <ManyAsked many /> }),
        _ => None,
    };
    view! { <ManyBar />{asked} }
}

/// What of it the person is asked.
#[component]
fn ManyAsked(many: Many) -> impl IntoView {
    let (desk, ui) = (expect_context::<Desk>(), expect_context::<Ui>());
    let (work, close) = (expect_context::<Work>(), move || ui.asked());
    match many {
        Many::Transition(_) | Many::Reply | Many::Note => view! { <say::Say many /> }.into_any(),
        Many::Tags => {
            let (title, typed) = ("Put on or take off a tag".to_owned(), choices::typed_tag(work, desk, ui));
            view! { <Chooser title choices=choices::tags(work, desk, ui) typed close /> }.into_any()
        }
        Many::Status => {
            view! { <Chooser title="Status".to_owned() choices=choices::statuses(desk, ui) close /> }
                .into_any()
        }
        Many::Agent => {
            let choices = choices::agents(work, desk, ui);
            view! { <Chooser title="Who is to have them?".to_owned() choices close /> }.into_any()
        }
        Many::Priority => {
            view! { <Chooser title="Priority".to_owned() choices=choices::priorities(work, desk, ui) close /> }
                .into_any()
        }
        Many::Category => {
            view! { <Chooser title="Category".to_owned() choices=choices::categories(work, desk, ui) close /> }
                .into_any()
        }
    }
}

/// What is picked, in the order of the list.
fn picked(ui: Ui) -> Vec<TicketId> {
    let (shown, picked) = (ui.shown.read_untracked(), ui.picked.read_untracked());
    let is_picked = |ticket: &TicketId| picked.as_ref().is_some_and(|picked| picked.tickets.contains(ticket));
    shown.iter().copied().filter(is_picked).collect()
}

/// Wants something of everything that is picked.
fn want(work: Work, desk: Desk, ui: Ui, what: String, want: impl Fn(&Header) -> Want + 'static) {
    run(work, desk, ui, what, picked(ui), move |header| (Some(want(header).into()), Vec::new()), None);
}

/// Does something to tickets, and says how far it has come. What is done as it ends is no draft any more.
fn run(
    Work(working): Work,
    desk: Desk,
    ui: Ui,
    what: String,
    tickets: Vec<TicketId>,
    command: impl Fn(&Header) -> (Option<Command>, Vec<Field>) + 'static,
    draft: Option<&'static str>,
) {
    if tickets.is_empty() || matches!(*working.read_untracked(), Working::Doing { .. }) {
        return;
    }
    let of = tickets.len();
    working.set(Working::Doing { done: 0, of, stops: false });
    leptos::task::spawn_local(async move {
        let goes_on = move |now: usize| {
            let stops = matches!(*working.read_untracked(), Working::Doing { stops: true, .. });
            if !stops {
                working.set(Working::Doing { done: now, of, stops });
            }
            !stops
        };
        let outcome = desk.act_on_many(tickets, command, goes_on).await;
        if let (Some(draft), None) = (draft, &outcome.failed) {
            desk.forget_draft(draft).await;
        }
        working.set(Working::Done(Arc::new((what, outcome))));
        ui.picked.set(None);
    });
}

/// A count with its noun.
fn tickets(count: usize) -> String {
    if count == 1 { "1 ticket".to_owned() } else { format!("{} tickets", thousands(count)) }
}

/// A number as people write it: `10,000`.
fn thousands(count: usize) -> String {
    let digits = count.to_string();
    let mut written = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            written.push(',');
        }
        written.push(digit);
    }
    written
}
