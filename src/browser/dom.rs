//! Reaching for elements: focus, measuring, scrolling, what the keyboard says.

use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
pub use web_sys::{Element, HtmlElement};
use web_sys::{
    Event, EventTarget, HtmlDialogElement, HtmlTextAreaElement, KeyboardEvent, MouseEvent, PointerEvent,
    ScrollIntoViewOptions, ScrollLogicalPosition,
};

/// The element with this id.
pub fn by_id(id: &str) -> Option<HtmlElement> {
    web_sys::window()?.document()?.get_element_by_id(id)?.dyn_into().ok()
}

/// Puts the focus on the element with this id, once the page has drawn it.
pub fn focus_soon(id: impl Into<String>) {
    let id = id.into();
    super::clock::after(0, move || {
        focus(&id);
    });
}

/// Gives the focus to the element with this id. Returns whether there is one.
pub fn focus(id: &str) -> bool {
    let element = by_id(id);
    if let Some(element) = &element {
        // An element that cannot take the focus leaves it where it is.
        let _ = element.focus();
    }
    element.is_some()
}

/// Shows a dialog over everything, with the focus inside.
pub fn show_dialog(dialog: &HtmlDialogElement) {
    if !dialog.open() {
        // Refused only for a dialog that is open or off the page.
        let _ = dialog.show_modal();
    }
    // What was open before may give its focus back only now, to something below this dialog, and lose it there.
    let dialog = dialog.clone();
    super::clock::after(0, move || {
        let focused = web_sys::window().and_then(|window| window.document()?.active_element());
        let first = dialog.query_selector("[autofocus]").ok().flatten();
        if let (false, Some(first)) = (dialog.contains(focused.as_deref()), first)
            && let Ok(first) = first.dyn_into::<HtmlElement>()
        {
            // An element that cannot take the focus leaves it where it is.
            let _ = first.focus();
        }
    });
}

