//! The desk on this device: what the pages read and act on. No page knows of IndexedDB, requests or tabs.

mod account;
mod acting;
mod ahead;
mod alone;
mod api;
mod bulk;
mod draft;
mod editing;
mod listening;
mod others;
mod reading;
mod recovery;
mod searching;
mod selecting;
mod sending;
mod shown;
mod space;
mod state;
mod status;
mod sync;
mod views;
pub mod what_if;
pub mod why;
pub mod words;

pub use account::{Account, Place, Session, SignInError, find_place, sign_in};
pub use acting::ActError;
pub use api::ApiError;
pub use bulk::Outcome;
pub use draft::Draft;
pub use editing::EditError;
pub use reading::History;
pub use recovery::{Mend, Trouble, mend};
pub use searching::{Passage, Reach};
pub use state::{Desk, OpenError, Reference};
pub use status::Status;
