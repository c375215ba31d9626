//! The pages, and the frame around them.

mod app;
mod asking;
mod frame;
mod keys;
mod me;
mod new_ticket;
mod queue;
mod sign_in;
mod states;
mod swipe;
mod ticket;
mod ui;
mod work;

pub use app::App;
pub use ui::Ticks;
