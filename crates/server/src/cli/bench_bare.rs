//! `holdfast bench-bare`: the least that keeps what a page sends, as the yardstick for how fast a device's waiting
//! events get to a server.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use axum::Router;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::StatusCode;
use axum::response::Html;
use axum::routing::get;
use tokio::net::TcpListener;

use super::Failure;
use crate::storage::sqlite::BareTable;

/// A page whose scripts may send to this server.
const PAGE: &str = "<!doctype html><title>Bare</title>";

/// Where to keep it.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The database, which is made.
    #[arg(long, value_name = "FILE")]
    database: PathBuf,
}

/// The table, made before it is asked for. It is filled once.
type Table = Arc<Mutex<Option<BareTable>>>;

/// Serves a page, and keeps each line of the first body that is sent to it.
pub fn run(args: &Args) -> Result<(), Failure> {
    let table = BareTable::create(&args.database, 1).map_err(Failure::new)?;
    let table = Table::new(Mutex::new(Some(table)));
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(Failure::new)?;
    runtime.block_on(async {
        let listener = TcpListener::bind("127.0.0.1:0").await.map_err(Failure::new)?;
        let address = listener.local_addr().map_err(Failure::new)?;
        println!("Holdfast is at http://{address}");
        let routes = get(|| async { Html(PAGE) }).post(keep);
        let router = Router::new().route("/", routes).layer(DefaultBodyLimit::disable()).with_state(table);
        axum::serve(listener, router).await.map_err(Failure::new)
    })
}

/// When this answers 204, every line is a row and on the disk.
async fn keep(State(table): State<Table>, lines: String) -> StatusCode {
    let Some(table) = table.lock().unwrap_or_else(PoisonError::into_inner).take() else {
        return StatusCode::CONFLICT;
    };
    let kept = lines.lines().try_for_each(|line| table.insert(std::iter::once(line)));
    match kept.and_then(|()| table.commit()) {
        Ok(()) => StatusCode::NO_CONTENT,
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR,
    }
}
