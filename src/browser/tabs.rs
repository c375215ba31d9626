//! The other tabs of this browser: telling them what changed, and not sending at the same time as they do.

use std::cell::Cell;
use std::rc::Rc;

use js_sys::{Array, Function, Object, Promise, Reflect};
use serde::Serialize;
use serde::de::DeserializeOwned;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortSignal, BroadcastChannel, MessageEvent};

#[wasm_bindgen]
extern "C" {
    // web-sys has the Web Locks API behind an unstable flag; this is the one call that is needed of it.
    #[wasm_bindgen(js_namespace = ["navigator", "locks"], js_name = request, catch)]
    fn request_lock(name: &str, options: &Object, callback: &Function) -> Result<Promise, JsValue>;
}

/// A tab that holds the lock for longer than this sleeps or hangs.
const PATIENCE_MS: u32 = 30_000;

/// A lock that other tabs wait for, until this is dropped.
pub struct Held(Option<Function>);

impl Drop for Held {
    fn drop(&mut self) {
        if let Some(release) = &self.0 {
            // Settling a promise does not fail.
            let _ = release.call0(&JsValue::UNDEFINED);
        }
    }
}

/// Waits until no other tab holds the lock of this name, and takes it. Where the browser has no locks, or the tab that has
/// it was put to sleep, it is done without: that nothing happens twice rests on the server, the lock only spares it the
/// asking.
pub async fn hold(name: &str) -> Held {
    let options = Object::new();
    // Setting a field of a plain object does not fail.
    let _ = Reflect::set(&options, &"signal".into(), &AbortSignal::timeout_with_u32(PATIENCE_MS));
    take(name, &options).await.unwrap_or(Held(None))
}

/// Waits until no other tab holds the lock of this name, however long that takes, and takes it. Nothing where the browser
/// has no locks.
pub async fn hold_for_good(name: &str) -> Option<Held> {
    take(name, &Object::new()).await
}

async fn take(name: &str, options: &Object) -> Option<Held> {
    let (mut release, mut taken) = (None, None);
    // The lock is held for as long as what its callback returned is not settled.
    let held = Promise::new(&mut |resolve, _| release = Some(resolve));
    let has_it = Promise::new(&mut |resolve, _| taken = Some(resolve));
    let callback = Closure::<dyn FnMut() -> Promise>::new(move || {
        if let Some(taken) = &taken {
            let _ = taken.call0(&JsValue::UNDEFINED);
        }
        held.clone()
    });
    let asked = request_lock(name, options, callback.as_ref().unchecked_ref()).ok()?;
    // The asking fails when patience ends before the lock is to be had.
    let _ = JsFuture::from(Promise::race(&Array::of2(&has_it, &asked))).await;
    Some(Held(release))
}

/// A line to the other tabs that have the same database open.
#[derive(Clone, Debug)]
pub struct Tabs {
    channel: Option<BroadcastChannel>,
    missed: Rc<Cell<bool>>,
}

impl Tabs {
    /// Opens the line.
    pub fn open(name: &str) -> Self {
        let (channel, missed) = (BroadcastChannel::new(name).ok(), Rc::new(Cell::new(false)));
        if let Some(channel) = &channel {
            let missing = Rc::clone(&missed);
            let listener = Closure::<dyn Fn()>::new(move || missing.set(true));
            channel.set_onmessage(Some(listener.as_ref().unchecked_ref()));
            listener.forget();
        }
        Self { channel, missed }
    }

    /// Whether something was told before anybody listened.
    pub fn has_missed(&self) -> bool {
        self.missed.get()
    }

    /// Listens for as long as the page lives.
    pub fn listen<T: DeserializeOwned + 'static>(&self, hear: impl Fn(T) + 'static) {
        let Some(channel) = &self.channel else { return };
        let listener = Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| {
            if let Some(message) = event.data().as_string().and_then(|text| serde_json::from_str(&text).ok())
            {
                hear(message);
            }
        });
        channel.set_onmessage(Some(listener.as_ref().unchecked_ref()));
        listener.forget();
    }

    /// Tells every other tab.
    pub fn tell(&self, message: &impl Serialize) {
        if let (Some(channel), Ok(text)) = (&self.channel, serde_json::to_string(message)) {
            // A closed channel has nobody left to tell.
            let _ = channel.post_message(&JsValue::from_str(&text));
        }
    }
}
