//! When what this browser keeps cannot be read: what the app mends by itself, and what it asks for. A part of the app that is
//! fetched with the pages.

use std::future::Future;
use std::pin::Pin;

use leptos::prelude::*;
use wasm_split_helpers::wasm_split;

use super::app::{Phase, go_in, open};
use super::states::broken;
use crate::browser::database::StorageError;
use crate::browser::page;
use crate::browser::part::PartMissing;
use crate::desk::{Account, Mend, OpenError, mend};

type Opening = RwSignal<Phase, LocalStorage>;

/// What is under way.
pub type Mending = Pin<Box<dyn Future<Output = ()>>>;

/// Mends what can be made again of what is on the device, and goes on; or says what is wrong.
#[wasm_split(pages, fallible)]
pub fn begin(phase: Opening, error: OpenError, account: Option<Account>) -> Result<Mending, PartMissing> {
    Ok(Box::pin(by_itself(phase, error, account)))
}

async fn by_itself(phase: Opening, error: OpenError, account: Option<Account>) {
    if let OpenError::Storage(StorageError::Unreadable(_)) = error
        && let Some(account) = account.clone()
        && mend(Some(account.clone()), Mend::Headers).await.is_ok()
    {
        match go_in(phase, account.clone()).await {
            Ok(()) => {}
            Err(error) => say(phase, error, Some(account)),
        }
    } else {
        say(phase, error, account);
    }
}

fn say(phase: Opening, error: OpenError, account: Option<Account>) {
    let OpenError::Storage(error @ (StorageError::Unreadable(_) | StorageError::Unusable(_))) = error else {
        return phase.set(Phase::Broken(error.to_string()));
    };
    let mut why = format!("{error}.");
    // The messages are ours, and begin with a letter of English.
    if let Some(first) = why.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    let view = move |()| {
        let account = account.clone();
        let asked = move |_| leptos::task::spawn_local(when_asked(phase, account.clone()));
        let mending = view! {
            <p>
                "Try again first. If that does not help, let everything be read again from the server: what you did and was not sent is kept where it can still be read."
            </p>
            <div class="line">
                <button class="btn btn-main" on:click=move |_| page::reload()>
                    "Try again"
                </button>
                <button class="btn" on:click=asked>
                    "Read everything again"
                </button>
            </div>
        };
        broken(why.clone(), Some(mending.into_any()))
    };
    phase.set(Phase::Damaged(Callback::new(view)));
}

/// Mends as much as can be, at the price of what cannot be read, and goes on.
async fn when_asked(phase: Opening, account: Option<Account>) {
    phase.set(Phase::Opening);
    let outcome = match mend(account.clone(), Mend::Everything).await {
        Ok(()) => match account.clone() {
            None => return open(phase).await,
            Some(account) => go_in(phase, account).await,
        },
        Err(error) => Err(error.into()),
    };
    if let Err(error) = outcome {
        say(phase, error, account);
    }
}
