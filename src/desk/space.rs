//! Making room on the device, and fetching again what was given up for it.

use holdfast_desk::{Change, Event, TicketId};
use holdfast_sync::protocol::Recorded;
use serde::Deserialize;

use super::api::Api;
use super::{ApiError, Desk};
use crate::browser::database::StorageError;
use crate::browser::http::{self, Method};

#[derive(Deserialize)]
struct Fetched {
    events: Vec<Recorded<Event>>,
}

impl Desk {
    /// Gives up the histories of tickets that are done and that nothing waits for. Returns how many went.
    ///
    /// # Errors
    /// When the device could not do it.
    pub async fn free_space(&self) -> Result<usize, StorageError> {
        let tickets: Vec<TicketId> = self.with(|inner| {
            let replica = inner.client.replica();
            let headers = replica.all_confirmed().headers();
            let done = headers.filter(|header| header.kind.is_done() && !header.needs_update);
            let idle = |ticket: &TicketId| {
                let parked = replica.parked().iter().any(|parked| parked.proposed.event.ticket == *ticket);
                !parked && replica.waiting_for(*ticket).next().is_none()
            };
            done.map(|header| header.id).filter(idle).collect()
        });
        self.stored(async |database| database.drop_histories(&tickets).await).await
    }

    /// A ticket's confirmed history, fetched again when it is not here; `false` when it is not here and cannot be fetched.
    pub(super) async fn whole_history(
        &self,
        ticket: TicketId,
    ) -> Result<(Vec<Recorded<Event>>, bool), StorageError> {
        let here = self.stored(async |database| database.history(ticket).await).await;
        let api = self
            .with(|inner| inner.api.clone().filter(|_| inner.client.replica().confirmed(ticket).is_some()));
        let is_whole = here.as_ref().is_ok_and(|history| history.first().is_some_and(begins));
        let Some(api) = api.filter(|_| !is_whole) else { return here.map(|history| (history, true)) };
        match fetched(&api, ticket).await {
            Ok(history) => {
                // Not kept, it is fetched again the next time.
                let _ = self.stored(async |database| database.put_history(ticket, &history).await).await;
                Ok((history, true))
            }
            Err(_) => here.map(|history| (history, false)),
        }
    }
}

fn begins(first: &Recorded<Event>) -> bool {
    first.event.changes.iter().any(|change| matches!(change, Change::Created(_)))
}

async fn fetched(api: &Api, ticket: TicketId) -> Result<Vec<Recorded<Event>>, ApiError> {
    let answer = api.ask(Method::Get, &format!("tickets/{ticket}/history"), None).await?;
    let fetched: Fetched = http::read(&answer)?;
    Ok(fetched.events)
}
