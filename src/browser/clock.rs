//! The device's clock, its time zone, and waiting.

use chrono::{DateTime, Datelike, Local, NaiveDate};
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

/// A signal that says now and then how late it is: often enough for texts that count seconds roughly.
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

/// When a day begins by the clocks around this person.
pub fn midnight(day: NaiveDate) -> Instant {
    let (year, month, day) = (day.year() as u32, day.month0() as i32, day.day() as i32);
    let date = js_sys::Date::new_with_year_month_day(year, month, day);
    Instant::from_millis(date.get_time() as i64)
}

/// The next midnight of the clocks around this person.
pub fn midnight_after(at: Instant) -> Instant {
    let date = js_sys::Date::new(&JsValue::from_f64(at.millis() as f64));
    date.set_hours(24);
    date.set_minutes(0);
    date.set_seconds(0);
    Instant::from_millis(date.set_milliseconds(0) as i64)
}

#[wasm_bindgen]
extern "C" {
    // Bound by hand: a timer is whatever the browser says it is, and web-sys takes only small numbers.
    #[wasm_bindgen(js_name = setTimeout)]
    fn set_timeout(callback: &JsValue, ms: f64) -> JsValue;
    #[wasm_bindgen(js_name = clearTimeout)]
    fn clear_timeout(timer: &JsValue);
}

/// Something that is to ring; silent once this is dropped.
pub struct Alarm {
    timer: JsValue,
    _rings: Closure<dyn Fn()>,
}

/// The longest that an alarm sleeps: timers stand still while a device is asleep.
const LONGEST_NAP_MS: i64 = 60_000;

/// Rings once at an instant of the device's clock. What is more than a minute away rings early, and is to be set again.
pub fn alarm(at: Instant, rings: impl Fn() + 'static) -> Alarm {
    let ms = (at.millis() - now().millis()).clamp(0, LONGEST_NAP_MS) + 1;
    let rings = Closure::new(rings);
    Alarm { timer: set_timeout(rings.as_ref(), ms as f64), _rings: rings }
}

impl Drop for Alarm {
    fn drop(&mut self) {
        clear_timeout(&self.timer);
    }
}

/// Runs once, after this many milliseconds.
pub fn after(ms: i32, then: impl FnOnce() + 'static) {
    leptos::task::spawn_local(async move {
        sleep(ms).await;
        then();
    });
}
