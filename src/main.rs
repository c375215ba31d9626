//! The app that runs in the browser: the whole desk on the device, in step with a server when there is one.
//!
//! `browser` talks to the browser, `desk` keeps the state and acts on it, `parts` and `pages` show it. The rules are
//! those of `holdfast-desk`, agreeing with the server is `holdfast-sync`'s.

mod browser;
mod desk;
mod pages;
mod parts;
mod route;

fn main() {
    leptos::mount::mount_to_body(pages::App);
}
