//! Reaching for elements: focus, measuring, scrolling, what the keyboard says.

use wasm_bindgen::prelude::*;
use web_sys::{Element, EventTarget, HtmlDialogElement, HtmlElement, HtmlTextAreaElement, KeyboardEvent};

/// The element with this id.
pub fn by_id(id: &str) -> Option<HtmlElement> {
    web_sys::window()?.document()?.get_element_by_id(id)?.dyn_into().ok()
}

/// Puts the focus on the element with this id, once the page has drawn it.
pub fn focus_soon(id: impl Into<String>) {
    let id = id.into();
    super::clock::after(0, move || {
        if let Some(element) = by_id(&id) {
            // An element that cannot take the focus leaves it where it is.
            let _ = element.focus();
        }
    });
}

/// Shows a dialog over everything, with the focus inside.
pub fn show_dialog(dialog: &HtmlDialogElement) {
    if !dialog.open() {
        // Refused only for a dialog that is open or off the page.
        let _ = dialog.show_modal();
    }
}

/// Sets a custom property of an element.
pub fn set_property(element: &HtmlElement, name: &str, value: &str) {
    // The names are ours and valid.
    let _ = element.style().set_property(name, value);
}

/// Whether an event comes from somewhere a person types into.
pub fn is_typing(target: Option<EventTarget>) -> bool {
    let Some(element) = target.and_then(|target| target.dyn_into::<Element>().ok()) else { return false };
    matches!(element.tag_name().as_str(), "INPUT" | "TEXTAREA" | "SELECT")
        || element.has_attribute("contenteditable")
}

/// Whether a dialog or a menu is open, so that the page below it must not listen to keys.
pub fn is_covered() -> bool {
    let document = web_sys::window().and_then(|window| window.document());
    document.is_some_and(|document| {
        document.query_selector("dialog[open], .menu").ok().flatten().is_some()
    })
}

/// Hears every key that is pressed, for as long as the page lives.
pub fn on_key(react: impl Fn(KeyboardEvent) + 'static) {
    let listener = Closure::<dyn Fn(KeyboardEvent)>::new(react);
    if let Some(window) = web_sys::window() {
        // Only a window that is gone refuses a listener.
        let _ = window.add_event_listener_with_callback("keydown", listener.as_ref().unchecked_ref());
    }
    listener.forget();
}

/// Makes a text area as high as what is in it.
pub fn fit_height(area: &HtmlTextAreaElement) {
    let style = area.style();
    // The names are ours and valid.
    let _ = style.set_property("height", "auto");
    let _ = style.set_property("height", &format!("{}px", area.scroll_height()));
}

/// How tall one row of a list is drawn, in CSS pixels.
pub fn height_of(element: &Element) -> f64 {
    element.get_bounding_client_rect().height()
}

/// The lower left corner of an element, for what opens below it.
pub fn below(element: &Element) -> (f64, f64) {
    let rect = element.get_bounding_client_rect();
    (rect.left(), rect.bottom())
}
