//! Running the fuzz target (`tests/fuzz`) with libFuzzer around it.

use crate::project::Project;
use crate::tools::cpp;
use crate::{files, process, say};
use anyhow::{Context, Result};
use std::process::Command;
use std::time::Duration;

const PACKAGE: &str = "holdfast-fuzz";

/// What makes a program tell libFuzzer which of its branches ran and what was compared.
const WATCHED: &str = "--cfg fuzzing -Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
    -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table \
    -Cllvm-args=-sanitizer-coverage-trace-compares -Ccodegen-units=1";

/// A line that takes longer is as good as an endless loop, in seconds.
const PATIENCE_S: u32 = 5;
/// The longest line tried, in bytes.
const LONGEST: u32 = 1024;

/// Feeds whatever the fuzzer can think of into the engine for so long.
pub fn fuzz(project: &Project, budget: Duration) -> Result<()> {
    cpp::ensure()?;
    let host = host()?;
    let target = project.path("target/fuzz");
    say::timed("fuzz: building the engine with a fuzzer around it (about 1 minute from nothing)", || {
        let mut cargo = process::cargo();
        cargo.current_dir(&project.root).env("RUSTFLAGS", WATCHED).env("CARGO_TARGET_DIR", &target);
        // With a target named, what only helps to build is not watched.
        cargo.args(["build", "--quiet", "--profile", "native", "--target", &host]);
        cargo.args(["--package", PACKAGE, "--features", "fuzzer"]);
        process::run(&mut cargo, "the fuzz target did not build")
    })?;
    let corpus = target.join("corpus");
    files::create_folder(&corpus)?;
    let found = project.path("tests/fuzz/found");
    let mut fuzzer = Command::new(target.join(&host).join("native").join(PACKAGE));
    fuzzer.arg(format!("-artifact_prefix={}/", found.display()));
    fuzzer.arg(format!("-max_total_time={}", budget.as_secs()));
    fuzzer.args([format!("-timeout={PATIENCE_S}"), format!("-max_len={LONGEST}")]);
    fuzzer.arg(format!("-dict={}", project.path("tests/fuzz/format.dict").display()));
    fuzzer.args(["-verbosity=0", "-print_final_stats=1", "-rss_limit_mb=1024"]);
    // Short cases to begin with: a fuzzer that starts from nothing writes no JSON for a long time.
    fuzzer.arg(&corpus).arg(project.path("tests/fuzz/seeds"));
    let what = "the fuzzer found something: the line is kept in tests/fuzz/found, where the tests read it";
    process::run(&mut fuzzer, what)
}

/// The name of this system, as the compiler calls it.
fn host() -> Result<String> {
    let told =
        process::ask(Command::new("rustc").arg("-vV")).context("rustc does not say what it compiles for")?;
    let host = told.lines().find_map(|line| line.strip_prefix("host: "));
    host.map(str::to_owned).context("rustc does not say what it compiles for")
}
