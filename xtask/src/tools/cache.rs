//! The user's folder for tools, shared by all checkouts.

use crate::files;
use anyhow::{Context, Result};
use std::fs::File;
use std::path::PathBuf;

/// `$HOLDFAST_TOOLS`, else `holdfast` in the user's cache folder.
fn folder() -> Result<PathBuf> {
    let variable = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    variable("HOLDFAST_TOOLS")
        .or_else(|| variable("XDG_CACHE_HOME").map(|cache| cache.join("holdfast")))
        .or_else(|| variable("HOME").map(|home| home.join(".cache/holdfast")))
        .context("there is no folder for tools: set HOLDFAST_TOOLS to one and start again")
}

/// The folder of one version of one tool. It may not exist yet.
pub fn tool(name: &str, version: &str) -> Result<PathBuf> {
    Ok(folder()?.join(format!("{name}-{version}")))
}

/// Waits until no other checkout is setting up the same tool, and keeps others waiting until it is dropped.
pub fn lock(name: &str) -> Result<File> {
    files::lock(&folder()?.join(format!(".{name}.lock")))
}
