//! Policies and calendars: what a lead edits, with what an edit would do before it is done.

mod calendars;
mod fields;
mod policies;
mod works_by;
mod wrong;

use holdfast_desk::sla::{SlaRules, SlaVersion, Zone};
use holdfast_desk::{Instant, Role};
use leptos::prelude::*;
use wasm_split_helpers::wasm_split;

use super::states::Blank;
use crate::browser::part::{self, PartMissing};
use crate::desk::what_if::WhatIf;
use crate::desk::why::clock_name;
use crate::desk::words::{moment, number};
use crate::desk::{Desk, Reference};
use crate::parts::{Notices, icon};
use crate::route::Route;

/// Deadlines that would move and are listed; the others are counted.
const LISTED: usize = 20;

/// The page, in a part of its own: most people never edit rules.
#[wasm_split(rules, fallible)]
fn fetch() -> Result<fn() -> AnyView, PartMissing> {
    Ok(|| view! { <Rules /> }.into_any())
}

/// The page, once its part is here.
#[component]
pub fn RulesPart() -> impl IntoView {
    let page = RwSignal::new(None::<Result<fn() -> AnyView, bool>>);
    leptos::task::spawn_local(async move {
        page.set(Some(match fetch().await {
            Ok(page) => Ok(page),
            Err(PartMissing) => Err(part::is_replaced().await),
        }));
    });
    view! {
        <main class="pane" data-pane="page" id="main" tabindex="-1">
            {move || match page.get() {
                None => None,
                Some(Ok(page)) => Some(page()),
                Some(Err(true)) => Some(view! {
                    <Blank kind="offline" picture="refresh" title="There is a newer version of Holdfast".to_owned()
                        text="This page belongs to the one before it. Reload to go on; what you have typed is kept.".to_owned()>
                        <button class="btn btn-main" on:click=|_| crate::browser::page::reload()>"Reload"</button>
                    </Blank>
                }.into_any()),
                Some(Err(false)) => Some(view! {
                    <Blank kind="offline" picture="cloud-off" title="Not here yet".to_owned() text=format!("{PartMissing}.") />
                }.into_any()),
            }}
        </main>
    }
}

/// An edit under way.
#[derive(Clone, Copy)]
struct Editing {
    draft: RwSignal<SlaVersion>,
    /// Grows when cards come or go: only then they are drawn anew, so that typing keeps its place.
    shape: RwSignal<u32>,
    /// Tables of zones as they are known now.
    zones: RwSignal<Vec<Zone>>,
    /// How many fields hold what cannot be read.
    wrong: RwSignal<i32>,
    /// How many zones are being asked for.
    asked: RwSignal<u32>,
}

impl Editing {
    fn change(&self, change: impl FnOnce(&mut SlaVersion)) {
        self.draft.update(change);
    }

    fn reshape(&self, change: impl FnOnce(&mut SlaVersion)) {
        self.draft.update(change);
        self.wrong.set(0);
        self.shape.update(|shape| *shape += 1);
    }

    /// The rules as they would be.
    fn edited(&self, in_force: &SlaRules, now: Instant) -> SlaRules {
        let mut edited = in_force.clone();
        let valid_from = edited.next_from(now);
        edited.add(SlaVersion { valid_from, ..self.draft.get() }, self.zones.get());
        edited
    }

    /// Asks what is known of the zones in use: it may be more than the rules in force know.
    async fn fetch_zones(self, desk: Desk) {
        let mut names: Vec<String> =
            self.draft.with_untracked(|draft| draft.calendars.iter().map(|row| row.zone.clone()).collect());
        names.sort_unstable();
        names.dedup();
        for name in names {
            // Without an answer the rules keep the table that they have.
            if let Ok(zone) = desk.zone(&name).await {
                self.zones.update(|zones| zones.push(zone));
            }
        }
    }
}

/// Tables that would be taken up: the zone, the version in force, and the newer one.
fn newer(in_force: &SlaRules, edited: &SlaRules) -> Vec<(String, String, String)> {
    let Some(last) = in_force.versions.last() else { return Vec::new() };
    let added = edited.zones.iter().skip(in_force.zones.len());
    added
        .filter_map(|zone| {
            let used = in_force.zone(&zone.name, last.valid_from)?;
            Some((zone.name.clone(), used.version.clone(), zone.version.clone()))
        })
        .collect()
}

