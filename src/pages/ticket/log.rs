//! What happened to a ticket, in order: what was said, what was changed, what still waits, what was refused.

use holdfast_desk::ticket::REMOVED;
use holdfast_desk::{Change, Event, EventId, Header, Instant, Role, TicketId};
use holdfast_sync::protocol::Recorded;
use leptos::prelude::*;

use super::ways_out::WaysOut;
use crate::browser::database::ParkedEvent;
use crate::browser::dom;
use crate::desk::words::{self, day, exact, reason, time_of_day};
use crate::desk::{Desk, History, Reference};
use crate::pages::ui::{Asking, Ui};
use crate::parts::icon;

/// Received this much later than it happened, the difference is shown.
const LATE_MS: i64 = 120_000;

/// What was read of a ticket.
type Read = Result<History, String>;

/// A line of the log.
#[derive(Clone)]
enum Line {
    Day(String),
    Said(Said),
    Changed { at: Instant, who: String, what: String, promise: Promise },
    Refused(ParkedEvent),
}

/// A message or a note.
#[derive(Clone)]
struct Said {
    at: Instant,
    kind: &'static str,
    who: String,
    to: String,
    text: String,
    late: Option<String>,
    promise: Promise,
    /// The event, while its words can be taken out.
    event: Option<EventId>,
}

