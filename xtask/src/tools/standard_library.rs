//! A standard library for wasm, built from the source that comes with Debian's compiler.

use super::toolchain::TARGET;
use super::{Toolchain, apt, cache};
use crate::{files, process, say};
use anyhow::{Context, Result};
use std::path::{Path, PathBuf};
use std::process::Command;

const SOURCE: &str = "/usr/lib/rustlib/src/rust/library/std/Cargo.toml";
/// Written beside the libraries that were made here: which compiler they are for.
const MARK: &str = "built-for.txt";

/// Whether the source of the standard library is there.
pub fn has_source() -> bool {
    Path::new(SOURCE).is_file()
}

/// Whether a compiler has the library for wasm. One that was made here counts only for the very same compiler.
pub fn is_there(rustc: &mut Command) -> bool {
    let program = rustc.get_program().to_owned();
    let Some(folder) = process::ask(rustc.args(["--print", "target-libdir", "--target", TARGET])) else {
        return false;
    };
    let folder = PathBuf::from(folder);
    let found = files::walk(&folder).unwrap_or_default();
    let has_std = found.iter().any(|file| {
        let name = file.to_string_lossy();
        name.starts_with("libstd-") && name.ends_with(".rlib")
    });
    let mark = files::read_text(&folder.join(MARK)).ok();
    has_std
        && mark
            .is_none_or(|mark| process::ask(Command::new(program).arg("-vV")).as_deref() == Some(mark.trim()))
}

/// Builds the library and puts it where the compiler looks for it.
pub fn build(toolchain: Toolchain) -> Result<()> {
    let _lock = cache::lock("standard-library")?;
    if is_there(&mut toolchain.rustc()) {
        return Ok(());
    }
    say::timed("wasm: building the standard library for wasm (about 90 seconds, once per compiler)", || {
        let work = cache::tool("standard-library", "work")?;
        files::remove_folder(&work)?;
        let libraries = compile(toolchain, &work)?;
        install(toolchain, &work, &libraries)?;
        files::remove_folder(&work)
    })
}

/// Compiles an empty crate together with the library; gives the library's files.
fn compile(toolchain: Toolchain, work: &Path) -> Result<Vec<PathBuf>> {
    let manifest = "[package]\nname = \"empty\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[workspace]\n";
    files::write(&work.join("Cargo.toml"), manifest)?;
    files::write(&work.join("src/lib.rs"), "#![no_std]\n")?;
    let mut cargo = toolchain.bare_cargo();
    toolchain.prepare(&mut cargo)?;
    cargo.current_dir(work).env("RUSTC_BOOTSTRAP", "1").env("CARGO_TARGET_DIR", work.join("target"));
    // The app is optimised as a whole, library included, which takes the library's bitcode.
    cargo.env("RUSTFLAGS", "-C embed-bitcode=yes");
    cargo.args(["build", "--quiet", "--release", "-Zbuild-std=std,panic_abort,test", "--target", TARGET]);
    process::run(&mut cargo, "the standard library for wasm did not build")?;
    let built = work.join("target").join(TARGET).join("release/deps");
    let libraries = files::walk(&built)?.into_iter().filter(|file| {
        let name = file.to_string_lossy();
        name.ends_with(".rlib") && !name.starts_with("libempty")
    });
    Ok(libraries.map(|file| built.join(file)).collect())
}

/// Puts the library's files into the compiler's folder, in place of what an older compiler left there.
fn install(toolchain: Toolchain, work: &Path, libraries: &[PathBuf]) -> Result<()> {
    let mut ask = toolchain.rustc();
    let folder = process::ask(ask.args(["--print", "target-libdir", "--target", TARGET]))
        .context("rustc does not say where it keeps its libraries: reinstall it with `sudo apt-get install --reinstall rustc-web`")?;
    let mark = work.join(MARK);
    files::write(&mark, process::ask(toolchain.rustc().arg("-vV")).unwrap_or_default())?;
    let new: Vec<_> = libraries.iter().chain([&mark]).map(|path| path.to_string_lossy()).collect();
    apt::as_root("rm", &["-rf", &folder])?;
    apt::as_root("mkdir", &["-p", &folder])?;
    let mut arguments: Vec<&str> = vec!["--no-preserve=ownership"];
    arguments.extend(new.iter().map(AsRef::as_ref));
    arguments.push(&folder);
    apt::as_root("cp", &arguments)
}
