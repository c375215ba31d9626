//! What came of it: how many, which were refused and why, and the one way back.

use std::collections::HashMap;

use holdfast_desk::ticket::Undo;
use holdfast_desk::{Header, TicketId};
use leptos::prelude::*;

use super::{Work, Working, run, thousands, tickets};
use crate::desk::words::number;
use crate::desk::{Desk, Outcome};
use crate::pages::ui::Ui;
use crate::parts::icon;
use crate::route::Route;

/// Tickets that are named under one reason.
const NAMED: usize = 100;

/// The result.
#[component]
pub fn OutcomeView() -> impl IntoView {
    let (desk, ui) = (expect_context::<Desk>(), expect_context::<Ui>());
    let work = expect_context::<Work>();
    let Working::Done(done) = work.0.get_untracked() else { return ().into_any() };
    let (what, outcome) = &*done;
    let refused: Vec<_> = outcome.refused.iter().map(|(why, tickets)| reason(desk, why, tickets)).collect();
    let can_undo = outcome.done.iter().any(|(_, undo)| undo.is_some());
    let undo = move |_| {
        let (role, reference) = (desk.actor().role, untrack(|| desk.reference()));
        let (Some(reference), Working::Done(done)) = (reference, work.0.get_untracked()) else { return };
        let undone = |(ticket, undo): &(TicketId, Option<Undo>)| Some((*ticket, undo.clone()?));
        let undos: HashMap<TicketId, Undo> = done.1.done.iter().filter_map(undone).collect();
        let tickets =
            done.1.done.iter().map(|(ticket, _)| *ticket).filter(|ticket| undos.contains_key(ticket));
        let tickets = tickets.collect();
        let back = move |header: &Header| match undos.get(&header.id) {
            Some(undo) => undo.command(header, &reference.rules.workflow, role),
            None => (None, Vec::new()),
        };
        run(work, desk, ui, "taken back".to_owned(), tickets, back, None);
    };
    view! {
        <section class="many" aria-label="What came of it" data-state=(outcome.refusals() > outcome.already || outcome.failed.is_some()).then_some("refused")>
            <div class="many-head">
                <span class="many-said" role="status">
                    {icon(if outcome.failed.is_some() { "warning" } else { "check" })}
                    <span>{said(what, outcome)}</span>
                </span>
                {can_undo.then(|| view! {
                    <button class="btn btn-small" on:click=undo>{icon("undo")}"Undo"</button>
                })}
                <button class="btn btn-icon" aria-label="Close" on:click=move |_| work.0.set(Working::Nothing)>
                    {icon("close")}
                </button>
            </div>
            {(!refused.is_empty()).then(|| view! {
                <details class="many-refused" open=outcome.refusals() <= 5>
                    <summary>{format!("{} not changed", thousands(outcome.refusals()))}</summary>
                    {refused}
                </details>
            })}
        </section>
    }
    .into_any()
}

fn said(what: &str, outcome: &Outcome) -> String {
    let done = outcome.done.len();
    let mut said = format!("{}: {what}.", tickets(done));
    if done > 0 {
        said.push_str(" Saved on this device.");
    }
    if let Some(why) = &outcome.failed {
        said.push_str(&format!(" Then this device could not keep more: {why}."));
    }
    if outcome.left > 0 {
        said.push_str(&format!(" {} left as they were.", tickets(outcome.left)));
    }
    said
}

fn reason(desk: Desk, why: &str, refused: &[TicketId]) -> impl IntoView + use<> {
    let reference = untrack(|| desk.reference());
    let link = |ticket: &TicketId| {
        let header = untrack(|| desk.header(*ticket))?;
        let no = number(header.number, desk.provisional(*ticket), reference.as_ref()?);
        Some(view! { <a class="no" title=header.subject href=Route::Ticket(*ticket).href()>{no}</a> })
    };
    let links: Vec<_> = refused.iter().take(NAMED).filter_map(link).collect();
    let more = refused.len().saturating_sub(NAMED);
    view! {
        <div class="many-why">
            <p>{why.to_owned()}</p>
            <p class="many-links">{links}{(more > 0).then(|| format!("and {} more", thousands(more)))}</p>
        </div>
    }
}
