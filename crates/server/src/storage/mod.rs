//! What the server keeps. Decisions are not taken here: methods store and find things, in words of the desk.
//!
//! [`sqlite`] is the one back end so far. Another one offers the same [`Storage`] with the same `read` and `write`,
//! and nothing above this folder knows SQL.

mod error;
mod records;
pub mod sqlite;

pub use error::StorageError;
pub use records::{Account, Digest, Known, Reference, Workspace};
pub use sqlite::{Storage, Transaction, View};
