//! Fields of the editors, and how their texts are read.

use holdfast_desk::sla::Window;
use leptos::prelude::*;

use crate::parts::icon;

/// A text that is read when it changes: what cannot be read is said beside it and changes nothing.
pub fn text(
    label: String,
    value: String,
    hint: &'static str,
    wrong: RwSignal<i32>,
    read: impl Fn(&str) -> Result<(), String> + 'static,
) -> AnyView {
    let why = RwSignal::new(None::<String>);
    let change = move |event| {
        let error = read(event_target_value(&event).trim()).err();
        let before = why.get_untracked().is_some();
        wrong.update(|wrong| *wrong += i32::from(error.is_some()) - i32::from(before));
        why.set(error);
    };
    view! {
        <label class="field">
            <span>{label}</span>
            <input class="input" prop:value=value placeholder=hint aria-invalid=move || why.get().map(|_| "true") on:change=change />
            {move || why.get().map(|why| view! { <span class="error" role="alert">{icon("warning")}{why}</span> })}
        </label>
    }
    .into_any()
}

/// A box to tick.
pub fn check(label: String, is_on: bool, change: impl Fn(bool) + 'static) -> AnyView {
    view! {
        <label class="check">
            <input type="checkbox" prop:checked=is_on on:change=move |event| change(event_target_checked(&event)) />
            {label}
        </label>
    }
    .into_any()
}

/// One of several.
pub fn choose(
    label: String,
    options: Vec<(String, String)>,
    chosen: String,
    change: impl Fn(String) + 'static,
) -> AnyView {
    let options: Vec<_> = options
        .into_iter()
        .map(|(value, name)| {
            let is_chosen = value == chosen;
            view! { <option value=value selected=is_chosen>{name}</option> }
        })
        .collect();
    view! {
        <label class="field">
            <span>{label}</span>
            <select class="input" on:change=move |event| change(event_target_value(&event))>{options}</select>
        </label>
    }
    .into_any()
}

/// An amount of time such as `4 h`, `90 min` or `1 h 30 min`, in seconds; nothing for none.
pub fn read_span(text: &str) -> Result<Option<i64>, String> {
    if text.is_empty() {
        return Ok(None);
    }
    let wrong = || format!("“{text}” is not an amount of time such as 4 h or 1 h 30 min");
    let (mut seconds, mut digits, mut unit) = (0_i64, String::new(), String::new());
    let mut any = false;
    let mut take = |digits: &mut String, unit: &mut String| {
        let factor = match unit.as_str() {
            "h" => 3600,
            "m" | "min" => 60,
            "s" => 1,
            _ => return Err(wrong()),
        };
        let count: i64 = digits.parse().map_err(|_| wrong())?;
        seconds = count.checked_mul(factor).and_then(|more| seconds.checked_add(more)).ok_or_else(wrong)?;
        digits.clear();
        unit.clear();
        any = true;
        Ok(())
    };
    for letter in text.chars().filter(|letter| !letter.is_whitespace()) {
        if letter.is_ascii_digit() {
            if !unit.is_empty() {
                take(&mut digits, &mut unit)?;
            }
            digits.push(letter);
        } else {
            unit.push(letter.to_ascii_lowercase());
        }
    }
    take(&mut digits, &mut unit)?;
    Ok(any.then_some(seconds))
}

/// An amount of time as [`read_span`] reads it.
pub fn show_span(seconds: Option<i64>) -> String {
    let Some(seconds) = seconds else { return String::new() };
    let parts = [(seconds / 3600, "h"), (seconds / 60 % 60, "min"), (seconds % 60, "s")];
    let shown: Vec<String> =
        parts.iter().filter(|(count, _)| *count > 0).map(|(count, unit)| format!("{count} {unit}")).collect();
    if shown.is_empty() { "0 min".to_owned() } else { shown.join(" ") }
}

/// Windows such as `09:00–12:00, 13:00–17:30`.
pub fn read_windows(text: &str) -> Result<Vec<Window>, String> {
    let parts = text.split(',').map(str::trim).filter(|part| !part.is_empty());
    parts
        .map(|part| {
            let (opens, closes) = part
                .split_once(['-', '–'])
                .ok_or_else(|| format!("“{part}” is not a stretch such as 09:00–17:00"))?;
            Window::parse(opens.trim(), closes.trim())
        })
        .collect()
}

/// Windows as [`read_windows`] reads them.
pub fn show_windows(windows: &[Window]) -> String {
    let text = |window: &Window| {
        let (opens, closes) = window.texts();
        format!("{opens}–{closes}")
    };
    windows.iter().map(text).collect::<Vec<_>>().join(", ")
}
