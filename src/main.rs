//! The app that runs in the browser: the whole desk on the device, in step with a server when there is one.
//!
//! `browser` talks to the browser, `desk` keeps the state and acts on it, `parts` and `pages` show it, `searcher` searches it
//! in a thread of its own. The rules are
//! those of `holdfast-desk`, agreeing with the server is `holdfast-sync`'s.

mod browser;
mod desk;
mod pages;
mod parts;
mod route;
mod searcher;

fn main() {
    // The same files are the page and its second thread.
    if browser::thread::here().is_some() {
        wasm_bindgen_futures::spawn_local(async {
            // A part that cannot be fetched leaves the page with what it can find by itself.
            let _ = searcher::serve().await;
        });
    } else {
        leptos::mount::mount_to_body(pages::App);
    }
}