#[component]
fn Rules() -> impl IntoView {
    let desk = expect_context::<Desk>();
    let reference = untrack(|| desk.reference());
    let Some(reference) = reference.filter(|_| desk.actor().role >= Role::Lead) else {
        return view! {
            <Blank kind="denied" picture="lock" title="This is for leads".to_owned()
                text="Policies and calendars are edited by a lead or an administrator.".to_owned() />
        }
        .into_any();
    };
    let draft = reference.rules.sla.versions.last().cloned().unwrap_or_else(|| SlaVersion {
        valid_from: Instant::default(),
        policies: Vec::new(),
        calendars: Vec::new(),
        calendars_of: Vec::new(),
    });
    let editing = Editing {
        draft: RwSignal::new(draft.clone()),
        shape: RwSignal::new(0),
        zones: RwSignal::new(Vec::new()),
        wrong: RwSignal::new(0),
        asked: RwSignal::new(0),
    };
    leptos::task::spawn_local(editing.fetch_zones(desk));
    let in_force = StoredValue::new(reference.rules.sla.clone());
    let edited = Memo::new(move |_| in_force.with_value(|in_force| editing.edited(in_force, desk.now())));
    let names = (*reference).clone();
    let found = Memo::new(move |_| {
        desk.what_if(&edited.read()).map_err(|error| wrong::say(&error, &editing.draft.read(), &names))
    });
    let newer = Memo::new(move |_| in_force.with_value(|in_force| newer(in_force, &edited.read())));
    let changed = Memo::new(move |_| *editing.draft.read() != draft || !newer.read().is_empty());
    let (policies, calendars_of) = ((*reference).clone(), (*reference).clone());
    let (preview, moves) = ((*reference).clone(), (*reference).clone());
    let base = reference.rules.version;
    view! {
        <div class="page rules">
            <h1>"Deadlines"</h1>
            <p class="quiet">"Edits hold from the moment they are saved. What is resolved keeps the rules it was resolved under."</p>
            {move || policies::section(editing, &policies)}
            {move || calendars::section(desk, editing)}
            {move || works_by::section(editing, &calendars_of)}
            <section class="rules-what">
                <h2>"A ticket raised now"</h2>
                {move || match found.get() {
                    Ok(found) => raised_now(&found, &preview, desk.now()).into_any(),
                    Err(_) => view! { <p class="quiet">"Shown once nothing is wrong below."</p> }.into_any(),
                }}
            </section>
            <section class="rules-what">
                <h2>"Before you save"</h2>
                {move || newer.get().into_iter().map(newer_zone).collect::<Vec<_>>()}
                {move || match found.get() {
                    Err(why) => view! { <p class="error" role="alert">{icon("warning")}{why}</p> }.into_any(),
                    Ok(found) => moved(desk, &found, &moves).into_any(),
                }}
                <Save editing base changed edited found />
            </section>
        </div>
    }
    .into_any()
}

fn newer_zone((zone, used, newer): (String, String, String)) -> impl IntoView {
    let text =
        format!("The clocks of {zone} go by newer rules: {newer} instead of {used}. Saving takes them up.");
    view! { <p>{icon("clock")}" "{text}</p> }
}

fn raised_now(found: &WhatIf, reference: &Reference, now: Instant) -> impl IntoView + use<> {
    let row = |(priority, dues): &(holdfast_desk::PriorityId, Vec<(holdfast_desk::sla::Which, Instant)>)| {
        let words: Vec<String> =
            dues.iter().map(|(which, due)| format!("{} {}", clock_name(*which), moment(*due, now))).collect();
        let words = if words.is_empty() { "no deadline".to_owned() } else { words.join(" · ") };
        view! { <dt>{reference.priority(priority)}</dt><dd>{words}</dd> }
    };
    let rows: Vec<_> = found.raised_now.iter().map(row).collect();
    view! { <dl class="facts">{rows}</dl> }
}

/// Open tickets whose deadlines would move, and by how much.
fn moved(desk: Desk, found: &WhatIf, reference: &Reference) -> impl IntoView + use<> {
    let now = desk.now();
    let count = found.moved.len();
    let words = match count {
        0 => "No deadline of an open ticket moves.".to_owned(),
        1 => "One deadline of an open ticket moves.".to_owned(),
        count => format!("{count} deadlines of open tickets move."),
    };
    let due = |at: Option<Instant>| at.map_or_else(|| "none".to_owned(), |at| moment(at, now));
    let row = |moved: &crate::desk::what_if::Moved| {
        let header = untrack(|| desk.header(moved.ticket))?;
        let no = number(header.number, desk.provisional(moved.ticket), reference);
        Some(view! {
            <li>
                <a href=Route::Ticket(moved.ticket).href()><span class="no">{no}</span>" "{header.subject}</a>
                <span class="quiet">{format!("{}: {} → {}", clock_name(moved.which), due(moved.before), due(moved.after))}</span>
            </li>
        })
    };
    let rows: Vec<_> = found.moved.iter().take(LISTED).filter_map(row).collect();
    let more =
        (count > LISTED).then(|| view! { <p class="quiet">{format!("and {} more", count - LISTED)}</p> });
    view! { <p>{words}</p><ul class="rules-moved">{rows}</ul>{more} }
}

#[component]
fn Save(
    editing: Editing,
    base: u32,
    changed: Memo<bool>,
    edited: Memo<SlaRules>,
    found: Memo<Result<WhatIf, String>>,
) -> impl IntoView {
    let (desk, notices) = (expect_context::<Desk>(), expect_context::<Notices>());
    let busy = RwSignal::new(false);
    let refused = RwSignal::new(None::<String>);
    let waits = move || busy.get() || editing.asked.get() > 0;
    let cannot = move || waits() || !changed.get() || editing.wrong.get() > 0 || found.read().is_err();
    let save = move |_| {
        busy.set(true);
        refused.set(None);
        let edited = edited.get_untracked();
        leptos::task::spawn_local(async move {
            let outcome = desk.put_sla(base, edited).await;
            busy.set(false);
            match outcome {
                Ok(()) => {
                    notices.say("The rules are in force.");
                    crate::browser::page::go(&Route::Me.fragment());
                }
                Err(error) => refused.set(Some(format!("Not saved: {error}."))),
            }
        });
    };
    view! {
        <div class="form-foot">
            <button class="btn btn-main" disabled=cannot on:click=save>{icon("check")}"Put in force"</button>
            <a class="btn btn-quiet" href=Route::Me.href()>"Leave as it is"</a>
            <span class="error" role="alert">{move || refused.get().map(|why| view! { {icon("warning")}{why} })}</span>
        </div>
    }
}
