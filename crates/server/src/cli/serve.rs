//! `holdfast serve`: the app and its API on one port.

use std::io::Write;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use axum::http::HeaderValue;
use holdfast_sync::protocol::Epoch;
use tokio::net::TcpListener;
use tokio::sync::watch;
use uuid::Uuid;

use super::signals::Stop;
use super::{Database, Failure, log};
use crate::feed::Feeds;
use crate::http::{self, Options, State, router};
use crate::storage::{Storage, StorageError};
use crate::{clock, setup, zones};

/// How long requests may take to finish after the server was asked to stop.
const FAREWELL: Duration = Duration::from_secs(10);

/// What can be chosen.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Where to listen.
    #[arg(long, env = "HOLDFAST_ADDRESS", default_value = "127.0.0.1:7070", value_name = "HOST:PORT")]
    address: String,
    #[command(flatten)]
    database: Database,
    /// The folder with the built app.
    #[arg(long = "static", env = "HOLDFAST_STATIC", value_name = "DIR")]
    static_files: Option<PathBuf>,
    /// What to log: error, warn, info, debug or trace.
    #[arg(long, env = "HOLDFAST_LOG", default_value = "info", value_name = "LEVEL")]
    log: String,
    /// Fill an empty database with a desk to try things on.
    #[arg(long)]
    demo: bool,
    /// Let an app that is hosted at this origin use the API; may be repeated.
    #[arg(long = "allow-origin", value_name = "URL")]
    allow_origin: Vec<String>,
    /// Seconds that a request may take, and that a client may keep the server waiting.
    #[arg(long, default_value_t = 30, value_name = "SECONDS", value_parser = clap::value_parser!(u64).range(1..=3600))]
    patience: u64,
    /// Let leads fetch feeds of holidays from the own network too, also without TLS.
    #[arg(long)]
    private_feeds: bool,
}

/// Serves until asked to stop.
pub fn run(args: Args) -> Result<(), Failure> {
    log::begin(&args.log)?;
    let patience = Duration::from_secs(args.patience);
    let options = Options {
        patience,
        static_files: args.static_files.clone().map(folder).transpose()?,
        allowed_origins: args.allow_origin.iter().map(|url| origin(url)).collect::<Result<_, _>>()?,
    };
    let storage = args.database.open()?;
    let welcome = welcome(&storage, args.demo).map_err(|error| args.database.failure(&error))?;
    let is_restored = storage.notice_restore(Epoch(Uuid::new_v4()));
    if is_restored.map_err(|error| args.database.failure(&error))? {
        tracing::warn!("this database was not left here: devices will read it anew and offer what it lacks");
    }
    let state = State::new(storage.clone(), Feeds::new(args.private_feeds))
        .map_err(|error| args.database.failure(&error))?;
    tell_of_newer_zones(&storage).map_err(|error| args.database.failure(&error))?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(Failure::new)?;
    runtime.block_on(async {
        let listener = listen(&args.address).await?;
        let address = listener.local_addr().map_err(Failure::new)?;
        let stop = Stop::listen().map_err(Failure::new)?;
        announce(address, &welcome);
        serve(listener, state, options, stop).await;
        Ok(())
    })?;
    runtime.shutdown_timeout(FAREWELL);
    storage.checkpoint().map_err(|error| args.database.failure(&error))
}

/// Sets up what is missing; returns what there is to say about signing in.
fn welcome(storage: &Storage, demo: bool) -> Result<String, setup::SetupError> {
    if demo {
        setup::first_demo(storage, clock::now())?;
        let logins = setup::demo_logins(storage)?;
        return Ok(match logins.as_slice() {
            [] => String::new(),
            _ => format!("Sign in as {} with the password {:?}", logins.join(", "), setup::DEMO_PASSWORD),
        });
    }
    Ok(match setup::first_start(storage, clock::now())? {
        Some(password) => format!(
            "Sign in as {:?} with the password {password:?}. It is shown this once; \
             `holdfast password {}` sets another",
            setup::ADMIN,
            setup::ADMIN,
        ),
        None => String::new(),
    })
}

/// Time zones change, and so do the tables that this binary was built with. The rules keep what they were made with
/// until a lead has seen what would move.
fn tell_of_newer_zones(storage: &Storage) -> Result<(), StorageError> {
    let rules = storage.read(|view| view.reference())?;
    for (used, newer) in zones::outdated(&rules.rules.sla) {
        tracing::warn!(
            zone = used.name,
            used = used.version,
            newer = newer.version,
            "the rules use an older table of a time zone; a lead takes up the newer one under \"Deadlines\""
        );
    }
    Ok(())
}

async fn listen(address: &str) -> Result<TcpListener, Failure> {
    TcpListener::bind(address).await.map_err(|error| {
        let why = match error.kind() {
            std::io::ErrorKind::AddrInUse => {
                "another program listens there: stop it, or choose another with --address".to_owned()
            }
            std::io::ErrorKind::PermissionDenied => {
                "this user may not listen there: choose a port above 1023 with --address".to_owned()
            }
            _ => format!("{error}: --address takes HOST:PORT"),
        };
        Failure::new(format!("cannot listen on {address}: {why}"))
    })
}

/// On standard output, for people and for whatever started the server. That nobody reads it is no reason to stop.
fn announce(address: SocketAddr, welcome: &str) {
    let mut out = std::io::stdout().lock();
    let mut text = format!("Holdfast is at http://{address}\n");
    if !welcome.is_empty() {
        text.push_str(welcome);
        text.push('\n');
    }
    if out.write_all(text.as_bytes()).and_then(|()| out.flush()).is_err() {
        tracing::warn!(%address, "standard output is closed; serving all the same");
    }
}

async fn serve(listener: TcpListener, state: State, options: Options, stop: Stop) {
    let (patience, router) = (options.patience, router(state.clone(), options));
    let (told, mut stopped) = watch::channel(false);
    let asked = async move {
        stop.requested().await;
        tracing::info!("stopping: finishing the requests that are under way");
        state.hush();
        told.send_replace(true);
    };
    let farewell = async move {
        // An error means that the server ended by itself, which the other branch sees.
        if stopped.wait_for(|stopped| *stopped).await.is_err() {
            std::future::pending::<()>().await;
        }
        tokio::time::sleep(FAREWELL).await;
    };
    tokio::select! {
        () = http::serve(listener, router, patience, asked) => {}
        () = farewell => {}
    }
}

fn folder(path: PathBuf) -> Result<PathBuf, Failure> {
    if path.is_dir() {
        return Ok(path);
    }
    Err(Failure::new(format!(
        "--static {}: there is no such folder; `cargo xtask build` makes dist/",
        path.display()
    )))
}

fn origin(url: &str) -> Result<HeaderValue, Failure> {
    let is_origin = url.split_once("://").is_some_and(|(_, host)| !host.is_empty() && !host.contains('/'));
    let value = HeaderValue::from_str(url).ok().filter(|_| is_origin);
    value.ok_or_else(|| Failure::new(format!("--allow-origin {url}: use the form https://desk.example.org")))
}
