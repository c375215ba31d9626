//! `cargo xtask soak`: what looks for rare faults, for as long as there is time.

use crate::project::Project;
use crate::{fuzz, process, say};
use anyhow::{Context, Result, bail};
use std::process::ExitCode;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// Days that are simulated.
const SEEDS: u64 = 10_000;
/// How long the fuzzer goes on, if nobody says otherwise.
const MINUTES: u64 = 60;

/// Looks for faults for so many minutes.
pub fn soak(project: &Project, arguments: &[String]) -> Result<ExitCode> {
    let minutes = match arguments {
        [] => MINUTES,
        [minutes] => minutes.parse().with_context(|| format!("{minutes:?} is not a number of minutes"))?,
        _ => bail!("`cargo xtask soak` takes a number of minutes and nothing else"),
    };
    simulate(project)?;
    fuzz::fuzz(project, Duration::from_secs(minutes * 60))?;
    Ok(ExitCode::SUCCESS)
}

/// Runs the simulation of devices and the server on days that nobody has seen yet. One that goes wrong is made small and
/// kept among those that every test runs again.
fn simulate(project: &Project) -> Result<()> {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).context("the clock stands before 1970")?;
    let first = since.as_secs() * SEEDS;
    say::doing(&format!("{SEEDS} days of trouble between devices and the server, from seed {first}"));
    let mut tests = process::cargo();
    tests.current_dir(&project.root);
    tests.args([
        "test",
        "--quiet",
        "--profile",
        "native",
        "--package",
        "holdfast-server",
        "--test",
        "simulation",
    ]);
    tests.args(["--", "--nocapture"]);
    tests.env("HOLDFAST_FIRST_SEED", first.to_string()).env("HOLDFAST_SEEDS", SEEDS.to_string());
    process::run(&mut tests, "a day of the simulation went wrong; it is kept, see above")
}
