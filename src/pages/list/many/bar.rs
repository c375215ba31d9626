//! The bar of what is picked: how many, and what can be done to them; while it is done, how far; then, what came of it.

use leptos::prelude::*;

use super::outcome::OutcomeView;
use super::{Work, Working, thousands, tickets};
use crate::desk::Desk;
use crate::pages::list::picking;
use crate::pages::ui::{Asking, Many, Ui};
use crate::parts::icon;

/// What is in its place.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Shows {
    Nothing,
    Actions,
    Progress,
    Outcome,
}

/// The bar.
#[component]
pub fn ManyBar() -> impl IntoView {
    let (ui, Work(working)) = (expect_context::<Ui>(), expect_context::<Work>());
    let shows = Memo::new(move |_| match (&*working.read(), ui.picked.read().is_some()) {
        (Working::Doing { .. }, _) => Shows::Progress,
        (_, true) => Shows::Actions,
        (Working::Done(_), false) => Shows::Outcome,
        (Working::Nothing, false) => Shows::Nothing,
    });
    move || match shows.get() {
        Shows::Nothing => ().into_any(),
        Shows::Actions => view! { <Actions /> }.into_any(),
        Shows::Progress => view! { <Progress /> }.into_any(),
        Shows::Outcome => view! { <OutcomeView /> }.into_any(),
    }
}

#[component]
fn Actions() -> impl IntoView {
    let (desk, ui) = (expect_context::<Desk>(), expect_context::<Ui>());
    let count = Memo::new(move |_| ui.picked.read().as_ref().map_or(0, |picked| picked.tickets.len()));
    let is_agent = desk.actor().role.is_agent();
    let button = move |many: Many, picture: &'static str, name: &'static str| {
        view! {
            <button
                class="btn btn-quiet many-do"
                aria-haspopup="dialog"
                disabled=move || count.get() == 0
                on:click=move |_| ui.ask(Asking::Many(many.clone()))
            >
                {icon(picture)}
                <span>{name}</span>
            </button>
        }
    };
    let all = move || ui.shown.read().len();
    view! {
        <section class="many" aria-label="What is selected">
            <div class="many-head">
                <b class="num" role="status">{move || format!("{} selected", thousands(count.get()))}</b>
                <Show when=move || count.get() < all()>
                    <button class="btn btn-quiet btn-small" on:click=move |_| picking::pick_all(ui, &ui.shown.read_untracked())>
                        {move || format!("Select all {}", thousands(all()))}
                    </button>
                </Show>
                <button
                    class="btn btn-icon push"
                    aria-label="Select nothing"
                    title="Select nothing (Esc)"
                    on:click=move |_| ui.picked.set(None)
                >
                    {icon("close")}
                </button>
            </div>
            <div class="many-actions" role="toolbar" aria-label="Do to what is selected">
                {button(Many::Status, "check", "Status")}
                {is_agent.then(|| view! {
                    {button(Many::Agent, "person", "Assign")}
                    {button(Many::Priority, "alert", "Priority")}
                    {button(Many::Category, "queue", "Category")}
                    {button(Many::Tags, "tag", "Tag")}
                })}
                {button(Many::Reply, "reply", "Reply")}
                {is_agent.then(|| button(Many::Note, "lock", "Note"))}
            </div>
        </section>
    }
}

#[component]
fn Progress() -> impl IntoView {
    let Work(working) = expect_context::<Work>();
    let at = Memo::new(move |_| match *working.read() {
        Working::Doing { done, of, stops } => (done, of, stops),
        _ => (0, 0, false),
    });
    let stop = move |_| {
        working.update(|working| {
            if let Working::Doing { stops, .. } = working {
                *stops = true;
            }
        });
    };
    let said = move || match at.get() {
        (_, _, true) => "Stopping…".to_owned(),
        (done, of, _) => format!("{} of {}", thousands(done), tickets(of)),
    };
    view! {
        <section class="many" aria-label="What is being done">
            <div class="many-head">
                <b class="num">{said}</b>
                <progress
                    aria-label="How far it has come"
                    max=move || at.get().1.to_string()
                    value=move || at.get().0.to_string()
                ></progress>
                <button class="btn btn-small" disabled=move || at.get().2 on:click=stop>"Stop"</button>
            </div>
            <p class="small quiet">"What is done is saved on this device as it goes."</p>
        </section>
    }
}
