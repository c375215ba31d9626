//! `holdfast import`: another desk's log by a mapping, or our own export.

use std::path::PathBuf;

use chrono::NaiveDateTime;
use chrono_tz::Tz;

use super::{Database, Failure};
use crate::import::{Import, ImportError, Mapping, load_export, progress_bar};
use crate::storage::Storage;
use crate::{clock, setup};

/// What to import, and how.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    database: Database,
    #[command(flatten)]
    log: LogArgs,
    /// Stop at the first row that cannot be read, and leave the database as it was.
    #[arg(long, requires = "mapping")]
    strict: bool,
    /// Leave out rows later than this local time: the desk as it stood then.
    #[arg(long, requires = "mapping", value_name = "LOCAL_TIME", value_parser = local_time)]
    until: Option<NaiveDateTime>,
    /// Move every time so that the one of --until is now. For demonstrations: the times are no longer the log's.
    #[arg(long, requires = "until")]
    until_is_now: bool,
}

/// A log, and how to read it.
#[derive(Debug, clap::Args)]
pub struct LogArgs {
    /// How the log becomes tickets: a TOML file, or the name of a mapping that comes with holdfast, such as
    /// servicenow-incidents. Without one the file is an export of holdfast itself.
    #[arg(long, value_name = "FILE", requires = "time_zone")]
    mapping: Option<String>,
    /// The time zone of the log's clocks, such as Europe/Berlin.
    #[arg(long, value_name = "ZONE", requires = "mapping", value_parser = zone)]
    time_zone: Option<Tz>,
    /// The log or logs in CSV, or one export in JSON Lines; packed with gzip or not.
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
}

impl LogArgs {
    /// The import of the whole log; `None` for an export of our own.
    pub fn import(&self) -> Result<Option<Import>, Failure> {
        let (Some(mapping), Some(zone)) = (&self.mapping, self.time_zone) else { return Ok(None) };
        let mapping = Mapping::load(mapping).map_err(Failure::new)?;
        let (files, now) = (self.files.clone(), clock::now());
        Ok(Some(Import { mapping, zone, strict: false, until: None, until_is_now: false, now, files }))
    }
}

/// Imports, and says what came of it.
pub fn run(args: Args) -> Result<(), Failure> {
    let import = args.log.import()?;
    let storage = args.database.open()?;
    let failure = |error: ImportError| match error {
        ImportError::Storage(error) => args.database.failure(&error),
        error => Failure::new(error),
    };
    let progress = progress_bar(&args.log.files);
    match (import, args.log.files.as_slice()) {
        (Some(import), _) => {
            let Args { strict, until, until_is_now, .. } = args;
            begin(&storage).map_err(|error| args.database.failure(&error))?;
            let import = Import { strict, until, until_is_now, ..import };
            println!("{}", import.run(&storage, &progress).map_err(failure)?);
        }
        (None, [file]) => {
            let loaded = load_export(&storage, file, &progress).map_err(failure)?;
            println!("{} events on {} tickets, {} people", loaded.events, loaded.tickets, loaded.people);
            println!("Nobody's password is in an export: `holdfast password LOGIN` sets one.");
        }
        (None, _) => return Err(Failure::new("an export is one file; logs of another desk need --mapping")),
    }
    storage.checkpoint().map_err(|error| args.database.failure(&error))
}

/// A log goes into a desk; where there is none yet, one is set up as on the first start of the server.
fn begin(storage: &Storage) -> Result<(), setup::SetupError> {
    if let Some(password) = setup::first_start(storage, clock::now())? {
        println!("A desk was set up. Sign in as {:?} with the password {password:?}.", setup::ADMIN);
    }
    Ok(())
}

fn zone(text: &str) -> Result<Tz, String> {
    text.parse().map_err(|_| "name a zone as the IANA does, such as Europe/Berlin or UTC".to_owned())
}

fn local_time(text: &str) -> Result<NaiveDateTime, String> {
    ["%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"]
        .into_iter()
        .find_map(|form| NaiveDateTime::parse_from_str(text, form).ok())
        .ok_or_else(|| "write a local time such as 2016-06-01T09:00".to_owned())
}
