//! How fast an import is: measured against the same rows going into one bare table.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use csv::StringRecord;
use holdfast_desk::demo;
use indicatif::ProgressBar;

use super::load::Import;
use super::log_file::{broken, open_bytes};
use super::{ImportError, Mapping};
use crate::setup;
use crate::storage::Storage;
use crate::storage::sqlite::BareTable;

/// How often each side runs; the medians count.
const ROUNDS: usize = 5;

/// Two rates, in rows a second.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rates {
    /// The import's.
    pub import: f64,
    /// The bare table's.
    pub bare: f64,
}

/// Measures both sides in turn, in a folder that is removed again.
///
/// # Errors
/// Why one of them did not come to its end.
pub fn measure(import: &Import) -> Result<Rates, ImportError> {
    let folder = std::env::temp_dir().join(format!("holdfast-bench-{}", std::process::id()));
    fs::create_dir_all(&folder).map_err(ImportError::read(&folder))?;
    let rates = rounds(import, &folder);
    fs::remove_dir_all(&folder).map_err(ImportError::read(&folder))?;
    rates
}

fn rounds(import: &Import, folder: &Path) -> Result<Rates, ImportError> {
    let (mut imported, mut bare) = (Vec::new(), Vec::new());
    let mut rows = 0;
    for round in 0..ROUNDS {
        let started = Instant::now();
        rows = fill_bare(&folder.join(format!("bare-{round}")), &import.files, &import.mapping)?;
        bare.push(started.elapsed());

        let storage = Storage::open(&folder.join(format!("import-{round}")))?;
        storage.write(|transaction| -> Result<(), ImportError> {
            let (workspace, rules) = (setup::new_workspace()?, demo::rules(import.now));
            Ok(transaction.create_workspace(&workspace, &rules)?)
        })?;
        let started = Instant::now();
        import.run(&storage, &ProgressBar::hidden())?;
        imported.push(started.elapsed());
    }
    let rate = |times| rows as f64 / median(times).as_secs_f64().max(f64::EPSILON);
    Ok(Rates { import: rate(imported), bare: rate(bare) })
}

/// Parses the same files, and keeps every cell as it is.
fn fill_bare(path: &Path, files: &[PathBuf], mapping: &Mapping) -> Result<u64, ImportError> {
    let mut table = None;
    let mut rows = 0;
    for file in files {
        let bytes = open_bytes(file, &ProgressBar::hidden())?;
        let delimiter = u8::try_from(mapping.file.delimiter).unwrap_or(b',');
        let mut log = csv::ReaderBuilder::new().delimiter(delimiter).from_reader(bytes);
        let columns = log.headers().map_err(|error| broken(file, error))?.len();
        let table = match &mut table {
            Some(table) => table,
            None => table.insert(BareTable::create(path, columns)?),
        };
        let mut record = StringRecord::new();
        while log.read_record(&mut record).map_err(|error| broken(file, error))? {
            table.insert(record.iter())?;
            rows += 1;
        }
    }
    table.map_or(Ok(()), BareTable::commit)?;
    Ok(rows)
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times.get(times.len() / 2).copied().unwrap_or_default()
}
