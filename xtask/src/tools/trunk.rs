//! Trunk, which puts the app's files together.

use super::{bindgen, cache};
use crate::{process, say};
use anyhow::Result;
use std::path::PathBuf;
use std::process::Command;

const VERSION: &str = "0.22.1";

/// Makes sure of the pinned version: earlier ones name the script by the wasm's content, not by its own.
pub fn ensure() -> Result<PathBuf> {
    if let Some(path) = process::on_path("trunk")
        && process::ask(Command::new(&path).arg("--version")).as_deref() == Some(&format!("trunk {VERSION}"))
    {
        return Ok(path);
    }
    let folder = cache::tool("trunk", VERSION)?;
    let program = folder.join("bin").join(format!("trunk{}", std::env::consts::EXE_SUFFIX));
    if program.is_file() {
        return Ok(program);
    }
    let _lock = cache::lock("trunk")?;
    if !program.is_file() {
        say::timed(&format!("trunk {VERSION}: building it from source (5 to 15 minutes, once)"), || {
            let mut cargo = bindgen::quick_install(&folder);
            // Its manifest asks for a patch release of the compiler that it does not need.
            cargo.args(["trunk", "--version", VERSION, "--locked", "--ignore-rust-version"]);
            cargo.args(["--no-default-features", "--features", "rustls"]);
            process::run(
                &mut cargo,
                &format!("trunk is missing, get it with `cargo install --locked trunk@{VERSION}`"),
            )
        })?;
    }
    Ok(program)
}
