//! Opening a log: plain or gzip by its content, read as a stream, with its progress shown.

use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use csv::StringRecord;
use flate2::bufread::MultiGzDecoder;
use indicatif::{ProgressBar, ProgressStyle};

use super::ImportError;
use super::layout::Layout;
use super::mapping::Mapping;

/// What a gzip file begins with.
const GZIP: [u8; 2] = [0x1f, 0x8b];
const BUFFER: usize = 256 * 1024;

/// A log whose header row was checked, ready to be read.
pub struct LogFile {
    /// Where it is.
    pub path: Arc<Path>,
    /// What stands in which column.
    pub layout: Layout,
    /// Its rows.
    pub rows: csv::Reader<Box<dyn Read + Send>>,
}

impl LogFile {
    /// Opens a log and checks its header row.
    ///
    /// # Errors
    /// When it cannot be read, or lacks a column of the mapping.
    pub fn open(path: &Path, mapping: &Mapping, progress: &ProgressBar) -> Result<Self, ImportError> {
        let bytes = open_bytes(path, progress)?;
        let delimiter = u8::try_from(mapping.file.delimiter).unwrap_or(b',');
        let mut rows = csv::ReaderBuilder::new()
            .flexible(true)
            .delimiter(delimiter)
            .buffer_capacity(BUFFER)
            .from_reader(bytes);
        let header: StringRecord = rows.headers().map_err(|error| broken(path, error))?.clone();
        let layout = Layout::find(mapping, &header, path)?;
        Ok(Self { path: path.into(), layout, rows })
    }
}

/// A file's bytes, unpacked where it is packed.
pub(super) fn open_bytes(path: &Path, progress: &ProgressBar) -> Result<Box<dyn Read + Send>, ImportError> {
    let file = File::open(path).map_err(ImportError::read(path))?;
    let mut bytes = BufReader::with_capacity(BUFFER, progress.wrap_read(file));
    let packed = bytes.fill_buf().map_err(ImportError::read(path))?.starts_with(&GZIP);
    Ok(if packed { Box::new(MultiGzDecoder::new(bytes)) } else { Box::new(bytes) })
}

/// What the CSV reader says of a file that cannot be read on.
pub(super) fn broken(path: &Path, error: csv::Error) -> ImportError {
    ImportError::Read { path: path.to_owned(), source: error.into() }
}

/// A bar that shows how much of these files is read, at what rate, and how long the rest will take. It is drawn on a
/// terminal only.
pub fn progress_bar(files: &[PathBuf]) -> ProgressBar {
    let length = files.iter().filter_map(|path| path.metadata().ok()).map(|file| file.len()).sum();
    let template = "{bar:32} {percent:>3} %  {msg}  {eta} left";
    let style = ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar());
    ProgressBar::new(length).with_style(style)
}
