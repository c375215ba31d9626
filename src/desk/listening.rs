//! Hearing from the server at once that there is something to read: one tab of the browser keeps a question open. What
//! it hears only wakes the rounds; without it they come by themselves, later. A part of the app that is fetched with the
//! pages.

use holdfast_sync::protocol::{Hint, Told};

use super::Desk;
use crate::browser::{clock, random, tabs};

/// For how long nobody asks when the last question had no answer, or there is nothing to ask, in milliseconds.
const QUIET_MS: f64 = 5_000.0;

impl Desk {
    /// Starts to listen, and does so for as long as the page lives.
    pub fn listen(&self) {
        let desk = *self;
        let Some(api) = self.with(|inner| inner.api.clone()) else { return };
        let lock = format!("{}/hints", self.account().database());
        leptos::task::spawn_local(async move {
            // A browser opens few connections to one server, and every tab needs one now and then.
            let Some(_held) = tabs::hold_for_good(&lock).await else { return };
            // What the server said last: it is being read.
            let mut told: Option<Hint> = None;
            loop {
                // What there is to read is told by its pages, too.
                let round = desk.with(|inner| inner.syncer.round_lock());
                drop(round.lock().await);
                let Some(known) = desk.with(|inner| inner.client.known()) else {
                    clock::sleep(QUIET_MS as i32).await;
                    continue;
                };
                let asked = told.map_or(known, |told| Hint { head: known.head.max(told.head), ..told });
                let answer = api.hint(asked).await;
                let quiet = answer.as_ref().map_or(QUIET_MS, |answer| f64::from(answer.spread_ms));
                told = answer.ok().map(|Told { head, reference, .. }| Hint { head, reference });
                if told != Some(asked) {
                    clock::sleep((quiet * random::fraction()) as i32).await;
                }
                desk.with_mut(|inner| match told {
                    Some(hint) => inner.client.hinted(hint, clock::now()),
                    None => inner.client.unhinted(clock::now()),
                });
                if told != Some(asked) {
                    desk.plan();
                }
                if told.is_none() {
                    clock::sleep(QUIET_MS as i32).await;
                }
            }
        });
    }
}
