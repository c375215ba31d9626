//! Writing a reply or a note: two things that cannot be mistaken for each other.

use holdfast_desk::TicketId;
use holdfast_desk::ticket::Want;
use leptos::ev;
use leptos::html;
use leptos::prelude::*;

use crate::browser::dom;
use crate::desk::{Desk, Draft};
use crate::pages::ui::Ui;
use crate::parts::{Notices, icon};

/// The composer. What is typed is kept on the device at every key stroke, a reply and a note apart.
#[component]
pub fn Composer(ticket: TicketId) -> impl IntoView {
    let (desk, ui) = (expect_context::<Desk>(), expect_context::<Ui>());
    let notices = expect_context::<Notices>();
    let is_agent = desk.actor().role.is_agent();
    let area = NodeRef::<html::Textarea>::new();
    let is_note = move || is_agent && ui.writes_note.get();
    let draft_of = |mode: &str| Draft::open(desk, format!("{ticket}/{mode}"));
    let (reply, note) = (draft_of("reply"), draft_of("note"));
    let draft = move || if is_note() { note } else { reply };
    Effect::new(move |_| {
        draft().text.track();
        if let Some(area) = area.get() {
            dom::fit_height(&area);
        }
    });
    let to = Memo::new(move |_| match (desk.header(ticket), desk.reference()) {
        (Some(header), Some(reference)) if header.requester != desk.actor().person => {
            reference.first_name(header.requester)
        }
        _ => "the desk".to_owned(),
    });
    let send = move || {
        let (draft, is_note) = (untrack(draft), untrack(is_note));
        let words = draft.text.get_untracked();
        let (want, what) = if is_note {
            (Want::Note { text: words }, "Note for the team")
        } else {
            (Want::Reply { text: words }, "Reply")
        };
        leptos::task::spawn_local(async move {
            // Only what is on the disk leaves the composer.
            match desk.act_from(draft, ticket, want.into()).await {
                Ok(Some(_)) => notices.saved(what),
                Ok(None) => {}
                Err(error) => notices.failed(&error),
            }
        });
    };
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        send();
    };
    let on_key = move |event: ev::KeyboardEvent| {
        if event.key() == "Enter" && (event.ctrl_key() || event.meta_key()) {
            event.prevent_default();
            send();
        } else if event.key() == "Escape" {
            dom::focus_soon("main");
        }
    };
    let placeholder = move || {
        if is_note() { "Write to the team".to_owned() } else { format!("Write to {}", to.get()) }
    };
    let tab = move |note: bool, picture: &'static str, name: &'static str| {
        let chosen = move || ui.writes_note.get() == note;
        let turn = move |event: ev::KeyboardEvent| {
            if matches!(event.key().as_str(), "ArrowLeft" | "ArrowRight") {
                event.prevent_default();
                ui.writes_note.set(!note);
                dom::focus_soon(tab_id(!note));
            }
        };
        view! {
            <button
                type="button"
                class="tab"
                role="tab"
                id=tab_id(note)
                aria-selected=move || chosen().to_string()
                tabindex=move || if chosen() { "0" } else { "-1" }
                aria-controls="compose"
                on:click=move |_| {
                    ui.writes_note.set(note);
                    dom::focus_soon("composer-text");
                }
                on:keydown=turn
            >
                {icon(picture)}
                {name}
            </button>
        }
    };
    view! {
        <form
            class="composer"
            data-mode=move || if is_note() { "note" } else { "reply" }
            aria-label="Answer"
            on:submit=submit
        >
            <div class="composer-tabs">
                {is_agent.then(|| view! {
                    <div class="line" role="tablist" aria-label="What to write">
                        {tab(false, "reply", "Reply")}
                        {tab(true, "lock", "Note")}
                    </div>
                })}
                <span class="composer-to">
                    {move || if is_note() {
                        "Only the team sees this".to_owned()
                    } else {
                        format!("{} will read this", capital(&to.get()))
                    }}
                </span>
            </div>
            <div role="tabpanel" id="compose">
                <textarea
                    class="input composer-text"
                    id="composer-text"
                    rows="1"
                    node_ref=area
                    aria-label=placeholder
                    placeholder=placeholder
                    prop:value=move || draft().text.get()
                    on:input=move |event| untrack(draft).typed(event_target_value(&event))
                    on:keydown=on_key
                ></textarea>
                <div class="composer-foot">
                    <Show when=move || draft().kept.get()>
                        <span class="promise" data-state="saved">{icon("check")}"Draft saved on this device"</span>
                    </Show>
                    // The words keep the focus while the button is pressed: what folds away without it, the keyboard of
                    // a phone included, would move the button from under the thumb.
                    <button class="btn btn-main push" on:mousedown=|event| event.prevent_default() disabled=move || draft().text.read().trim().is_empty()>
                        {move || icon(if is_note() { "lock" } else { "send" })}
                        {move || if is_note() {
                            "Save note for the team".to_owned()
                        } else {
                            format!("Send to {}", to.get())
                        }}
                    </button>
                </div>
            </div>
        </form>
    }
}

fn tab_id(note: bool) -> &'static str {
    if note { "tab-note" } else { "tab-reply" }
}

fn capital(name: &str) -> String {
    let mut letters = name.chars();
    let first: String = letters.next().map(|letter| letter.to_uppercase().collect()).unwrap_or_default();
    format!("{first}{}", letters.as_str())
}
