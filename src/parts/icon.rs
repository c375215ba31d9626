//! Icons, from the sprite that the build puts into the page.

use leptos::prelude::*;

/// An icon. It says nothing to a screen reader; what stands beside it does.
pub fn icon(name: &'static str) -> impl IntoView {
    view! { <svg class="icon" aria-hidden="true"><use_ href=format!("#i-{name}") /></svg> }
}
