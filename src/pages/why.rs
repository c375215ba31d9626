//! Why a ticket is due when it is due: the steps of each of its deadlines.

use holdfast_desk::TicketId;
use holdfast_desk::sla::{Clock, ClockState, Deadline, Step, Which};
use leptos::prelude::*;

use super::ui::Ui;
use crate::desk::words::{exact, moment};
use crate::desk::{Desk, why};
use crate::parts::{Badge, Dialog, counting};

/// The steps, over everything else.
#[component]
pub fn Why(
    /// Of which ticket.
    ticket: TicketId,
) -> impl IntoView {
    let (desk, ui) = (expect_context::<Desk>(), expect_context::<Ui>());
    let clocks = move || {
        let all = desk.clocks(ticket)?;
        let shown = all.each().into_iter().filter(|(_, clock)| clock.state != ClockState::None);
        let views: Vec<_> = shown.map(|(which, clock)| steps(desk, ticket, which, *clock)).collect();
        Some(match views.is_empty() {
            true => view! { <p>"No policy gives this ticket a deadline."</p> }.into_any(),
            false => views.into_any(),
        })
    };
    view! {
        <Dialog attr:aria-labelledby="why-title" close=move || ui.asked()>
            <h2 id="why-title">"Why then?"</h2>
            {clocks}
            <div class="dialog-foot">
                <button class="btn btn-main" autofocus on:click=move |_| ui.asked()>"Close"</button>
            </div>
        </Dialog>
    }
}

fn steps(desk: Desk, ticket: TicketId, which: Which, clock: Clock) -> impl IntoView {
    let now = desk.now();
    let due = counting(desk, move || Some(Deadline::from(&clock)));
    let view = |step: &Step| {
        let (at, what) = why::step(step, now);
        view! { <li><time title=exact(at)>{moment(at, now)}</time><span>{what}</span></li> }
    };
    let steps: Vec<_> = desk.explain(ticket, which).iter().map(view).collect();
    view! {
        <section class="why">
            <h3>{why::clock_name(which)}<Badge due /></h3>
            <ol class="why-steps">{steps}</ol>
        </section>
    }
}
