//! The log that tests run on.

use std::io::Read;
use std::path::{Path, PathBuf};

use flate2::read::MultiGzDecoder;
use holdfast_server::generate::{Form, Wanted, generate};

const NAME: &str = "incident_event_log.csv.gz";

/// The real log: in the folder that HOLDFAST_DATA names, or beside the checkout. Says so when there is none.
pub fn real() -> Option<PathBuf> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data").join(NAME);
    let named = std::env::var_os("HOLDFAST_DATA").map(PathBuf::from);
    let named = named.map(|path| if path.is_dir() { path.join(NAME) } else { path });
    let found = named.into_iter().chain([beside]).find(|path| path.is_file());
    if found.is_none() {
        eprintln!("the real log is not here: this runs on a made-up one of the same form and smaller");
    }
    found
}

/// The real log, unpacked, or a made-up one.
pub fn real_or_made_up() -> Vec<u8> {
    let Some(path) = real() else { return made_up(2_000) };
    let mut log = Vec::new();
    MultiGzDecoder::new(std::fs::File::open(path).unwrap()).read_to_end(&mut log).unwrap();
    log
}

/// A made-up log of so many tickets.
pub fn made_up(tickets: u32) -> Vec<u8> {
    let mut log = Vec::new();
    generate(Form::ServicenowIncidents, &Wanted::new(1, tickets), &mut log).unwrap();
    log
}

/// The cells of a log, by the names of their columns.
pub fn cells(log: &[u8], columns: [&str; 3]) -> Vec<[String; 3]> {
    let mut rows = csv::Reader::from_reader(log);
    let header = rows.headers().unwrap().clone();
    let places = columns.map(|name| header.iter().position(|column| column == name).unwrap());
    rows.records().map(|row| row.unwrap()).map(|row| places.map(|place| row[place].to_owned())).collect()
}
