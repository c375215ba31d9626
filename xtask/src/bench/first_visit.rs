//! The bytes that a first visit loads, compressed as a host sends them.

use super::Row;
use crate::files;
use crate::project::Project;
use anyhow::Result;
use std::path::Path;

const LIMIT: usize = 300_000;

/// One row: all files that a first visit loads, and in its detail the largest of them.
pub fn rows(project: &Project) -> Result<Vec<Row>> {
    let dist = project.dist();
    let mut sizes = Vec::new();
    for file in files::walk(&dist)? {
        let address = files::as_address(&file);
        if is_loaded(&address) {
            sizes.push((sent(&dist.join(&file))?, address));
        }
    }
    sizes.sort_by(|one, other| other.cmp(one));
    Ok(vec![row(&sizes)])
}

/// A first visit loads everything but what only an installer or a crawler asks for.
fn is_loaded(address: &str) -> bool {
    !address.ends_with(".br") && !address.contains("screenshot") && address != "robots.txt"
}

/// What goes over the network for a file: its brotli copy, if it has one.
fn sent(path: &Path) -> Result<usize> {
    let mut compressed = path.to_path_buf().into_os_string();
    compressed.push(".br");
    let compressed = Path::new(&compressed);
    Ok(files::read(if compressed.is_file() { compressed } else { path })?.len())
}

fn row(sizes: &[(usize, String)]) -> Row {
    let total: usize = sizes.iter().map(|(size, _)| size).sum();
    let listed = sizes.iter().map(|(size, address)| format!("{address} {}", kilobytes(*size)));
    Row {
        name: "first visit, everything, brotli".to_owned(),
        figure: kilobytes(total),
        limit: kilobytes(LIMIT),
        ok: total <= LIMIT && !sizes.is_empty(),
        detail: listed.collect::<Vec<_>>().join(", "),
    }
}

fn kilobytes(bytes: usize) -> String {
    format!("{}.{} KB", bytes / 1000, bytes % 1000 / 100)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_files_of_a_visit_add_up() {
        let row = row(&[(280_000, "app.wasm".into()), (20_001, "app.js".into())]);
        assert_eq!((row.figure.as_str(), row.limit.as_str(), row.ok), ("300.0 KB", "300.0 KB", false));
        assert_eq!(row.detail, "app.wasm 280.0 KB, app.js 20.0 KB");
    }

    #[test]
    fn nothing_is_no_success() {
        assert!(!row(&[]).ok);
    }
}
