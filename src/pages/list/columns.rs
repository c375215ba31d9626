//! Columns: what a wide list shows of a ticket beside the usual, as the person chose on this device.

use std::collections::HashMap;

use holdfast_desk::queue::SortBy;
use holdfast_desk::{Header, TicketId};
use leptos::prelude::*;

use super::{said, sort};
use crate::browser::settings::{self, Setting};
use crate::desk::words::moment;
use crate::desk::{Desk, Reference};
use crate::pages::ui::Ui;
use crate::parts::{Choice, Chooser};

/// What can be a column, in the order in which they stand.
const COLUMNS: [SortBy; 9] = [
    SortBy::Number,
    SortBy::Status,
    SortBy::Priority,
    SortBy::Assignee,
    SortBy::Team,
    SortBy::Site,
    SortBy::Category,
    SortBy::Created,
    SortBy::Updated,
];

/// Shows the columns that were chosen on this device.
pub fn restore(ui: Ui) {
    let names: Vec<String> = settings::get(Setting::Columns).unwrap_or_default();
    let is_chosen = |by: &SortBy| names.iter().any(|name| name == by.name());
    ui.columns.set(COLUMNS.into_iter().filter(is_chosen).collect());
}

fn toggle(ui: Ui, by: SortBy) {
    let has = |by: &SortBy| ui.columns.with_untracked(|columns| columns.contains(by));
    let chosen: Vec<SortBy> = COLUMNS.into_iter().filter(|other| has(other) != (*other == by)).collect();
    let names: Vec<&str> = chosen.iter().map(|by| by.name()).collect();
    settings::set(Setting::Columns, &names);
    ui.columns.set(chosen);
}

/// Which columns there are to be.
#[component]
pub fn ColumnsChooser() -> impl IntoView {
    let ui = expect_context::<Ui>();
    let choice = |by: SortBy| {
        Choice::new("Shown where the list is wide enough", "columns", said::column(by), move || {
            toggle(ui, by)
        })
        .checked(move || ui.columns.read().contains(&by))
    };
    let choices = COLUMNS.map(choice).to_vec();
    view! { <Chooser title="Columns".to_owned() choices close=move || ui.asked() /> }
}

/// The heads of the columns: what is pressed is sorted by.
#[component]
pub fn Heads() -> impl IntoView {
    let (desk, ui) = (expect_context::<Desk>(), expect_context::<Ui>());
    let order = Memo::new(move |_| sort::order(desk, ui));
    let head = move |by: SortBy| {
        let direction = move || match order.get() {
            now if now.by != by => None,
            now if now.descending => Some("descending"),
            _ => Some("ascending"),
        };
        view! {
            <div role="columnheader" class="cell" data-column=by.name() aria-sort=direction>
                <button class="head" on:click=move |_| sort::press(desk, ui, by)>
                    <span class="cut">{said::column(by)}</span>
                    <span class="head-mark" aria-hidden="true">
                        {move || direction().map(|to| if to == "ascending" { "↑" } else { "↓" })}
                    </span>
                </button>
            </div>
        }
    };
    move || {
        let columns = ui.columns.get();
        (!columns.is_empty()).then(|| {
            view! {
                <div class="heads" role="table" aria-label="Columns">
                    <div class="heads-row" role="row">
                        {head(SortBy::Due)}
                        <div role="columnheader" class="heads-what">"Ticket"</div>
                        <div class="cells" role="presentation">{columns.into_iter().map(head).collect::<Vec<_>>()}</div>
                    </div>
                </div>
            }
        })
    }
}

/// The columns of one ticket.
#[component]
pub fn Cells(ticket: RwSignal<Option<TicketId>>) -> impl IntoView {
    let (desk, ui) = (expect_context::<Desk>(), expect_context::<Ui>());
    let texts = Memo::new(move |_| {
        let (header, reference) = (desk.header(ticket.get()?)?, desk.reference()?);
        let text = |by: &SortBy| (by.name(), text(desk, *by, &header, &reference));
        Some(ui.columns.read().iter().map(text).collect::<HashMap<_, _>>())
    });
    let cell = move |name: &'static str| {
        let text =
            move || texts.read().as_ref().and_then(|texts| texts.get(name).cloned()).unwrap_or_default();
        view! { <span class="cell cut" data-column=name>{text}</span> }
    };
    let cells = move || ui.columns.read().iter().map(|by| cell(by.name())).collect::<Vec<_>>();
    view! { <span class="cells">{cells}</span> }
}

fn text(desk: Desk, by: SortBy, header: &Header, reference: &Reference) -> String {
    match by {
        SortBy::Number => crate::desk::words::number(header.number, desk.provisional(header.id), reference),
        SortBy::Status => reference.status(&header.status),
        SortBy::Priority => reference.priority(&header.priority),
        SortBy::Assignee => header.agent.map(|agent| reference.person(agent)).unwrap_or_default(),
        SortBy::Team => header.team.map(|_| reference.team(header.team)).unwrap_or_default(),
        SortBy::Site => header.site.clone().unwrap_or_default(),
        SortBy::Category => {
            header.category.as_ref().map(|id| reference.category(Some(id))).unwrap_or_default()
        }
        SortBy::Created => moment(header.created_at, desk.now()),
        SortBy::Updated => moment(header.updated_at, desk.now()),
        _ => String::new(),
    }
}
