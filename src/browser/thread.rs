//! A second thread: another instance of this app in a worker, with a memory of its own, for what would keep the page waiting.
//! What goes between the two are texts of JSON, and bytes where there is much.

use js_sys::{Array, Uint8Array};
use serde::Serialize;
use serde::de::DeserializeOwned;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{DedicatedWorkerGlobalScope, MessageEvent, Worker, WorkerOptions, WorkerType};

use super::page;

/// What comes from the other side: a text of JSON, and bytes.
pub type Heard<T> = (T, Vec<u8>);

/// The other thread, as the page has it.
#[derive(Clone, Debug)]
pub struct Thread(Worker);

impl Thread {
    /// Starts it, from the file that started this page. Nothing where the browser has no such thing.
    pub fn start<T: DeserializeOwned + 'static>(hear: impl Fn(Heard<T>) + 'static) -> Option<Self> {
        let options = WorkerOptions::new();
        options.set_type(WorkerType::Module);
        let worker = Worker::new_with_options(&page::started_by()?, &options).ok()?;
        worker.set_onmessage(Some(&listener(hear)));
        Some(Self(worker))
    }

    /// Says something to it.
    pub fn say(&self, message: &impl Serialize, bytes: &[u8]) {
        if let Some(message) = written(message, bytes) {
            // What was made here can be copied.
            let _ = self.0.post_message(&message);
        }
    }
}

/// The worker that this runs in; nothing in a page.
pub fn here() -> Option<DedicatedWorkerGlobalScope> {
    js_sys::global().dyn_into().ok()
}

/// Listens to the page, for as long as the worker lives.
pub fn listen<T: DeserializeOwned + 'static>(hear: impl Fn(Heard<T>) + 'static) {
    if let Some(here) = here() {
        here.set_onmessage(Some(&listener(hear)));
    }
}

/// Says something to the page.
pub fn say(message: &impl Serialize, bytes: &[u8]) {
    if let (Some(here), Some(message)) = (here(), written(message, bytes)) {
        // What was made here can be copied.
        let _ = here.post_message(&message);
    }
}

/// Waits in the worker; what came meanwhile is heard.
pub async fn sleep(ms: i32) {
    let promise = js_sys::Promise::new(&mut |resolve, _| {
        if let Some(here) = here() {
            // A worker always has timers.
            let _ = here.set_timeout_with_callback_and_timeout_and_arguments_0(&resolve, ms);
        }
    });
    let _ = JsFuture::from(promise).await;
}

fn written(message: &impl Serialize, bytes: &[u8]) -> Option<Array> {
    let text = serde_json::to_string(message).ok()?;
    Some(Array::of2(&JsValue::from_str(&text), &Uint8Array::from(bytes)))
}

fn listener<T: DeserializeOwned + 'static>(hear: impl Fn(Heard<T>) + 'static) -> js_sys::Function {
    let listener = Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| {
        let parts = Array::from(&event.data());
        let message = parts.get(0).as_string().and_then(|text| serde_json::from_str(&text).ok());
        let bytes = parts.get(1).dyn_into::<Uint8Array>().map(|bytes| bytes.to_vec()).unwrap_or_default();
        if let Some(message) = message {
            hear((message, bytes));
        }
    });
    listener.into_js_value().unchecked_into()
}
