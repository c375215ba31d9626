//! The server's side of agreeing with devices: what they push is decided again, what they pull is theirs to see.

mod pull;
mod push;

pub use pull::{pull, visible};
pub use push::push;
