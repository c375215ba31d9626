//! Errors as clients get them: problem details (RFC 9457).

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use holdfast_desk::Refusal;
use holdfast_desk::ticket::Field;
use serde::Serialize;

use crate::replication::ReadError;
use crate::storage::StorageError;
use crate::tickets::RaiseError;

/// Characters of a detail at the most, and bytes of a pointer: both may repeat what somebody sent.
const REPEATED: usize = 400;

/// An error as it is answered.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(transparent)]
pub struct Problem(Box<Details>);

/// The type is what programs compare; the detail is for people.
#[derive(Clone, Debug, PartialEq, Serialize)]
struct Details {
    #[serde(rename = "type")]
    kind: String,
    title: &'static str,
    #[serde(serialize_with = "as_number")]
    status: StatusCode,
    detail: String,
    /// JSON pointer to the field of the request's body that is wrong.
    #[serde(skip_serializing_if = "Option::is_none")]
    pointer: Option<String>,
    /// The rule that stands against it, as it also stands in verdicts.
    #[serde(skip_serializing_if = "Option::is_none")]
    refusal: Option<Refusal>,
    #[serde(skip)]
    retry_after: Option<u64>,
}

impl Problem {
    /// A problem of this kind.
    pub fn new(status: StatusCode, kind: &str, title: &'static str, detail: impl Into<String>) -> Self {
        let mut detail = detail.into();
        if let Some((end, _)) = detail.char_indices().nth(REPEATED) {
            detail.truncate(end);
            detail.push('…');
        }
        Self(Box::new(Details {
            kind: format!("urn:holdfast:problem:{kind}"),
            title,
            status,
            detail,
            pointer: None,
            refusal: None,
            retry_after: None,
        }))
    }

    /// Nobody is signed in, or not any more.
    pub fn not_signed_in(detail: &str) -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "not-signed-in", "Not signed in", detail)
    }

    /// There is no such thing, or this person may not know of it: the two look the same.
    pub fn not_found(detail: &str) -> Self {
        Self::new(StatusCode::NOT_FOUND, "not-found", "Not found", detail)
    }

    /// The body is JSON and says something that it may not say there.
    pub fn invalid_body(pointer: impl Into<String>, detail: impl Into<String>) -> Self {
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, "invalid-body", "Invalid field", detail).at(pointer)
    }

    /// Something is wrong on the server; what, stands in its log.
    pub fn internal() -> Self {
        Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "internal",
            "Something went wrong on the server",
            "nothing was changed; the reason stands in the server's log",
        )
    }

    /// The same problem, at this place in the body, or at the last one on the way there that can be told shortly.
    pub fn at(mut self, pointer: impl Into<String>) -> Self {
        let mut pointer = pointer.into();
        while pointer.len() > REPEATED {
            pointer.truncate(pointer.rfind('/').unwrap_or(0));
        }
        self.0.pointer = Some(pointer);
        self
    }

    /// The same problem, gone after so many seconds.
    pub fn retry_after(mut self, seconds: u64) -> Self {
        self.0.retry_after = Some(seconds);
        self
    }

    /// The status it is answered with.
    pub fn status(&self) -> StatusCode {
        self.0.status
    }

    /// Where in the body it is.
    pub fn pointer(&self) -> Option<&str> {
        self.0.pointer.as_deref()
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let (status, retry_after) = (self.0.status, self.0.retry_after);
        let mut response = (status, Json(self)).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        if status == StatusCode::UNAUTHORIZED {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        if let Some(seconds) = retry_after {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}

impl From<StorageError> for Problem {
    fn from(error: StorageError) -> Self {
        tracing::error!(%error, "the storage failed");
        let unavailable = |detail: &str| {
            Self::new(StatusCode::SERVICE_UNAVAILABLE, "storage", "The database cannot take this now", detail)
                .retry_after(5)
        };
        match error {
            StorageError::Busy => unavailable("the database is locked by another process; try again"),
            StorageError::Full => unavailable("the server's disk is full; nothing was stored"),
            _ => Self::internal(),
        }
    }
}

impl From<ReadError> for Problem {
    fn from(error: ReadError) -> Self {
        match error {
            ReadError::Gone => {
                let title = "Not kept any more";
                Self::new(StatusCode::GONE, "gone", title, ReadError::Gone.to_string())
            }
            ReadError::Storage(error) => error.into(),
        }
    }
}

impl From<RaiseError> for Problem {
    fn from(error: RaiseError) -> Self {
        match error {
            RaiseError::Refused(refusal) => refusal.into(),
            RaiseError::Storage(error) => error.into(),
        }
    }
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        let status = match &refusal {
            Refusal::NotPermitted { .. } => StatusCode::FORBIDDEN,
            _ => StatusCode::UNPROCESSABLE_ENTITY,
        };
        let pointer = match &refusal {
            Refusal::Blank { field } | Refusal::TooLong { field, .. } => pointer_to(*field),
            Refusal::UnknownPriority { .. } => Some("/priority"),
            Refusal::UnknownCategory { .. } => Some("/category"),
            Refusal::UnknownChannel { .. } => Some("/channel"),
            Refusal::UnknownTeam { .. } => Some("/team"),
            Refusal::NotAnAgent { .. } => Some("/agent"),
            _ => None,
        };
        let mut problem = Self::new(status, "refused", "A rule stands against it", refusal.to_string());
        problem.0.pointer = pointer.map(str::to_owned);
        problem.0.refusal = Some(refusal);
        problem
    }
}

fn pointer_to(field: Field) -> Option<&'static str> {
    Some(match field {
        Field::Subject => "/subject",
        Field::Description => "/description",
        Field::Team => "/team",
        Field::Agent => "/agent",
        Field::Priority => "/priority",
        Field::Category => "/category",
        Field::Tag | Field::Tags => "/tags",
        Field::Site => "/site",
        Field::Asset => "/asset",
        Field::Status | Field::Reply | Field::Note | Field::Command => return None,
    })
}

fn as_number<S: serde::Serializer>(status: &StatusCode, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_u16(status.as_u16())
}
