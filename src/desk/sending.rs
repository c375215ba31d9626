//! Sending what waits: a part of the app that is fetched with the pages, which alone make anything to send.

use std::future::Future;
use std::pin::Pin;

use wasm_split_helpers::wasm_split;

use super::Desk;
use super::api::Api;
use super::sync::{Status, Stop};
use crate::browser::clock;
use crate::browser::part::PartMissing;
use leptos::prelude::Set;

/// What is under way: whether there was anything to send.
pub(super) type Sending = Pin<Box<dyn Future<Output = Result<bool, Stop>>>>;

/// Sends what waits.
#[wasm_split(pages, fallible)]
pub(super) fn send(desk: Desk, api: Api) -> Result<Sending, PartMissing> {
    Ok(Box::pin(send_all(desk, api)))
}

async fn send_all(desk: Desk, api: Api) -> Result<bool, Stop> {
    let mut sent = false;
    while let Some(request) = desk.with(|inner| inner.replica.next_push()) {
        desk.status.set(Status::Sending);
        sent = true;
        let asked = clock::now();
        let response = api.push(&request).await?;
        desk.spoke(asked, response.now).await?;
        let write = desk.planned(|replica, rules| replica.pushed(&response, rules));
        // A server that answers nothing at all is asked again later, not at once.
        if write.is_empty() {
            break;
        }
        desk.keep(write).await?;
    }
    Ok(sent)
}
