//! Search: what is found is what a reader of every text would find, and the best comes first.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // A panic is how a test says what broke.

mod finding;
mod naive;
mod ranking;
mod segments;
mod snippets;
mod support;
mod tokens;
