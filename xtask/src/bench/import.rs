//! How fast a log is imported: the server measures it itself, with everything in one process.

use super::Row;
use crate::project::Project;
use crate::{files, process, say};
use anyhow::{Context, Result, bail};
use std::path::PathBuf;
use std::process::Command;

/// How the log is read, the real one and one that is made up alike.
const MAPPING: [&str; 4] = ["--mapping", "servicenow-incidents", "--time-zone", "Europe/Lisbon"];
/// As many as the real log has.
const TICKETS: &str = "24918";

/// The row that `holdfast bench-import` prints, over the real log or, without it, one of the same form.
pub fn rows(project: &Project) -> Result<Vec<Row>> {
    let mut made_up = None;
    let log = match project.real_log() {
        Some(log) => log,
        None => made_up.insert(MadeUp::new(project)?).log(),
    };
    let mut holdfast = server(project);
    let output = holdfast.arg("bench-import").args(MAPPING).arg(&log).output();
    let output = output.with_context(|| format!("{} cannot be started", project.server().display()))?;
    if !output.status.success() {
        bail!("holdfast bench-import: {}", String::from_utf8_lossy(&output.stderr).trim());
    }
    let mut row = row(&String::from_utf8_lossy(&output.stdout))?;
    if made_up.is_some() {
        row.detail += "; over a made-up log, because the real one is not here (HOLDFAST_DATA)";
    }
    Ok(vec![row])
}

fn server(project: &Project) -> Command {
    let mut command = Command::new(project.server());
    process::forget_xtask(&mut command);
    command
}

fn row(output: &str) -> Result<Row> {
    let row = output.lines().find_map(|line| serde_json::from_str(line).ok());
    row.with_context(|| format!("holdfast bench-import printed no figure: {}", output.trim()))
}

/// A log that is gone when it was measured.
struct MadeUp {
    folder: PathBuf,
}

impl MadeUp {
    fn new(project: &Project) -> Result<Self> {
        say::note("the real log is not here (HOLDFAST_DATA names it): one of the same form is made up");
        let made_up =
            Self { folder: std::env::temp_dir().join(format!("holdfast-log-{}", std::process::id())) };
        files::create_folder(&made_up.folder)?;
        let mut holdfast = server(project);
        holdfast.args(["generate", "--tickets", TICKETS, "--out"]).arg(made_up.log());
        process::run(&mut holdfast, "no log could be made up")?;
        Ok(made_up)
    }

    fn log(&self) -> PathBuf {
        self.folder.join("log.csv.gz")
    }
}

impl Drop for MadeUp {
    fn drop(&mut self) {
        // What cannot be removed is the temporary folder's to keep.
        let _ = files::remove_folder(&self.folder);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_row_is_found_among_other_lines() {
        let row = row("reading\n{\"name\":\"import\",\"figure\":0.61,\"limit\":0.4,\"ok\":true}\n").unwrap();
        assert_eq!((row.figure.as_str(), row.limit.as_str(), row.ok), ("0.61", "0.4", true));
        assert!(super::row("nothing to see").is_err());
    }
}
