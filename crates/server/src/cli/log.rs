//! The server's log, on standard error.

use std::io::IsTerminal;

use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

use super::Failure;

/// Begins logging: a level (`info`), or levels by part (`warn,holdfast_server=debug`).
pub fn begin(levels: &str) -> Result<(), Failure> {
    let targets = read(levels).ok_or_else(|| {
        Failure::new(format!("--log {levels:?} is not a level: use error, warn, info, debug or trace"))
    })?;
    let colours = std::io::stderr().is_terminal();
    let lines =
        tracing_subscriber::fmt::layer().with_writer(std::io::stderr).with_ansi(colours).with_target(false);
    tracing_subscriber::registry().with(targets).with(lines).try_init().map_err(Failure::new)
}

fn read(levels: &str) -> Option<Targets> {
    let level = |name: &str| name.parse::<LevelFilter>().ok();
    levels.split(',').try_fold(Targets::new(), |targets, part| {
        Some(match part.split_once('=') {
            Some((target, name)) => targets.with_target(target, level(name)?),
            None => targets.with_default(level(part)?),
        })
    })
}
