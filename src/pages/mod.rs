//! The pages, and the frame around them.

mod app;
mod asked;
mod asking;
mod found;
mod frame;
mod keys;
mod later;
mod list;
mod me;
mod mending;
mod new_ticket;
mod queue;
mod row;
mod rows;
mod rules;
mod sign_in;
mod states;
mod swipe;
mod swiped;
mod ticket;
mod trouble;
mod ui;
mod why;
mod work;

pub use app::App;
pub use ui::Ticks;
