//! The order of a queue, and choosing it.

use holdfast_desk::queue::{Order, SortBy};
use leptos::prelude::*;

use super::said;
use crate::desk::Desk;
use crate::pages::queue::asked;
use crate::pages::ui::Ui;
use crate::parts::{Choice, Chooser};

/// The order that a queue is in.
pub fn order(desk: Desk, ui: Ui) -> Order {
    asked(desk, ui).1
}

/// Sorts the queue. The order that the view has by itself stands in no address.
pub fn set(desk: Desk, ui: Ui, order: Order) {
    let own = desk.view(&ui.view.read_untracked()).order;
    ui.order.set((order != own).then_some(order));
}

/// What a press on the head of a column does: sorts by it, and turns round what is sorted by it.
pub fn press(desk: Desk, ui: Ui, by: SortBy) {
    let now = untrack(|| order(desk, ui));
    set(desk, ui, Order { by, descending: now.by == by && !now.descending });
}

/// Everything to sort by, and the direction.
#[component]
pub fn SortChooser() -> impl IntoView {
    let (desk, ui) = (expect_context::<Desk>(), expect_context::<Ui>());
    let now = untrack(|| order(desk, ui));
    let choice = |group: &'static str, order: Order, text: String| {
        let picture = if order == now { "check" } else { "" };
        Choice::new(group, picture, text, move || set(desk, ui, order))
    };
    let by = |(by, _): (SortBy, &'static str)| choice("Sort by", Order { by, ..now }, said::sort(by));
    let mut choices = SortBy::ALL.map(by).to_vec();
    for (descending, words) in
        [(false, "Forwards: the first, the smallest, the soonest"), (true, "Backwards")]
    {
        choices.push(choice("Direction", Order { descending, ..now }, words.to_owned()));
    }
    view! { <Chooser title="Sort by".to_owned() choices close=move || ui.asked() /> }
}
