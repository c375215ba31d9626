//! Whether the server works: for whatever watches it.

use axum::Json;
use axum::extract::State as Shared;
use serde::Serialize;

use super::problem::Problem;
use super::state::State;

/// That it works, and which version it is.
#[derive(Serialize)]
pub struct Health {
    status: &'static str,
    version: &'static str,
}

/// `GET /health`: answers when the database can be read.
pub async fn show(Shared(state): Shared<State>) -> Result<Json<Health>, Problem> {
    state.read(|view| Ok(view.existing_workspace()?)).await?;
    Ok(Json(Health { status: "ok", version: env!("CARGO_PKG_VERSION") }))
}
