//! What stands beside a ticket: its deadlines, whose it is, where.

use holdfast_desk::sla::{Clock, ClockState, Step, Which};
use holdfast_desk::{Header, Instant, TicketId};
use leptos::prelude::*;

use crate::desk::why;
use crate::desk::words::{self, Due};
use crate::desk::{Desk, Reference};
use crate::pages::ui::Ticks;
use crate::parts::Badge;

/// The pane beside a ticket.
#[component]
pub fn TicketSide(ticket: TicketId) -> impl IntoView {
    let desk = expect_context::<Desk>();
    let Ticks { minutes, .. } = expect_context();
    let deadlines = move || {
        let now = minutes.get();
        let (_, clocks) = desk.ticket(ticket, now)?;
        let shown = clocks.each().into_iter().filter(|(_, clock)| clock.state != ClockState::None);
        let view = |(which, clock)| clock_view(which, clock, desk.explain(ticket, which, now), now);
        Some(shown.map(view).collect::<Vec<_>>())
    };
    let facts = move || {
        let (header, reference) = (desk.header(ticket)?, desk.reference()?);
        Some(facts_view(&header, &reference))
    };
    view! {
        <aside class="pane" data-pane="side" aria-label="About this ticket">
            <div class="scroll">
                <section class="sect"><h2>"Deadlines"</h2>{deadlines}</section>
                <section class="sect"><h2>"About"</h2>{facts}</section>
            </div>
        </aside>
    }
}

fn clock_view(which: Which, clock: &Clock, steps: Vec<Step>, now: Instant) -> impl IntoView + use<> {
    let due = Due::of_clock(clock, now);
    let percent = (clock.used.saturating_mul(100) / clock.target.max(1)).clamp(0, 100);
    let steps: Vec<_> = steps
        .iter()
        .map(|step| why::step(step, now))
        .map(|(at, what)| view! { <li><time title=words::exact(at)>{words::moment(at, now)}</time><span>{what}</span></li> })
        .collect();
    view! {
        <div class="clock">
            <span>{why::clock_name(which)}</span>
            <Badge due=due.clone() />
            <svg
                class="gauge"
                data-state=due.state
                viewBox="0 0 100 10"
                preserveAspectRatio="none"
                role="img"
                aria-label=format!("{percent} % of the time used")
            >
                <rect y="1" height="5" width=percent.to_string() />
            </svg>
            <details class="why small">
                <summary>"Why then?"</summary>
                <ol class="why-steps">{steps}</ol>
            </details>
        </div>
    }
}

fn facts_view(header: &Header, reference: &Reference) -> impl IntoView + use<> {
    let mut facts = vec![
        ("Requester", reference.person(header.requester)),
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
