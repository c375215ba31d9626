//! What stands beside a ticket: its deadlines, whose it is, where.

use holdfast_desk::sla::{Clock, ClockState, Deadline, Which};
use holdfast_desk::{Header, Role, TicketId};
use leptos::prelude::*;

use crate::desk::why;
use crate::desk::words;
use crate::desk::{Desk, Reference};
use crate::pages::ui::{Asking, Ui};
use crate::parts::{Badge, counting};

/// The pane beside a ticket.
#[component]
pub fn TicketSide(ticket: TicketId) -> impl IntoView {
    let (desk, ui) = (expect_context::<Desk>(), expect_context::<Ui>());
    let clock = move |which: Which| desk.clocks(ticket).map(|clocks| *clocks.of(which));
    let shown = Memo::new(move |_| {
        let has_target = |which: &Which| clock(*which).is_some_and(|clock| clock.state != ClockState::None);
        Which::ALL.into_iter().filter(has_target).collect::<Vec<_>>()
    });
    let deadlines = move || {
        let view = |which| view! { <ClockView which clock=move || clock(which) /> };
        shown.get().into_iter().map(view).collect::<Vec<_>>()
    };
    let is_lead = desk.actor().role >= Role::Lead;
    let may_delete = Memo::new(move |_| is_lead && desk.header(ticket).is_some_and(|header| !header.deleted));
    let facts = move || {
        let (header, reference) = (desk.header(ticket)?, desk.reference()?);
        Some(facts_view(&header, &reference))
    };
    view! {
        <aside class="pane" data-pane="side" aria-label="About this ticket">
            <div class="scroll">
                <section class="sect">
                    <h2>"Deadlines"</h2>
                    {deadlines}
                    <Show when=move || !shown.read().is_empty()>
                        <button class="btn btn-quiet" aria-haspopup="dialog" on:click=move |_| ui.ask(Asking::Why(ticket))>"Why then?"</button>
                    </Show>
                </section>
                <section class="sect">
                    <h2>"About"</h2>
                    {facts}
                    <Show when=move || may_delete.get()>
                        <button
                            class="btn btn-quiet"
                            aria-haspopup="dialog"
                            on:click=move |_| ui.ask(Asking::TakeBack(ticket, None))
                        >
                            "Delete this ticket"
                        </button>
                    </Show>
                </section>
            </div>
        </aside>
    }
}

/// A clock.
#[component]
fn ClockView(
    which: Which,
    clock: impl Fn() -> Option<Clock> + Copy + Send + Sync + 'static,
) -> impl IntoView {
    let desk = expect_context::<Desk>();
    let due = counting(desk, move || clock().map(|clock| Deadline::from(&clock)));
    let percent = move || {
        // What is used grows as the badge counts.
        due.track();
        clock().map_or(0, |clock| (clock.used.saturating_mul(100) / clock.target.max(1)).clamp(0, 100))
    };
    view! {
        <div class="clock">
            <span>{why::clock_name(which)}</span>
            <Badge due />
            <svg
                class="gauge"
                data-state=move || due.read().state
                viewBox="0 0 100 10"
                preserveAspectRatio="none"
                role="img"
                aria-label=move || format!("{} % of the time used", percent())
            >
                <rect y="1" height="5" width=move || percent().to_string() />
            </svg>
        </div>
    }
}

fn facts_view(header: &Header, reference: &Reference) -> impl IntoView + use<> {
    let mut facts = vec![
        ("Requester", reference.person(header.requester)),
        ("Organisation", reference.organisation(header.requester)),
        ("Team", reference.team(header.team)),
        ("Agent", reference.agent(header.agent)),
        ("Category", reference.category(header.category.as_ref())),
        (
            "Channel",
            reference.rules.channel(&header.channel).map_or_else(String::new, |row| row.name.clone()),
        ),
        ("Raised", words::exact(header.created_at)),
    ];
    facts.extend(header.site.clone().map(|site| ("Site", site)));
    facts.extend(header.asset.clone().map(|asset| ("Asset", asset)));
    if !header.tags.is_empty() {
        facts.push(("Tags", header.tags.join(", ")));
    }
    let counted = |count: u32, one: &str, many: &str| match count {
        1 => format!("once {one}"),
        count => format!("{count} times {many}"),
    };
    if header.reopenings > 0 {
        facts.push(("Came back", counted(header.reopenings, "reopened", "reopened")));
    }
    if header.reassignments > 0 {
        facts.push(("Passed on", counted(header.reassignments, "to another team", "between teams")));
    }
    let rows: Vec<_> =
        facts.into_iter().map(|(name, value)| view! { <dt>{name}</dt><dd>{value}</dd> }).collect();
    view! { <dl class="facts">{rows}</dl> }
}
