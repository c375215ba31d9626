//! What every part of the page shares beside the desk: where the person is, what is being asked of them, the time.

use std::collections::HashSet;

use holdfast_desk::queue::{Field, Order, Query, SortBy};
use holdfast_desk::{Command, EventId, Instant, StatusId, TicketId};
use leptos::prelude::*;

use crate::browser::{clock, dom};
use crate::desk::Desk;
use crate::parts::Notices;
use crate::route::{FIRST_VIEW, Route};

/// The time, every few seconds.
#[derive(Clone, Copy)]
pub struct Ticks(pub ReadSignal<Instant>);

impl Ticks {
    /// Starts to tick.
    pub fn start() -> Self {
        Self(clock::ticking(5_000))
    }
}

/// How the tickets of a queue are laid out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Layout {
    /// One below the other.
    #[default]
    List,
    /// Side by side, a column for each status.
    Board,
}

/// Something the person is asked to choose or to say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Asking {
    /// Anything at all.
    Palette,
    /// Nothing: these are the keys.
    Keys,
    /// Nothing: this is why it is due when it is due.
    Why(TicketId),
    /// Where a ticket is to go.
    Status(TicketId),
    /// Who is to have it.
    Agent(TicketId),
    /// How urgent it is.
    Priority(TicketId),
    /// What it is about.
    Category(TicketId),
    /// What to say as it goes there.
    Transition(TicketId, StatusId),
    /// Whether what was said then is to go for good; without an event, all of the ticket.
    TakeBack(TicketId, Option<EventId>),
    /// What the queue is to be filtered by.
    Filter,
    /// What of this field; in the place of what is asked there.
    Values(Field, usize),
    /// What the queue is sorted by.
    Sort,
    /// What a wide list shows beside the usual.
    Columns,
    /// What the view that is shown is to be called.
    View,
    /// What is to be done to everything that is picked.
    Many(Many),
}

/// Something that can be done to many tickets at once.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Many {
    Status,
    /// And what to say with it.
    Transition(StatusId),
    Agent,
    Priority,
    Category,
    Tags,
    Reply,
    Note,
}

/// Tickets that were picked out of a queue.
#[derive(Clone, Debug, Default)]
pub struct Picked {
    /// Which.
    pub tickets: HashSet<TicketId>,
    /// The one that was picked last: where a range begins.
    pub last: Option<TicketId>,
}

/// The state of the page.
#[derive(Clone, Copy)]
pub struct Ui {
    /// Where the person is.
    pub route: Memo<Route>,
    /// The view that is shown, or that a ticket was opened from.
    pub view: RwSignal<String>,
    /// What is asked beyond the view.
    pub asked: RwSignal<Query>,
    /// What is being typed into its search.
    pub words: RwSignal<String>,
    /// In which order, where that is not the view's.
    pub order: RwSignal<Option<Order>>,
    /// How it is laid out, where that is not the view's.
    pub layout: RwSignal<Option<Layout>>,
    /// The tickets of the queue as shown, in order.
    pub shown: RwSignal<Vec<TicketId>>,
    /// Those of them that are drawn.
    pub drawn: RwSignal<Vec<TicketId>>,
    /// The one whose row had the focus last.
    pub focused_row: RwSignal<Option<TicketId>>,
    /// What is picked out of it, while somebody picks.
    pub picked: RwSignal<Option<Picked>>,
    /// How far the list is scrolled, and how high it is, in pixels.
    pub scrolled: RwSignal<(f64, f64)>,
    /// What a wide list shows beside the usual.
    pub columns: RwSignal<Vec<SortBy>>,
    /// What the person is asked.
    pub asking: RwSignal<Option<Asking>>,
    /// The pane that slides over the others on narrow screens.
    pub open_pane: RwSignal<Option<&'static str>>,
    /// Whether the composer writes a note rather than a reply.
    pub writes_note: RwSignal<bool>,
    /// Where that queue is.
    pub last_queue: RwSignal<Route>,
    focused: StoredValue<Option<dom::Focus>, LocalStorage>,
}

impl Ui {
    /// The state of a page at this address.
    pub fn new(route: Memo<Route>) -> Self {
        Self {
            route,
            view: RwSignal::new(FIRST_VIEW.to_owned()),
            asked: RwSignal::new(Query::default()),
            words: RwSignal::new(String::new()),
            order: RwSignal::new(None),
            layout: RwSignal::new(None),
            shown: RwSignal::new(Vec::new()),
            drawn: RwSignal::new(Vec::new()),
            focused_row: RwSignal::new(None),
            picked: RwSignal::new(None),
            scrolled: RwSignal::new((0.0, 800.0)),
            columns: RwSignal::new(Vec::new()),
            asking: RwSignal::new(None),
            open_pane: RwSignal::new(None),
            writes_note: RwSignal::new(false),
            last_queue: RwSignal::new(Route::view(FIRST_VIEW)),
            focused: StoredValue::new_local(None),
        }
    }

    /// The queue that is shown, or that a ticket was opened from.
    pub fn queue(&self) -> Route {
        self.last_queue.get()
    }

    /// The ticket that is open.
    pub fn ticket(&self) -> Option<TicketId> {
        match self.route.get() {
            Route::Ticket(ticket) => Some(ticket),
            _ => None,
        }
    }

    /// Asks the person something, over everything else.
    pub fn ask(&self, asking: Asking) {
        // One question may follow from another; the focus goes back to where the first one found it.
        if !dom::is_covered() {
            self.focused.set_value(dom::Focus::now());
        }
        self.asking.set(Some(asking));
    }

    /// Asks nothing any more; the focus goes back to where it was.
    pub fn asked(&self) {
        self.asking.set(None);
        if let Some(focus) = self.focused.get_value() {
            focus.give_back();
        }
    }
}

/// Does something to a ticket, and says what came of it.
pub fn perform(ticket: TicketId, command: Command, what: &'static str) {
    let (desk, notices) = (expect_context::<Desk>(), expect_context::<Notices>());
    perform_with(desk, notices, ticket, command, what);
}

/// The same, where no context is at hand any more.
pub fn perform_with(desk: Desk, notices: Notices, ticket: TicketId, command: Command, what: &'static str) {
    leptos::task::spawn_local(async move {
        match desk.act(ticket, command).await {
            Ok(_) => notices.saved(what),
            Err(error) => notices.failed(&error),
        }
    });
}
