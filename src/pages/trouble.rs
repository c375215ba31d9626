//! What the person has to know of the app and of what the browser does with the desk's data: bands over the page that stay.

use holdfast_desk::Instant;
use leptos::prelude::*;

use super::ui::Ticks;
use crate::browser::{page, worker};
use crate::desk::{Desk, Trouble};
use crate::parts::icon;
use crate::route::Route;

/// Work that has waited for so long is in danger: some browsers clear away what nobody visits for a week.
const LONG_MS: i64 = 2 * DAY_MS;
const DAY_MS: i64 = 86_400_000;

/// What to do about it.
#[derive(Clone, Copy, PartialEq)]
enum Way {
    Reload,
    Work,
    Close,
}

/// A newer version is offered, never taken by itself.
#[component]
pub fn Update(
    /// Whether there is one.
    newer: ReadSignal<bool>,
) -> impl IntoView {
    view! {
        <Show when=move || newer.get()>
            <div class="update" role="status">
                "A new version is ready. What you have typed is kept."
                <button class="btn btn-main push" on:click=|_| worker::take_update()>"Reload"</button>
            </div>
        </Show>
    }
}

/// What the browser did.
#[component]
pub fn TroubleView() -> impl IntoView {
    let desk = expect_context::<Desk>();
    let Ticks(now) = expect_context();
    let shown = Memo::new(move |_| match desk.trouble.get() {
        Some(trouble) => Some(words(&trouble)),
        None => long_wait(desk, now.get()).map(|words| (words, Way::Work)),
    });
    let way = move |way| match way {
        Way::Reload => {
            view! { <button class="btn btn-main push" on:click=|_| page::reload()>"Reload"</button> }
                .into_any()
        }
        Way::Work => view! { <a class="btn push" href=Route::Work.href()>"Your work"</a> }.into_any(),
        Way::Close => {
            view! { <button class="btn push" on:click=move |_| desk.trouble.set(None)>"Close"</button> }
                .into_any()
        }
    };
    view! {
        <div class="trouble" role="status">
            {move || shown.get().map(|(words, to)| view! { {icon("warning")}<p>{words}</p>{way(to)} })}
        </div>
    }
}

fn things(count: usize) -> String {
    if count == 1 { "One thing".to_owned() } else { format!("{count} things") }
}

fn are(count: usize) -> &'static str {
    if count == 1 { "is" } else { "are" }
}

fn words(trouble: &Trouble) -> (String, Way) {
    match trouble {
        Trouble::Newer => (
            "A newer version of Holdfast is open in another tab. Reload this page to go on. What you saved is kept.".to_owned(),
            Way::Reload,
        ),
        Trouble::Unusable(why) => (
            format!("Nothing can be saved at the moment: {why}. What was saved is kept. Reload the page to try again."),
            Way::Reload,
        ),
        Trouble::ThrownAway(0) => (
            "This browser removed what Holdfast kept on this device. Nothing waited to be sent; everything is read again from the server.".to_owned(),
            Way::Close,
        ),
        Trouble::ThrownAway(count) => (
            format!(
                "This browser removed what Holdfast kept on this device. {} you did had not been sent, and {} saved again. The rest is read again from the server.",
                things(*count),
                are(*count)
            ),
            Way::Close,
        ),
        Trouble::Gone(0) => (
            "This browser has lost what Holdfast kept on this device. As far as it knows, everything you did had been sent, and is read again.".to_owned(),
            Way::Close,
        ),
        Trouble::Gone(count) => (
            format!("This browser has lost what Holdfast kept on this device. {} you did had not been sent, and may be lost. Everything that was sent is read again.", things(*count)),
            Way::Close,
        ),
        Trouble::Unreadable(count) => (
            format!(
                "{} you did could not be read any more, and {} lost. Everything that was sent is read again.",
                things(*count),
                are(*count)
            ),
            Way::Close,
        ),
        Trouble::Incomplete => (
            "Some of what this browser kept could not be read any more. What you did is kept; what is missing is read again from the server.".to_owned(),
            Way::Close,
        ),
        Trouble::NothingFromBefore => (
            "This browser has nothing of yours from before. If you worked in it and something was not sent, that is lost. Everything that was sent is here.".to_owned(),
            Way::Close,
        ),
        Trouble::Stumbled => (
            "Something in the app failed. What you saved is kept. Reload the page.".to_owned(),
            Way::Reload,
        ),
    }
}

fn long_wait(desk: Desk, now: Instant) -> Option<String> {
    if desk.is_alone() {
        return None;
    }
    let (waiting, _) = desk.work();
    let unsent: Vec<_> = waiting.iter().filter(|entry| entry.accepted.is_none()).collect();
    let oldest = unsent.iter().map(|entry| entry.proposed.stamp.occurred_at).min()?;
    let days = (now.millis() - oldest.millis()) / DAY_MS;
    let count = unsent.len();
    let have = if count == 1 { "has" } else { "have" };
    (now.millis() - oldest.millis() >= LONG_MS).then(|| {
        format!("{} you did {have} waited for {days} days to be sent. Get this device to a network soon: a browser may clear away what it keeps.", things(count))
    })
}
