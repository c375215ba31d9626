//! `holdfast generate`: a log of another desk, made up.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::PathBuf;

use flate2::Compression;
use flate2::write::GzEncoder;

use super::Failure;
use crate::generate::{Form, generate};

/// What to make up.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The same seed makes the same log.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// How many tickets.
    #[arg(long, default_value_t = 500)]
    tickets: u32,
    /// Whose form the log has.
    #[arg(long, value_enum, default_value_t = Form::ServicenowIncidents)]
    form: Form,
    /// The file to write, packed when its name ends in .gz; - is standard output.
    #[arg(long, default_value = "-", value_name = "FILE")]
    out: PathBuf,
}

/// Writes the log.
pub fn run(args: &Args) -> Result<(), Failure> {
    let failure = |error: std::io::Error| Failure::new(format!("{}: {error}", args.out.display()));
    let make = |out: &mut dyn Write| generate(args.form, args.seed, args.tickets, out);
    if args.out.as_os_str() == "-" {
        return make(&mut std::io::stdout().lock()).map_err(failure);
    }
    let mut file = BufWriter::new(File::create(&args.out).map_err(failure)?);
    if args.out.extension().is_some_and(|extension| extension == "gz") {
        let mut packed = GzEncoder::new(&mut file, Compression::default());
        make(&mut packed).and_then(|()| packed.finish().map(drop)).map_err(failure)?;
    } else {
        make(&mut file).map_err(failure)?;
    }
    file.flush().map_err(failure)
}
