//! The rows of a list: as many as fit, however many tickets there are.
//!
//! A row that is scrolled out of sight shows another ticket where one comes into sight: making a row takes a millisecond, and
//! giving it other words a tenth of that. So what happens to rows is heard by the list.

use holdfast_desk::TicketId;
use leptos::ev::{Event, KeyboardEvent, MouseEvent, PointerEvent};
use leptos::html;
use leptos::prelude::*;

use super::later::Later;
use super::swipe::Swipe;
use super::ui::Ui;
use crate::browser::dom::{Element, HtmlElement};
use crate::browser::{clock, dom, page};
use crate::desk::Desk;
use crate::desk::words::{Due, number};
use crate::parts::{Bell, Notices, badge, icon};
use crate::route::Route;

/// Rows drawn beyond what is in sight, so that scrolling never shows a gap.
const OVERSCAN: usize = 4;
/// Until the first row is measured.
const ROW_PX: f64 = 36.0;

/// The class of a row that shows nothing.
const SPARE: &str = "row-spare";

/// A ticket with its position in the list.
type At = (usize, TicketId);

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
    let range = Memo::new(move |_| {
        let ((top, height), row) = (scrolled.get(), row_px.get());
        let first = ((top / row) as usize).saturating_sub(OVERSCAN);
        let count = (height / row) as usize + 2 * OVERSCAN + 1;
        let len = tickets.read().len();
        // As many as fit, at the end as well: rows need not be made and unmade there.
        let first = first.min(len.saturating_sub(count));
        (first, (first + count).min(len))
    });
    let drawn = Memo::new(move |_| {
        let (from, to) = range.get();
        tickets.read().get(from..to).unwrap_or_default().to_vec()
    });
    Effect::new(move |_| ui.drawn.set(drawn.get()));
    // Rows that are not needed any more stay for when they are again.
    let count = Memo::new(move |before: Option<&usize>| drawn.read().len().max(before.copied().unwrap_or(0)));
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
    let each = move |slot: usize| {
        // Where rows are as many as places, each place is the next row's, and the first one's again.
        let at = Memo::new(move |_| {
            let (from, drawn) = (range.get().0, drawn.read());
            let first = from.checked_rem(drawn.len()).filter(|_| slot < drawn.len())?;
            let place = (slot + drawn.len() - first) % drawn.len();
            Some((from + place, *drawn.get(place)?))
        });
        view! { <RowView at stop open_ticket swipe bell len list /> }
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
                <For each=move || 0..count.get() key=|slot| *slot let:slot>{each(slot)}</For>
            </div>
        </div>
    }
}

/// The elements of a row that change.
#[derive(Clone)]
struct Elements {
    row: HtmlElement,
    badge: Element,
    picture: Element,
    /// Deadline, subject, number, requester and site.
    texts: [Element; 4],
}

impl Elements {
    fn of(row: HtmlElement) -> Option<Self> {
        let within = |selector: &str| dom::first_within(&row, selector);
        let texts = [within(".badge > .cut")?, within(".row-what")?, within(".no")?, within(".no + span")?];
        Some(Self { badge: within(".badge")?, picture: within(".badge use")?, texts, row })
    }
}

/// What they say.
struct Says {
    at: At,
    row: dom::Attributes<10>,
    badge: dom::Attributes<2>,
    picture: dom::Attributes<1>,
    texts: [String; 4],
}

/// The texts of a row, beside its deadline.
fn texts(desk: Desk, ticket: TicketId) -> Option<[String; 3]> {
    let (reference, header) = (desk.reference()?, desk.header(ticket)?);
    let who = reference.first_name(header.requester);
    let who = match &header.site {
        Some(site) => format!("{who} · {site}"),
        None => who,
    };
    Some([header.subject, number(header.number, desk.provisional(ticket), &reference), who])
}

/// What a row is marked with: whether something waits, and whether something was refused.
fn marks(is: (bool, bool)) -> Option<&'static str> {
    match is {
        (false, false) => None,
        (true, false) => Some("waiting"),
        (false, true) => Some("refused"),
        (true, true) => Some("waiting refused"),
    }
}

