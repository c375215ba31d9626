//! wasm-bindgen, which must be of exactly the version that the app is compiled with.

use super::cache;
use crate::project::Project;
use crate::{files, process, say};
use anyhow::{Context, Result};
use serde::Deserialize;
use std::path::{Path, PathBuf};
use std::process::Command;

#[derive(Deserialize)]
struct Lock {
    package: Vec<Package>,
}

#[derive(Deserialize)]
struct Package {
    name: String,
    version: String,
}

/// Makes sure of wasm-bindgen and its test runner in Cargo.lock's version.
pub fn ensure(project: &Project) -> Result<PathBuf> {
    let version = locked_version(&files::read_text(&project.path("Cargo.lock"))?)?;
    if let Some(path) = process::on_path("wasm-bindgen") {
        let found = process::ask(Command::new(&path).arg("--version")).unwrap_or_default();
        if found.split(' ').nth(1) == Some(version.as_str()) {
            return Ok(path);
        }
    }
    let folder = cache::tool("wasm-bindgen", &version)?;
    let program = folder.join("bin").join(format!("wasm-bindgen{}", std::env::consts::EXE_SUFFIX));
    if program.is_file() {
        return Ok(program);
    }
    let _lock = cache::lock("wasm-bindgen")?;
    if !program.is_file() {
        say::timed(
            &format!("wasm-bindgen {version}: building it from source (3 to 6 minutes, once)"),
            || {
                let mut cargo = quick_install(&folder);
                // Without --locked: its lock file may name versions that a registry does not have yet.
                cargo.args(["wasm-bindgen-cli", "--version", &format!("={version}")]);
                let how = format!(
                    "wasm-bindgen is missing, get it with `cargo install wasm-bindgen-cli@{version}`"
                );
                process::run(&mut cargo, &how)
            },
        )?;
    }
    Ok(program)
}

/// `cargo install` into a folder, compiling for a short wait more than for speed.
pub fn quick_install(folder: &Path) -> Command {
    let mut cargo = process::cargo();
    cargo.env("CARGO_PROFILE_RELEASE_LTO", "off");
    cargo.env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16");
    cargo.env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "1");
    cargo.current_dir(std::env::temp_dir()).args(["install", "--quiet", "--root"]).arg(folder);
    cargo
}

fn locked_version(lock: &str) -> Result<String> {
    let lock: Lock = toml::from_str(lock).context("Cargo.lock cannot be understood")?;
    let package = lock.package.into_iter().find(|package| package.name == "wasm-bindgen");
    let package = package.context("Cargo.lock has no wasm-bindgen: add leptos to the app's Cargo.toml")?;
    Ok(package.version)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_comes_from_the_lock_file() {
        let lock = "version = 4\n[[package]]\nname = \"wasm-bindgen\"\nversion = \"0.2.130\"\n";
        assert_eq!(locked_version(lock).unwrap(), "0.2.130");
        assert!(locked_version("version = 4\npackage = []\n").unwrap_err().to_string().contains("leptos"));
    }
}
