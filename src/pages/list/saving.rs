//! Saving what a queue shows as a view of one's own, changing such a view, and taking back what somebody else shares.

use holdfast_desk::Role;
use holdfast_desk::queue::{Order, Query, SavedView};
use leptos::ev::SubmitEvent;
use leptos::prelude::*;

use super::said;
use crate::browser::{dom, page};
use crate::desk::Desk;
use crate::desk::words::by;
use crate::pages::queue::{asked, layout};
use crate::pages::ui::{Layout, Ui};
use crate::parts::{Dialog, Notices, icon};
use crate::route::{FIRST_VIEW, Route};

/// What is shown, without the words that are searched for: a view is counted, and what words find is not.
fn shown(desk: Desk, ui: Ui) -> (Query, Order) {
    let (mut query, order) = asked(desk, ui);
    query.words.clear();
    (query, order)
}

/// The view that is shown, as it is to be saved.
#[component]
pub fn SaveView() -> impl IntoView {
    let (desk, ui) = (expect_context::<Desk>(), expect_context::<Ui>());
    let notices = expect_context::<Notices>();
    let actor = desk.actor();
    let open = untrack(|| desk.saved_view(&ui.view.read()));
    let (own, others): (Option<SavedView>, Option<SavedView>) = match open {
        Some(view) if view.owner == actor.person => (Some(view), None),
        view => (None, view),
    };
    let name = RwSignal::new(own.as_ref().map(|view| view.name.clone()).unwrap_or_default());
    let shared = RwSignal::new(own.as_ref().is_some_and(|view| view.shared));
    let wrong = RwSignal::new(None::<String>);
    let can_share = actor.role.is_agent() && !desk.is_alone();
    let close_at = move |route: Route, what: &'static str| {
        ui.asked();
        page::go(&route.fragment());
        notices.saved(what);
    };
    // Whatever is saved is on the disk before the dialog closes; what is wrong is said in it.
    let keep = move |view: SavedView, done: Callback<()>| {
        leptos::task::spawn_local(async move {
            match desk.save_view(view).await {
                Ok(()) => done.run(()),
                Err(error) => {
                    wrong.set(Some(error.to_string()));
                    dom::focus_soon("view-name");
                }
            }
        });
    };
    let save = move |into: SavedView| {
        let (query, order) = untrack(|| shown(desk, ui));
        let view = SavedView {
            name: name.get_untracked().trim().to_owned(),
            query: query.to_string(),
            sort: Some(order.to_string()),
            board: untrack(|| layout(desk, ui)) == Layout::Board,
            shared: shared.get_untracked(),
            ..into
        };
        let slug = view.id.to_string();
        keep(view, Callback::new(move |()| close_at(Route::view(&slug), "Your view")));
    };
    let delete = move |view: &SavedView| {
        let id = view.id;
        leptos::task::spawn_local(async move {
            match desk.delete_view(id).await {
                Ok(()) => close_at(Route::view(FIRST_VIEW), "View deleted"),
                Err(error) => wrong.set(Some(error.to_string())),
            }
        });
    };
    let shows = untrack(|| {
        let (query, order) = shown(desk, ui);
        let reference = desk.reference()?;
        let mut parts: Vec<String> = query.terms.iter().map(|term| said::term(term, &reference)).collect();
        parts.push(said::capital(&by(order)));
        Some(parts.join(" · "))
    });
    let main = own.clone();
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        save(main.clone().unwrap_or_else(|| desk.new_view()));
    };
    let title = if own.is_some() { "Change this view" } else { "Save as a view" };
    let of_others = others.filter(|view| view.shared).map(|view| {
        let reference = untrack(|| desk.reference());
        let owner = reference.map(|reference| reference.person(view.owner)).unwrap_or_default();
        let is_lead = actor.role >= Role::Lead;
        let unshare = move |_| {
            let done = Callback::new(move |()| {
                ui.asked();
                page::go(&Route::view(FIRST_VIEW).fragment());
                notices.say("It is shared no more, once the server has heard of it.");
            });
            keep(SavedView { shared: false, ..view.clone() }, done);
        };
        view! {
            <p class="quiet">{format!("{owner} shares this view. What you save is a view of your own.")}</p>
            {is_lead.then(|| view! {
                <button type="button" class="btn" on:click=unshare>"Stop sharing it"</button>
            })}
        }
    });
    let deleting = own.clone().map(|view| {
        view! {
            <button type="button" class="btn btn-quiet btn-danger" on:click=move |_| delete(&view)>"Delete"</button>
            <button type="button" class="btn btn-quiet" on:click=move |_| save(desk.new_view())>"Save as another"</button>
        }
    });
    view! {
        <Dialog attr:aria-labelledby="view-title" close=move || ui.asked()>
            <form class="form" on:submit=submit>
                <h2 id="view-title">{title}</h2>
                <p class="quiet">{shows}</p>
                {of_others}
                <div class="field">
                    <label for="view-name">"Name"</label>
                    <input
                        class="input"
                        id="view-name"
                        autocomplete="off"
                        autofocus
                        aria-invalid=move || wrong.read().as_ref().map(|_| "true")
                        aria-describedby="view-wrong"
                        prop:value=move || name.get()
                        on:input=move |event| {
                            wrong.set(None);
                            name.set(event_target_value(&event));
                        }
                    />
                    <span id="view-wrong" role="alert">
                        {move || wrong.get().map(|why| view! { <span class="error">{icon("warning")}{why}</span> })}
                    </span>
                </div>
                {can_share.then(|| view! {
                    <label class="check">
                        <input
                            type="checkbox"
                            prop:checked=move || shared.get()
                            on:change=move |event| shared.set(event_target_checked(&event))
                        />
                        "Share it with everybody who works for the desk"
                    </label>
                })}
                <div class="dialog-foot">
                    {deleting}
                    <span class="push"></span>
                    <button type="button" class="btn btn-quiet" on:click=move |_| ui.asked()>"Cancel"</button>
                    <button class="btn btn-main">{icon("check")}"Save"</button>
                </div>
            </form>
        </Dialog>
    }
}
