//! Pages for when there is nothing to show yet, or nothing at all.

use leptos::prelude::*;

use crate::browser::{clock, page};
use crate::parts::{icon, icon_as};

/// When to say why opening may take long.
const SLOW_MS: i32 = 2_000;

/// The first load; the style shows it only when it takes long enough to be noticed.
#[component]
pub fn Loading() -> impl IntoView {
    let slow = RwSignal::new(false);
    clock::after(SLOW_MS, move || {
        // The desk may be open by now.
        slow.try_set(true);
    });
    let row = || {
        view! {
            <div class="skel-row">
                <i class="skel-bar"></i>
                <i class="skel-bar"></i>
                <i class="skel-bar"></i>
            </div>
        }
    };
    view! {
        <main class="skel" aria-busy="true" aria-label="Opening your desk">
            {(0..8).map(|_| row()).collect::<Vec<_>>()}
            <p class="blank" role="status">
                {move || slow.get().then_some("This takes long. If Holdfast is open in another tab, close that tab.")}
            </p>
        </main>
    }
}

/// Something is broken: what happened, in a sentence, and what to do.
pub fn broken(why: String, what_to_do: Option<AnyView>) -> AnyView {
    let again = || {
        view! {
            <p>"Nothing that was saved on this device is lost."</p>
            <div class="line">
                <button class="btn btn-main" on:click=move |_| page::reload()>
                    "Try again"
                </button>
            </div>
        }
        .into_any()
    };
    view! {
        <main class="blank" data-kind="broken">
            {icon("warning")}
            <h1>"The desk could not be opened"</h1>
            <p>{why}</p>
            {what_to_do.unwrap_or_else(again)}
        </main>
    }
    .into_any()
}

/// Nothing to show: what would be here.
#[component]
pub fn Blank(
    /// `empty`, `offline`, `broken` or `denied`.
    kind: &'static str,
    /// Its icon.
    picture: &'static str,
    /// In a few words, what is so.
    title: String,
    /// What would be here, or what to do.
    text: String,
    /// The one action, if there is one.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    view! {
        <div class="blank" data-kind=kind>
            {icon_as(picture, "icon icon-big")}
            <h2>{title}</h2>
            <p>{text}</p>
            {children.map(|children| view! { <div class="line">{children()}</div> })}
        </div>
    }
}
