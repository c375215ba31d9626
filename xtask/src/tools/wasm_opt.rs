//! Binaryen's optimiser, which makes the app about a fifth smaller.

use super::{cache, node};
use crate::{files, process, say};
use anyhow::Result;
use std::path::PathBuf;
use std::process::Command;

/// The package of npm: it runs on Node.js, so that one file fits every system.
const VERSION: &str = "132.0.0";
/// Older ones do not know what current compilers write.
const OLDEST: u32 = 120;

/// For the size of the download, with the features that the compiler uses by default and every browser of the last years
/// has. What `-Oz` makes is shorter but compresses worse, and functions of one name beside each other compress better
/// (docs/bench.md has the figures).
pub const OPTIONS: [&str; 15] = [
    "-O1",
    "--merge-locals",
    "--coalesce-locals",
    "--reorder-locals",
    "--vacuum",
    "--strip-producers",
    "--strip-target-features",
    "--reorder-functions-by-name",
    "--enable-bulk-memory",
    "--enable-bulk-memory-opt",
    "--enable-nontrapping-float-to-int",
    "--enable-sign-ext",
    "--enable-mutable-globals",
    "--enable-reference-types",
    "--enable-multivalue",
];

/// Makes sure of a recent wasm-opt: one on PATH, else npm's.
pub fn ensure() -> Result<PathBuf> {
    if let Some(path) = process::on_path("wasm-opt")
        && let Some(text) = process::ask(Command::new(&path).arg("--version"))
        && version(&text).is_some_and(|version| version >= OLDEST)
    {
        return Ok(path);
    }
    let folder = cache::tool("binaryen", VERSION)?;
    let program = folder.join("node_modules/.bin/wasm-opt");
    node::node()?;
    if program.is_file() {
        return Ok(program);
    }
    let _lock = cache::lock("binaryen")?;
    if !program.is_file() {
        say::timed(
            &format!("wasm-opt: fetching binaryen {VERSION} from npm (about 10 seconds, once)"),
            || {
                files::write(&folder.join("package.json"), "{ \"private\": true }\n")?;
                let mut npm = node::npm()?;
                npm.current_dir(&folder).args(["install", "--silent", "--no-audit", "--no-fund"]);
                npm.arg(format!("binaryen@{VERSION}"));
                let how = "wasm-opt is missing, put binaryen 120 or newer on PATH or make `npm install binaryen` work";
                process::run(&mut npm, how)
            },
        )?;
    }
    Ok(program)
}

/// The number in `wasm-opt version 132 (version_132)`.
fn version(text: &str) -> Option<u32> {
    text.split_whitespace().nth(2)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_understood() {
        assert_eq!(version("wasm-opt version 132 (version_132)"), Some(132));
        assert_eq!(version("wasm-opt version 108"), Some(108));
        assert_eq!(version("something else"), None);
    }
}
