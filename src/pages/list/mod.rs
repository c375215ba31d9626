//! What a queue has beside its rows: filters, the order, columns, the board, and what is done to many tickets at once.

mod board;
mod columns;
pub mod filters;
mod many;
pub mod moving;
pub mod picking;
mod places;
mod said;
mod saving;
mod sort;
mod tools;

pub use board::Board;
pub use columns::{Cells, ColumnsChooser};
pub use filters::{Fields, Values};
pub use saving::SaveView;
pub use sort::SortChooser;
pub use tools::Tools;

use super::ui::Ui;

/// What goes on for as long as the page lives.
pub fn begin(ui: Ui) {
    columns::restore(ui);
    picking::follow(ui);
    places::follow(ui);
}
