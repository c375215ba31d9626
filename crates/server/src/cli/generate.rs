//! `holdfast generate`: a log of another desk or a history of our own, made up.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::PathBuf;

use flate2::Compression;
use flate2::write::GzEncoder;
use holdfast_desk::Instant;

use super::Failure;
use crate::generate::{Form, Wanted, generate};

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
    /// How many tickets are raised in a year; 25000 unless said. Of the form holdfast alone.
    #[arg(long, value_name = "TICKETS", value_parser = clap::value_parser!(u32).range(1..=10_000_000))]
    a_year: Option<u32>,
    /// The instant at which the history ends; 2026-03-02T09:00:00Z unless said. Of the form holdfast alone.
    #[arg(long, value_name = "INSTANT", value_parser = instant)]
    until: Option<Instant>,
    /// The file to write, packed when its name ends in .gz; - is standard output.
    #[arg(long, default_value = "-", value_name = "FILE")]
    out: PathBuf,
}

/// Writes the log.
pub fn run(args: &Args) -> Result<(), Failure> {
    if args.form != Form::Holdfast && (args.a_year.is_some() || args.until.is_some()) {
        return Err(Failure::new("--a-year and --until are of the form holdfast alone"));
    }
    let plain = Wanted::new(args.seed, args.tickets);
    let wanted = Wanted {
        a_year: args.a_year.unwrap_or(plain.a_year),
        until: args.until.unwrap_or(plain.until),
        ..plain
    };
    let failure = |error: std::io::Error| Failure::new(format!("{}: {error}", args.out.display()));
    let make = |out: &mut dyn Write| generate(args.form, &wanted, out);
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

fn instant(text: &str) -> Result<Instant, String> {
    Instant::parse(text).ok_or_else(|| "write an instant such as 2026-03-02T09:00:00Z".to_owned())
}
