//! The table of routes.

use std::path::PathBuf;
use std::time::Duration;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::{HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::{get, post, put};
use holdfast_sync::protocol::VERSION_HEADER;
use tower_http::compression::CompressionLayer;
use tower_http::cors::{AllowOrigin, CorsLayer};

use super::problem::Problem;
use super::state::State;
use super::{
    headers, health, hints, log, reference, session, sla, static_files, sync, take_in, tickets, version,
    views,
};

/// What an administrator may choose about the outside.
#[derive(Clone, Debug)]
pub struct Options {
    /// The folder with the app; without one the API is all there is.
    pub static_files: Option<PathBuf>,
    /// Origins of apps hosted elsewhere that may use the API.
    pub allowed_origins: Vec<HeaderValue>,
    /// How long a request may take.
    pub patience: Duration,
}

/// Everything the server answers to.
pub fn router(state: State, options: Options) -> Router {
    let api = Router::new()
        .route("/health", get(health::show))
        .route("/session", post(session::sign_in).get(session::show).delete(session::sign_out))
        .route("/session/refresh", post(session::refresh))
        .route("/push", post(sync::push))
        .route("/pull", get(sync::pull))
        .route("/load", post(sync::load))
        .route("/reference", get(reference::show))
        .route("/sla", put(sla::put))
        .route("/zones", get(sla::zone))
        .route("/holidays", post(sla::holidays))
        .route("/holidays/feed", post(sla::feed))
        .route("/views", get(views::list))
        .route("/views/{id}", put(views::put).delete(views::delete))
        .route("/tickets", get(tickets::list).post(tickets::raise))
        .route("/tickets/{name}", get(tickets::show))
        .route("/tickets/{name}/history", get(tickets::history))
        .route("/tickets/{name}/clocks", get(tickets::clocks))
        .fallback(|| async { Problem::not_found("the API has no such route") })
        .method_not_allowed_fallback(|| async {
            let detail = "the route does not answer to this method";
            Problem::new(StatusCode::METHOD_NOT_ALLOWED, "method", "Method not allowed", detail)
        })
        .layer(DefaultBodyLimit::disable())
        .layer(from_fn_with_state(state.clone(), take_in::take_in))
        .layer(from_fn_with_state(options.patience, log::in_time))
        // Whoever listens asks for nothing yet, and is meant to wait.
        .route("/hints", get(hints::listen))
        .layer(from_fn(version::understand))
        .layer(CompressionLayer::new().zstd(true).br(true).gzip(true))
        .layer(from_fn(headers::forbid_storing))
        .layer(cors(options.allowed_origins))
        .with_state(state);
    Router::new()
        .nest("/api/v1", api)
        .merge(static_files::router(options.static_files))
        .layer(from_fn(headers::protect))
        .layer(from_fn(log::note))
}

fn cors(origins: Vec<HeaderValue>) -> CorsLayer {
    CorsLayer::new()
        .allow_origin(AllowOrigin::list(origins))
        .allow_methods([Method::GET, Method::POST, Method::PUT, Method::DELETE])
        .allow_headers([header::AUTHORIZATION, header::CONTENT_TYPE, HeaderName::from_static(VERSION_HEADER)])
        .expose_headers([header::LOCATION, header::RETRY_AFTER])
}
