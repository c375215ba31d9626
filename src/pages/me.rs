//! You: who is signed in, how the app looks, what this device keeps.

use holdfast_desk::Role;
use leptos::prelude::*;

use super::app::apply_looks;
use super::ui::{Asking, Ui};
use crate::browser::settings::{self, Setting};
use crate::browser::{page, worker};
use crate::desk::Desk;
use crate::parts::{Notices, Pill, icon};
use crate::route::Route;

/// The part of the room that may be taken before it is said that there is little left.
const NEARLY_FULL: f64 = 0.8;

/// The page.
#[component]
pub fn Me() -> impl IntoView {
    let (desk, ui) = (expect_context::<Desk>(), expect_context::<Ui>());
    let notices = expect_context::<Notices>();
    let account = desk.account();
    let person = account.person().clone();
    let is_lead = person.role >= Role::Lead;
    let role = match person.role {
        Role::Requester => "Requester",
        Role::Agent => "Agent",
        Role::Lead => "Lead",
        Role::Admin => "Administrator",
    };
    let kept = LocalResource::new(page::ask_to_persist);
    let keeps = move || match kept.get() {
        None => "Asking this browser…",
        Some(Some(true)) => "This browser keeps it until you remove it.",
        Some(Some(false)) => {
            "This browser may remove it when space runs short. Send your work often, or install the app."
        }
        Some(None) => "This browser does not say whether it keeps it. A private window forgets it.",
    };
    let room = LocalResource::new(page::room);
    let takes = move || room.get().flatten().map(|(used, most)| takes_words(used, most));
    let freeing = RwSignal::new(false);
    let choose = |setting: Setting,
                  id: &'static str,
                  label: &'static str,
                  options: [(&'static str, &'static str); 3]| {
        let chosen: Option<String> = settings::get(setting);
        let options: Vec<_> = options
            .into_iter()
            .filter(|(_, name)| !name.is_empty())
            .map(|(value, name)| {
                view! { <option value=value selected=chosen.as_deref().unwrap_or("") == value>{name}</option> }
            })
            .collect();
        let change = move |event| {
            match event_target_value(&event).as_str() {
                "" => settings::remove(setting),
                value => settings::set(setting, &value),
            }
            apply_looks();
        };
        view! { <label for=id>{label}<select class="input" id=id on:change=change>{options}</select></label> }
    };
    view! {
        <main class="pane" data-pane="me" id="main" tabindex="-1">
            <div class="page">
                <h1>{person.name.clone()}</h1>
                <p class="quiet">{role}</p>
                <p class="line"><Pill /></p>
                <div class="settings">
                    {choose(Setting::Theme, "theme", "Theme", [("", "As the system"), ("light", "Light"), ("dark", "Dark")])}
                    {choose(Setting::Density, "density", "Rows", [("", "Comfortable"), ("dense", "Dense"), ("", "")])}
                </div>
                <section class="kept">
                    <h2>"On this device"</h2>
                    <p>{takes}</p>
                    <p>{keeps}</p>
                    <Show when=move || !desk.is_alone()>
                        <div class="line">
                            <button class="btn" disabled=move || freeing.get() on:click=move |_| free(desk, notices, freeing, room)>
                                "Free space"
                            </button>
                            <span class="quiet small">"Removes the histories of finished tickets. One comes back when you open it with a network."</span>
                        </div>
                    </Show>
                </section>
                <div class="line">
                    <a class="btn" href=Route::Work.href()>{icon("send")}"Your work"</a>
                    {is_lead.then(|| view! { <a class="btn" href=Route::Rules.href()>{icon("clock")}"Deadlines"</a> })}
                    <button class="btn" on:click=move |_| ui.ask(Asking::Keys)>{icon("keyboard")}"Keyboard"</button>
                    <button class="btn" on:click=|_| worker::look_for_update()>{icon("refresh")}"Look for a new version"</button>
                    <Show when=move || !desk.is_alone()>
                        <button class="btn" on:click=move |_| leave(desk, notices)>"Sign out"</button>
                    </Show>
                </div>
                <p class="quiet small">{format!("Holdfast {}", env!("CARGO_PKG_VERSION"))}</p>
            </div>
        </main>
    }
}

/// What is kept here, and how much may be.
fn takes_words(used: f64, most: f64) -> String {
    let short = if used > most * NEARLY_FULL { " There is little room left." } else { "" };
    format!("Holdfast takes {} here, of {} that this browser gives it.{short}", size(used), size(most))
}

fn size(bytes: f64) -> String {
    let megabytes = (bytes / 1e6).ceil() as u64;
    if megabytes < 1_000 {
        format!("{megabytes} MB")
    } else {
        format!("{}.{} GB", megabytes / 1_000, megabytes % 1_000 / 100)
    }
}

/// Gives up what the server has and nobody is likely to read.
fn free(desk: Desk, notices: Notices, freeing: RwSignal<bool>, room: LocalResource<Option<(f64, f64)>>) {
    freeing.set(true);
    leptos::task::spawn_local(async move {
        match desk.free_space().await {
            Ok(0) => notices.say("There is nothing to free."),
            Ok(1) => notices.say("The history of one finished ticket was removed from this device."),
            Ok(count) => notices
                .say(&format!("The histories of {count} finished tickets were removed from this device.")),
            Err(error) => notices.say(&format!("No space was freed: {error}.")),
        }
        // The page may have been left meanwhile.
        freeing.try_set(false);
        room.refetch();
    });
}

/// Signs out. What was not sent is told of first, and stays on this device for when the same person comes back.
fn leave(desk: Desk, notices: Notices) {
    let (unsent, parked) = untrack(|| desk.counts());
    let count = unsent + parked;
    let question = match count {
        0 => String::new(),
        1 => "One thing you did has not been sent. It stays on this device and goes out when you sign in here again. Sign out?".to_owned(),
        count => format!(
            "{count} things you did have not been sent. They stay on this device and go out when you sign in here again. Sign out?"
        ),
    };
    if count > 0 && !page::confirm(&question) {
        return;
    }
    leptos::task::spawn_local(async move {
        match desk.sign_out().await {
            Ok(()) => {
                page::go(&Route::default().fragment());
                page::reload();
            }
            Err(error) => notices.say(&format!("Still signed in: {error}.")),
        }
    });
}
