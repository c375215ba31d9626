//! The browser that the tests drive.

use super::apt;
use crate::{process, say};
use anyhow::{Context, Result};
use std::path::{Path, PathBuf};

const NAMES: [&str; 4] = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
const FIREFOX_NAMES: [&str; 2] = ["firefox-esr", "firefox"];
/// Without a font a page renders, but every text in it is empty boxes and has the wrong size.
const FONT: &str = "fonts-dejavu-core";

/// Makes sure of Chromium or Chrome: `$HOLDFAST_CHROMIUM`, else one on PATH, else Debian's.
pub fn chromium() -> Result<PathBuf> {
    if let Some(named) = std::env::var_os("HOLDFAST_CHROMIUM").filter(|value| !value.is_empty()) {
        return Ok(PathBuf::from(named));
    }
    if let Some(path) = on_path() {
        if process::on_path("apt-get").is_some() && !has_fonts() {
            apt::install(&[FONT], "a font for the browser is missing")?;
        }
        return Ok(path);
    }
    apt::install(&["chromium", FONT], "a browser is missing")?;
    on_path().context("a browser is missing: install Chromium or Chrome, or name one in HOLDFAST_CHROMIUM")
}

/// Makes sure of Firefox as well, where that can be had: `$HOLDFAST_FIREFOX`, else one on PATH, else Debian's. The other
/// engine is looked at by one test, which is left out where there is none.
pub fn firefox() -> Option<PathBuf> {
    if let Some(named) = std::env::var_os("HOLDFAST_FIREFOX").filter(|value| !value.is_empty()) {
        return Some(PathBuf::from(named));
    }
    let on_path = || FIREFOX_NAMES.into_iter().find_map(process::on_path);
    on_path().or_else(|| {
        let installed = apt::install(&["firefox-esr"], "Firefox is missing");
        if let Err(error) = installed {
            say::note(&format!("its test is left out: {error:#}"));
        }
        on_path()
    })
}

fn on_path() -> Option<PathBuf> {
    NAMES.into_iter().find_map(process::on_path)
}

fn has_fonts() -> bool {
    let holds_files =
        |folder: &str| Path::new(folder).read_dir().is_ok_and(|mut entries| entries.next().is_some());
    ["/usr/share/fonts/truetype", "/usr/share/fonts/opentype", "/usr/local/share/fonts"]
        .into_iter()
        .any(holds_files)
}
