//! `holdfast password`: another password for somebody.

use std::io::BufRead;

use super::{Database, Failure};
use crate::auth;

/// Whose password.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    database: Database,
    /// Whose.
    login: String,
}

/// Sets the password that stands in the first line of standard input.
pub fn run(args: &Args) -> Result<(), Failure> {
    let mut line = String::new();
    std::io::stdin().lock().read_line(&mut line).map_err(Failure::new)?;
    let hash = auth::password::hash(line.trim_end_matches(['\r', '\n'])).map_err(Failure::new)?;
    let storage = args.database.open_existing()?;
    let found = storage
        .write(|transaction| transaction.set_password(&args.login, &hash))
        .map_err(|error| args.database.failure(&error))?;
    if found { Ok(()) } else { Err(Failure::new(format!("nobody has the login {:?}", args.login))) }
}
