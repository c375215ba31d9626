//! One way to choose, for everything that is chosen: a list with a field that narrows it down. Status, agent, priority
//! and category menus are it, and so is the palette that does anything.

use std::rc::Rc;

use holdfast_desk::queue::folded;
use leptos::ev;
use leptos::html;
use leptos::prelude::*;

use super::icon;
use crate::browser::dom;

/// How many choices are shown at the most; the field finds the rest.
const SHOWN: usize = 60;

/// Something that can be chosen.
#[derive(Clone)]
pub struct Choice {
    /// Under which heading it stands.
    pub group: &'static str,
    /// Its icon.
    pub icon: &'static str,
    /// What it says.
    pub text: String,
    /// The key that does the same, if there is one.
    pub key: &'static str,
    /// Why it cannot be chosen now.
    pub why_not: Option<String>,
    /// What choosing it does.
    pub then: Rc<dyn Fn()>,
}

impl Choice {
    /// A choice with no key of its own.
    pub fn new(group: &'static str, icon: &'static str, text: String, then: impl Fn() + 'static) -> Self {
        Self { group, icon, text, key: "", why_not: None, then: Rc::new(then) }
    }

    /// The same, named with the key that does it directly.
    pub fn with_key(mut self, key: &'static str) -> Self {
        self.key = key;
        self
    }
}

/// The list, over everything else, until something is chosen or the person turns away.
#[component]
pub fn Chooser(
    /// What is chosen here.
    title: String,
    /// Everything there is to choose from.
    choices: Vec<Choice>,
    /// What turning away does; choosing does it too, before what was chosen.
    close: impl Fn() + Clone + 'static,
) -> impl IntoView {
    let dialog = NodeRef::<html::Dialog>::new();
    let words = RwSignal::new(String::new());
    let at = RwSignal::new(0_usize);
    let choices = StoredValue::new_local(choices);
    let found = move || {
        let words: Vec<String> = words.read().split_whitespace().map(folded).collect();
        choices.with_value(|choices| {
            let matches = |choice: &&Choice| {
                let text = folded(&choice.text);
                words.iter().all(|word| text.contains(word.as_str()))
            };
            choices.iter().filter(matches).take(SHOWN).cloned().collect::<Vec<_>>()
        })
    };
    Effect::new(move |_| {
        if let Some(dialog) = dialog.get() {
            dom::show_dialog(&dialog);
        }
    });
    let leave = close.clone();
    let choose = StoredValue::new_local(move |choice: Choice| {
        if choice.why_not.is_none() {
            close();
            (choice.then)();
        }
    });
    let on_key = move |event: ev::KeyboardEvent| {
        let count = found().len();
        let next = match event.key().as_str() {
            "ArrowDown" => (at.get_untracked() + 1) % count.max(1),
            "ArrowUp" => (at.get_untracked() + count.max(1) - 1) % count.max(1),
            "Enter" => {
                event.prevent_default();
                if let Some(choice) = found().into_iter().nth(at.get_untracked()) {
                    choose.with_value(|choose| choose(choice));
                }
                return;
            }
            _ => return,
        };
        event.prevent_default();
        at.set(next);
        dom::scroll_to(&format!("choice-{next}"));
    };
    let rows = move || {
        let mut group = "";
        found()
            .into_iter()
            .enumerate()
            .map(|(index, choice)| {
                let heading = (choice.group != group).then(|| {
                    group = choice.group;
                    view! { <div class="group" role="presentation">{choice.group}</div> }
                });
                let key = (!choice.key.is_empty()).then(|| view! { <kbd>{choice.key}</kbd> });
                let why = choice.why_not.clone().map(|why| view! { <span class="choice-why">{why}</span> });
                let disabled = choice.why_not.is_some().then_some("true");
                let (picture, text) = (icon(choice.icon), choice.text.clone());
                view! {
                    {heading}
                    <div
                        class="choice"
                        role="option"
                        id=format!("choice-{index}")
                        aria-selected=move || (at.get() == index).to_string()
                        aria-disabled=disabled
                        on:click=move |_| choose.with_value(|choose| choose(choice.clone()))
                    >
                        {picture}
                        <span>{text}{why}</span>
                        {key}
                    </div>
                }
            })
            .collect::<Vec<_>>()
    };
    let left = leave.clone();
    view! {
        <dialog
            class="palette"
            aria-label=title.clone()
            node_ref=dialog
            on:close=move |_| leave()
            on:click=move |event| {
                if dom::is_itself(&event) {
                    left();
                }
            }
        >
            <input
                class="palette-input"
                role="combobox"
                aria-expanded="true"
                aria-controls="choices"
                aria-activedescendant=move || format!("choice-{}", at.get())
                aria-label=title.clone()
                placeholder=title.clone()
                autocomplete="off"
                autofocus
                on:input=move |event| {
                    words.set(event_target_value(&event));
                    at.set(0);
                }
                on:keydown=on_key
            />
            <div class="palette-list" role="listbox" id="choices" aria-label="Choices">
                {rows}
                <Show when=move || found().is_empty()>
                    <div class="group" role="presentation">"Nothing by that name"</div>
                </Show>
            </div>
            <div class="palette-foot">
                <span><kbd>"Enter"</kbd>" does it"</span>
                <span><kbd>"Esc"</kbd>" closes"</span>
            </div>
        </dialog>
    }
}
