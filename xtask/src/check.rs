//! `cargo xtask test`: every check the project has, each as a step of its own.

pub mod browser;
#[cfg(test)]
mod transactions;

use crate::project::Project;
use crate::tools::Toolchain;
use crate::{fuzz, process, say};
use anyhow::{Result, bail};
use std::process::ExitCode;
use std::time::{Duration, Instant};

/// How long the fuzzer has in every run; `cargo xtask soak` gives it more.
const FUZZING: Duration = Duration::from_secs(20);

/// How a step went and how long it took.
struct Outcome {
    name: &'static str,
    result: Result<()>,
    took: Duration,
}

/// Runs all steps, or one part of them; a step that fails does not keep the next ones from running.
pub fn check(project: &Project, parts: &[String]) -> Result<ExitCode> {
    if let Some(unknown) =
        parts.iter().find(|part| !["lint", "rules", "fuzz", "browser"].contains(&part.as_str()))
    {
        bail!("there is no part of the tests named `{unknown}`: it is lint, rules, fuzz or browser");
    }
    let wanted = |part: &str| parts.is_empty() || parts.iter().any(|wanted| wanted == part);
    let mut outcomes = Vec::new();
    let mut step = |name: &'static str, work: &dyn Fn(&Project) -> Result<()>| {
        say::doing(name);
        let start = Instant::now();
        let result = work(project);
        if let Err(error) = &result {
            eprintln!("error: {error:#}");
        }
        let passed = result.is_ok();
        outcomes.push(Outcome { name, result, took: start.elapsed() });
        passed
    };
    if wanted("lint") {
        step("formatting", &formatting);
        step("clippy of native code (4 minutes from nothing)", &clippy_native);
        step("clippy of the app's code (2 minutes from nothing)", &clippy_wasm);
    }
    if wanted("rules") {
        step("tests of the crates (5 minutes from nothing)", &crates);
    }
    if wanted("fuzz") {
        step("fuzzing the rules (1 minute from nothing)", &|project| fuzz::fuzz(project, FUZZING));
    }
    // What is left of an older build proves nothing about this one.
    if wanted("browser") && step("building what the browser tests use", &browser::prepare) {
        step("tests in a browser", &browser::run);
    }
    Ok(summary(&outcomes))
}

fn formatting(project: &Project) -> Result<()> {
    let mut cargo = process::cargo();
    cargo.current_dir(&project.root).args(["fmt", "--all", "--check"]);
    process::run(&mut cargo, "some code is not formatted, `cargo fmt --all` does it")
}

fn clippy_native(project: &Project) -> Result<()> {
    let mut cargo = process::cargo();
    cargo.current_dir(&project.root).args([
        "clippy",
        "--workspace",
        "--exclude",
        "holdfast-app",
        "--all-targets",
    ]);
    cargo.args(["--profile", "native", "--", "-D", "warnings"]);
    process::run(&mut cargo, "clippy found something in native code")
}

fn clippy_wasm(project: &Project) -> Result<()> {
    let mut cargo = Toolchain::ensure(project)?.clippy(project)?;
    for package in ["holdfast-app", "holdfast-desk", "holdfast-radix", "holdfast-search", "holdfast-sync"] {
        cargo.args(["--package", package]);
    }
    cargo.args(["--target", "wasm32-unknown-unknown", "--release", "--", "-D", "warnings"]);
    process::run(&mut cargo, "clippy found something in the app's code")
}

fn crates(project: &Project) -> Result<()> {
    let mut cargo = process::cargo();
    cargo.current_dir(&project.root).args([
        "test",
        "--profile",
        "native",
        "--workspace",
        "--exclude",
        "holdfast-app",
    ]);
    cargo.arg("--no-fail-fast");
    real_log(project, &mut cargo);
    process::run(&mut cargo, "a test of the crates failed")
}

/// Tells tests where the real log is, or says that they do without.
fn real_log(project: &Project, command: &mut std::process::Command) {
    match project.real_log() {
        Some(path) => {
            command.env("HOLDFAST_DATA", path);
        }
        None => {
            command.env_remove("HOLDFAST_DATA");
            say::note("the real log is not here (HOLDFAST_DATA names it): the tests run on a generated one");
        }
    }
}

fn summary(outcomes: &[Outcome]) -> ExitCode {
    println!();
    for outcome in outcomes {
        let word = if outcome.result.is_ok() { "passed" } else { "FAILED" };
        let name = outcome.name.split(" (").next().unwrap_or(outcome.name);
        println!("{word}  {name:<38} {:>12}", say::duration(outcome.took));
    }
    let failed = outcomes.iter().filter(|outcome| outcome.result.is_err()).count();
    println!("\n{} passed, {failed} failed", outcomes.len() - failed);
    if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
