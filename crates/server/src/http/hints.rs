//! Live hints: whoever listens hears that there is something to read as soon as it is there, instead of asking for it
//! again and again. A hint says how far there is to read and nothing of what, so it is the same for everybody.

use std::time::Duration;

use axum::Json;
use axum::extract::State as Shared;
use holdfast_sync::protocol::{Hint, Told};
use tokio::time::timeout;

use super::problem::Problem;
use super::query::Parameters;
use super::signed_in::SignedIn;
use super::state::State;

/// After so long somebody is answered with what they know already: lines that keep quiet for longer are cut on the way.
const LONGEST: Duration = Duration::from_secs(15);

/// For each who hears of something it takes so many milliseconds of the server to tell them what.
const EACH_MS: usize = 2;
/// Nobody is asked to wait for longer than this.
const LONGEST_SPREAD_MS: usize = 2_000;

/// `GET /hints`: answers when there is more than the device knows of, or after a while.
pub async fn listen(
    Shared(state): Shared<State>,
    signed_in: SignedIn,
    Parameters(known): Parameters<Hint>,
) -> Result<Json<Told>, Problem> {
    let _turn = state.begin_listening(signed_in.0.id)?;
    // Another process may have written to the database.
    state.tell().await?;
    let mut hints = state.hints();
    let is_more = |hint: &Option<Hint>| {
        hint.is_none_or(|hint| hint.head > known.head || hint.reference != known.reference)
    };
    // However it ends: what there is now is the answer, and nothing new where the server stops.
    let _ = timeout(LONGEST, hints.wait_for(is_more)).await;
    let spread_ms = (EACH_MS * state.listeners()).min(LONGEST_SPREAD_MS) as u32;
    let hint = *hints.borrow();
    let Hint { head, reference } = hint.unwrap_or(known);
    Ok(Json(Told { head, reference, spread_ms }))
}
