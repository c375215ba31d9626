//! Building the SLA engine alone (`tests/probe`), natively and for a browser: its answers are compared and its speed is
//! measured in both.

use crate::project::Project;
use crate::tools::AppTools;
use crate::{process, say};
use anyhow::Result;
use std::path::PathBuf;
use std::process::Command;

const PACKAGE: &str = "holdfast-probe";

/// The folder with what a page loads.
pub fn folder(project: &Project) -> PathBuf {
    project.wasm_target().join("probe")
}

/// The native program.
pub fn program(project: &Project) -> PathBuf {
    project.path("target/native").join(format!("{PACKAGE}{}", std::env::consts::EXE_SUFFIX))
}

/// Builds what a page loads.
pub fn build_for_browser(project: &Project) -> Result<()> {
    let tools = AppTools::ensure(project)?;
    say::timed("probe: building the SLA engine for the browser (about 20 seconds)", || {
        let mut cargo = tools.toolchain().cargo(project)?;
        cargo.args(["build", "--quiet", "--release", "--lib", "--target", "wasm32-unknown-unknown"]);
        process::run(cargo.args(["--package", PACKAGE]), "the probe did not build")?;
        let wasm = project.wasm_target().join("wasm32-unknown-unknown/release/holdfast_probe.wasm");
        let mut bindgen = Command::new(tools.wasm_bindgen());
        bindgen.args(["--target", "web", "--no-typescript", "--out-dir"]).arg(folder(project)).arg(wasm);
        process::run(&mut bindgen, "wasm-bindgen did not work")
    })
}

/// Builds the native program.
pub fn build(project: &Project) -> Result<()> {
    let mut cargo = process::cargo();
    cargo.current_dir(&project.root).args(["build", "--quiet", "--profile", "native", "--package", PACKAGE]);
    process::run(&mut cargo, "the probe did not build")
}
