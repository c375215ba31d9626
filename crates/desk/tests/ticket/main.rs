//! Tickets: what can be decided on them, and what can never be.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // A panic is how a test says what broke.

mod packing;
mod properties;
mod refusals;
mod shelf;
mod strategies;
mod together;
mod undoing;
