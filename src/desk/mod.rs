//! The desk on this device: what the pages read and act on. No page knows of IndexedDB, requests or tabs.

mod account;
mod alone;
mod api;
mod state;
mod sync;
pub mod words;

pub use account::{Account, Place, Session, find_place, sign_in};
pub use api::ApiError;
pub use state::{ActError, Desk, Reference};
pub use sync::Status;
