//! The head of a ticket: what it is called, when it is due, and the verbs that are allowed now.

use holdfast_desk::ticket::Want;
use holdfast_desk::{Header, TicketId};
use leptos::prelude::*;

use crate::browser::page;
use crate::desk::words::number;
use crate::desk::{Desk, Reference};
use crate::pages::ui::{Asking, Ui, perform};
use crate::parts::{Badge, counting, icon, icon_as};
use crate::route::Route;

/// How many verbs stand in the head; the status menu has them all.
const VERBS: usize = 3;

/// The head.
#[component]
pub fn Head(ticket: TicketId) -> impl IntoView {
    let (desk, ui) = (expect_context::<Desk>(), expect_context::<Ui>());
    let header = Memo::new(move |_| desk.header(ticket));
    let say = move |words: fn(&Header, &Reference) -> String| {
        Memo::new(move |_| match (header.read().as_ref(), desk.reference()) {
            (Some(header), Some(reference)) => words(header, &reference),
            _ => String::new(),
        })
    };
    let due = counting(desk, move || desk.deadline(ticket));
    let no = Memo::new(move |_| match (header.read().as_ref(), desk.reference()) {
        (Some(header), Some(reference)) => number(header.number, desk.provisional(ticket), &reference),
        _ => String::new(),
    });
    let subject = say(|header, _| header.subject.clone());
    let who = say(|header, reference| {
        let who = reference.person(header.requester);
        header.site.as_ref().map_or(who.clone(), |site| format!("{who}, {site}"))
    });
    let is_agent = desk.actor().role.is_agent();
    let is_waiting = move || desk.marks(ticket).0.then_some("waiting");
    let prop = move |name: &'static str, key: &'static str, value: Memo<String>, asking: Asking| {
        view! {
            <button
                class="btn prop"
                aria-haspopup="dialog"
                title=format!("{name} ({key})")
                on:click=move |_| ui.ask(asking.clone())
            >
                <span class="vh">{name}": "</span>
                {value}
                {icon_as("chevron", "icon chev")}
            </button>
        }
    };
    let status = say(|header, reference| reference.status(&header.status));
    let mine = move || {
        let me = desk.actor().person;
        header.read().as_ref().is_none_or(|header| header.agent == Some(me) || header.kind.is_done())
    };
    let take = move |_| {
        if let Some(header) = header.get_untracked() {
            let agent = Some(desk.actor().person);
            perform(ticket, Want::Assign { team: header.team, agent }.into(), "Taken");
        }
    };
    view! {
        <header class="ticket-head">
            <div class="ticket-title"><span class="no">{no}</span><h1>{subject}</h1></div>
            <div class="ticket-sub">
                <button class="badge-why" aria-haspopup="dialog" on:click=move |_| ui.ask(Asking::Why(ticket))>
                    <Badge due />
                    <span class="vh">"Why then?"</span>
                </button>
                <span>{who}</span>
                {move || header.read().as_ref().is_some_and(|header| header.needs_update).then(|| view! {
                    <span class="promise" data-state="refused">{icon("warning")}"Update the app to see all of it"</span>
                })}
            </div>
            <Steps ticket />
            <div class="verbs">
                <Show when=move || is_agent && !mine()>
                    <button class="btn" on:click=take>"Take it"</button>
                </Show>
                {move || verbs(desk, ui, ticket)}
            </div>
            <div class="props" role="toolbar" aria-label="Properties" data-state=is_waiting>
                {prop("Status", "s", status, Asking::Status(ticket))}
                {is_agent.then(|| view! {
                    {prop("Priority", "p", say(|h, r| r.priority(&h.priority)), Asking::Priority(ticket))}
                    {prop("Category", "g c", say(|h, r| r.category(h.category.as_ref())), Asking::Category(ticket))}
                    {prop("Agent", "a", say(|h, r| match h.agent {
                        Some(agent) => r.person(agent),
                        None => format!("{}, nobody yet", r.team(h.team)),
                    }), Asking::Agent(ticket))}
                })}
                <button
                    class="btn btn-quiet only-narrow push"
                    on:click=move |_| ui.open_pane.set(Some("side"))
                >
                    "Details"
                </button>
            </div>
        </header>
    }
}

/// The likeliest verbs, as buttons; the first one that resolves is the main one.
fn verbs(desk: Desk, ui: Ui, ticket: TicketId) -> Option<impl IntoView + use<>> {
    let (header, reference) = (desk.header(ticket).filter(|header| !header.deleted)?, desk.reference()?);
    let workflow = &reference.rules.workflow;
    let role = desk.actor().role;
    let allowed = workflow.allowed(&header.status, role).take(VERBS);
    let buttons: Vec<_> = allowed
        .map(|transition| {
            let to = transition.to.clone();
            let resolves = workflow.status(&to).is_some_and(|status| status.kind.is_done());
            let class = if resolves { "btn btn-main" } else { "btn" };
            let ask = move |_| ui.ask(Asking::Transition(ticket, to.clone()));
            view! { <button class=class on:click=ask>{resolves.then(|| icon("check"))}{transition.verb.clone()}</button> }
        })
        .collect();
    Some(buttons)
}

/// The way to the tickets before and after this one in its queue.
#[component]
fn Steps(ticket: TicketId) -> impl IntoView {
    let ui = expect_context::<Ui>();
    let place = Memo::new(move |_| {
        let shown = ui.shown.read();
        let at = shown.iter().position(|other| *other == ticket)?;
        let before = at.checked_sub(1).and_then(|before| shown.get(before).copied());
        Some((at, shown.len(), before, shown.get(at + 1).copied()))
    });
    let step = move |name: &'static str, key: &'static str, to: fn(&Place) -> Option<TicketId>| {
        let to = move || place.get().as_ref().and_then(to);
        view! {
            <button
                class="btn btn-icon"
                aria-label=name
                title=format!("{name} ({key})")
                disabled=move || to().is_none()
                on:click=move |_| if let Some(to) = untrack(to) {
                    page::go(&Route::Ticket(to).fragment());
                }
            >
                {icon("chevron")}
            </button>
        }
    };
    view! {
        <Show when=move || place.read().is_some()>
            <span class="steps">
                {step("Ticket before", "k", |(_, _, before, _)| *before)}
                <span class="num">{move || place.get().map(|(at, of, ..)| format!("{} of {of}", at + 1))}</span>
                {step("Next ticket", "j", |(_, _, _, next)| *next)}
            </span>
        </Show>
    }
}

/// A ticket's place in a queue: which, of how many, and the tickets beside it.
type Place = (usize, usize, Option<TicketId>, Option<TicketId>);