#[component]
fn RowView(
    at: Memo<Option<At>>,
    stop: Memo<Option<TicketId>>,
    open_ticket: Memo<Option<TicketId>>,
    swipe: Swipe,
    bell: Bell,
    len: Memo<usize>,
    list: NodeRef<html::Div>,
) -> impl IntoView {
    let (ui, desk, later) = (expect_context::<Ui>(), expect_context::<Desk>(), expect_context::<Later>());
    let element = NodeRef::<html::Div>::new();
    let ticket = Memo::new(move |_| Some(at.get()?.1));
    let moved = Memo::new(move |_| swipe.of(ticket.get()?));
    // One effect for everything that changes with the ticket: when another one is shown all of it does at once, and each
    // effect costs as much as what it does. It writes by itself, since a view that is made again takes its attributes away
    // and sets them anew.
    Effect::new(move |before: Option<Option<(Elements, Option<Says>)>>| {
        let element = element.get()?;
        let (elements, before) = match before.flatten() {
            Some(before) => before,
            None => (Elements::of(element.into())?, None),
        };
        let at = at.get();
        // The focus stays with a ticket that is scrolled away: the list has it until then.
        let is_another = before.as_ref().is_some_and(|before| at.is_none_or(|(_, now)| now != before.at.1));
        if is_another && dom::has_focus(&elements.row) {
            list.get_untracked().map(|list| list.focus());
        }
        let Some((position, ticket)) = at else {
            dom::set_attributes(&elements.row, None, &[("class", Some(SPARE.to_owned())), ("id", None)]);
            return Some((elements, None));
        };
        let (stop, moved) = (stop.get() == Some(ticket), moved.get());
        let due = bell.says(desk, desk.deadline(ticket));
        let picked = ui.picked.read().as_ref().map(|picked| picked.tickets.contains(&ticket).to_string());
        let [subject, number, who] = texts(desk, ticket).unwrap_or_default();
        let now = Says {
            at: (position, ticket),
            row: [
                ("class", Some("row".to_owned())),
                ("id", Some(row_id(ticket))),
                ("tabindex", Some(if stop { "0" } else { "-1" }.to_owned())),
                ("data-due", Some(due.state.to_owned())),
                ("data-marks", marks(desk.marks(ticket)).map(str::to_owned)),
                ("aria-current", (open_ticket.get() == Some(ticket)).then(|| "true".to_owned())),
                ("aria-selected", picked),
                ("aria-posinset", Some((position + 1).to_string())),
                ("aria-setsize", Some(len.get().to_string())),
                ("data-swipe", moved.map(|(_, direction)| direction.to_owned())),
            ],
            badge: [("data-state", Some(due.state.to_owned())), ("title", Some(due.exact))],
            picture: [("href", Some(format!("#i-{}", due.icon)))],
            texts: [due.text, subject, number, who],
        };
        let said = before.as_ref();
        dom::set_attributes(&elements.row, said.map(|said| &said.row), &now.row);
        dom::set_attributes(&elements.badge, said.map(|said| &said.badge), &now.badge);
        dom::set_attributes(&elements.picture, said.map(|said| &said.picture), &now.picture);
        dom::set_texts(&elements.texts, said.map(|said| &said.texts), &now.texts);
        if said.is_none_or(|said| said.at.0 != position) {
            // Not by a property that what is in the row would inherit: all of it would be styled anew.
            let place = format!("translateY(calc({position} * var(--row-h)))");
            dom::set_property(&elements.row, "transform", &place);
        }
        if let Some((distance, _)) = moved {
            dom::set_property(&elements.row, "--swipe", &(distance as i32).to_string());
        }
        Some((elements, Some(now)))
    });
    let under = move || match moved.get()?.1 {
        "right" => Some(view! { <div class="row-under" aria-hidden="true">{icon("person")}"Take it"</div> }),
        _ => Some(view! { <div class="row-under" aria-hidden="true">{icon("pause")}"Put on hold"</div> }),
    };
    let mark = |state: &'static str, picture: &'static str, words: &'static str| {
        view! { <span data-state=state>{icon(picture)}<span class="vh">{words}</span></span> }
    };
    // What only some lists show comes with the pages.
    let passage = move || Some((later.get()?.passage)(desk, ticket));
    let cells = move || Some((later.get().filter(|_| !ui.columns.read().is_empty())?.cells)(ticket));
    view! {
        <div class=SPARE role="option" node_ref=element>
            {under}
            <div class="row-body">
                {badge(&Due::default())}
                <span class="row-what cut"></span>
                <span class="row-who cut"><span class="no"></span><span></span></span>
                <span class="row-marks">
                    {mark("refused", "warning", "needs you")}
                    {mark("waiting", "waiting", "waiting to send")}
                </span>
                {cells}
                {passage}
            </div>
        </div>
    }
}
