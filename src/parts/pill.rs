//! The state pill: always in sight, always true. It opens the list of everything that waits or was refused.

use leptos::prelude::*;

use super::icon;
use crate::browser::page;
use crate::desk::words::{ago, time_of_day};
use crate::desk::{Desk, Status};
use crate::pages::Ticks;
use crate::route::Route;

/// State, icon and words.
fn read(desk: Desk, now: holdfast_desk::Instant) -> (&'static str, &'static str, String) {
    let (unsent, parked) = desk.counts();
    let waiting = |words: String| match unsent {
        0 => words,
        count => format!("{words}, {count} waiting"),
    };
    if parked > 0 {
        let words = if parked == 1 { "1 needs you".to_owned() } else { format!("{parked} need you") };
        return ("needs", "warning", waiting(words));
    }
    match desk.status.get() {
        Status::Alone => ("synced", "check", "On this device only".to_owned()),
        Status::Starting(None) => ("sending", "refresh", "Getting your desk".to_owned()),
        Status::Starting(Some(at)) => ("sending", "refresh", waiting(format!("As of {}", ago(at, now)))),
        Status::Synced(at) if unsent == 0 => ("synced", "check", format!("Synced {}", ago(at, now))),
        Status::Synced(_) | Status::Sending => ("sending", "send", format!("Sending {unsent}")),
        Status::Fetching(at, head) => {
            ("sending", "refresh", format!("Getting your desk, {} %", at * 100 / head.max(1)))
        }
        Status::Offline(since) => {
            ("offline", "cloud-off", waiting(format!("Offline since {}", time_of_day(since))))
        }
        Status::SignInAgain => ("needs", "person", waiting("Sign in to send".to_owned())),
        Status::TooOld => ("needs", "refresh", waiting("Reload to send".to_owned())),
        Status::Broken(_) => ("needs", "warning", waiting("Something is wrong".to_owned())),
    }
}

/// The pill.
#[component]
pub fn Pill() -> impl IntoView {
    let desk = expect_context::<Desk>();
    let Ticks(seconds) = expect_context();
    let state = Memo::new(move |_| read(desk, seconds.get()));
    view! {
        <button
            class="pill"
            data-state=move || state.read().0
            title="What waits, and what needs you"
            on:click=move |_| page::go(&Route::Work.fragment())
        >
            {move || icon(state.read().1)}
            <span class="cut">{move || state.read().2.clone()}</span>
        </button>
    }
}
