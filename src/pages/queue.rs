//! The queue: as many rows as fit, however many tickets there are.

use holdfast_desk::TicketId;
use holdfast_desk::queue::{Order, Phrase, Query};
use leptos::ev;
use leptos::html;
use leptos::prelude::*;

use super::later::Later;
use super::states::Blank;
use super::swipe::Swipe;
use super::ui::{Layout, Ui};
use crate::browser::{clock, dom, page};
use crate::desk::words::{by, number, time_of_day};
use crate::desk::{Desk, Status};
use crate::parts::{Badge, Notices, counting, icon};
use crate::route::Route;

/// Rows drawn beyond what is in sight, so that scrolling never shows a gap.
const OVERSCAN: usize = 8;
/// Until the first row is measured.
const ROW_PX: f64 = 36.0;

/// Everything a row says.
#[derive(Clone, Debug, PartialEq)]
struct Row {
    position: usize,
    subject: String,
    number: String,
    who: String,
    waiting: bool,
    refused: bool,
}

/// The list of the chosen view.
#[component]
pub fn Queue() -> impl IntoView {
    let (desk, ui) = (expect_context::<Desk>(), expect_context::<Ui>());
    let view = Memo::new(move |_| desk.view(&ui.view.read()));
    let asked = Memo::new(move |_| asked(desk, ui));
    let order = Memo::new(move |_| asked.read().1);
    let tickets = Memo::new(move |_| {
        let asked = asked.read();
        // What is found comes by rank, where nobody chose an order.
        let by = if asked.0.words.is_empty() { Some(asked.1) } else { ui.order.get() };
        page::measured("holdfast:list", || desk.list(&asked.0, by))
    });
    Effect::new(move |_| ui.shown.set(tickets.get()));
    let search = NodeRef::<html::Input>::new();
    Effect::new(move |_| {
        if ui.route.get() == Route::Search {
            dom::focus_soon("find");
        }
    });
    let later = expect_context::<Later>();
    // Before the pages are here, everything that is typed is searched for.
    let typed = move |text: &str| match later.get_untracked() {
        Some(pages) => (pages.typed)(ui, text),
        None => {
            let word = |word: &str| Phrase { text: word.to_owned(), quoted: false };
            ui.words.set(text.to_owned());
            ui.asked.update(|asked| asked.words = text.split_whitespace().map(word).collect());
        }
    };
    let name = move || view.read().name.clone();
    let label = move || format!("{}, {}", view.read().name, by(order.get()));
    view! {
        <section class="pane" data-pane="list" aria-label=name>
            <div class="pane-head">
                <h2>{name}</h2>
                <span class="num quiet">{move || tickets.read().len()}</span>
                <label class="find">
                    <span class="vh">"Search this queue"</span>
                    {icon("search")}
                    <input
                        class="input"
                        type="search"
                        id="find"
                        placeholder="Search"
                        autocomplete="off"
                        node_ref=search
                        prop:value=move || ui.words.get()
                        on:input=move |event| typed(&event_target_value(&event))
                    />
                </label>
            </div>
            {move || later.get().map_or_else(|| view! { <div class="tools"></div> }.into_any(), |pages| (pages.tools)())}
            <Staleness />
            <Show when=move || !tickets.read().is_empty() fallback=move || nothing(later)>
                {move || match later.get().filter(|_| ui.layout.get() == Layout::Board) {
                    Some(pages) => (pages.board)(),
                    None => view! { <Rows tickets name=Signal::derive(label) scrolled=ui.scrolled /> }.into_any(),
                }}
            </Show>
            <div class="list-foot num" role="status">
                {move || match later.get().filter(|_| !ui.asked.read().words.is_empty()) {
                    Some(pages) => (pages.found)(tickets),
                    None => foot(tickets.read().len(), order.get()).into_any(),
                }}
            </div>
        </section>
    }
}

/// What is asked of the queue: by its view, and beyond it; and in which order. Tracks changes.
pub fn asked(desk: Desk, ui: Ui) -> (Query, Order) {
    let (view, asked) = (desk.view(&ui.view.read()), ui.asked.read());
    let mut query = view.query;
    query.terms.extend(asked.terms.iter().cloned());
    query.words.clone_from(&asked.words);
    (query, ui.order.get().unwrap_or(view.order))
}

fn foot(count: usize, order: Order) -> String {
    let noun = if count == 1 { "ticket" } else { "tickets" };
    format!("{count} {noun}, {}", by(order))
}

