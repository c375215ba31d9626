//! Reading, copying and hashing files.

use anyhow::{Context, Result};
use sha2::{Digest, Sha256};
use std::fs::{self, File};
use std::path::{Path, PathBuf};

/// Every file below `folder` with its path relative to it, sorted. A missing folder has no files.
pub fn walk(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    if folder.is_dir() {
        collect(folder, folder, &mut found)?;
    }
    found.sort();
    Ok(found)
}

fn collect(top: &Path, folder: &Path, found: &mut Vec<PathBuf>) -> Result<()> {
    let entries = fs::read_dir(folder).with_context(|| format!("{} cannot be listed", folder.display()))?;
    for entry in entries {
        let path = entry?.path();
        if path.is_dir() {
            collect(top, &path, found)?;
        } else if let Ok(relative) = path.strip_prefix(top) {
            found.push(relative.to_path_buf());
        }
    }
    Ok(())
}

/// Reads a file.
pub fn read(path: &Path) -> Result<Vec<u8>> {
    fs::read(path).with_context(|| format!("{} cannot be read", path.display()))
}

/// Reads a text file.
pub fn read_text(path: &Path) -> Result<String> {
    fs::read_to_string(path).with_context(|| format!("{} cannot be read as text", path.display()))
}

/// Writes a file, making its folder.
pub fn write(path: &Path, content: impl AsRef<[u8]>) -> Result<()> {
    if let Some(folder) = path.parent() {
        create_folder(folder)?;
    }
    fs::write(path, content).with_context(|| format!("{} cannot be written", path.display()))
}

/// Makes a folder and those above it.
pub fn create_folder(folder: &Path) -> Result<()> {
    fs::create_dir_all(folder).with_context(|| format!("the folder {} cannot be made", folder.display()))
}

/// Removes a folder with all in it, when it is there.
pub fn remove_folder(folder: &Path) -> Result<()> {
    if !folder.exists() {
        return Ok(());
    }
    fs::remove_dir_all(folder).with_context(|| format!("the folder {} cannot be removed", folder.display()))
}

/// Moves a folder or a file, over an older file if need be.
pub fn rename(from: &Path, to: &Path) -> Result<()> {
    fs::rename(from, to).with_context(|| format!("{} cannot be renamed to {}", from.display(), to.display()))
}

/// Waits until nobody else holds a lock, and holds it until the file is dropped.
pub fn lock(path: &Path) -> Result<File> {
    if let Some(folder) = path.parent() {
        create_folder(folder)?;
    }
    let file = File::create(path).with_context(|| format!("{} cannot be written", path.display()))?;
    file.lock().with_context(|| format!("{} cannot be locked", path.display()))?;
    Ok(file)
}

/// Copies one file, making its folder.
pub fn copy(from: &Path, to: &Path) -> Result<()> {
    if let Some(folder) = to.parent() {
        create_folder(folder)?;
    }
    fs::copy(from, to).with_context(|| format!("{} cannot be copied to {}", from.display(), to.display()))?;
    Ok(())
}

/// Collects named contents into one short hash: of a file, of a list of files, of everything an app is made of.
#[derive(Default)]
pub struct Hash(Sha256);

impl Hash {
    /// The hash of one content.
    pub fn of(content: &[u8]) -> String {
        let mut hash = Self::default();
        hash.0.update(content);
        hash.finish()
    }

    /// Adds a named content. Lengths go in too, so that no two lists of files look the same.
    pub fn add(&mut self, name: &str, content: &[u8]) {
        self.0.update((name.len() as u64).to_le_bytes());
        self.0.update(name);
        self.0.update((content.len() as u64).to_le_bytes());
        self.0.update(content);
    }

    /// The hash as 16 hexadecimal digits.
    pub fn finish(self) -> String {
        self.0.finalize().iter().take(8).map(|byte| format!("{byte:02x}")).collect()
    }
}

/// A relative path as it is written in an address: with `/` on every system.
pub fn as_address(path: &Path) -> String {
    let parts: Vec<_> = path.components().map(|part| part.as_os_str().to_string_lossy()).collect();
    parts.join("/")
}
