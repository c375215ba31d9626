//! `holdfast export`: everything that ever happened, as JSON Lines.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::PathBuf;

use super::{Database, Failure};
use crate::export;

/// What to export, and where to.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    database: Database,
    /// The file to write; - is standard output.
    #[arg(default_value = "-")]
    file: PathBuf,
}

/// Writes the export.
pub fn run(args: &Args) -> Result<(), Failure> {
    let storage = args.database.open_existing()?;
    let failure = |error: &dyn std::fmt::Display| Failure::new(format!("{}: {error}", args.file.display()));
    let out: Box<dyn Write> = if args.file.as_os_str() == "-" {
        Box::new(std::io::stdout().lock())
    } else {
        Box::new(File::create(&args.file).map_err(|error| failure(&error))?)
    };
    let mut out = BufWriter::new(out);
    export::write(&storage, &mut out).map_err(|error| match error {
        export::ExportError::Storage(error) => args.database.failure(&error),
        error => failure(&error),
    })?;
    out.flush().map_err(|error| failure(&error))
}
