//! `holdfast compact`: deleted tickets leave the history for good.

use super::{Database, Failure};
use crate::{clock, replication};

/// What to forget.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    database: Database,
    /// Forget tickets that were deleted at least so many days ago. A device that was away for longer reads everything
    /// anew when it comes back, and keeps what it has to send.
    #[arg(long, default_value_t = 180, value_name = "DAYS", value_parser = clap::value_parser!(u32).range(1..=36_500))]
    days: u32,
}

/// Forgets, and says how much.
pub fn run(args: &Args) -> Result<(), Failure> {
    let storage = args.database.open_existing()?;
    let before = clock::now().plus_seconds(-i64::from(args.days) * 86_400);
    let forgotten = storage
        .write(|transaction| replication::compact(transaction, before))
        .map_err(|error| args.database.failure(&error))?;
    println!("{forgotten} deleted tickets were forgotten");
    Ok(())
}
