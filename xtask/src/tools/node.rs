//! Node.js, npm and the packages of the browser tests.

use super::{apt, cache};
use crate::project::Project;
use crate::{files, process, say};
use anyhow::{Context, Result};
use std::path::PathBuf;
use std::process::Command;

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

/// Makes sure of the packages of the browser tests, in exactly the versions of their lock file.
pub fn modules(project: &Project) -> Result<()> {
    let folder = project.browser_tests();
    let lock = files::read_text(&folder.join("package-lock.json"))?;
    let installed = folder.join("node_modules");
    // What was installed, as npm and this chore left it: installed again only when the lock file changed.
    let mark = installed.join(".installed");
    if files::read_text(&mark).is_ok_and(|mark| mark == lock) {
        return Ok(());
    }
    let _guard = cache::lock("node-modules")?;
    say::timed("browser tests: fetching their packages from npm (about 10 seconds)", || {
        let mut command = npm()?;
        // The browser is the system's: Playwright must not fetch its own.
        command.env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1").current_dir(&folder);
        command.args(["ci", "--silent", "--no-audit", "--no-fund"]);
        process::run(
            &mut command,
            "the packages of the browser tests are missing, get them with `npm ci` in tests/browser",
        )?;
        files::write(&installed.join(".gitignore"), "*\n")?;
        files::write(&mark, &lock)
    })
}
