//! What `tests/browser/bench.mjs` measures: it prints one JSON object a line for each row, and may print other
//! lines, which are shown.

use super::Row;
use crate::check::browser;
use crate::project::Project;
use crate::{say, tools};
use anyhow::{Context, Result, bail};
use std::io::{BufRead, BufReader};
use std::process::Stdio;

/// The script's rows.
pub fn rows(project: &Project) -> Result<Vec<Row>> {
    let script = project.browser_tests().join("bench.mjs");
    if !script.is_file() {
        bail!("tests/browser/bench.mjs is missing: get it back with `git checkout -- tests/browser`");
    }
    // Without them the rows that need them are missed, and the others are measured all the same.
    if let Err(error) = tools::peers(project) {
        say::note(&format!("nothing to measure beside: {error:#}"));
    }
    let mut node = browser::node(project)?;
    node.env("HOLDFAST_PEERS", project.peers());
    let mut running = node.arg(script).stdout(Stdio::piped()).spawn().context("node cannot be started")?;
    let output = running.stdout.take().context("node has no output")?;
    let mut rows = Vec::new();
    for line in BufReader::new(output).lines() {
        let line = line.context("what node printed cannot be read")?;
        match serde_json::from_str(&line) {
            Ok(row) => rows.push(row),
            Err(_) => println!("{line}"),
        }
    }
    let status = running.wait().context("node did not end")?;
    if !status.success() && rows.iter().all(|row: &Row| row.ok) {
        bail!("tests/browser/bench.mjs ended with {status}");
    }
    Ok(rows)
}
