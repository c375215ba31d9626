//! Debian's packages, for systems that have them.

use crate::{process, say};
use anyhow::{Result, bail};
use std::process::Command;

/// Installs packages, or says in one sentence how a person does it. `why` starts the sentence: "node is missing".
pub fn install(packages: &[&str], why: &str) -> Result<()> {
    let list = packages.join(" ");
    if process::on_path("apt-get").is_none() {
        bail!("{why}: install the equivalent of Debian's `{list}` and start again");
    }
    say::doing(&format!("{why}: installing {list} with apt-get (about 1 minute, once per machine)"));
    let updated = as_root("apt-get", &["update", "-qq"]);
    let arguments: Vec<&str> = ["install", "-y", "-qq", "--no-install-recommends"]
        .into_iter()
        .chain(packages.iter().copied())
        .collect();
    if updated.is_err() || as_root("apt-get", &arguments).is_err() {
        bail!("{why}: run `sudo apt-get update && sudo apt-get install {list}` and start again");
    }
    Ok(())
}

/// Runs a program as root: directly, or through a `sudo` that asks nothing.
pub fn as_root(program: &str, arguments: &[&str]) -> Result<()> {
    let root = process::ask(Command::new("id").arg("-u")).as_deref() == Some("0");
    let mut command = if root { Command::new(program) } else { Command::new("sudo") };
    if !root {
        command.args(["-n", program]);
    }
    command.args(arguments).env("DEBIAN_FRONTEND", "noninteractive");
    process::run(&mut command, &format!("{program} as root did not work"))
}
