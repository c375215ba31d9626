//! What the server measures itself, with everything in one process.

use super::Row;
use crate::process;
use crate::project::Project;
use anyhow::{Context, Result, bail};
use std::process::Command;

/// How fast events are accepted; the larger database takes ten gigabytes for a while.
pub fn accepting(project: &Project) -> Result<Vec<Row>> {
    let mut bench = server(project);
    bench.arg("bench-accept");
    from_server(bench)
}

/// The server's binary.
pub fn server(project: &Project) -> Command {
    let mut command = Command::new(project.server());
    process::forget_xtask(&mut command);
    command
}

/// The rows that a command of the server prints, a line each.
pub fn from_server(mut command: Command) -> Result<Vec<Row>> {
    let output = command.output().with_context(|| format!("{command:?} cannot be started"))?;
    if !output.status.success() {
        bail!("{command:?}: {}", String::from_utf8_lossy(&output.stderr).trim());
    }
    rows(&String::from_utf8_lossy(&output.stdout))
}

fn rows(output: &str) -> Result<Vec<Row>> {
    let rows: Vec<Row> = output.lines().filter_map(|line| serde_json::from_str(line).ok()).collect();
    if rows.is_empty() {
        bail!("there is no figure in: {}", output.trim());
    }
    Ok(rows)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_found_among_other_lines() {
        let row = |name| format!(r#"{{"name":"{name}","figure":0.5,"limit":0.4,"ok":true}}"#);
        let found = rows(&format!("measuring\n{}\n{}\n", row("import"), row("accept"))).unwrap();
        assert_eq!(found.iter().map(|row| row.name.as_str()).collect::<Vec<_>>(), ["import", "accept"]);
        assert!(rows("nothing\n").is_err());
    }
}
