//! How fast a log is imported: the server measures it itself, with everything in one process.

use super::Row;
use super::server::{from_server, server};
use crate::project::Project;
use crate::{files, process, say};
use anyhow::Result;
use std::path::PathBuf;

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
    let mut bench = server(project);
    bench.arg("bench-import").args(MAPPING).arg(&log);
    let mut rows = from_server(bench)?;
    if made_up.is_some() {
        for row in &mut rows {
            row.detail += "; over a made-up log, because the real one is not here (HOLDFAST_DATA)";
        }
    }
    Ok(rows)
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
