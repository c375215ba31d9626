//! How a device and the server come to agree. No I/O, no clock: the browser, the server and the simulation in the
//! tests all drive the same code.
//!
//! [`protocol`] is what they say to each other. [`replica`] is what a device has, [`write`] what it stores, [`client`]
//! what it does next, and [`judge()`] is the server's side. What is replicated is a [`Kind`]: its rules come from
//! elsewhere, [`tickets`] are the first kind there is.

mod action;
pub mod client;
mod judge;
mod kind;
mod outbox;
mod pace;
pub mod protocol;
pub mod replica;
pub mod tickets;
pub mod write;

pub use client::Client;
pub use judge::{Judgement, judge};
pub use kind::{Kind, States};
pub use replica::Replica;
pub use tickets::Tickets;
pub use write::{Names, Parked, Waiting, Write};