/// What stands in the place of an empty list; what there is to say about it comes with the pages.
fn nothing(later: Later) -> AnyView {
    match later.get() {
        Some(pages) => (pages.nothing)(),
        None => view! {
            <Blank kind="empty" picture="queue" title="Getting your desk".to_owned()
                text="Your tickets appear here as they arrive.".to_owned() />
        }
        .into_any(),
    }
}

/// Says how old the list is, when it is.
#[component]
fn Staleness() -> impl IntoView {
    let desk = expect_context::<Desk>();
    move || match desk.status.get() {
        Status::Offline(since) => Some(view! {
            <div class="old">{icon("cloud-off")}{format!("Offline. This list is as of {}.", time_of_day(since))}</div>
        }),
        _ => None,
    }
}

pub fn row_id(ticket: TicketId) -> String {
    format!("t-{ticket}")
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
    let later = expect_context::<Later>();
    let list = NodeRef::<html::Div>::new();
    let space = NodeRef::<html::Div>::new();
    let row_px = RwSignal::new(ROW_PX);
    let focused = RwSignal::new(None::<TicketId>);

    let measure = move || {
        // The list may be gone by the time the browser has drawn, or the window another size.
        if let Some(list) = list.try_get_untracked().flatten() {
            scrolled.try_set((f64::from(list.scroll_top()), f64::from(list.client_height())));
            if let Some(row) = dom::first_within(&list, ".row") {
                row_px.try_set(dom::height_of(&row).max(1.0));
            }
        }
    };
    // Drawn rows are measured after the first drawing, and again when the window changes.
    Effect::new(move |_| {
        tickets.track();
        ui.asked.track();
        clock::after(0, measure);
    });
    dom::on_resize(measure);
    // A scroll position beyond the end of a list that became shorter is the browser's to mend; it says so.
    let range = Memo::new(move |_| {
        let ((top, height), row) = (scrolled.get(), row_px.get());
        let first = ((top / row) as usize).saturating_sub(OVERSCAN);
        let count = (height / row) as usize + 2 * OVERSCAN + 1;
        let len = tickets.read().len();
        (first.min(len), (first + count).min(len))
    });
    // Each with its position.
    let drawn = Memo::new(move |_| {
        let (from, to) = range.get();
        let drawn = tickets.read().get(from..to).unwrap_or_default().to_vec();
        (from..).zip(drawn).collect::<Vec<_>>()
    });
    Effect::new(move |_| ui.drawn.set(drawn.read().iter().map(|(_, ticket)| *ticket).collect()));
    Effect::new(move |_| {
        if let Some(space) = space.get() {
            dom::set_property(&space, "--count", &tickets.read().len().to_string());
            dom::set_property(&space, "--first", &range.get().0.to_string());
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
            dom::focus_soon(row_id(ticket));
        }
    };
    let on_key = move |event: ev::KeyboardEvent| {
        let Some(pages) = later.get_untracked() else { return };
        let current = focused.get_untracked().or(ui.ticket());
        let page = (scrolled.get_untracked().1 / row_px.get_untracked()) as usize;
        if let Some(next) = (pages.key)(ui, tickets, current, page, &event) {
            go_to(next);
        }
    };
    let stop = Memo::new(move |_| {
        let tickets = tickets.read();
        let is_here = |ticket: &TicketId| tickets.contains(ticket);
        focused.get().filter(is_here).or(ui.ticket().filter(is_here)).or(tickets.first().copied())
    });
    let each = move |ticket: TicketId| {
        let row = Memo::new(move |_| row_of(desk, ticket, position(&drawn.read(), ticket)?));
        let tab_stop = move || if stop.get() == Some(ticket) { "0" } else { "-1" };
        view! { <RowView ticket row tab_stop focused tickets /> }
    };
    view! {
        <div
            class="rows"
            role="listbox"
            data-found=move || (!ui.asked.read().words.is_empty()).then_some("")
            aria-label=move || name.get()
            aria-multiselectable=move || ui.picked.read().as_ref().map(|_| "true")
            tabindex="-1"
            node_ref=list
            on:scroll=move |_| measure()
            on:keydown=on_key
        >
            <div class="rows-space" role="presentation" node_ref=space>
                <div class="rows-window" role="presentation">
                    <For each=move || drawn.get() key=|(_, ticket)| *ticket let:row>{each(row.1)}</For>
                </div>
            </div>
        </div>
    }
}

fn position(drawn: &[(usize, TicketId)], ticket: TicketId) -> Option<usize> {
    drawn.iter().find(|(_, other)| *other == ticket).map(|(position, _)| *position)
}

fn row_of(desk: Desk, ticket: TicketId, position: usize) -> Option<Row> {
    let reference = desk.reference()?;
    let header = desk.header(ticket)?;
    let (waiting, refused) = desk.marks(ticket);
    let who = reference.first_name(header.requester);
    Some(Row {
        position,
        number: number(header.number, desk.provisional(ticket), &reference),
        who: match &header.site {
            Some(site) => format!("{who} · {site}"),
            None => who,
        },
        subject: header.subject,
        waiting,
        refused,
    })
}

#[component]
fn RowView(
    ticket: TicketId,
    row: Memo<Option<Row>>,
    tab_stop: impl Fn() -> &'static str + Send + Sync + 'static,
    focused: RwSignal<Option<TicketId>>,
    tickets: Memo<Vec<TicketId>>,
) -> impl IntoView {
    let (ui, desk) = (expect_context::<Ui>(), expect_context::<Desk>());
    let (notices, later) = (expect_context::<Notices>(), expect_context::<Later>());
    let swipe = Swipe::new();
    let element = NodeRef::<html::Div>::new();
    Effect::new(move |_| {
        let distance = swipe.distance();
        if let Some(element) = element.get() {
            dom::set_property(&element, "--swipe", &(distance as i32).to_string());
        }
    });
    let swiped = StoredValue::new(false);
    let can_swipe = desk.actor().role.is_agent();
    let under = move || match swipe.direction() {
        Some("right") => {
            Some(view! { <div class="row-under" aria-hidden="true">{icon("person")}"Take it"</div> })
        }
        Some(_) => {
            Some(view! { <div class="row-under" aria-hidden="true">{icon("pause")}"Put on hold"</div> })
        }
        None => None,
    };
    let open = move || page::go(&Route::Ticket(ticket).fragment());
    // Each part of the row follows its own field, so that a change leaves the rest, and the focus, where they are.
    let part = move |field: fn(&Row) -> String| {
        Memo::new(move |_| row.read().as_ref().map(field).unwrap_or_default())
    };
    let due = counting(desk, move || desk.deadline(ticket));
    let (subject, number, who) =
        (part(|row| row.subject.clone()), part(|row| row.number.clone()), part(|row| row.who.clone()));
    let mark =
        move |shown: fn(&Row) -> bool, state: &'static str, picture: &'static str, words: &'static str| {
            move || {
                let is_shown = row.read().as_ref().is_some_and(shown);
                is_shown.then(
                    || view! { <span data-state=state>{icon(picture)}<span class="vh">{words}</span></span> },
                )
            }
        };
    // Why it was found; what shows that comes with the pages.
    let passage = move || {
        let is_searched = !ui.asked.read().words.is_empty();
        later.get().filter(|_| is_searched).map(|pages| (pages.passage)(desk, ticket))
    };
    view! {
        <div
            class="row"
            role="option"
            id=row_id(ticket)
            tabindex=tab_stop
            data-due=move || due.read().state
            aria-current=move || (ui.ticket() == Some(ticket)).then_some("true")
            aria-selected=move || ui.picked.read().as_ref().map(|picked| picked.tickets.contains(&ticket).to_string())
            aria-posinset=move || row.read().as_ref().map(|row| (row.position + 1).to_string())
            aria-setsize=move || tickets.read().len().to_string()
            node_ref=element
            data-swipe=move || swipe.direction()
            on:pointerdown=move |event| {
                swiped.set_value(false);
                if can_swipe {
                    swipe.down(&event);
                }
            }
            on:pointermove=move |event| swipe.moves(&event)
            on:pointerup=move |_| {
                let (was_swipe, does) = swipe.up();
                swiped.set_value(was_swipe);
                if let (Some(does), Some(pages)) = (does, later.get_untracked()) {
                    (pages.swipe)(desk, notices, ticket, does);
                }
            }
            on:pointercancel=move |_| swipe.cancel()
            on:click=move |event| {
                let is_picked = later.get_untracked().is_some_and(|pages| (pages.pick)(ui, ticket, &event));
                if !is_picked && !swiped.get_value() {
                    open();
                }
            }
            on:focus=move |_| focused.set(Some(ticket))
            on:keydown=move |event| {
                if event.key() == "Enter" {
                    event.prevent_default();
                    open();
                }
            }
        >
            {under}
            <div class="row-body">
                <Badge due=due />
                <span class="row-what cut">{subject}</span>
                <span class="row-who cut"><span class="no">{number}</span>{who}</span>
                {passage}
                {move || later.get().filter(|_| !ui.columns.read().is_empty()).map(|pages| (pages.cells)(ticket))}
                <span class="row-marks">
                    {mark(|row| row.refused, "refused", "warning", "needs you")}
                    {mark(|row| row.waiting, "waiting", "waiting", "waiting to send")}
                </span>
            </div>
        </div>
    }
}
