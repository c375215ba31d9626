//! Importing: the real log where there is one, a made-up one of the same form otherwise, and other forms.

mod desk;
mod export;
mod forms;
mod log;
mod refusals;
mod replay;
