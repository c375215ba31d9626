//! A deadline in a few letters.

use leptos::prelude::*;

use super::icon;
use crate::desk::words::Due;

/// A deadline, with icon and word besides its colour.
#[component]
pub fn Badge(
    /// What it says.
    #[prop(into)]
    due: Signal<Due>,
) -> impl IntoView {
    let mark = move || {
        let name = due.read().icon;
        (!name.is_empty()).then(|| icon(name))
    };
    view! {
        <span class="badge" data-state=move || due.read().state title=move || due.read().exact.clone()>
            {mark}
            <span class="cut">{move || due.read().text.clone()}</span>
        </span>
    }
}
