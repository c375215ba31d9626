//! `cargo xtask soak`: what looks for rare faults, for as long as there is time.

use crate::fuzz;
use crate::project::Project;
use anyhow::{Context, Result, bail};
use std::process::ExitCode;
use std::time::Duration;

/// How long, if nobody says otherwise.
const MINUTES: u64 = 60;

/// Looks for faults for so many minutes.
pub fn soak(project: &Project, arguments: &[String]) -> Result<ExitCode> {
    let minutes = match arguments {
        [] => MINUTES,
        [minutes] => minutes.parse().with_context(|| format!("{minutes:?} is not a number of minutes"))?,
        _ => bail!("`cargo xtask soak` takes a number of minutes and nothing else"),
    };
    fuzz::fuzz(project, Duration::from_secs(minutes * 60))?;
    Ok(ExitCode::SUCCESS)
}
