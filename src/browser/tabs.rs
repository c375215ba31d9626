//! The other tabs of this browser: telling them what changed, and not sending at the same time as they do.

use std::future::Future;

use js_sys::{Function, Object, Promise, Reflect};
use serde::Serialize;
use serde::de::DeserializeOwned;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, future_to_promise};
use web_sys::{AbortSignal, BroadcastChannel, MessageEvent};

#[wasm_bindgen]
extern "C" {
    // web-sys has the Web Locks API behind an unstable flag; this is the one call that is needed of it.
    #[wasm_bindgen(js_namespace = ["navigator", "locks"], js_name = request, catch)]
    fn request_lock(name: &str, options: &Object, callback: &Function) -> Result<Promise, JsValue>;
}

/// A tab that holds the lock for longer than this sleeps or hangs.
const PATIENCE_MS: u32 = 30_000;

/// Runs the work while no other tab holds the lock of this name. Where the browser has no locks, or the tab that has it was
/// put to sleep, the work runs all the same: that nothing happens twice rests on the server, the lock only spares it the
/// asking.
pub async fn alone<F: Future<Output = ()> + 'static>(name: &str, work: impl FnOnce() -> F + 'static) {
    let mut work = Some(work);
    let callback = Closure::<dyn FnMut() -> Promise>::new(move || {
        let work = work.take();
        future_to_promise(async move {
            if let Some(work) = work {
                work().await;
            }
            Ok(JsValue::UNDEFINED)
        })
    });
    let run: &Function = callback.as_ref().unchecked_ref();
    let options = Object::new();
    // Setting a field of a plain object does not fail.
    let _ = Reflect::set(&options, &"signal".into(), &AbortSignal::timeout_with_u32(PATIENCE_MS));
    // The promise settles when the work has, which reports its own failures; or when the lock was not to be had.
    let held = match request_lock(name, &options, run) {
        Ok(promise) => JsFuture::from(promise).await.is_ok(),
        Err(_) => false,
    };
    if !held && let Ok(promise) = run.call0(&JsValue::UNDEFINED) {
        let _ = JsFuture::from(Promise::from(promise)).await;
    }
}

/// A line to the other tabs that have the same database open; at first, to nobody.
#[derive(Clone, Debug, Default)]
pub struct Tabs(Option<BroadcastChannel>);

impl Tabs {
    /// Opens the line and listens for as long as the page lives.
    pub fn listen<T: DeserializeOwned + 'static>(name: &str, hear: impl Fn(T) + 'static) -> Self {
        let Ok(channel) = BroadcastChannel::new(name) else { return Self(None) };
        let listener = Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| {
            if let Some(message) = event.data().as_string().and_then(|text| serde_json::from_str(&text).ok())
            {
                hear(message);
            }
        });
        channel.set_onmessage(Some(listener.as_ref().unchecked_ref()));
        listener.forget();
        Self(Some(channel))
    }

    /// Tells every other tab.
    pub fn tell(&self, message: &impl Serialize) {
        if let (Some(channel), Ok(text)) = (&self.0, serde_json::to_string(message)) {
            // A closed channel has nobody left to tell.
            let _ = channel.post_message(&JsValue::from_str(&text));
        }
    }
}
