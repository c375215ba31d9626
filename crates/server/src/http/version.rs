//! Devices that are too old to be understood.

use axum::extract::Request;
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use holdfast_sync::protocol::{OLDEST_VERSION, VERSION, VERSION_HEADER};

use super::problem::Problem;

/// Answers a device that speaks an older version of the protocol than this server understands: it stops, keeps its
/// outbox, and asks its person for a newer app. Who says nothing of versions is no device, and one that is newer than
/// the server sends what the server knows or gets a verdict that says so.
pub async fn understand(request: Request, next: Next) -> Response {
    let spoken = request.headers().get(VERSION_HEADER);
    let version = spoken.and_then(|value| value.to_str().ok()).and_then(|text| text.parse::<u32>().ok());
    if spoken.is_none() || version.is_some_and(|version| version >= OLDEST_VERSION) {
        return next.run(request).await;
    }
    let detail = format!(
        "this server speaks version {VERSION} of the protocol and understands {OLDEST_VERSION} and later; reload the app"
    );
    let problem =
        Problem::new(StatusCode::UPGRADE_REQUIRED, "too-old", "The app is too old for this server", detail);
    let mut response = problem.into_response();
    let upgrade = HeaderValue::from_static("holdfast");
    response.headers_mut().insert(header::UPGRADE, upgrade);
    response
}
