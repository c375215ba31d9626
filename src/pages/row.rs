//! One row of a list: what it says of a ticket, and what of that is written when it says something else.

use holdfast_desk::TicketId;
use leptos::html;
use leptos::prelude::*;

use super::later::{Later, Pages};
use super::rows::row_id;
use super::swipe::Moved;
use super::ui::Ui;
use crate::browser::dom::{self, Element, HtmlElement};
use crate::desk::words::{Due, number};
use crate::desk::{Desk, Passage};
use crate::parts::{Bell, badge, icon};

/// The class of a row that shows nothing.
const SPARE: &str = "row-spare";

/// A ticket with its position in the list.
pub type At = (usize, TicketId);

/// What of the list its rows say.
pub struct All {
    /// How many they are.
    pub len: usize,
    /// Where the focus comes into the list.
    pub stop: Option<TicketId>,
    /// The ticket that is open.
    pub open: Option<TicketId>,
    /// The row that a finger moves.
    pub moved: Option<Moved>,
}

impl All {
    /// What a row says. Tracks changes.
    pub fn says(&self, desk: Desk, ui: Ui, bell: Bell, (position, ticket): At) -> Says {
        let due = bell.says(desk, desk.deadline(ticket));
        let picked = ui.picked.read().as_ref().map(|picked| picked.tickets.contains(&ticket).to_string());
        let moved = self.moved.filter(|moved| moved.ticket == ticket);
        let [subject, number, who] = texts(desk, ticket).unwrap_or_default();
        Says {
            at: (position, ticket),
            row: [
                ("class", Some("row".to_owned())),
                ("id", Some(row_id(ticket))),
                ("tabindex", Some(if self.stop == Some(ticket) { "0" } else { "-1" }.to_owned())),
                ("data-due", Some(due.state.to_owned())),
                ("data-marks", marks(desk.marks(ticket)).map(str::to_owned)),
                ("aria-current", (self.open == Some(ticket)).then(|| "true".to_owned())),
                ("aria-selected", picked),
                ("aria-posinset", Some((position + 1).to_string())),
                ("aria-setsize", Some(self.len.to_string())),
                ("data-swipe", moved.map(|moved| moved.way.to_owned())),
            ],
            badge: [("data-state", Some(due.state.to_owned())), ("title", Some(due.exact))],
            picture: [("href", Some(format!("#i-{}", due.icon)))],
            texts: [due.text, subject, number, who],
            moved: moved.map(|moved| moved.px),
        }
    }
}

/// A row of the document.
pub struct Row {
    elements: Elements,
    /// The ticket that is shown, for what only some lists show.
    ticket: RwSignal<Option<TicketId>>,
    says: Option<Says>,
    passage: Passage,
}

/// The elements of a row that change.
struct Elements {
    row: HtmlElement,
    badge: Element,
    picture: Element,
    /// Deadline, subject, number, requester and site.
    texts: [Element; 4],
    passage: Element,
}

/// What they say.
pub struct Says {
    at: At,
    row: dom::Attributes<10>,
    badge: dom::Attributes<2>,
    picture: dom::Attributes<1>,
    texts: [String; 4],
    /// How far a finger has moved it.
    moved: Option<f64>,
}

impl Row {
    fn of(row: HtmlElement, ticket: RwSignal<Option<TicketId>>) -> Option<Self> {
        let within = |selector: &str| dom::first_within(&row, selector);
        let texts = [within(".badge > .cut")?, within(".row-what")?, within(".no")?, within(".no + span")?];
        let (badge, picture, passage) = (within(".badge")?, within(".badge use")?, within(".row-found")?);
        let elements = Elements { badge, picture, passage, texts, row };
        Some(Self { elements, ticket, says: None, passage: Passage::default() })
    }

    /// Whether the focus is in it, and would be on another ticket if it showed this.
    pub fn loses_focus(&self, at: Option<At>) -> bool {
        let is_another = |says: &Says| at.is_none_or(|(_, now)| now != says.at.1);
        self.says.as_ref().is_some_and(is_another) && dom::has_focus(&self.elements.row)
    }

    /// Says why its ticket was found. Tracks changes.
    pub fn explain(&mut self, desk: Desk, pages: &Pages) {
        if let Some(says) = &self.says {
            self.passage = (pages.passage)(desk, says.at.1, &self.elements.passage, &self.passage);
        }
    }

    /// Shows this, or nothing; what is so already is not written.
    pub fn write(&mut self, now: Option<Says>) {
        let Self { elements, ticket, says, .. } = self;
        let before = says.as_ref();
        match &now {
            None if before.is_none() => {}
            None => {
                dom::set_attributes(&elements.row, None, &[("class", Some(SPARE.to_owned())), ("id", None)])
            }
            Some(now) => {
                dom::set_attributes(&elements.row, before.map(|before| &before.row), &now.row);
                dom::set_attributes(&elements.badge, before.map(|before| &before.badge), &now.badge);
                dom::set_attributes(&elements.picture, before.map(|before| &before.picture), &now.picture);
                dom::set_texts(&elements.texts, before.map(|before| &before.texts), &now.texts);
                if before.is_none_or(|before| before.at.0 != now.at.0) {
                    dom::set_property(&elements.row, "transform", &offset(now.at.0));
                }
                if let Some(moved) = now.moved {
                    dom::set_property(&elements.row, "--swipe", &(moved as i32).to_string());
                }
            }
        }
        let shown = now.as_ref().map(|now| now.at.1);
        if before.map(|before| before.at.1) != shown {
            ticket.set(shown);
        }
        *says = now;
    }
}

/// Where a row stands: not by a property that what is in the row would inherit, since all of it would be styled anew.
pub fn offset(position: usize) -> String {
    format!("translateY(calc({position} * var(--row-h)))")
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

/// A row that shows nothing yet.
#[component]
pub fn RowView(made: RwSignal<Vec<Row>, LocalStorage>) -> impl IntoView {
    let (ui, later) = (expect_context::<Ui>(), expect_context::<Later>());
    let (element, ticket) = (NodeRef::<html::Div>::new(), RwSignal::new(None));
    element.on_load(move |element| made.update(|made| made.extend(Row::of(element.into(), ticket))));
    let mark = |state: &'static str, picture: &'static str, words: &'static str| {
        view! { <span data-state=state>{icon(picture)}<span class="vh">{words}</span></span> }
    };
    // What only some lists show comes with the pages.
    let cells = move || Some((later.get().filter(|_| !ui.columns.read().is_empty())?.cells)(ticket));
    view! {
        <div class=SPARE role="option" node_ref=element>
            <div class="row-body">
                {badge(&Due::default())}
                <span class="row-what cut"></span>
                <span class="row-who cut"><span class="no"></span><span></span></span>
                <span class="row-marks">
                    {mark("refused", "warning", "needs you")}
                    {mark("waiting", "waiting", "waiting to send")}
                </span>
                {cells}
                <span class="row-found cut"></span>
            </div>
        </div>
    }
}
