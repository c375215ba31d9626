//! `holdfast bench-import`: one row of the project's table of measurements.

use super::Failure;
use super::import::LogArgs;
use crate::import::measure;

/// The share of the bare table's rate that the import has to reach.
const LIMIT: f64 = 0.4;

/// What to import.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    log: LogArgs,
}

/// Measures, and writes one line of JSON.
pub fn run(args: &Args) -> Result<(), Failure> {
    let import = args.log.import()?.ok_or_else(|| Failure::new("bench-import needs --mapping"))?;
    let rates = measure(&import).map_err(Failure::new)?;
    let figure = (rates.import / rates.bare * 100.0).round() / 100.0;
    let line = serde_json::json!({
        "name": "import rate against a bare table",
        "figure": figure,
        "limit": LIMIT,
        "ok": figure >= LIMIT,
        "detail": format!("{:.0} rows/s against {:.0} rows/s", rates.import, rates.bare),
    });
    println!("{line}");
    Ok(())
}
