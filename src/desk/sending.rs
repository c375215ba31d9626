//! Sending what waits: a part of the app that is fetched with the pages, which alone make anything to send.

use std::future::Future;
use std::pin::Pin;

use wasm_split_helpers::wasm_split;

use super::api::Api;
use super::sync::Stop;
use super::{ApiError, Desk};
use crate::browser::clock;
use crate::browser::http::Failure;
use crate::browser::part::PartMissing;

/// The HTTP status of a server that does not take so much at once.
const TOO_LARGE: u16 = 413;

/// What is under way.
pub(super) type Sending = Pin<Box<dyn Future<Output = Result<(), Stop>>>>;

/// Sends what waits, as much as one request holds.
#[wasm_split(pages, fallible)]
pub(super) fn send(desk: Desk, api: Api) -> Result<Sending, PartMissing> {
    Ok(Box::pin(send_once(desk, api)))
}

async fn send_once(desk: Desk, api: Api) -> Result<(), Stop> {
    let Some((request, json)) = desk.with_mut(|inner| inner.client.request()) else { return Ok(()) };
    let asked = clock::now();
    match api.push(json).await {
        Ok(response) => {
            desk.spoke(asked, response.now).await?;
            desk.with_mut(|inner| inner.client.pushed(&response, clock::now()));
            desk.change_soon();
        }
        Err(ApiError::Http(Failure::Refused { status: TOO_LARGE, .. })) => {
            desk.with_mut(|inner| inner.client.too_large(&request, clock::now()));
        }
        Err(error) => return Err(error.into()),
    }
    Ok(())
}
