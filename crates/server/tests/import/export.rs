//! Logs packed or not, and our own export.

use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;
use holdfast_server::import::{ImportError, load_export};
use indicatif::ProgressBar;

use crate::desk::Desk;
use crate::log::{made_up, real_or_made_up};

pub fn packed(bytes: &[u8]) -> Vec<u8> {
    let mut out = GzEncoder::new(Vec::new(), Compression::fast());
    out.write_all(bytes).unwrap();
    out.finish().unwrap()
}

#[test]
fn packed_or_not_is_the_same() {
    let (plain, gz) = (Desk::new(), Desk::new());
    let log = made_up(300);
    plain.import(&plain.file("log.csv", &log)).unwrap();
    // The name does not matter, the content does.
    gz.import(&gz.file("log.csv", packed(&log))).unwrap();
    assert!(plain.export() == gz.export());
}

#[test]
fn what_is_imported_from_an_export_exports_to_the_same_bytes() {
    let desk = Desk::new();
    desk.import(&desk.file("log.csv", real_or_made_up())).unwrap();
    let export = desk.export();
    for target in [Desk::without_workspace(), Desk::new()] {
        let file = target.file("desk.jsonl.gz", packed(&export));
        let loaded = load_export(&target.storage, &file, &ProgressBar::hidden()).unwrap();
        assert_eq!(loaded.events as usize + 1, export.iter().filter(|byte| **byte == b'\n').count());
        assert!(target.export() == export, "the same bytes");
        let again = load_export(&target.storage, &file, &ProgressBar::hidden());
        assert!(matches!(again, Err(ImportError::NotEmpty)));
    }
}

#[test]
fn an_export_that_is_broken_is_refused_by_its_line_and_changes_nothing() {
    let desk = Desk::new();
    desk.import(&desk.file("log.csv", made_up(20))).unwrap();
    let export = String::from_utf8(desk.export()).unwrap();
    let lines: Vec<&str> = export.lines().collect();
    for broken in [
        [lines[0], lines[1], "{\"seq\":"].join("\n"),
        [lines[0], lines[1], lines[1]].join("\n"),
        [lines[0], lines[1], lines.last().unwrap()].join("\n"),
    ] {
        let target = Desk::new();
        let before = target.export();
        let file = target.file("desk.jsonl", broken);
        let error = load_export(&target.storage, &file, &ProgressBar::hidden()).unwrap_err();
        assert!(error.to_string().contains("line 3"), "{error}");
        assert_eq!(target.export(), before);
    }
}
