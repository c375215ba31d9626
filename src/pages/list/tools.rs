//! The bar above a list: filters, the order, columns, the board, and picking.

use leptos::prelude::*;

use super::columns::Heads;
use super::filters::Chips;
use super::many::ManyTickets;
use super::said::capital;
use super::sort;
use crate::desk::Desk;
use crate::desk::words::by;
use crate::pages::queue::{layout, turn_layout};
use crate::pages::ui::{Asking, Layout, Picked, Ui};
use crate::parts::icon;

/// Icons of this part of the app.
const ICONS: &str = include_str!("../../../style/pages/icons.svg");

/// The bar.
#[component]
pub fn Tools() -> impl IntoView {
    let (desk, ui) = (expect_context::<Desk>(), expect_context::<Ui>());
    let order = Memo::new(move |_| sort::order(desk, ui));
    let is_board = move || layout(desk, ui) == Layout::Board;
    let turn = move |_| turn_layout(desk, ui);
    let is_picking = Memo::new(move |_| ui.picked.read().is_some());
    let pick = move |_| ui.picked.set((!is_picking.get_untracked()).then(Picked::default));
    let is_agent = desk.actor().role.is_agent();
    view! {
        <svg hidden inner_html=ICONS></svg>
        <div class="tools" role="toolbar" aria-label="This list">
            <button class="btn btn-quiet btn-small" id="filter" aria-haspopup="dialog" on:click=move |_| ui.ask(Asking::Filter)>
                {icon("filter")}"Filter"
            </button>
            <button
                class="btn btn-quiet btn-small"
                aria-haspopup="dialog"
                title="Sort (o)"
                on:click=move |_| ui.ask(Asking::Sort)
            >
                {icon("sort")}
                {move || capital(&by(order.get()))}
            </button>
            <span class="push"></span>
            <button class="btn btn-icon" aria-label="Save as a view" title="Save as a view" aria-haspopup="dialog" on:click=move |_| ui.ask(Asking::View)>
                {icon("bookmark")}
            </button>
            <button class="btn btn-icon only-wide-list" aria-label="Columns" title="Columns" aria-haspopup="dialog" on:click=move |_| ui.ask(Asking::Columns)>
                {icon("columns")}
            </button>
            <button
                class="btn btn-icon"
                aria-label="Board"
                title="Board"
                aria-pressed=move || is_board().to_string()
                on:click=turn
            >
                {icon("board")}
            </button>
            {is_agent.then(|| view! {
                <button
                    class="btn btn-icon"
                    aria-label="Select tickets"
                    title="Select tickets (x)"
                    aria-pressed=move || is_picking.get().to_string()
                    on:click=pick
                >
                    {icon("pick")}
                </button>
            })}
        </div>
        <Chips />
        <ManyTickets />
        <Show when=move || !is_board()>
            <Heads />
        </Show>
    }
}
