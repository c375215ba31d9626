//! Parts of the app in files of their own, fetched when they are needed (see `src/browser/part.rs`).
//!
//! Splitting has to happen between the compiler and wasm-bindgen, and trunk, which calls both, has no place for it. So
//! trunk finds xtask itself under the name of wasm-bindgen: it splits what the compiler wrote and then calls the real
//! one for the main part.

use super::{imports, unused};
use crate::files::{self, Hash};
use crate::process;
use anyhow::{Context, Result, bail};
use std::path::{Path, PathBuf};
use std::process::Command;
use wasm_split_cli_support::{Options, transform};

/// Says to a stand-in which program it stands in for.
const PROGRAM: &str = "HOLDFAST_WASM_BINDGEN";
/// Says where the parts go.
const PARTS: &str = "HOLDFAST_PARTS";
/// The script that loads parts, as the split wasm imports it.
const LINK: &str = "./__wasm_split.js";

/// Makes a program start a stand-in for wasm-bindgen instead of the real one: returns the folder that must come before
/// the real one's on its PATH.
pub fn stand_in(command: &mut Command, wasm_bindgen: &Path, target: &Path) -> Result<PathBuf> {
    let folder = target.join("stand-in");
    let name = wasm_bindgen.file_name().context("wasm-bindgen has no name")?;
    files::copy(&std::env::current_exe()?, &folder.join(name))?;
    command.env(PROGRAM, wasm_bindgen).env(PARTS, parts(target));
    Ok(folder)
}

/// The folder of the parts.
pub fn parts(target: &Path) -> PathBuf {
    target.join("parts")
}

/// Runs as the stand-in when this process was started as one.
pub fn run_as_stand_in() -> Option<Result<()>> {
    let name = std::env::current_exe().ok()?;
    let program =
        std::env::var_os(PROGRAM).filter(|_| name.file_stem().is_some_and(|stem| stem == "wasm-bindgen"))?;
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    Some(run(Path::new(&program), &arguments))
}

fn run(program: &Path, arguments: &[String]) -> Result<()> {
    let mut command = Command::new(program);
    let Some(wasm) = arguments.iter().find(|argument| argument.ends_with(".wasm")) else {
        return process::run(command.args(arguments), "wasm-bindgen did not work");
    };
    let option = |name: &str| arguments.iter().find_map(|argument| argument.strip_prefix(name));
    let (Some(out), Some(name)) = (option("--out-dir="), option("--out-name=")) else {
        bail!("trunk calls wasm-bindgen in a new way: xtask/src/shell/split.rs has to follow");
    };
    let parts = PathBuf::from(std::env::var_os(PARTS).context("the folder of the parts is not named")?);
    files::remove_folder(&parts)?;
    let main = parts.join("main").join(format!("{name}.wasm"));
    files::create_folder(&parts.join("main"))?;
    split(&unused::drop_from(&files::read(Path::new(wasm))?)?, &parts, &main)?;

    let others = arguments.iter().filter(|argument| *argument != wasm);
    // The parts import the stack's global, which wasm-bindgen would take away.
    command.args(others).arg("--keep-lld-exports").arg(&main);
    process::run(&mut command, "wasm-bindgen did not work")?;
    files::remove_folder(&parts.join("main"))?;

    let glue = Path::new(out).join(format!("{name}.js"));
    let main = Path::new(out).join(format!("{name}_bg.wasm"));
    let link = parts.join(LINK);
    let text = join(&files::read_text(&glue)?, &files::read_text(&link)?)?;
    let (wasm, mut text) = imports::shorten(&files::read(&main)?, &text)?;
    files::write(&main, wasm)?;
    std::fs::remove_file(&link)?;
    for part in files::walk(&parts)? {
        let content = files::read(&parts.join(&part))?;
        let (old, new) = (files::as_address(&part), name_of(&part, &content));
        files::rename(&parts.join(&part), &parts.join(&new))?;
        text = text.replace(&format!("./{old}"), &format!("./{new}"));
    }
    files::write(&glue, text)
}

fn split(wasm: &[u8], parts: &Path, main: &Path) -> Result<()> {
    let mut options = Options::new(wasm);
    options.output_dir = parts;
    options.main_out_path = main;
    options.link_name = LINK;
    match transform(options) {
        Ok(_) => Ok(()),
        Err(error) => bail!("the app's wasm cannot be split: {error:#}"),
    }
}

/// `pages-<hash>.wasm` for `split_pages.wasm`.
fn name_of(part: &Path, content: &[u8]) -> String {
    let stem = part.file_stem().unwrap_or_default().to_string_lossy();
    format!("{}-{}.wasm", stem.trim_start_matches("split_"), Hash::of(content))
}

/// The script that starts the app with the one that loads parts in it: in two files each would have to name the other
/// by its content.
fn join(glue: &str, link: &str) -> Result<String> {
    let is_import = |line: &&str| line.starts_with("import ") && line.contains(LINK);
    let names: Vec<&str> = link
        .lines()
        .filter_map(|line| line.strip_prefix("export const ")?.split_once(" = "))
        .map(|(name, _)| name)
        .collect();
    if names.is_empty() || !glue.lines().any(|line| is_import(&line)) {
        bail!(
            "wasm-bindgen or wasm-split write their scripts in a new way: xtask/src/shell/split.rs has to follow"
        );
    }
    let key = format!("\"{LINK}\":");
    let mut text = String::new();
    for line in glue.lines().filter(|line| !is_import(line)) {
        match line.trim_start().starts_with(&key) {
            true => text.push_str(&format!("{key} loaders,")),
            false => text.push_str(line),
        }
        text.push('\n');
    }
    for line in link.lines().filter(|line| !line.starts_with("import ")) {
        text.push_str(line.strip_prefix("export ").unwrap_or(line));
        text.push('\n');
    }
    text.push_str(&format!("const loaders = {{ {} }};\n", names.join(", ")));
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_loader_becomes_part_of_the_script_that_starts_the_app() {
        let glue = "import * as import1 from \"./__wasm_split.js\"\nlet wasm;\nfunction imports() {\n    return {\n        \"./__wasm_split.js\": import1,\n    };\n}\n";
        let link = "import { initSync } from \"./main.js\";\nfunction load() {}\nexport const load_pages = load();\n";
        let joined = join(glue, link).unwrap();
        assert_eq!(
            joined,
            "let wasm;\nfunction imports() {\n    return {\n\"./__wasm_split.js\": loaders,\n    };\n}\nfunction load() {}\nconst load_pages = load();\nconst loaders = { load_pages };\n"
        );
        assert!(join("let wasm;", link).is_err(), "a script that loads nothing is noticed");
    }

    #[test]
    fn a_part_is_named_by_what_it_is_and_holds() {
        let hash = Hash::of(b"abc");
        assert_eq!(name_of(Path::new("split_pages.wasm"), b"abc"), format!("pages-{hash}.wasm"));
        assert_eq!(name_of(Path::new("chunk_3.wasm"), b"abc"), format!("chunk_3-{hash}.wasm"));
    }
}
