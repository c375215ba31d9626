//! Where things are in the checkout.

use anyhow::{Context, Result};
use std::path::PathBuf;

/// The checkout the chores work on.
#[derive(Debug, Clone)]
pub struct Project {
    /// The folder of the workspace's Cargo.toml.
    pub root: PathBuf,
}

impl Project {
    /// Finds the checkout: above xtask's own manifest under `cargo xtask`, else above the current folder.
    pub fn find() -> Result<Self> {
        let start = match std::env::var_os("CARGO_MANIFEST_DIR") {
            Some(folder) => PathBuf::from(folder),
            None => std::env::current_dir().context("the current folder cannot be read")?,
        };
        let root = start.ancestors().find(|folder| folder.join("xtask/Cargo.toml").is_file());
        let root = root.context("this is not inside the checkout: change to its folder and start again")?;
        Ok(Self { root: root.to_path_buf() })
    }

    /// A path inside the checkout.
    pub fn path(&self, inside: &str) -> PathBuf {
        self.root.join(inside)
    }

    /// The folder with the built app.
    pub fn dist(&self) -> PathBuf {
        self.path("dist")
    }

    /// Cargo's folder for everything compiled to wasm. It is not the one native code uses, because the two may
    /// be built by different compilers, and each would throw away what the other made.
    pub fn wasm_target(&self) -> PathBuf {
        self.path("target/wasm")
    }

    /// The built server.
    pub fn server(&self) -> PathBuf {
        self.path("target/native").join(format!("holdfast{}", std::env::consts::EXE_SUFFIX))
    }

    /// The folder of the tests that run in a browser.
    pub fn browser_tests(&self) -> PathBuf {
        self.path("tests/browser")
    }

    /// The databases to measure beside, installed.
    pub fn peers(&self) -> PathBuf {
        self.path("target/peers")
    }

    /// The real log of a help desk, when it is there: `$HOLDFAST_DATA`, else beside the checkout.
    pub fn real_log(&self) -> Option<PathBuf> {
        let named = std::env::var_os("HOLDFAST_DATA").filter(|path| !path.is_empty()).map(PathBuf::from);
        let path = named.unwrap_or_else(|| self.path("../shared/data/incident_event_log.csv.gz"));
        let path = if path.is_dir() { path.join("incident_event_log.csv.gz") } else { path };
        path.canonicalize().ok().filter(|path| path.is_file())
    }
}
