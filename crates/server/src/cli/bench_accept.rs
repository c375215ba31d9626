//! `holdfast bench-accept`: two rows of the project's table of measurements.

use super::Failure;
use crate::replication::bench::measure;

/// The share of the rate of bare inserts that accepting has to reach.
const SHARE: f64 = 0.5;
/// How much more an event may cost with [`MANY`] in the database than with [`FEW`].
const GROWTH: f64 = 1.2;
const FEW: u64 = 100_000;
const MANY: u64 = 10_000_000;

/// How much there is in the large database.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Events that are there before anything is sent.
    #[arg(long, default_value_t = MANY, value_name = "EVENTS")]
    many: u64,
}

/// Measures, and writes a line of JSON for each row.
pub fn run(args: &Args) -> Result<(), Failure> {
    let costs = measure(FEW, args.many).map_err(Failure::new)?;
    let rounded = |figure: f64| (figure * 100.0).round() / 100.0;
    let micros = |cost: f64| format!("{:.1} µs an event", cost * 1e6);
    let (share, growth) = (rounded(costs.rows / costs.few), rounded(costs.many / costs.few));
    let rows = [
        serde_json::json!({
            "name": "accepting events in pushes of 500, against the rate of the same rows going into the same tables",
            "figure": share,
            "limit": SHARE,
            "ok": share >= SHARE,
            "detail": format!(
                "{} against {}, in transactions of 500 that reach the disk, {FEW} events in the database; as rows of one \
                 table without any index {}",
                micros(costs.few), micros(costs.rows), micros(costs.bare),
            ),
        }),
        serde_json::json!({
            "name": format!("the same with {} events in the database, against {FEW}", args.many),
            "figure": growth,
            "limit": GROWTH,
            "ok": growth <= GROWTH,
            "detail": format!("{} against {}, on the newest 10,000 tickets", micros(costs.many), micros(costs.few)),
        }),
    ];
    for row in rows {
        println!("{row}");
    }
    Ok(())
}
