//! One way to choose, for everything that is chosen: a list with a field that narrows it down. Status, agent, priority
//! and category menus are it, and so is the palette that does anything.

use std::rc::Rc;

use holdfast_desk::queue::folded;
use leptos::ev;
use leptos::prelude::*;

use super::{Dialog, icon};
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
    /// Whether it is chosen, where several can be: choosing it leaves the list open.
    pub checked: Option<Rc<dyn Fn() -> bool>>,
    /// What choosing it does.
    pub then: Rc<dyn Fn()>,
}

/// What there is to choose of what is typed.
pub type OfTyped = Rc<dyn Fn(&str) -> Vec<Choice>>;

impl Choice {
    /// A choice with no key of its own.
    pub fn new(group: &'static str, icon: &'static str, text: String, then: impl Fn() + 'static) -> Self {
        Self { group, icon, text, key: "", why_not: None, checked: None, then: Rc::new(then) }
    }

    /// The same as one of several.
    pub fn checked(mut self, checked: impl Fn() -> bool + 'static) -> Self {
        self.checked = Some(Rc::new(checked));
        self
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
    /// What there is to choose beside that, of what is typed.
    #[prop(optional)]
    typed: Option<OfTyped>,
    /// What turning away does; choosing does it too, before what was chosen.
    close: impl Fn() + Copy + Send + 'static,
) -> impl IntoView {
    let words = RwSignal::new(String::new());
    let at = RwSignal::new(0_usize);
    let is_of_many = choices.iter().any(|choice| choice.checked.is_some());
    let choices = StoredValue::new_local((choices, typed));
    let found = move || {
        let typed = words.read();
        let words: Vec<String> = typed.split_whitespace().map(folded).collect();
        choices.with_value(|(choices, of)| {
            let matches = |choice: &&Choice| {
                let text = folded(&choice.text);
                words.iter().all(|word| text.contains(word.as_str()))
            };
            let of_typed = of.as_ref().map(|of| of(typed.trim())).unwrap_or_default();
            let found = choices.iter().filter(matches).cloned();
            found.chain(of_typed).take(SHOWN).collect::<Vec<_>>()
        })
    };
    let choose = StoredValue::new_local(move |choice: Choice| {
        if choice.why_not.is_none() {
            if choice.checked.is_none() {
                close();
            }
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
                let text = choice.text.clone();
                let checked = StoredValue::new_local(choice.checked.clone());
                let is_checked =
                    move || checked.with_value(|checked| checked.as_ref().map(|is| is().to_string()));
                let own = choice.icon;
                let picture = move || match checked.with_value(|checked| checked.as_ref().map(|is| is())) {
                    None => icon(own),
                    Some(true) => icon("pick"),
                    Some(false) => icon("unpicked"),
                };
                view! {
                    {heading}
                    <div
                        class="choice"
                        role="option"
                        id=format!("choice-{index}")
                        aria-selected=move || (at.get() == index).to_string()
                        aria-disabled=disabled
                        aria-checked=is_checked
                        on:mousedown=|event| event.prevent_default()
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
    let label = title.clone();
    view! {
        <Dialog
            class="palette"
            attr:aria-label=label
            close
            on:click=move |event| {
                if dom::is_itself(&event) {
                    close();
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
                prop:value=move || words.get()
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
                <span><kbd>"Enter"</kbd>{if is_of_many { " chooses" } else { " does it" }}</span>
                <span><kbd>"Esc"</kbd>{if is_of_many { " is done" } else { " closes" }}</span>
                {is_of_many.then(|| view! { <button class="btn btn-main push" on:click=move |_| close()>"Done"</button> })}
            </div>
        </Dialog>
    }
}
