//! Icons, from the sprite that the build puts into the page.

use leptos::prelude::*;

/// An icon. It says nothing to a screen reader; what stands beside it does.
pub fn icon(name: &'static str) -> impl IntoView {
    icon_as(name, "icon")
}

/// An icon of another class than the usual.
pub fn icon_as(name: &'static str, class: &'static str) -> impl IntoView {
    // The reference is made here and not written into the markup: Leptos keeps fixed markup as text, and there the
    // element would be called `use_`.
    view! { <svg class=class aria-hidden="true"><use_ href=format!("#i-{name}") /></svg> }
}
