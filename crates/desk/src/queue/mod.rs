//! Queues: which tickets a person sees in a list, and in which order.
//!
//! What a queue shows is a query ([`Query`]), as it is typed and kept; a saved view is one with a name. It is answered from
//! columns ([`Lists`]), without reading a header.

mod columns;
mod compile;
mod filter;
mod known;
mod lists;
mod naming;
mod order;
mod query;
mod saved;
mod text;
mod values;
mod view;

pub use columns::Here;
pub use compile::{Midnight, STATES};
pub use known::{Asked, Known, Naming};
pub use lists::{Lists, MOST_VIEWS};
pub use order::{Order, SortBy};
pub use query::{Bound, Field, Phrase, Query, Term, Test};
pub use saved::{MOST_SAVED, SavedView, ViewError};
pub use values::Value;
pub use view::{View, Whose};

/// Text as search compares it: lower case, without white space around it.
pub fn folded(text: &str) -> String {
    text.trim().to_lowercase()
}
