//! `cargo xtask run`: the whole help desk on this machine.

use crate::project::Project;
use crate::{app, files, process, say, server};
use anyhow::{Context, Result, bail};
use std::path::PathBuf;
use std::process::{Command, ExitCode};

/// What the person asked for, and what goes on to the server untouched.
#[derive(Debug, PartialEq, Eq)]
struct Wishes {
    address: String,
    data: String,
    rest: Vec<String>,
}

/// Builds what is missing, then becomes the server.
pub fn run(project: &Project, arguments: &[String]) -> Result<ExitCode> {
    let wishes = wishes(arguments)?;
    app::build(project)?;
    server::build(project)?;
    let database = database(project, &wishes.data)?;
    say::doing(&format!("serving at http://{} (stop with Ctrl-C)", wishes.address));
    let mut command = Command::new(project.server());
    process::forget_xtask(&mut command);
    command.current_dir(&project.root).arg("serve").arg("--static").arg(project.dist());
    command
        .arg("--database")
        .arg(database)
        .args(["--address", &wishes.address])
        .arg("--demo")
        .args(&wishes.rest);
    become_it(command)
}

/// SQLite files get their folder; a server's address (`postgres://…`) goes on as it is.
fn database(project: &Project, data: &str) -> Result<PathBuf> {
    if data.contains("://") {
        return Ok(PathBuf::from(data));
    }
    let path = project.path(data);
    if let Some(folder) = path.parent() {
        files::create_folder(folder)?;
    }
    Ok(path)
}

#[cfg(unix)]
fn become_it(mut command: Command) -> Result<ExitCode> {
    use std::os::unix::process::CommandExt;
    Err(command.exec()).context("the server cannot be started")
}

#[cfg(not(unix))]
fn become_it(mut command: Command) -> Result<ExitCode> {
    let status = command.status().context("the server cannot be started")?;
    Ok(if status.success() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn wishes(arguments: &[String]) -> Result<Wishes> {
    let mut wishes =
        Wishes { address: "127.0.0.1:7070".into(), data: "data/holdfast.sqlite".into(), rest: Vec::new() };
    let mut arguments = arguments.iter();
    while let Some(argument) = arguments.next() {
        let (name, joined) = match argument.split_once('=') {
            Some((name, value)) => (name, Some(value.to_owned())),
            None => (argument.as_str(), None),
        };
        let place = match name {
            "--address" => &mut wishes.address,
            "--data" => &mut wishes.data,
            _ => {
                wishes.rest.push(argument.clone());
                continue;
            }
        };
        match joined.or_else(|| arguments.next().cloned()) {
            Some(value) => *place = value,
            None => bail!("{name} needs a value: `cargo xtask run {name} <value>`"),
        }
    }
    Ok(wishes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<String> {
        text.split_whitespace().map(ToOwned::to_owned).collect()
    }

    #[test]
    fn ours_are_taken_and_the_rest_goes_on() {
        let wishes = wishes(&words("--verbose --address 0.0.0.0:80 --seed 3 --data=/tmp/a.sqlite")).unwrap();
        assert_eq!((wishes.address.as_str(), wishes.data.as_str()), ("0.0.0.0:80", "/tmp/a.sqlite"));
        assert_eq!(wishes.rest, words("--verbose --seed 3"));
    }

    #[test]
    fn a_missing_value_is_named() {
        assert!(wishes(&words("--data")).unwrap_err().to_string().contains("--data needs a value"));
    }
}
