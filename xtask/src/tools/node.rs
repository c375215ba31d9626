//! Node.js, npm and the packages of the browser tests.

use super::{apt, cache};
use crate::project::Project;
use crate::{files, process, say};
use anyhow::{Context, Result};
use std::path::{Path, PathBuf};
use std::process::Command;

/// What says which versions are installed.
const LOCK: &str = "package-lock.json";

/// Makes sure of Node.js.
pub fn node() -> Result<PathBuf> {
    program("node")
}

/// `npm`, told to be quiet about things that are not ours.
pub fn npm() -> Result<Command> {
    let mut command = Command::new(program("npm")?);
    command.env("npm_config_update_notifier", "false");
    Ok(command)
}

fn program(name: &str) -> Result<PathBuf> {
    if let Some(path) = process::on_path(name) {
        return Ok(path);
    }
    apt::install(&["nodejs", "npm"], "Node.js is missing")?;
    process::on_path(name)
        .with_context(|| format!("`{name}` is missing: install Node.js 20 or newer and start again"))
}

/// Makes sure of the packages of the browser tests.
pub fn modules(project: &Project) -> Result<()> {
    let folder = project.browser_tests();
    let lock = files::read_text(&folder.join(LOCK))?;
    install(&folder, &lock, "browser tests: fetching their packages from npm (about 10 seconds)")
}

/// Makes sure of the databases that `cargo xtask bench` measures beside. They are in a folder of their own, as nothing
/// else of the project may come to use them.
pub fn peers(project: &Project) -> Result<()> {
    let wanted = project.browser_tests().join("bench/peers");
    let lock = files::read_text(&wanted.join(LOCK))?;
    let folder = project.peers();
    files::create_folder(&folder)?;
    files::write(&folder.join("package.json"), &files::read_text(&wanted.join("package.json"))?)?;
    files::write(&folder.join(LOCK), &lock)?;
    install(&folder, &lock, "bench: fetching Dexie, PouchDB and RxDB from npm (about a minute)")
}

/// Installs exactly the versions of the lock file that lies in this folder.
fn install(folder: &Path, lock: &str, what: &str) -> Result<()> {
    let installed = folder.join("node_modules");
    // What was installed, as npm and this chore left it: installed again only when the lock file changed.
    let mark = installed.join(".installed");
    if files::read_text(&mark).is_ok_and(|mark| mark == lock) {
        return Ok(());
    }
    let _guard = cache::lock("node-modules")?;
    say::timed(what, || {
        let mut command = npm()?;
        // The browser is the system's: Playwright must not fetch its own.
        command.env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1").current_dir(folder);
        command.args(["ci", "--silent", "--no-audit", "--no-fund"]);
        let way_out = format!("packages are missing, get them with `npm ci` in {}", folder.display());
        process::run(&mut command, &way_out)?;
        files::write(&installed.join(".gitignore"), "*\n")?;
        files::write(&mark, lock)
    })
}
