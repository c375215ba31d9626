//! Parts that pages are made of. Their markup is told in `docs/look.md`.

mod badge;
mod chooser;
mod dialog;
mod icon;
mod notices;
mod pill;
mod splitter;

pub use badge::{Badge, Bell, badge, counting};
pub use chooser::{Choice, Chooser, OfTyped};
pub use dialog::Dialog;
pub use icon::{icon, icon_as};
pub use notices::{Notices, NoticesView};
pub use pill::Pill;
pub use splitter::{Pane, Splitter, restore_panes};