/// What is promised of a line: said only while it is not yet everybody's.
type Promise = Option<(&'static str, &'static str, &'static str)>;

const WAITING: Promise = Some(("waiting", "waiting", "Waiting to send"));
const HERE_ONLY: Promise = Some(("saved", "check", "Saved on this device"));

/// The log.
#[component]
pub fn Log(ticket: TicketId) -> impl IntoView {
    let (desk, ui) = (expect_context::<Desk>(), expect_context::<Ui>());
    let may_take_back = desk.actor().role >= Role::Lead;
    let history = RwSignal::new_local(None::<Read>);
    // Read again with every change; what is shown stays until the new one is there.
    Effect::new(move |_| {
        desk.revision.track();
        if history.with_untracked(|read| {
            read.as_ref().is_some_and(|read| read.as_ref().is_ok_and(|read| !read.is_whole))
        }) {
            // The server may be in reach again.
            desk.status.track();
        }
        leptos::task::spawn_local(async move {
            let read = desk.history(ticket).await.map_err(|error| error.to_string());
            // The ticket may have been left meanwhile.
            let length = |history: &Option<Read>| match history {
                Some(Ok(history)) => history.events.len(),
                _ => 0,
            };
            let (read, before) = (Some(read), history.try_with_untracked(length));
            let grew = before.is_some_and(|before| length(&read) > before);
            history.try_set(read);
            if grew {
                // The latest is what matters; it stands at the end.
                dom::scroll_to_end("log");
            }
        });
    });
    let lines = move || match (history.get(), desk.reference(), desk.header(ticket)) {
        (Some(Ok(History { events, is_whole })), Some(reference), Some(header)) => {
            let parked = desk.work().1.into_iter().filter(|parked| parked.proposed.event.ticket == ticket);
            let lines = lines_of(&events, parked.collect(), &header, &reference, desk.is_alone());
            let take_back =
                move |event: EventId| may_take_back.then_some(Asking::TakeBack(ticket, Some(event)));
            let lines = lines.into_iter().map(|line| line_view(line, &reference, ui, take_back));
            (!is_whole).then(not_here).into_iter().chain(lines).collect::<Vec<_>>()
        }
        (Some(Err(why)), _, _) => vec![view! { <li class="blank" data-kind="broken">{why}</li> }.into_any()],
        _ => Vec::new(),
    };
    view! { <div class="scroll" id="log"><ol class="log" aria-label="History">{lines}</ol></div> }
}

fn not_here() -> AnyView {
    view! {
        <li class="item" data-kind="change">
            <div class="item-main">
                {icon("cloud-off")}
                " What happened before is not on this device any more. It comes back when there is a network."
            </div>
        </li>
    }
    .into_any()
}

fn lines_of(
    events: &[(Recorded<Event>, bool)],
    parked: Vec<ParkedEvent>,
    header: &Header,
    reference: &Reference,
    alone: bool,
) -> Vec<Line> {
    let mut lines = Vec::new();
    let mut last_day = String::new();
    for (recorded, waiting) in events {
        let event = &recorded.event;
        let today = day(event.at);
        if today != last_day {
            lines.push(Line::Day(today.clone()));
            last_day = today;
        }
        let promise = match (waiting, alone) {
            (false, _) => None,
            (true, false) => WAITING,
            (true, true) => HERE_ONLY,
        };
        for change in &event.changes {
            lines.push(line_of(recorded, change, header, reference, promise));
        }
    }
    let shown: Vec<EventId> = events.iter().map(|(recorded, _)| recorded.event.id).collect();
    let parked = parked.into_iter().filter(|parked| !shown.contains(&parked.proposed.event.id));
    lines.extend(parked.map(Line::Refused));
    lines
}

fn line_of(
    recorded: &Recorded<Event>,
    change: &Change,
    header: &Header,
    reference: &Reference,
    promise: Promise,
) -> Line {
    let event = &recorded.event;
    let who = reference.person(event.by);
    let by_requester = event.by == header.requester;
    let said = |kind, to: String, text: &str| {
        Line::Said(Said {
            at: event.at,
            kind,
            who: who.clone(),
            to,
            text: text.to_owned(),
            late: late(recorded),
            promise,
            event: (promise.is_none() && text != REMOVED).then_some(event.id),
        })
    };
    match change {
        Change::Created(created) => {
            let text = if created.description.is_empty() { &created.subject } else { &created.description };
            let to = if by_requester {
                "raised it".to_owned()
            } else {
                format!("raised it for {}", reference.person(created.requester))
            };
            said("message", to, text)
        }
        Change::Replied { text } if by_requester => said("message", "wrote".to_owned(), text),
        Change::Replied { text } => {
            said("reply", format!("to {}", reference.first_name(header.requester)), text)
        }
        Change::Noted { text } => said("note", "Internal note".to_owned(), text),
        other => {
            let what = words::change(other, reference).unwrap_or_default();
            Line::Changed { at: event.at, who, what, promise }
        }
    }
}

fn late(recorded: &Recorded<Event>) -> Option<String> {
    let (at, received) = (recorded.event.at, recorded.received_at);
    let is_late = recorded.stamp.is_some() && received.millis() - at.millis() > LATE_MS;
    is_late.then(|| {
        format!("Written {} on the device, received {}", time_of_day(at), words::moment(received, at))
    })
}

fn promise_view(promise: Promise) -> Option<impl IntoView> {
    promise.map(|(state, picture, words)| {
        view! { <span class="promise" data-state=state>{icon(picture)}{words}</span> }
    })
}

fn time_view(at: Instant) -> impl IntoView {
    view! { <time class="item-time" datetime=at.to_string() title=exact(at)>{time_of_day(at)}</time> }
}

fn line_view(
    line: Line,
    reference: &Reference,
    ui: Ui,
    take_back: impl Fn(EventId) -> Option<Asking>,
) -> AnyView {
    match line {
        Line::Day(day) => view! { <li class="day">{day}</li> }.into_any(),
        Line::Said(said) => {
            let state = said.promise.map(|(state, _, _)| state);
            let mark = match said.kind {
                "reply" => Some("reply"),
                "note" => Some("lock"),
                _ => None,
            };
            view! {
                <li class="item" data-kind=said.kind data-state=state>
                    {time_view(said.at)}
                    <article class="item-main">
                        <header class="item-head">
                            <b>{said.who}</b>
                            <span class="item-to">{mark.map(icon)}{said.to}</span>
                            {promise_view(said.promise)}
                            {said.event.and_then(take_back).map(|asking| view! {
                                <button
                                    class="btn btn-icon item-act"
                                    aria-haspopup="dialog"
                                    title="Remove these words"
                                    aria-label="Remove these words"
                                    on:click=move |_| ui.ask(asking.clone())
                                >
                                    {icon("trash")}
                                </button>
                            })}
                        </header>
                        <div class="item-body">{said.text}</div>
                        {said.late.map(|late| view! { <p class="item-late">{late}</p> })}
                    </article>
                </li>
            }
            .into_any()
        }
        Line::Changed { at, who, what, promise } => {
            let state = promise.map(|(state, _, _)| state);
            view! {
                <li class="item" data-kind="change" data-state=state>
                    {time_view(at)}
                    <div class="item-main"><b>{who}</b>" "{what}" "{promise_view(promise)}</div>
                </li>
            }
            .into_any()
        }
        Line::Refused(parked) => {
            let event = &parked.proposed.event;
            let wanted = words::wanted(&event.changes, reference);
            let text = words::written(&event.changes);
            view! {
                <li class="item" data-kind="note" data-state="refused">
                    {time_view(event.at)}
                    <article class="item-main">
                        <header class="item-head">
                            <b>{reference.person(event.by)}</b>
                            <span class="item-to">{wanted}</span>
                            {promise_view(Some(("refused", "warning", "Needs you")))}
                        </header>
                        {text.map(|text| view! { <div class="item-body">{text}</div> })}
                        <div class="refusal" role="group" aria-label="Ways out">
                            <p>{reason(&parked.reason, reference)}</p>
                            <WaysOut parked=parked />
                        </div>
                    </article>
                </li>
            }
            .into_any()
        }
    }
}
