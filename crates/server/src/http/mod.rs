//! The outside of the server: JSON over HTTP under `/api/v1`, and the app's static files beside it.
//!
//! [`router`] has the one table of routes. `docs/api.md` tells the same in words.

mod body;
mod change;
mod headers;
mod health;
mod hints;
mod log;
mod problem;
mod query;
mod reference;
mod router;
mod serve;
mod session;
mod share;
mod signed_in;
mod sla;
mod state;
mod static_files;
mod sync;
mod take_in;
mod tickets;
mod version;
mod views;

pub use router::{Options, router};
pub use serve::serve;
pub use state::State;
