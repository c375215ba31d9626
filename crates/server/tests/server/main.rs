//! The server as its clients know it: the real binary, over HTTP, on a database of its own.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test that cannot go on has failed"
)]

mod export;
mod hints;
mod hostile;
mod problems;
mod push;
mod requester;
mod round_trip;
mod rules;
mod scope;
mod session;
mod sla;
mod start;
mod static_files;
mod support;
mod tickets;
mod views;
