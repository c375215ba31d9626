//! The server's log, on standard error.

use std::io::IsTerminal;
use std::str::FromStr;

use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

use super::Failure;

/// Begins logging: a level (`info`), or levels by part (`warn,holdfast_server=debug`).
pub fn begin(levels: &str) -> Result<(), Failure> {
    let targets = Targets::from_str(levels).map_err(|_| {
        Failure::new(format!("--log {levels:?} is not a level: use error, warn, info, debug or trace"))
    })?;
    let colours = std::io::stderr().is_terminal();
    let lines =
        tracing_subscriber::fmt::layer().with_writer(std::io::stderr).with_ansi(colours).with_target(false);
    tracing_subscriber::registry().with(targets).with(lines).try_init().map_err(Failure::new)
}
