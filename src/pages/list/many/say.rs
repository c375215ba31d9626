//! What is said on many tickets at once: a reply, a note, or what goes with a transition.

use holdfast_desk::Command;
use holdfast_desk::ticket::{Comment, Want};
use leptos::ev;
use leptos::prelude::*;

use super::{Work, picked, run, tickets};
use crate::desk::{Desk, Draft};
use crate::pages::ui::{Many, Ui};
use crate::parts::{Dialog, icon};

/// The dialog.
#[component]
pub fn Say(many: Many) -> impl IntoView {
    let (desk, ui) = (expect_context::<Desk>(), expect_context::<Ui>());
    let work = expect_context::<Work>();
    let chosen = picked(ui);
    let count = tickets(chosen.len());
    let is_agent = desk.actor().role.is_agent();
    let to = match &many {
        Many::Transition(to) => Some(to.clone()),
        _ => None,
    };
    let has_to_say = to.is_none();
    let name =
        to.as_ref().map(|to| untrack(|| desk.reference()).map_or_else(String::new, |known| known.status(to)));
    let (key, verb, picture, what) = match (&many, &name) {
        (Many::Reply, _) => ("many/reply", "Send".to_owned(), "send", "replied to".to_owned()),
        (Many::Note, _) => ("many/note", "Save note".to_owned(), "lock", "noted".to_owned()),
        (_, name) => {
            let name = name.clone().unwrap_or_default();
            ("many/transition", format!("Move to {name}"), "check", format!("moved to {name}"))
        }
    };
    let title = match (&many, &name) {
        (Many::Reply, _) => format!("Reply to {count}"),
        (Many::Note, _) => format!("Note on {count}"),
        (_, name) => format!("{count} to {}", name.clone().unwrap_or_default()),
    };
    let draft = Draft::open(desk, key.to_owned());
    let text = draft.text;
    let is_note = RwSignal::new(is_agent && many != Many::Reply);
    let chosen = StoredValue::new(chosen);
    let send = StoredValue::new_local(move || {
        let words = text.get_untracked().trim().to_owned();
        if words.is_empty() && has_to_say {
            return;
        }
        let note = is_note.get_untracked();
        let comment = (!words.is_empty())
            .then(|| if note { Comment::Note(words.clone()) } else { Comment::Reply(words.clone()) });
        let command = match &to {
            Some(to) => Command::transition(to.clone(), comment),
            None if note => Want::Note { text: words }.into(),
            None => Want::Reply { text: words }.into(),
        };
        ui.asked();
        run(
            work,
            desk,
            ui,
            what.clone(),
            chosen.get_value(),
            move |_| (Some(command.clone()), Vec::new()),
            Some(key),
        );
    });
    let on_key = move |event: ev::KeyboardEvent| {
        if event.key() == "Enter" && (event.ctrl_key() || event.meta_key()) {
            event.prevent_default();
            send.with_value(|send| send());
        }
    };
    let kind = move |note: bool, words: &'static str| {
        view! {
            <label>
                <input
                    type="radio"
                    name="many-kind"
                    prop:checked=move || is_note.get() == note
                    on:change=move |_| is_note.set(note)
                />
                {words}
            </label>
        }
    };
    let label = if has_to_say { "What is there to say?" } else { "Say something with it (optional)" };
    let warns = move || match (text.read().trim().is_empty(), is_note.get()) {
        (true, _) if !has_to_say => "The change can be taken back.".to_owned(),
        (_, true) => format!("The team reads it on {count}. Words cannot be taken back."),
        (_, false) => format!("Each requester reads it: {count}. Words cannot be taken back."),
    };
    view! {
        <Dialog attr:aria-labelledby="many-title" close=move || ui.asked()>
            <form class="form" on:submit=move |event: ev::SubmitEvent| {
                event.prevent_default();
                send.with_value(|send| send());
            }>
                <h2 id="many-title">{title}</h2>
                <div class="field">
                    <label for="many-text">{label}</label>
                    <textarea
                        class="input"
                        id="many-text"
                        rows="4"
                        autofocus
                        aria-describedby="many-warns"
                        prop:value=move || text.get()
                        on:input=move |event| draft.typed(event_target_value(&event))
                        on:keydown=on_key
                    ></textarea>
                    <span class="hint" id="many-warns">{warns}</span>
                </div>
                {(is_agent && !has_to_say).then(|| view! {
                    <fieldset class="field">
                        <legend>"Who reads it"</legend>
                        <div class="seg">
                            {kind(true, "The team only")}
                            {kind(false, "The requesters too")}
                        </div>
                    </fieldset>
                })}
                <div class="dialog-foot">
                    <button type="button" class="btn btn-quiet" on:click=move |_| ui.asked()>"Cancel"</button>
                    <button class="btn btn-main" disabled=move || has_to_say && text.read().trim().is_empty()>
                        {icon(picture)}{verb}
                    </button>
                </div>
            </form>
        </Dialog>
    }
}
