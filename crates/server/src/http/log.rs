//! A line in the log for each request, without anything that its sender would not want there, and an end to those
//! that take too long.

use std::time::{Duration, Instant};

use axum::extract::{Request, State as Shared};
use axum::http::StatusCode;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::problem::Problem;

/// Notes what was asked and what was answered: no bodies, no headers, no parameters.
pub async fn note(request: Request, next: Next) -> Response {
    let (method, path, start) = (request.method().clone(), request.uri().path().to_owned(), Instant::now());
    let response = next.run(request).await;
    let (status, took) = (response.status().as_u16(), start.elapsed().as_millis());
    if response.status().is_server_error() {
        tracing::error!(%method, path, status, took, "request");
    } else {
        tracing::debug!(%method, path, status, took, "request");
    }
    response
}

/// Answers in time, if only to say that it cannot.
pub async fn in_time(Shared(patience): Shared<Duration>, request: Request, next: Next) -> Response {
    tokio::time::timeout(patience, next.run(request)).await.unwrap_or_else(|_| {
        let detail = "the server did not finish in time; ask again, nothing is done twice";
        Problem::new(StatusCode::SERVICE_UNAVAILABLE, "too-slow", "Too slow", detail)
            .retry_after(5)
            .into_response()
    })
}
