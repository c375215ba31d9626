//! The frame: queues, list, ticket and what is beside it on a desk; one of them at a time on a phone.

use holdfast_desk::queue::{View, Whose};
use leptos::prelude::*;

use super::later::{self, Later};
use super::queue::Queue;
use super::sign_in::SignIn;
use super::states::Blank;
use super::ui::Ui;
use crate::browser::{clock, page};
use crate::desk::words::{number, view_icon};
use crate::desk::{Account, Desk, Status};
use crate::parts::{Pane, Pill, icon, icon_as, restore_panes};
use crate::route::{ALL, FIRST_VIEW, Route};

/// An open desk.
#[component]
pub fn Frame(
    /// Which.
    desk: Desk,
) -> impl IntoView {
    provide_context(desk);
    let ui = expect_context::<Ui>();
    let route = ui.route;
    Effect::new(move |_| match route.get() {
        Route::Queue(showing) => {
            ui.last_queue.set(Route::Queue(showing.clone()));
            if ui.view.get_untracked() != showing.view {
                ui.view.set(showing.view);
            }
        }
        Route::Search => ui.view.set(ALL.to_owned()),
        _ => {}
    });
    let name = Memo::new(move |_| place_name(desk, ui));
    Effect::new(move |_| page::set_title(&format!("{} · Holdfast", name.read())));
    Effect::new(|_| restore_panes());
    let (newer, set_newer) = signal(false);
    let pages = later::pages(desk, ui, set_newer);
    provide_context(pages);
    let signing_in = Memo::new(move |_| desk.status.get() == Status::SignInAgain && route.get() == Route::Me);
    move || match (signing_in.get(), desk.account()) {
        (true, Account::Signed(session, api)) => {
            // The tokens are remembered by now; the open desk takes them up as it starts again.
            let entered = Callback::new(|_| page::reload());
            view! { <SignIn api entered login=session.login /> }.into_any()
        }
        _ => view! { <Panes pages newer /> }.into_any(),
    }
}

/// What `data-place` says, and so what a phone shows.
fn place(route: &Route) -> &'static str {
    match route {
        Route::Queue(_) | Route::Search => "list",
        Route::Ticket(_) => "ticket",
        Route::New => "new",
        Route::Work => "work",
        Route::Me => "me",
        Route::Rules | Route::Unknown => "page",
    }
}

fn place_name(desk: Desk, ui: Ui) -> String {
    match ui.route.get() {
        Route::Queue(_) => desk.view(&ui.view.read()).name,
        Route::Search => "Search".to_owned(),
        Route::Ticket(ticket) => match (desk.reference(), desk.header(ticket)) {
            (Some(reference), Some(header)) => number(header.number, desk.provisional(ticket), &reference),
            _ => "Ticket".to_owned(),
        },
        Route::New => "New ticket".to_owned(),
        Route::Work => "Your work".to_owned(),
        Route::Me => "You".to_owned(),
        Route::Rules => "Deadlines".to_owned(),
        Route::Unknown => "Nothing here".to_owned(),
    }
}

#[component]
fn Panes(pages: Later, newer: ReadSignal<bool>) -> impl IntoView {
    let (desk, ui) = (expect_context::<Desk>(), expect_context::<Ui>());
    let route = ui.route;
    // No first look needs them.
    let splitter = move |pane: Pane| move || pages.get().map(|pages| (pages.splitter)(pane));
    let has_side = move || matches!(route.get(), Route::Ticket(_));
    // What is asked of a queue makes no other page.
    let shown = Memo::new(move |_| match route.get() {
        Route::Queue(_) => Route::Search,
        route => route,
    });
    let main = move || {
        match (shown.get(), pages.get()) {
        (Route::Queue(_) | Route::Search, _) => view! {
            <main class="pane" data-pane="ticket" id="main" tabindex="-1">
                <Blank kind="empty" picture="queue" title="No ticket open".to_owned()
                    text="Choose one from the list: j and k move, Enter opens.".to_owned() />
            </main>
        }
        .into_any(),
        (Route::Ticket(ticket), Some(pages)) => (pages.ticket)(ticket),
        (Route::New, Some(pages)) => (pages.new)(),
        (Route::Work, Some(pages)) => (pages.work)(),
        (Route::Me, Some(pages)) => (pages.me)(),
        (Route::Rules, Some(pages)) => (pages.rules)(),
        (Route::Unknown, _) => view! {
            <main class="pane" data-pane="page" id="main" tabindex="-1">
                <Blank kind="denied" picture="search" title="There is nothing at this address".to_owned()
                    text="The link may be cut short.".to_owned()>
                    <a class="btn" href=Route::view(FIRST_VIEW).href()>"To your queue"</a>
                </Blank>
            </main>
        }
        .into_any(),
        (at, None) => view! {
            <main class="pane" data-pane=place(&at) id="main" tabindex="-1" aria-busy="true">
                <Blank kind="empty" picture="queue" title="One moment".to_owned()
                    text="This part of the app is on its way. It needs a network the first time.".to_owned() />
            </main>
        }
        .into_any(),
    }
    };
    // In two steps, between which the page answers.
    let is_begun = RwSignal::new(false);
    clock::after(0, move || {
        is_begun.try_set(true);
    });
    view! {
        <div class="shell" id="shell" data-place=move || place(&route.read()) data-open=move || ui.open_pane.get() data-whole=move || pages.get().map(|_| "")>
            <a class="skip" href="#main" on:click=|event| {
                event.prevent_default();
                crate::browser::dom::focus_soon("main");
            }>"Skip to the ticket"</a>
            <Bar />
            <Rail />
            {splitter(Pane::Rail)}
            {move || is_begun.get().then(|| view! { <Queue /> })}
            {splitter(Pane::List)}
            {move || is_begun.get().then_some(main)}
            <Show when=has_side>
                {splitter(Pane::Side)}
                {move || ui.ticket().zip(pages.get()).map(|(ticket, pages)| (pages.side)(ticket))}
            </Show>
            <Show when=move || ui.open_pane.get().is_some()>
                <div class="scrim" on:click=move |_| ui.open_pane.set(None)></div>
            </Show>
            {move || is_begun.get().then(|| view! { <LiveNews desk /><Places /> })}
            {move || pages.get().map(|pages| (pages.over)(newer))}
        </div>
    }
}

