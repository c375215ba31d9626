//! `cargo xtask bench`: what we promise, measured, as one table.
//!
//! Every producer measures some things and gives a row for each; adding a measurement is adding a producer to
//! [`PRODUCERS`].

mod import;
mod in_browser;
mod server;
mod table;

use crate::check::browser;
use crate::project::Project;
use crate::{probe, say};
use anyhow::Result;
use serde::{Deserialize, Deserializer};
use std::process::ExitCode;

/// One measured promise.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Row {
    /// What was measured.
    pub name: String,
    /// What came out, with its unit.
    #[serde(deserialize_with = "text_or_number")]
    pub figure: String,
    /// What we promise, with its unit.
    #[serde(deserialize_with = "text_or_number")]
    pub limit: String,
    /// Whether the promise is kept.
    pub ok: bool,
    /// How it was measured or what it is made of.
    #[serde(default)]
    pub detail: String,
}

/// Measures something.
type Producer = fn(&Project) -> Result<Vec<Row>>;

const PRODUCERS: [(&str, Producer); 3] = [
    ("importing a log", import::rows),
    ("accepting events (4 minutes)", server::accepting),
    ("in a browser", in_browser::rows),
];

/// Builds everything, measures, prints the table; fails when a promise is not kept or cannot be measured.
pub fn bench(project: &Project) -> Result<ExitCode> {
    browser::prepare(project)?;
    probe::build(project)?;
    let mut rows = Vec::new();
    for (name, produce) in PRODUCERS {
        let measured = say::timed(&format!("measuring: {name}"), || produce(project));
        rows.extend(measured.unwrap_or_else(|error| vec![Row::without_figure(name, &error)]));
    }
    print!("\n{}", table::render(&rows));
    let missed = rows.iter().filter(|row| !row.ok).count();
    println!("\n{} kept, {missed} missed", rows.len() - missed);
    Ok(if missed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

impl Row {
    /// A measurement that did not work is a promise that is not kept.
    fn without_figure(name: &str, error: &anyhow::Error) -> Self {
        let none = || "-".to_owned();
        Self { name: name.to_owned(), figure: none(), limit: none(), ok: false, detail: format!("{error:#}") }
    }
}

fn text_or_number<'de, D: Deserializer<'de>>(from: D) -> Result<String, D::Error> {
    let value = serde_json::Value::deserialize(from)?;
    Ok(value.as_str().map_or_else(|| value.to_string(), ToOwned::to_owned))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_come_as_json() {
        let row: Row =
            serde_json::from_str(r#"{"name":"cold start","figure":412.5,"limit":"800 ms","ok":true}"#)
                .unwrap();
        assert_eq!((row.figure.as_str(), row.limit.as_str(), row.detail.as_str()), ("412.5", "800 ms", ""));
    }
}
