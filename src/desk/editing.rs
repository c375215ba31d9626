//! Editing the rules: only with the server's agreement, because everybody's deadlines rest on them.

use holdfast_desk::sla::{Holiday, SlaRules, SlaVersion, Zone};
use serde::Serialize;
use thiserror::Error;

use super::api::json;
use super::sync::Stop;
use super::{ApiError, Desk};
use crate::browser::database::StorageError;
use crate::browser::http::{self, Failure, Method};
use crate::browser::zone;

/// Why rules stay as they are.
#[derive(Clone, Debug, PartialEq, Error)]
pub enum EditError {
    /// The server does not agree, or cannot be asked.
    #[error(transparent)]
    Api(#[from] ApiError),
    /// The device could not keep it.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// There is no server to ask.
    #[error("this needs a server")]
    NoServer,
    /// There is no server to ask, and the browser does not know the zone.
    #[error("this browser knows no such time zone")]
    NoZone,
    /// The rules have not arrived yet.
    #[error("the desk is still being fetched; try again in a moment")]
    NotReady,
}

impl From<Failure> for EditError {
    fn from(failure: Failure) -> Self {
        Self::Api(failure.into())
    }
}

impl From<Stop> for EditError {
    fn from(stop: Stop) -> Self {
        match stop {
            Stop::Api(error) => Self::Api(error),
            Stop::Storage(error) => Self::Storage(error),
        }
    }
}

#[derive(Serialize)]
struct Edit<'a> {
    base: u32,
    policies: &'a [holdfast_desk::sla::Policy],
    calendars: &'a [holdfast_desk::sla::Calendar],
    calendars_of: &'a [holdfast_desk::sla::CalendarOf],
}

impl Desk {
    /// Puts other rules in force for everybody; the last version of them is the edit. `base` is what was edited.
    ///
    /// # Errors
    /// Why they are not.
    pub async fn put_sla(&self, base: u32, edited: SlaRules) -> Result<(), EditError> {
        let Some(api) = self.with(|inner| inner.api.clone()) else {
            return self.put_sla_alone(edited).await;
        };
        let Some(SlaVersion { policies, calendars, calendars_of, .. }) = edited.versions.last() else {
            return Ok(());
        };
        let edit = Edit { base, policies, calendars, calendars_of };
        api.ask(Method::Put, "sla", Some(json(&edit))).await?;
        self.fetch_reference(&api).await?;
        Ok(())
    }

    async fn put_sla_alone(&self, edited: SlaRules) -> Result<(), EditError> {
        let reference = self.with(|inner| inner.reference.clone()).ok_or(EditError::NotReady)?;
        let mut reference = (*reference).clone();
        reference.version += 1;
        reference.rules.version += 1;
        reference.rules.sla = edited;
        self.database().put_reference(json(&reference)).await?;
        self.set_reference(reference);
        Ok(())
    }

    /// The table of a time zone: the server's, so that every device counts the same; without one, this browser's.
    ///
    /// # Errors
    /// When there is none of this name, or the server cannot be asked.
    pub async fn zone(&self, name: &str) -> Result<Zone, EditError> {
        let Some(api) = self.with(|inner| inner.api.clone()) else {
            return zone::table(name).await.ok_or(EditError::NoZone);
        };
        let query = http::quoted(name);
        Ok(http::read(&api.ask(Method::Get, &format!("zones?name={query}"), None).await?)?)
    }

    /// The holidays in an iCalendar file.
    ///
    /// # Errors
    /// When it is not one, or nobody can be asked.
    pub async fn holidays(&self, file: String) -> Result<Vec<Holiday>, EditError> {
        let api = self.with(|inner| inner.api.clone()).ok_or(EditError::NoServer)?;
        Ok(http::read(&api.ask(Method::Post, "holidays", Some(file)).await?)?)
    }

    /// The holidays of a feed at an address.
    ///
    /// # Errors
    /// When there is no such feed, or nobody can be asked.
    pub async fn feed(&self, address: &str) -> Result<Vec<Holiday>, EditError> {
        #[derive(Serialize)]
        struct At<'a> {
            address: &'a str,
        }
        let api = self.with(|inner| inner.api.clone()).ok_or(EditError::NoServer)?;
        Ok(http::read(&api.ask(Method::Post, "holidays/feed", Some(json(&At { address }))).await?)?)
    }
}
