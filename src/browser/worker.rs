//! The service worker: keeps the app's shell on the device, and knows of newer versions.

use leptos::prelude::{Set, WriteSignal};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{ServiceWorker, ServiceWorkerContainer, ServiceWorkerRegistration, ServiceWorkerState};

use super::page;

fn container() -> Option<ServiceWorkerContainer> {
    let navigator = web_sys::window()?.navigator();
    // Missing in private windows of some browsers and on plain http.
    let has = js_sys::Reflect::has(&navigator, &JsValue::from_str("serviceWorker")).unwrap_or(false);
    has.then(|| navigator.service_worker())
}

/// Registers the worker, which then keeps every file of the app; `newer` becomes true when a newer version waits to be
/// taken.
pub async fn register(newer: WriteSignal<bool>) {
    let Some(container) = container() else { return };
    let Ok(registered) = JsFuture::from(container.register("sw.js")).await else { return };
    let Ok(registration) = registered.dyn_into::<ServiceWorkerRegistration>() else { return };
    watch(registration, newer);
}

fn watch(registration: ServiceWorkerRegistration, write: WriteSignal<bool>) {
    if registration.waiting().is_some() {
        write.set(true);
    }
    let found = registration.clone();
    let on_found = Closure::<dyn Fn()>::new(move || {
        let Some(installing) = found.installing() else { return };
        // The first version ever is not a newer one.
        let replaces = found.active().is_some();
        let worker: ServiceWorker = installing.clone();
        let on_state = Closure::<dyn Fn()>::new(move || {
            if worker.state() == ServiceWorkerState::Installed && replaces {
                write.set(true);
            }
        });
        installing.set_onstatechange(Some(on_state.as_ref().unchecked_ref()));
        on_state.forget();
    });
    registration.set_onupdatefound(Some(on_found.as_ref().unchecked_ref()));
    on_found.forget();
}

/// Asks the host whether there is a newer version.
pub fn look_for_update() {
    leptos::task::spawn_local(async {
        let Some(container) = container() else { return };
        if let Ok(Some(registration)) = ready(&container).await
            && let Ok(update) = registration.update()
        {
            // Offline, there is none to be had.
            let _ = JsFuture::from(update).await;
        }
    });
}

async fn ready(container: &ServiceWorkerContainer) -> Result<Option<ServiceWorkerRegistration>, JsValue> {
    let found = JsFuture::from(container.get_registration()).await?;
    Ok(found.dyn_into::<ServiceWorkerRegistration>().ok())
}

/// Takes the newer version: its worker takes over, then the page loads again, from it and from nothing else.
pub fn take_update() {
    leptos::task::spawn_local(async {
        let Some(container) = container() else { return page::reload() };
        let waiting = ready(&container).await.ok().flatten().and_then(|registration| registration.waiting());
        let Some(waiting) = waiting else { return page::reload() };
        let on_change = Closure::<dyn Fn()>::new(page::reload);
        container.set_oncontrollerchange(Some(on_change.as_ref().unchecked_ref()));
        on_change.forget();
        if waiting.post_message(&JsValue::from_str("take-over")).is_err() {
            page::reload();
        }
    });
}