/// Attributes of an element; those that it does not have are nothing.
pub type Attributes<const N: usize> = [(&'static str, Option<String>); N];

/// Sets attributes of an element, or takes them away; those that are as they were before are left alone.
pub fn set_attributes<const N: usize>(
    element: &Element,
    before: Option<&Attributes<N>>,
    now: &Attributes<N>,
) {
    for (place, (name, value)) in now.iter().enumerate() {
        if before.is_some_and(|before| before[place].1 == *value) {
            continue;
        }
        // Only a name that is none is refused.
        let _ = match value {
            Some(value) => element.set_attribute(name, value),
            None => element.remove_attribute(name),
        };
    }
}

/// Writes texts into elements that hold nothing else; those that are as they were before are left alone.
pub fn set_texts<const N: usize>(elements: &[Element; N], before: Option<&[String; N]>, now: &[String; N]) {
    for (place, (element, text)) in elements.iter().zip(now).enumerate() {
        if before.is_none_or(|before| before[place] != *text) {
            element.set_text_content(Some(text));
        }
    }
}

/// Writes a text in parts into an element that holds nothing else, each with whether it is marked.
pub fn set_marked(element: &Element, parts: &[(String, bool)]) {
    element.set_text_content(None);
    let Some(document) = element.owner_document() else { return };
    for (text, is_marked) in parts {
        let text = document.create_text_node(text);
        let mark = is_marked.then(|| document.create_element("mark").ok()).flatten();
        if let Some(mark) = &mark {
            // A new element takes in what it is given.
            let _ = mark.append_child(&text);
        }
        let part = mark.as_ref().map_or(text.as_ref(), AsRef::as_ref);
        let _ = element.append_child(part);
    }
}

/// Sets a property of an element's style.
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
    document.is_some_and(|document| document.query_selector("dialog[open], .menu").ok().flatten().is_some())
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

/// Scrolls the element with this id into sight, no further than needed.
pub fn scroll_to(id: &str) {
    let options = ScrollIntoViewOptions::new();
    options.set_block(ScrollLogicalPosition::Nearest);
    if let Some(element) = by_id(id) {
        element.scroll_into_view_with_scroll_into_view_options(&options);
    }
}

/// Whether a click went to the element that listens, and not to something inside it.
pub fn is_itself(event: &MouseEvent) -> bool {
    event.target().is_some() && event.target() == event.current_target()
}

/// Whether the dialog that an event comes from is in the page and closed.
pub fn is_closed(event: &Event) -> bool {
    let dialog = event.target().and_then(|target| target.dyn_into::<HtmlDialogElement>().ok());
    dialog.is_some_and(|dialog| dialog.is_connected() && !dialog.open())
}

/// Lets an element hear of the pointer until it is released, wherever it goes.
pub fn capture_pointer(event: &PointerEvent) {
    let element = event.current_target().and_then(|target| target.dyn_into::<Element>().ok());
    if let Some(element) = element {
        // Refused only when the pointer is gone already.
        let _ = element.set_pointer_capture(event.pointer_id());
    }
}

/// Where the focus was, to give it back.
#[derive(Clone, Debug)]
pub struct Focus(HtmlElement);

impl Focus {
    /// Where it is now; `None` when it is nowhere in particular.
    pub fn now() -> Option<Self> {
        let element = web_sys::window()?.document()?.active_element()?;
        (element.tag_name() != "BODY").then(|| element.dyn_into().ok().map(Self)).flatten()
    }

    /// Gives it back, once the page has drawn itself.
    pub fn give_back(self) {
        super::clock::after(0, move || {
            let element = if self.0.is_connected() { Some(self.0) } else { by_id("main") };
            // An element that cannot take the focus leaves it where it is.
            let _ = element.map(|element| element.focus());
        });
    }
}

/// The first element within another that a selector finds.
pub fn first_within(element: &Element, selector: &str) -> Option<Element> {
    element.query_selector(selector).ok().flatten()
}

/// Calls back whenever the window has another size, for as long as the page lives.
pub fn on_resize(react: impl Fn() + 'static) {
    let listener = Closure::<dyn Fn()>::new(react);
    if let Some(window) = web_sys::window() {
        // Only a window that is gone refuses a listener.
        let _ = window.add_event_listener_with_callback("resize", listener.as_ref().unchecked_ref());
    }
    listener.forget();
}

/// Calls back whenever somebody does something in this page.
pub fn on_activity(react: impl Fn() + 'static) {
    let listener = Closure::<dyn Fn()>::new(react);
    if let Some(document) = web_sys::window().and_then(|window| window.document()) {
        for event in ["keydown", "pointerdown", "pointermove", "wheel", "scroll", "touchmove"] {
            // Before anybody else, who may keep it to himself. Only a document that is gone refuses a listener.
            let listener = listener.as_ref().unchecked_ref();
            let _ = document.add_event_listener_with_callback_and_bool(event, listener, true);
        }
    }
    listener.forget();
}

/// Calls back when the focus leaves the element with this id, and when something else is pressed, for as long as the page
/// lives.
pub fn on_leaving(id: &'static str, react: impl Fn() + 'static) {
    let listener = Closure::<dyn Fn(Event)>::new(move |event: Event| {
        let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
        let is_itself = target.is_some_and(|element| element.id() == id);
        if is_itself == (event.type_() == "focusout") {
            react();
        }
    });
    if let Some(document) = web_sys::window().and_then(|window| window.document()) {
        for event in ["focusout", "click"] {
            // Before anybody else. Only a document that is gone refuses a listener.
            let listener = listener.as_ref().unchecked_ref();
            let _ = document.add_event_listener_with_callback_and_bool(event, listener, true);
        }
    }
    listener.forget();
}

/// The id of the element around the one that an event comes from, or of that itself, that a selector finds.
pub fn id_around(event: &Event, selector: &str) -> Option<String> {
    let element = event.target()?.dyn_into::<Element>().ok()?;
    Some(element.closest(selector).ok()??.id())
}

/// Whether an element has the focus.
pub fn has_focus(element: &Element) -> bool {
    let focused = web_sys::window().and_then(|window| window.document()?.active_element());
    focused.as_ref() == Some(element)
}

/// The id of the element that has the focus.
pub fn focused_id() -> Option<String> {
    Some(web_sys::window()?.document()?.active_element()?.id())
}

/// Scrolls the element with this id to its end, once the page has drawn it.
pub fn scroll_to_end(id: &'static str) {
    super::clock::after(0, move || {
        if let Some(element) = by_id(id) {
            element.set_scroll_top(element.scroll_height());
        }
    });
}

/// What is in the file that somebody chose; `None` when there is none, or it cannot be read.
pub async fn chosen_text(event: web_sys::Event) -> Option<String> {
    let input: web_sys::HtmlInputElement = event.target()?.dyn_into().ok()?;
    let file = input.files()?.get(0)?;
    JsFuture::from(file.text()).await.ok()?.as_string()
}

/// The list of tickets that is shown, if there is one.
pub fn list() -> Option<Element> {
    web_sys::window()?.document()?.query_selector("[data-pane=list] .rows").ok().flatten()
}

/// Whether the focus is nowhere in particular.
pub fn is_idle() -> bool {
    let focused = web_sys::window().and_then(|window| window.document()?.active_element());
    focused
        .is_none_or(|element| matches!(element.id().as_str(), "" | "main") && element.tag_name() != "INPUT")
}
