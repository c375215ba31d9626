//! From opening the page to an open desk.

use leptos::prelude::*;

use super::frame::Frame;
use super::mending;
use super::sign_in::SignIn;
use super::states::{Loading, broken};
use super::ui::{Ticks, Ui};
use crate::browser::settings::{self, Setting};
use crate::browser::{clock, page};
use crate::desk::{Account, Desk, OpenError, Place, find_place};
use crate::parts::Notices;
use crate::route::Route;

/// How far opening the app has come.
#[derive(Clone)]
pub(super) enum Phase {
    Opening,
    SignIn(String),
    Open(Desk),
    /// Nothing can be opened for want of something that comes by itself, or with a network.
    Broken(String),
    /// What is kept for this account, or who it is, cannot be read; by what says so.
    Damaged(Callback<(), AnyView>),
}

/// The app.
#[component]
pub fn App() -> impl IntoView {
    apply_looks();
    let address = page::address();
    let route = Memo::new(move |_| Route::parse(&address.read()));
    provide_context(Ui::new(route));
    provide_context(Ticks::start());
    provide_context(Notices::new());

    let phase = RwSignal::new_local(Phase::Opening);
    leptos::task::spawn_local(open(phase));
    move || match phase.get() {
        Phase::Opening => view! { <Loading /> }.into_any(),
        Phase::Broken(why) => broken(why, None),
        Phase::Damaged(view) => view.run(()),
        Phase::SignIn(api) => {
            let entered = Callback::new(move |account| leptos::task::spawn_local(enter(phase, account)));
            view! { <SignIn api entered /> }.into_any()
        }
        Phase::Open(desk) => view! { <Frame desk /> }.into_any(),
    }
}

pub(super) async fn open(phase: RwSignal<Phase, LocalStorage>) {
    match Account::remembered().await {
        Ok(None) => {}
        Ok(Some(account)) => {
            enter(phase, account).await;
            // The address of the API may have changed; it is asked for behind the open desk and used at the next start.
            let _ = find_place().await;
            return;
        }
        Err(error) => return stop(phase, error.into(), None).await,
    }
    match find_place().await {
        Ok(Place::Alone) => match Account::alone().await {
            Ok(account) => enter(phase, account).await,
            Err(missing) => phase.set(Phase::Broken(missing.to_string())),
        },
        Ok(Place::Server(api)) => phase.set(Phase::SignIn(api)),
        Err(error) => phase.set(Phase::Broken(format!("The first visit needs a network: {error}."))),
    }
}

async fn enter(phase: RwSignal<Phase, LocalStorage>, account: Account) {
    if let Err(error) = go_in(phase, account.clone()).await {
        stop(phase, error, Some(account)).await;
    }
}

/// Nothing can be opened: it is mended, or what is wrong is said.
async fn stop(phase: RwSignal<Phase, LocalStorage>, error: OpenError, account: Option<Account>) {
    let why = error.to_string();
    match mending::begin(phase, error, account).await {
        Ok(mending) => mending.await,
        Err(_) => phase.set(Phase::Broken(why)),
    }
}

pub(super) async fn go_in(phase: RwSignal<Phase, LocalStorage>, account: Account) -> Result<(), OpenError> {
    let desk = Desk::open(account).await?;
    phase.set(Phase::Open(desk));
    // The page is drawn with what there is to do before the rest is read.
    clock::sleep(0).await;
    desk.complete().await?;
    desk.start();
    // Asked once there is something to keep; browsers grant it by themselves or not at all.
    let _ = page::ask_to_persist().await;
    Ok(())
}

/// Gives the page the looks that the person chose.
pub fn apply_looks() {
    for (setting, attribute) in [(Setting::Theme, "data-theme"), (Setting::Density, "data-density")] {
        let chosen: Option<String> = settings::get(setting);
        page::set_root_attribute(attribute, chosen.as_deref());
    }
}
