//! From opening the page to an open desk.

use leptos::prelude::*;

use super::frame::Frame;
use super::sign_in::SignIn;
use super::states::{Broken, Loading};
use super::ui::{Ticks, Ui};
use crate::browser::database::StorageError;
use crate::browser::settings::{self, Setting};
use crate::browser::{clock, page};
use crate::desk::{self, Account, Desk, Mend, OpenError, Place, find_place};
use crate::parts::Notices;
use crate::route::Route;

/// How far opening the app has come.
#[derive(Clone)]
enum Phase {
    Opening,
    SignIn(String),
    Open(Desk),
    /// Nothing can be opened for want of something that comes by itself, or with a network.
    Broken(String),
    /// What is kept for this account, or who it is, cannot be read.
    Damaged(String, Option<Account>),
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
        Phase::Broken(why) => view! { <Broken why mend=None /> }.into_any(),
        Phase::Damaged(why, account) => {
            let mend = move |()| leptos::task::spawn_local(mend(phase, account.clone()));
            view! { <Broken why mend=Some(Callback::new(mend)) /> }.into_any()
        }
        Phase::SignIn(api) => {
            let entered = Callback::new(move |account| leptos::task::spawn_local(enter(phase, account)));
            view! { <SignIn api entered /> }.into_any()
        }
        Phase::Open(desk) => view! { <Frame desk /> }.into_any(),
    }
}

async fn open(phase: RwSignal<Phase, LocalStorage>) {
    match Account::remembered().await {
        Ok(None) => {}
        Ok(Some(account)) => {
            enter(phase, account).await;
            // The address of the API may have changed; it is asked for behind the open desk and used at the next start.
            let _ = find_place().await;
            return;
        }
        Err(error) => return phase.set(Phase::Damaged(sentence(&error), None)),
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
    let mut is_mended = false;
    let error = loop {
        match go_in(phase, account.clone()).await {
            Ok(()) => return,
            // What is damaged of the headers is made again; where it cannot be, it is still damaged.
            Err(OpenError::Storage(StorageError::Unreadable(_))) if !is_mended => {
                is_mended = true;
                let _ = mended(Some(account.clone()), Mend::Headers).await;
            }
            Err(error) => break error,
        }
    };
    phase.set(match error {
        OpenError::Storage(error @ (StorageError::Unreadable(_) | StorageError::Unusable(_))) => {
            Phase::Damaged(sentence(&error), Some(account))
        }
        error => Phase::Broken(error.to_string()),
    });
}

async fn go_in(phase: RwSignal<Phase, LocalStorage>, account: Account) -> Result<(), OpenError> {
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

fn sentence(error: &StorageError) -> String {
    let mut text = format!("{error}.");
    // The messages are ours, and begin with a letter of English.
    if let Some(first) = text.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    text
}

/// Mends what cannot be read, and goes on.
async fn mend(phase: RwSignal<Phase, LocalStorage>, account: Option<Account>) {
    phase.set(Phase::Opening);
    match (mended(account.clone(), Mend::Everything).await, account) {
        (Err(error), account) => phase.set(Phase::Damaged(sentence(&error), account)),
        (Ok(()), None) => open(phase).await,
        (Ok(()), Some(account)) => enter(phase, account).await,
    }
}

async fn mended(account: Option<Account>, what: Mend) -> Result<(), StorageError> {
    desk::mend(account, what).await?.await
}

/// Gives the page the looks that the person chose.
pub fn apply_looks() {
    for (setting, attribute) in [(Setting::Theme, "data-theme"), (Setting::Density, "data-density")] {
        let chosen: Option<String> = settings::get(setting);
        page::set_root_attribute(attribute, chosen.as_deref());
    }
}
