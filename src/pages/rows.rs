//! The rows of a list: as many as fit, however many tickets there are.
//!
//! A row that is scrolled out of sight shows another ticket where one comes into sight: making a row takes a millisecond, and
//! giving it other words a tenth of that. So what happens to rows is heard by the list.

use holdfast_desk::TicketId;
use leptos::ev::{Event, KeyboardEvent, MouseEvent, PointerEvent};
use leptos::html;
use leptos::prelude::*;

use super::later::Later;
use super::row::{All, At, Row, RowView, offset};
use super::swipe::Swipe;
use super::ui::Ui;
use crate::browser::{clock, dom, page};
use crate::desk::Desk;
use crate::parts::{Bell, Notices, icon};
use crate::route::Route;

/// Rows drawn beyond what is in sight, so that scrolling never shows a gap.
const OVERSCAN: usize = 4;
/// Until the first row is measured.
const ROW_PX: f64 = 36.0;

/// The id of a ticket's row.
pub fn row_id(ticket: TicketId) -> String {
    format!("t-{ticket}")
}

/// The ticket of the row that an event comes from.
pub fn ticket_of(event: &Event) -> Option<TicketId> {
    dom::id_around(event, ".row")?.strip_prefix("t-")?.parse().ok()
}

/// Tickets, one below the other.
#[component]
pub fn Rows(
    /// Which, in order.
    tickets: Memo<Vec<TicketId>>,
    /// What they are.
    #[prop(into)]
    name: Signal<String>,
    /// How far they are scrolled, and how high the list is.
    scrolled: RwSignal<(f64, f64)>,
) -> impl IntoView {
    let (desk, ui) = (expect_context::<Desk>(), expect_context::<Ui>());
    let (notices, later) = (expect_context::<Notices>(), expect_context::<Later>());
    let list = NodeRef::<html::Div>::new();
    let space = NodeRef::<html::Div>::new();
    let row_px = RwSignal::new(ROW_PX);
    let focused = ui.focused_row;

    let measure = move || {
        // The list may be gone by the time the browser has drawn, or the window another size.
        let list = list.try_get_untracked().flatten();
        // A list that is not in sight has no height.
        if let Some(list) = list.filter(|list| list.client_height() > 0) {
            scrolled.try_set((f64::from(list.scroll_top()), f64::from(list.client_height())));
            if let Some(row) = dom::first_within(&list, ".row") {
                row_px.try_set(dom::height_of(&row).max(1.0));
            }
        }
    };
    // Drawn rows are measured after the first drawing, and again when they show more or the window changes; not with every
    // list, since measuring lays the page out at once.
    let is_found = Memo::new(move |_| !ui.asked.read().words.is_empty());
    let place = Memo::new(move |_| std::mem::discriminant(&*ui.route.read()));
    let is_empty = Memo::new(move |_| tickets.read().is_empty());
    Effect::new(move |_| {
        is_found.track();
        // An empty list is not in sight.
        is_empty.track();
        // At another place its rows may have become others.
        place.track();
        clock::after(0, measure);
    });
    dom::on_resize(measure);
    // A scroll position beyond the end of a list that became shorter is the browser's to mend; it says so.
    let drawn = Memo::new(move |_| {
        let ((top, height), row, tickets) = (scrolled.get(), row_px.get(), tickets.read());
        let first = ((top / row) as usize).saturating_sub(OVERSCAN);
        let count = (height / row) as usize + 2 * OVERSCAN + 1;
        // As many as fit, at the end as well: rows need not be made and unmade there.
        let first = first.min(tickets.len().saturating_sub(count));
        let last = (first + count).min(tickets.len());
        (first, tickets.get(first..last).unwrap_or_default().to_vec())
    });
    Effect::new(move |_| ui.drawn.set(drawn.get().1));
    // Rows that are not needed any more stay for when they are again.
    let count =
        Memo::new(move |before: Option<&usize>| drawn.read().1.len().max(before.copied().unwrap_or(0)));
    let len = Memo::new(move |_| tickets.read().len());
    Effect::new(move |_| {
        if let Some(space) = space.get() {
            dom::set_property(&space, "--count", &len.get().to_string());
        }
    });
    let go_to = move |index: usize| {
        if let Some(ticket) = tickets.with_untracked(|tickets| tickets.get(index).copied()) {
            focused.set(Some(ticket));
            if let Some(list) = list.get_untracked() {
                let (row, top, height) =
                    (row_px.get_untracked(), f64::from(list.scroll_top()), f64::from(list.client_height()));
                let at = index as f64 * row;
                if at < top {
                    list.set_scroll_top(at as i32);
                } else if at + row > top + height {
                    list.set_scroll_top((at + row - height) as i32);
                }
            }
            measure();
            // At once where its row is there: the next key may come before anything that is put off.
            if !dom::focus(&row_id(ticket)) {
                dom::focus_soon(row_id(ticket));
            }
        }
    };
    let open = |ticket: TicketId| page::go(&Route::Ticket(ticket).fragment());
    let on_key = move |event: KeyboardEvent| {
        if let ("Enter", Some(ticket)) = (&*event.key(), ticket_of(&event)) {
            event.prevent_default();
            return open(ticket);
        }
        let Some(pages) = later.get_untracked() else { return };
        let current = focused.get_untracked().or(ui.ticket());
        let page = (scrolled.get_untracked().1 / row_px.get_untracked()) as usize;
        if let Some(next) = (pages.key)(ui, tickets, current, page, &event) {
            go_to(next);
        }
    };
    let (swipe, bell) = (Swipe::new(), Bell::new());
    let open_ticket = Memo::new(move |_| ui.ticket());
    // What a finger does is known with the pages.
    let on_pointer = move |event: PointerEvent| {
        if let Some(pages) = later.get_untracked() {
            (pages.pointer)(desk, notices, swipe, &event);
        }
    };
    let on_click = move |event: MouseEvent| {
        let Some(ticket) = ticket_of(&event) else { return };
        let is_picked = later.get_untracked().is_some_and(|pages| (pages.pick)(ui, ticket, &event));
        if !is_picked && !swipe.was_one() {
            open(ticket);
        }
    };
    let stop = Memo::new(move |_| {
        let tickets = tickets.read();
        let is_here = |ticket: &TicketId| tickets.contains(ticket);
        focused.get().filter(is_here).or(ui.ticket().filter(is_here)).or(tickets.first().copied())
    });
    let moved = Memo::new(move |_| swipe.moved());
    let made = RwSignal::new_local(Vec::new());
    // One effect for everything that is in rows: when others are shown nearly all of them change at once, and each effect
    // costs as much as what it does. It writes by itself, since a view that is made again takes its attributes away and
    // sets them anew.
    Effect::new(move |rows: Option<Vec<Row>>| {
        let mut rows = rows.unwrap_or_default();
        made.track();
        rows.extend(made.try_update_untracked(std::mem::take).unwrap_or_default());
        let drawn = drawn.read();
        let all = All { len: len.get(), stop: stop.get(), open: open_ticket.get(), moved: moved.get() };
        for (slot, row) in rows.iter_mut().enumerate() {
            let at = shown_in(slot, drawn.0, &drawn.1);
            // The focus stays with a ticket that is scrolled away: the list has it until then.
            if row.loses_focus(at) {
                list.get_untracked().map(|list| list.focus());
            }
            row.write(at.map(|at| all.says(desk, ui, bell, at)));
            if let Some(pages) = later.get() {
                row.explain(desk, pages);
            }
        }
        rows
    });
    let under = move || {
        let moved = moved.get()?;
        let drawn = drawn.read();
        let place = drawn.1.iter().position(|ticket| *ticket == moved.ticket)?;
        let (picture, words) =
            if moved.way == "right" { ("person", "Take it") } else { ("pause", "Put on hold") };
        let place = offset(drawn.0 + place);
        let under = view! {
            <div class="row-under" data-swipe=moved.way style:transform=place aria-hidden="true">
                {icon(picture)}
                {words}
            </div>
        };
        Some(under)
    };
    view! {
        <div
            class="rows"
            role="listbox"
            hidden=move || is_empty.get()
            data-found=move || is_found.get().then_some("")
            aria-label=move || name.get()
            aria-multiselectable=move || ui.picked.read().as_ref().map(|_| "true")
            tabindex="-1"
            node_ref=list
            on:scroll=move |_| measure()
            on:keydown=on_key
            on:click=on_click
            on:focusin=move |event| focused.set(ticket_of(&event).or(focused.get_untracked()))
            on:pointerdown=on_pointer
            on:pointermove=on_pointer
            on:pointerup=on_pointer
            on:pointercancel=on_pointer
        >
            <div class="rows-space" role="presentation" node_ref=space>
                {under}
                <For each=move || 0..count.get() key=|slot| *slot let:_><RowView made /></For>
            </div>
        </div>
    }
}

/// Which ticket a row shows, and its place in the list: where rows are as many as places, each place is the next row's, and
/// the first one's again.
fn shown_in(slot: usize, from: usize, drawn: &[TicketId]) -> Option<At> {
    let first = from.checked_rem(drawn.len()).filter(|_| slot < drawn.len())?;
    let place = (slot + drawn.len() - first) % drawn.len();
    Some((from + place, *drawn.get(place)?))
}
