//! Your work: everything that waits to be sent, and everything that was refused, with the ways out.

use leptos::prelude::*;

use super::states::Blank;
use super::ticket::ways_out::WaysOut;
use super::ui::Ticks;
use crate::browser::database::{ParkedEvent, WaitingEvent};
use crate::desk::words::{ago, exact, moment, number, reason, wanted, written};
use crate::desk::{Desk, Reference, Status};
use crate::parts::icon;
use crate::route::Route;

/// The page.
#[component]
pub fn Work() -> impl IntoView {
    let desk = expect_context::<Desk>();
    let work = move || {
        let (waiting, parked) = desk.work();
        let reference = desk.reference()?;
        // What the server has accepted is on its way back and no longer waits for anything.
        let waiting: Vec<_> = waiting.into_iter().filter(|entry| entry.accepted.is_none()).collect();
        if waiting.is_empty() && parked.is_empty() {
            let blank = view! {
                <Blank kind="empty" picture="check-all" title="Everything is sent".to_owned()
                    text="What you do with no network waits here until it can go out.".to_owned() />
            };
            return Some(blank.into_any());
        }
        let sections = view! {
            {section("Needs you", parked.len(), parked.into_iter().map(|job| refused(desk, job, &reference).into_any()).collect())}
            {section(waiting_title(desk), waiting.len(), waiting.into_iter().map(|job| waits(desk, job, &reference).into_any()).collect())}
        };
        Some(sections.into_any())
    };
    view! {
        <main class="pane" data-pane="work" id="main" tabindex="-1">
            <div class="page">
                <div class="work-head">
                    <h1>"Your work"</h1>
                    <Show when=move || !desk.is_alone()>
                        <button class="btn push" on:click=move |_| desk.try_now()>{icon("refresh")}"Try to send now"</button>
                    </Show>
                </div>
                <Standing desk />
                {work}
            </div>
        </main>
    }
}

fn waiting_title(desk: Desk) -> &'static str {
    if desk.is_alone() { "Saved on this device" } else { "Waiting to send" }
}

fn section(title: &'static str, count: usize, jobs: Vec<AnyView>) -> Option<impl IntoView> {
    (count > 0).then(|| view! { <section class="work-sect"><h2>{title}" "<span class="num">{count}</span></h2>{jobs}</section> })
}

/// How things stand with the server, in a sentence.
#[component]
fn Standing(desk: Desk) -> impl IntoView {
    let Ticks(seconds) = expect_context();
    let words = move || {
        let now = seconds.get();
        match desk.status.get() {
            Status::Alone => "There is no server. Everything is kept on this device.".to_owned(),
            Status::Starting(None) => "Getting your desk for the first time.".to_owned(),
            Status::Starting(Some(at)) => format!("The server last answered {}.", ago(at, now)),
            Status::Synced(at) => format!("In step with the server, {}.", ago(at, now)),
            Status::Sending => "Sending.".to_owned(),
            Status::Fetching(at, head) => format!("Fetching the history: {at} of {head}."),
            Status::Offline(since) => {
                format!(
                    "Offline since {}. Everything goes out by itself when the network is back.",
                    moment(since, now)
                )
            }
            Status::SignInAgain => {
                "Your sign-in has run out. Sign in again, and everything goes out.".to_owned()
            }
            Status::TooOld => {
                "The server wants a newer version of this app. Reload it; nothing that was saved is lost."
                    .to_owned()
            }
            Status::Broken(why) => format!("Something is wrong: {why}. Nothing that was saved is lost."),
        }
    };
    view! {
        <p class="quiet">{words}</p>
        <Show when=move || desk.status.get() == Status::SignInAgain>
            <p><a class="btn btn-main" href=Route::Me.href()>"Sign in again"</a></p>
        </Show>
    }
}

fn what(desk: Desk, event: &holdfast_desk::Event, reference: &Reference) -> impl IntoView + use<> {
    let header = untrack(|| desk.header(event.ticket));
    let wants = wanted(&event.changes, reference);
    let link = header.map(|header| {
        let no = number(header.number, desk.provisional(event.ticket), reference);
        view! { <a href=Route::Ticket(event.ticket).href()><span class="no">{no}</span>" "{header.subject}</a> }
    });
    let now = desk.now();
    let at = event.at;
    view! {
        <div class="job-what"><b>{wants}</b>" "{link}</div>
        <time datetime=at.to_string() title=exact(at)>{moment(at, now)}</time>
    }
}

fn refused(desk: Desk, job: ParkedEvent, reference: &Reference) -> impl IntoView + use<> {
    let event = &job.proposed.event;
    let why = reason(&job.reason, reference);
    let text = written(&event.changes).map(|text| view! { <blockquote class="job-text">{text}</blockquote> });
    let what = what(desk, event, reference);
    view! {
        <article class="job" data-state="refused">
            {icon("warning")}
            {what}
            <p class="job-why">{why}</p>
            {text}
            <WaysOut parked=job />
        </article>
    }
}

fn waits(desk: Desk, job: WaitingEvent, reference: &Reference) -> impl IntoView + use<> {
    let event = &job.proposed.event;
    let text = written(&event.changes).map(|text| view! { <blockquote class="job-text">{text}</blockquote> });
    let (state, picture) = if desk.is_alone() { ("sent", "check") } else { ("waiting", "waiting") };
    let what = what(desk, event, reference);
    view! { <article class="job" data-state=state>{icon(picture)}{what}{text}</article> }
}
