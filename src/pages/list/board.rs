//! The board: the tickets of a queue side by side, a column for each status in the order of the workflow. On a phone one
//! column at a time.

use holdfast_desk::{StatusId, TicketId};
use leptos::ev;
use leptos::prelude::*;

use crate::browser::dom;
use crate::desk::Desk;
use crate::pages::rows::Rows;

/// The columns.
#[component]
pub fn Board(
    /// Of which tickets, in order.
    tickets: Memo<Vec<TicketId>>,
) -> impl IntoView {
    let desk = expect_context::<Desk>();
    let statuses = Memo::new(move |_| {
        let reference = desk.reference();
        reference.map_or_else(Vec::new, |reference| {
            let rows = reference.rules.workflow.statuses().iter();
            rows.map(|row| (row.id.clone(), row.name.clone())).collect::<Vec<_>>()
        })
    });
    let columns = Memo::new(move |_| {
        let mut grouped = desk.by_status(&tickets.read());
        let of_status = |(id, _): &(StatusId, String)| grouped.remove(id).unwrap_or_default();
        statuses.read().iter().map(of_status).collect::<Vec<_>>()
    });
    // The one that a phone shows; the first with anything in it until the person chose.
    let chosen = RwSignal::new(None::<usize>);
    let at = Memo::new(move |_| {
        let first = || columns.read().iter().position(|tickets| !tickets.is_empty());
        chosen.get().or_else(first).unwrap_or_default()
    });
    let column = move |(place, (_, name)): (usize, (StatusId, String))| {
        let tickets: Memo<Vec<TicketId>> =
            Memo::new(move |_| columns.read().get(place).cloned().unwrap_or_default());
        let count = move || tickets.read().len();
        let title = name.clone();
        let label = move || format!("{name}, {} tickets", count());
        view! {
            <section class="column" data-at=move || (at.get() == place).then_some("")>
                <h3 class="column-head">
                    <span class="cut">{title}</span>
                    <span class="num quiet">{count}</span>
                </h3>
                <Rows tickets name=Signal::derive(label) scrolled=RwSignal::new((0.0, 800.0)) />
            </section>
        }
    };
    let tab = move |(place, (_, name)): (usize, (StatusId, String))| {
        let count = move || columns.read().get(place).map(Vec::len);
        view! {
            <button class="chip" aria-pressed=move || (at.get() == place).to_string() on:click=move |_| chosen.set(Some(place))>
                {name}" "<span class="num">{count}</span>
            </button>
        }
    };
    let step = move |event: ev::KeyboardEvent| {
        let by = match event.key().as_str() {
            "ArrowRight" => 1,
            "ArrowLeft" => -1,
            _ => return,
        };
        let focused = dom::focused_id();
        let ticket = focused.and_then(|id| id.strip_prefix("t-")?.parse::<TicketId>().ok());
        let columns = columns.read_untracked();
        let here = ticket.and_then(|ticket| {
            let find = |tickets: &Vec<TicketId>| tickets.iter().position(|other| *other == ticket);
            columns.iter().enumerate().find_map(|(place, tickets)| Some((place, find(tickets)?)))
        });
        let Some((place, row)) = here else { return };
        event.prevent_default();
        // The next column that has anything, at about the same height.
        let mut next = place.checked_add_signed(by);
        while let Some(tickets) = next.and_then(|next| columns.get(next)) {
            if let Some(ticket) = tickets.get(row).or(tickets.last()) {
                chosen.set(next);
                let id = format!("t-{ticket}");
                // A row that is not drawn yet is too far down; the first one of the column always is.
                let first = tickets.first().map(|ticket| format!("t-{ticket}"));
                if let (false, Some(first)) = (dom::focus(&id), first) {
                    dom::focus_soon(first);
                }
                return;
            }
            next = next.and_then(|next| next.checked_add_signed(by));
        }
    };
    view! {
        <div class="board" on:keydown=step>
            <div class="board-tabs" role="group" aria-label="Columns">
                {move || statuses.get().into_iter().enumerate().map(tab).collect::<Vec<_>>()}
            </div>
            <div class="board-columns">
                {move || statuses.get().into_iter().enumerate().map(column).collect::<Vec<_>>()}
            </div>
        </div>
    }
}