/// What changed between this device and the server, said once and politely.
#[component]
fn LiveNews(desk: Desk) -> impl IntoView {
    let news = Memo::new(move |_| match desk.status.get() {
        Status::Offline(_) => "Offline. You can go on working.",
        Status::SignInAgain => "Sign in again to send your work.",
        Status::TooOld => "Reload the app to send your work.",
        Status::Broken(_) => "Something is wrong. Open your work to see what.",
        Status::Synced(_) => "Everything is sent.",
        _ => "",
    });
    view! { <div class="vh" role="status">{move || news.get()}</div> }
}

#[component]
fn Bar() -> impl IntoView {
    let (desk, ui) = (expect_context::<Desk>(), expect_context::<Ui>());
    let in_ticket = move || ui.ticket().is_some();
    view! {
        <header class="bar">
            <Show
                when=in_ticket
                fallback=move || view! {
                    <button
                        class="btn btn-quiet btn-icon"
                        aria-label="Queues"
                        aria-expanded=move || (ui.open_pane.get() == Some("rail")).to_string()
                        on:click=move |_| ui.open_pane.update(|open| *open = open.is_none().then_some("rail"))
                    >
                        {icon("menu")}
                    </button>
                }
            >
                <button
                    class="btn btn-quiet btn-icon back"
                    aria-label="Back to the queue"
                    on:click=move |_| page::go(&untrack(|| ui.queue()).fragment())
                >
                    {icon("back")}
                </button>
            </Show>
            <span class="bar-title cut">{move || place_name(desk, ui)}</span>
            <Pill />
        </header>
    }
}

#[component]
fn Rail() -> impl IntoView {
    let (desk, ui) = (expect_context::<Desk>(), expect_context::<Ui>());
    let counts = Memo::new(move |_| desk.view_counts());
    // What changes by itself is shown when it does, and looked for only then.
    let rung = RwSignal::new(());
    Effect::new(move |_: Option<Option<clock::Alarm>>| {
        desk.revision.track();
        rung.track();
        counts.with_untracked(|_| ());
        let next = desk.next_change()?;
        let ring = move || if desk.now() < next { rung.set(()) } else { desk.changed() };
        Some(clock::alarm(next.plus_millis(-desk.offset_ms()), ring))
    });
    page::on_return(move || desk.changed());
    let views = Memo::new(move |_| {
        let views = desk.views();
        let standard = if views.is_empty() { View::standard(desk.actor().role) } else { Vec::new() };
        let row = |view: &View| (view.slug.clone(), view.name.clone(), view.whose);
        views.iter().chain(&standard).map(row).collect::<Vec<_>>()
    });
    let link = move |(index, (slug, name, whose)): (usize, (String, String, Whose))| {
        let picture = match whose {
            Whose::Everybody => view_icon(&slug),
            Whose::Own => "bookmark",
            Whose::Shared => "people",
        };
        let href = Route::view(&slug).href();
        let here = move || (*ui.view.read() == slug && place(&ui.route.read()) != "new").then_some("page");
        view! {
            <a
                class="rail-link"
                href=href
                aria-current=here
                on:click=move |_| ui.open_pane.set(None)
            >
                {icon(picture)}
                <span class="cut">{name}</span>
                {(whose == Whose::Shared).then(|| view! { <span class="vh">"shared"</span> })}
                <span class="num">{move || counts.read().get(index).copied()}</span>
            </a>
        }
    };
    view! {
        <nav class="rail" aria-label="Queues">
            <div class="brand">
                {icon_as("mark", "icon brand-mark")}
                "Holdfast"
                <a class="btn btn-quiet btn-icon push" aria-label="You" href=Route::Me.href()>{icon("person")}</a>
            </div>
            <div class="rail-nav">
                <a class="rail-link" href=Route::New.href() on:click=move |_| ui.open_pane.set(None)>
                    {icon("plus")}"New ticket"<kbd class="push">"c"</kbd>
                </a>
                <h2 class="rail-group">"Queues"</h2>
                {move || views.get().into_iter().enumerate().map(link).collect::<Vec<_>>()}
            </div>
            <div class="rail-foot"><Pill /></div>
        </nav>
    }
}

#[component]
fn Places() -> impl IntoView {
    let ui = expect_context::<Ui>();
    let queue = move || ui.queue();
    let link = move |to: Signal<Route>, picture: &'static str, name: &'static str| {
        let here = move || {
            let (to, at) = (to.read(), ui.route.read());
            let same = match &*at {
                Route::Queue(_) | Route::Ticket(_) => matches!(*to, Route::Queue(_)),
                Route::Work | Route::Rules => *to == Route::Me,
                at => at == &*to,
            };
            same.then_some("page")
        };
        view! { <a class="place" href=move || to.get().href() aria-current=here>{icon(picture)}{name}</a> }
    };
    view! {
        <nav class="places" aria-label="Places">
            {link(Signal::derive(queue), "queue", "Queue")}
            {link(Signal::stored(Route::Search), "search", "Search")}
            {link(Signal::stored(Route::New), "plus", "New")}
            {link(Signal::stored(Route::Me), "person", "Me")}
        </nav>
    }
}
