//! How a device and the server come to agree. No I/O, no clock: the browser, the server and the simulation in the
//! tests all drive the same code.
//!
//! [`protocol`] is what they say to each other. [`replica`] is what a device has, [`client`] what it does with it, and
//! [`judge()`] is the server's side. What is replicated is a [`Kind`]: its rules come from elsewhere, [`tickets`] are the
//! first kind there is.

pub mod client;
mod judge;
mod kind;
pub mod protocol;
pub mod replica;
pub mod tickets;

pub use client::Client;
pub use judge::{Judgement, judge};
pub use kind::Kind;
pub use replica::{Parked, Replica, Waiting, Write};
pub use tickets::Tickets;
