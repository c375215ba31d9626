//! Signing in.

use leptos::ev;
use leptos::prelude::*;

use crate::browser::http::Failure;
use crate::desk::{Account, SignInError, sign_in};
use crate::parts::{icon, icon_as};

/// The page that asks who is there.
#[component]
pub fn SignIn(
    /// Where the API is.
    api: String,
    /// What happens once somebody is in.
    entered: Callback<Account>,
    /// Who signed in before, when only the proof of it has run out.
    #[prop(optional)]
    login: String,
) -> impl IntoView {
    let again = !login.is_empty();
    let name = RwSignal::new(login);
    let password = RwSignal::new(String::new());
    let busy = RwSignal::new(false);
    let wrong = RwSignal::new(None::<String>);
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        wrong.set(None);
        let api = api.clone();
        leptos::task::spawn_local(async move {
            let outcome = sign_in(&api, &name.get_untracked(), &password.get_untracked()).await;
            busy.set(false);
            match outcome {
                Ok(account) => entered.run(account),
                Err(SignInError::Http(failure)) => wrong.set(Some(words(&failure))),
                Err(SignInError::Storage(error)) => {
                    wrong.set(Some(format!("This device cannot remember you: {error}.")))
                }
            }
        });
    };
    let invalid = move || wrong.get().map(|_| "true");
    view! {
        <main class="gate">
            <div class="gate-brand">
                {icon_as("mark", "icon brand-mark")}
                "Holdfast"
            </div>
            <form class="form" on:submit=submit>
                <h1 class="vh">{if again { "Sign in again" } else { "Sign in" }}</h1>
                {again.then(|| view! { <p>"Your work is safe on this device. Sign in again to send it."</p> })}
                <div class="field">
                    <label for="login">"Name"</label>
                    <input
                        class="input"
                        id="login"
                        autocomplete="username"
                        autocapitalize="none"
                        spellcheck="false"
                        required
                        autofocus=!again
                        prop:value=move || name.get()
                        aria-invalid=invalid
                        on:input=move |event| name.set(event_target_value(&event))
                    />
                </div>
                <div class="field">
                    <label for="password">"Password"</label>
                    <input
                        class="input"
                        id="password"
                        type="password"
                        autocomplete="current-password"
                        required
                        autofocus=again
                        aria-invalid=invalid
                        aria-describedby="wrong"
                        prop:value=move || password.get()
                        on:input=move |event| password.set(event_target_value(&event))
                    />
                    <span class="error" id="wrong" role="alert">
                        {move || wrong.get().map(|why| view! { {icon("warning")} {why} })}
                    </span>
                </div>
                <div class="form-foot">
                    <button class="btn btn-main btn-wide" disabled=move || busy.get()>
                        {move || if busy.get() { "Signing in…" } else { "Sign in" }}
                    </button>
                </div>
            </form>
        </main>
    }
}

fn words(failure: &Failure) -> String {
    match failure {
        Failure::Unauthorized(_) => "This name and password do not belong together.".to_owned(),
        Failure::Unreachable => "The server cannot be reached. Signing in needs a network.".to_owned(),
        Failure::NotOurs => {
            "Something else answers instead of the server. Is this network asking you to sign in first?"
                .to_owned()
        }
        Failure::Later { after_s: Some(seconds) } => format!("Too many tries. Try again in {seconds} s."),
        Failure::Later { after_s: None } => "The server is busy. Try again in a moment.".to_owned(),
        Failure::Refused { detail, .. } => detail.clone(),
    }
}
