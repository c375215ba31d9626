//! What stands over everything else until the person has answered or turned away.

use leptos::ev;
use leptos::html;
use leptos::prelude::*;

use crate::browser::dom;

/// A dialog that is open for as long as it is in the page. Who puts it there says how it is called.
#[component]
pub fn Dialog(
    /// Its looks.
    #[prop(default = "dialog")]
    class: &'static str,
    /// What turning away from it does.
    close: impl Fn() + 'static,
    /// What is in it.
    children: Children,
) -> impl IntoView {
    let dialog = NodeRef::<html::Dialog>::new();
    Effect::new(move |_| {
        if let Some(dialog) = dialog.get() {
            dom::show_dialog(&dialog);
        }
    });
    let closed = move |event: ev::Event| {
        // It is told a moment after it was closed. By then the next question may stand in its place, or in itself.
        if dom::is_closed(&event) {
            close();
        }
    };
    view! { <dialog class=class node_ref=dialog on:close=closed>{children()}</dialog> }
}
