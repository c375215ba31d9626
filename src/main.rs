//! The app that runs in the browser.

mod browser;
mod desk;
mod route;

fn main() {}
