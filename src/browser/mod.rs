//! Everything that talks to the browser. No other folder of the app names `web-sys`, `js-sys` or IndexedDB.

pub mod clock;
pub mod database;
pub mod dom;
pub mod http;
pub mod kept_index;
mod opening;
pub mod page;
pub mod part;
pub mod random;
pub mod settings;
pub mod tabs;
pub mod thread;
pub mod vault;
pub mod worker;
pub mod zone;
