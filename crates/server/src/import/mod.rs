//! Loading what was before: another desk's log by a mapping, or our own export.
//!
//! A log is a file in which one row is a whole ticket after one update. [`mapping`] says what its columns are,
//! [`row`] reads a row, [`replay`] finds what happened since the row before, and [`load`] stores it. Reading and
//! storing are two threads, everything is one transaction.

mod bench;
mod changes;
mod counters;
mod error;
mod export_file;
mod ids;
mod layout;
mod load;
mod log_file;
mod mapping;
mod people;
mod reading;
mod reference;
mod register;
mod replay;
mod row;
mod skip;
mod tables;
mod tally;
mod template;
mod wall_clock;
mod words;

pub use bench::{Rates, measure};
pub use counters::{CounterCheck, CounterChecks};
pub use error::ImportError;
pub use export_file::{Loaded, load_export};
pub use load::Import;
pub use log_file::progress_bar;
pub use mapping::{Counts, Mapping};
pub use skip::{Place, Skip, Skipped};
pub use tally::Tally;
