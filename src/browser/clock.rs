//! The device's clock, its time zone, and waiting.

use chrono::{DateTime, Datelike, Local};
use holdfast_desk::Instant;
use js_sys::Promise;
use leptos::prelude::{ReadSignal, Set, signal};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

/// What the device's clock shows.
pub fn now() -> Instant {
    Instant::from_millis(js_sys::Date::now() as i64)
}

/// The years in which most of what is open began and is due.
pub fn years_around() -> std::ops::Range<i32> {
    let year = now().to_chrono().year();
    year - 2..year + 3
}

/// An instant as the clocks around this person show it.
pub fn local(at: Instant) -> DateTime<Local> {
    at.to_chrono().with_timezone(&Local)
}

/// Waits. Browsers stretch this in tabs that nobody looks at, so nothing may depend on it being exact.
pub async fn sleep(ms: i32) {
    let promise = Promise::new(&mut |resolve, _| {
        if let Some(window) = web_sys::window() {
            // A browser without timers has no page to run in; the promise then never settles, and nobody waits.
            let _ = window.set_timeout_with_callback_and_timeout_and_arguments_0(&resolve, ms);
        }
    });
    let _ = JsFuture::from(promise).await;
}

/// A signal that says now and then how late it is: often enough for texts that count minutes.
pub fn ticking(every_ms: i32) -> ReadSignal<Instant> {
    let (read, write) = signal(now());
    let tick = Closure::<dyn Fn()>::new(move || write.set(now()));
    if let Some(window) = web_sys::window() {
        let callback = tick.as_ref().unchecked_ref();
        // The clock ticks for as long as the page lives.
        let _ = window.set_interval_with_callback_and_timeout_and_arguments_0(callback, every_ms);
    }
    tick.forget();
    read
}

/// Runs once, after this many milliseconds.
pub fn after(ms: i32, then: impl FnOnce() + 'static) {
    leptos::task::spawn_local(async move {
        sleep(ms).await;
        then();
    });
}
