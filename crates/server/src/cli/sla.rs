//! `holdfast sla`: questions to calendars and clocks, from files of cases (docs/sla.md).

use std::collections::HashMap;
use std::fs::File;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::PathBuf;

use flate2::read::MultiGzDecoder;
use holdfast_desk::sla::{Zone, cases};

use super::Failure;
use crate::zones;

/// What to do with cases.
#[derive(Debug, clap::Subcommand)]
pub enum Args {
    /// Compare what is computed with what each case expects.
    Check(Cases),
    /// Print what is computed, a line of JSON for each case.
    Eval(Cases),
    /// Print the table of a time zone, as devices get it.
    Zone {
        /// Its IANA name.
        name: String,
    },
}

/// Where the cases are.
#[derive(Debug, clap::Args)]
pub struct Cases {
    /// JSON Lines, gzipped or not; - is standard input.
    file: PathBuf,
}

/// Longest line that is read, in bytes: a case with thousands of events is well below it.
const LINE_BYTES: u64 = 4 * 1024 * 1024;

/// Answers every case.
pub fn run(args: &Args) -> Result<(), Failure> {
    match args {
        Args::Check(cases) => check(cases),
        Args::Eval(cases) => eval(cases),
        Args::Zone { name } => {
            let zone = zones::table(name);
            let zone = zone.ok_or_else(|| Failure::new(format!("{name:?} is not a time zone known here")))?;
            println!("{}", serde_json::to_string(&zone).map_err(|error| Failure::new(error.to_string()))?);
            Ok(())
        }
    }
}

fn check(args: &Cases) -> Result<(), Failure> {
    let (mut passed, mut failed) = (0_u64, 0_u64);
    answer(args, |line, outcome| {
        match outcome {
            Ok(outcome) if outcome.wrong.is_empty() => passed += 1,
            Ok(outcome) => {
                failed += 1;
                for (name, expected, found) in outcome.wrong {
                    println!("{}: {name} is {found}, expected {expected}", outcome.id);
                }
            }
            Err(error) => {
                failed += 1;
                println!("line {line}: {error}");
            }
        }
        Ok(())
    })?;
    println!("{passed} passed, {failed} failed");
    match failed {
        0 => Ok(()),
        _ => Err(Failure::new(format!(
            "{}: {failed} of {} cases failed",
            args.file.display(),
            passed + failed
        ))),
    }
}

fn eval(args: &Cases) -> Result<(), Failure> {
    let mut malformed = 0_u64;
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    answer(args, |line, outcome| match outcome {
        Ok(outcome) => writeln!(out, "{}", outcome.found),
        Err(error) => {
            malformed += 1;
            eprintln!("line {line}: {error}");
            Ok(())
        }
    })?;
    out.flush().map_err(|error| Failure::new(format!("standard output: {error}")))?;
    match malformed {
        0 => Ok(()),
        _ => Err(Failure::new(format!("{}: {malformed} lines are no cases", args.file.display()))),
    }
}

/// Answers every line that is not blank, in order; lines are counted from 1.
fn answer(
    args: &Cases,
    mut each: impl FnMut(u64, Result<cases::Outcome, cases::CaseError>) -> std::io::Result<()>,
) -> Result<(), Failure> {
    let failure = |error: &dyn std::fmt::Display| Failure::new(format!("{}: {error}", args.file.display()));
    let mut input = open(args).map_err(|error| failure(&error))?;
    let mut known: HashMap<String, Option<Zone>> = HashMap::new();
    let mut text = Vec::new();
    for number in 1.. {
        text.clear();
        let read =
            input.by_ref().take(LINE_BYTES).read_until(b'\n', &mut text).map_err(|error| failure(&error))?;
        if read == 0 {
            break;
        }
        if read as u64 == LINE_BYTES {
            return Err(failure(&format!("line {number} is longer than {LINE_BYTES} bytes")));
        }
        let line = String::from_utf8_lossy(&text);
        if line.trim().is_empty() {
            continue;
        }
        let zone = std::cell::RefCell::new(&mut known);
        let outcome = cases::run(line.trim(), |name| {
            zone.borrow_mut().entry(name.to_owned()).or_insert_with(|| zones::table(name)).clone()
        });
        each(number, outcome).map_err(|error| failure(&error))?;
    }
    Ok(())
}

fn open(args: &Cases) -> std::io::Result<Box<dyn BufRead>> {
    let raw: Box<dyn Read> = match args.file.as_os_str() == "-" {
        true => Box::new(std::io::stdin().lock()),
        false => Box::new(File::open(&args.file)?),
    };
    let mut raw = BufReader::new(raw);
    let is_gzipped = raw.fill_buf()?.starts_with(&[0x1f, 0x8b]);
    Ok(if is_gzipped { Box::new(BufReader::new(MultiGzDecoder::new(raw))) } else { Box::new(raw) })
}
