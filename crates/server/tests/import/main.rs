//! Importing: the real log where there is one, a made-up one of the same form otherwise, and other forms.

// Helpers of tests may end a test as its own lines may.
#![allow(clippy::unwrap_used)]

mod desk;
mod export;
mod forms;
mod generated;
mod log;
mod refusals;
mod replay;
