//! Starting other programs.

use anyhow::{Context, Result, bail};
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The cargo that runs the chores, for native code and for installing tools. What `cargo run` put into the
/// environment about xtask itself is taken out again.
pub fn cargo() -> Command {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    forget_xtask(&mut command);
    command
}

/// Takes out of a command's environment what cargo told xtask about itself.
pub fn forget_xtask(command: &mut Command) {
    for (name, _) in std::env::vars_os() {
        let text = name.to_string_lossy();
        let about_xtask = text.starts_with("CARGO_PKG_")
            || text.starts_with("CARGO_MANIFEST_")
            || ["CARGO_BIN_NAME", "CARGO_CRATE_NAME", "CARGO_PRIMARY_PACKAGE"].contains(&text.as_ref());
        if about_xtask {
            command.env_remove(&name);
        }
    }
}

/// Runs a command with its output shown. `what` names it in the error: "the app did not build".
pub fn run(command: &mut Command, what: &str) -> Result<()> {
    let status = command.status().with_context(|| format!("`{}` cannot be started", name(command)))?;
    if !status.success() {
        bail!("{what}: `{}` ended with {status}", name(command));
    }
    Ok(())
}

/// Runs a command and gives what it wrote to its standard output, trimmed; `None` when it is not there or fails.
pub fn ask(command: &mut Command) -> Option<String> {
    let output = command.stdin(Stdio::null()).stderr(Stdio::null()).output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    output.status.success().then(|| text.trim().to_owned())
}

/// Finds a program on PATH.
pub fn on_path(program: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    let file = format!("{program}{}", std::env::consts::EXE_SUFFIX);
    std::env::split_paths(&path).map(|folder| folder.join(&file)).find(|candidate| candidate.is_file())
}

/// The PATH with folders put before it.
pub fn path_with(first: &[&Path]) -> Result<std::ffi::OsString> {
    let rest = std::env::var_os("PATH").unwrap_or_default();
    let all = first.iter().map(|folder| folder.to_path_buf()).chain(std::env::split_paths(&rest));
    std::env::join_paths(all).context("a folder's name has a character that PATH cannot hold")
}

fn name(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    let words: Vec<_> = words.map(OsStr::to_string_lossy).collect();
    let first = words.first().map(|program| program.rsplit('/').next().unwrap_or(program).to_owned());
    let short: Vec<_> =
        first.into_iter().chain(words.iter().skip(1).take(2).map(ToString::to_string)).collect();
    short.join(" ")
}
