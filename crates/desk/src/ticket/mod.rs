//! A ticket: what can be asked of it, what can happen to it, and what it looks like after all that happened.

mod command;
mod decide;
mod event;
mod header;
pub mod limits;
pub mod packed;
mod redaction;
mod refusal;
mod shelf;
mod undo;

pub use command::{Command, Comment, NewTicket, Want};
pub use decide::{Context, decide};
pub use event::{Cause, Change, Created, Event};
pub use header::{Header, TicketNumber, evolve};
pub use redaction::{REMOVED, redacted};
pub use refusal::{Field, Refusal};
pub use shelf::Shelf;
pub use undo::Undo;
