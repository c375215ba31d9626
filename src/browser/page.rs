//! The page itself: its address, whether it is seen, whether the browser believes to be online, how it looks.

use js_sys::{Promise, Reflect};
use leptos::prelude::{ReadSignal, Set, signal};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{CssStyleSheet, HtmlElement, VisibilityState};

pub(super) fn listen(target: &web_sys::EventTarget, event: &str, react: impl Fn() + 'static) {
    let listener = Closure::<dyn Fn()>::new(react);
    // Only a target that is gone refuses a listener.
    let _ = target.add_event_listener_with_callback(event, listener.as_ref().unchecked_ref());
    listener.forget();
}

/// What stands behind the `#` of the address, kept up to date.
pub fn address() -> ReadSignal<String> {
    let (read, write) = signal(fragment());
    if let Some(window) = web_sys::window() {
        listen(&window, "hashchange", move || write.set(fragment()));
    }
    read
}

fn fragment() -> String {
    let hash = web_sys::window().and_then(|window| window.location().hash().ok()).unwrap_or_default();
    hash.trim_start_matches('#').to_owned()
}

/// Goes to another place of the app. The browser's back button comes back from it.
pub fn go(fragment: &str) {
    if let Some(window) = web_sys::window() {
        // Only a sandboxed page may not change its own fragment.
        let _ = window.location().set_hash(fragment);
    }
}

/// Says in the address where the person is, without going anywhere.
pub fn say(fragment: &str) {
    let Some(window) = web_sys::window() else { return };
    if let (Ok(history), Ok(event)) = (window.history(), web_sys::Event::new("hashchange")) {
        // Refused only where a page changes its address hundreds of times in a row.
        let _ = history.replace_state_with_url(&JsValue::NULL, "", Some(&format!("#{fragment}")));
        // Browsers tell of this only where somebody goes somewhere.
        let _ = window.dispatch_event(&event);
    }
}

/// A text as a part of an address.
pub fn encoded(text: &str) -> String {
    js_sys::encode_uri_component(text).into()
}

/// What a part of an address says; nothing where it is cut short.
pub fn decoded(text: &str) -> String {
    js_sys::decode_uri_component(text).map(String::from).unwrap_or_default()
}

/// Goes back to where the person came from.
pub fn back() {
    if let Some(history) = web_sys::window().and_then(|window| window.history().ok()) {
        let _ = history.back();
    }
}

/// Adds to what the page looks like. The content policy allows this, as it comes out of the app's own code.
pub fn add_style(text: &str) {
    let document = web_sys::window().and_then(|window| window.document());
    let (Some(document), Ok(sheet)) = (document, CssStyleSheet::new()) else { return };
    // What is wrong in a style sheet is passed over, as in one that is linked.
    let _ = sheet.replace_sync(text);
    document.adopted_style_sheets().push(&sheet);
}

/// Does something, and notes in the browser's timeline how long that took; of each name the last is there.
pub fn measured<T>(name: &str, work: impl FnOnce() -> T) -> T {
    let Some(performance) = web_sys::window().and_then(|window| window.performance()) else { return work() };
    performance.clear_marks_with_mark_name(name);
    performance.clear_measures_with_measure_name(name);
    // A timeline that is full, or is not to be had, notes nothing.
    let _ = performance.mark(name);
    let done = work();
    let _ = performance.measure_with_start_mark(name, name);
    done
}

/// Loads the page again.
pub fn reload() {
    if let Some(window) = web_sys::window() {
        let _ = window.location().reload();
    }
}

/// Calls back whenever there may be news: the network came back, or somebody looks at the page again.
pub fn on_return(react: impl Fn() + Clone + 'static) {
    let Some(window) = web_sys::window() else { return };
    listen(&window, "online", react.clone());
    listen(&window, "pageshow", react.clone());
    if let Some(document) = window.document() {
        listen(&document.clone(), "visibilitychange", move || {
            if document.visibility_state() == VisibilityState::Visible {
                react();
            }
        });
    }
}

/// Calls back when the browser says that the network is gone.
pub fn on_offline(react: impl Fn() + 'static) {
    if let Some(window) = web_sys::window() {
        listen(&window, "offline", react);
    }
}

/// Calls back when something in the app's own code has ended in a way that nobody foresaw.
pub fn on_stumble(react: impl Fn() + Clone + 'static) {
    let Some(window) = web_sys::window() else { return };
    for (event, field) in [("error", "error"), ("unhandledrejection", "reason")] {
        let react = react.clone();
        let listener = Closure::<dyn Fn(JsValue)>::new(move |event: JsValue| {
            let error = Reflect::get(&event, &field.into()).unwrap_or_default();
            let stack = Reflect::get(&error, &"stack".into()).unwrap_or_default();
            // What extensions of the browser do in the page is not ours.
            if stack.as_string().is_some_and(|stack| stack.contains("wasm")) {
                react();
            }
        });
        // Only a target that is gone refuses a listener.
        let _ = window.add_event_listener_with_callback(event, listener.as_ref().unchecked_ref());
        listener.forget();
    }
}

/// The address of the script that started the page, as the page names it: another build has another.
pub fn started_by() -> Option<String> {
    let document = web_sys::window()?.document()?;
    document.query_selector("script[type=module]").ok()??.get_attribute("src")
}

/// How many bytes this app keeps on the device, and how many the browser lets it keep.
pub async fn room() -> Option<(f64, f64)> {
    let promise = web_sys::window()?.navigator().storage().estimate().ok()?;
    let estimate = JsFuture::from(promise).await.ok()?;
    let field = |name: &str| Reflect::get(&estimate, &name.into()).ok()?.as_f64();
    Some((field("usage")?, field("quota")?))
}

/// Sets an attribute of the root element, or takes it away.
pub fn set_root_attribute(name: &str, value: Option<&str>) {
    let Some(root) = root() else { return };
    // The names are ours and valid.
    let _ = match value {
        Some(value) => root.set_attribute(name, value),
        None => root.remove_attribute(name),
    };
}

/// The title of the window.
pub fn set_title(title: &str) {
    if let Some(document) = web_sys::window().and_then(|window| window.document()) {
        document.set_title(title);
    }
}

fn root() -> Option<HtmlElement> {
    web_sys::window()?.document()?.document_element()?.dyn_into().ok()
}

/// Asks the browser to keep this device's data even when space runs short. `None` where it cannot be asked.
pub async fn ask_to_persist() -> Option<bool> {
    let promise: Promise = web_sys::window()?.navigator().storage().persist().ok()?;
    JsFuture::from(promise).await.ok()?.as_bool()
}

/// Hands a text to the person as a file.
pub fn download(name: &str, text: &str) -> Option<()> {
    let document = web_sys::window()?.document()?;
    let link: HtmlElement = document.create_element("a").ok()?.dyn_into().ok()?;
    let encoded: String = js_sys::encode_uri_component(text).into();
    link.set_attribute("href", &format!("data:application/json;charset=utf-8,{encoded}")).ok()?;
    link.set_attribute("download", name).ok()?;
    link.click();
    Some(())
}

/// Asks the person yes or no before something that cannot be taken back.
pub fn confirm(question: &str) -> bool {
    web_sys::window().is_some_and(|window| window.confirm_with_message(question).unwrap_or(false))
}
