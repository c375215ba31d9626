//! The server as its clients know it: the real binary, over HTTP, on a database of its own.

mod export;
mod problems;
mod push;
mod requester;
mod session;
mod start;
mod static_files;
mod support;
mod tickets;
