//! Building the app into `dist/`, and knowing when there is nothing to build.

use crate::files::{self, Hash};
use crate::project::Project;
use crate::tools::AppTools;
use crate::{process, say, shell};
use anyhow::{Result, bail};
use std::path::Path;

/// What the app is made of. Contents are compared, not times, so that a checkout back and forth costs nothing.
const SOURCES: [&str; 15] = [
    "src",
    "crates/desk",
    "crates/radix",
    "crates/search",
    "crates/sync",
    "style",
    "public",
    "index.html",
    "Cargo.toml",
    "Cargo.lock",
    "Trunk.toml",
    ".cargo/config.toml",
    "xtask/src/app.rs",
    "xtask/src/shell",
    "xtask/src/tools",
];

/// Makes sure that `dist/` holds the app as the sources are now.
pub fn build(project: &Project) -> Result<()> {
    if !project.path("index.html").is_file() {
        bail!("index.html is missing: get it back with `git checkout -- index.html`");
    }
    let tools = AppTools::ensure(project)?;
    let _lock = files::lock(&project.wasm_target().join(".xtask.lock"))?;
    let sources = fingerprint(project, &tools)?;
    if is_built(project, &sources) {
        say::doing("app: nothing changed since dist/ was built");
        return Ok(());
    }
    let output = project.wasm_target().join("trunk");
    if tools.toolchain().is_offline() {
        fetch(project, &tools)?;
    }
    say::timed(
        "app: building it for the browser (4 minutes from nothing, 30 seconds after a change)",
        || {
            let mut trunk = tools.trunk(project)?;
            trunk.args(["build", "--release", "--dist"]).arg(&output);
            if tools.toolchain().is_offline() {
                trunk.arg("--offline");
            }
            process::run(&mut trunk, "the app did not build")
        },
    )?;
    let build = shell::finish(project, &tools, &output)?;
    files::write(&stamp(project), format!("{sources}\n{build}\n"))?;
    say::note(&format!("dist/ holds build {build}"));
    Ok(())
}

/// Fetches the crates that only the app uses: trunk is told not to use the network.
fn fetch(project: &Project, tools: &AppTools) -> Result<()> {
    let mut cargo = tools.toolchain().cargo(project)?;
    cargo.args(["fetch", "--quiet", "--target", "wasm32-unknown-unknown"]);
    process::run(&mut cargo, "the app's crates are missing, get them with `cargo fetch`")
}

fn stamp(project: &Project) -> std::path::PathBuf {
    project.path("target/wasm/dist-is-built")
}

/// Whether `dist/` is what these sources gave, and nobody put something else there since.
fn is_built(project: &Project, sources: &str) -> bool {
    let Ok(stamp) = files::read_text(&stamp(project)) else { return false };
    let Some((built_from, build)) = stamp.trim().split_once('\n') else { return false };
    let page = files::read_text(&project.dist().join("index.html")).unwrap_or_default();
    let page_is_ours = page.contains("boot-") && shell::inline_is_gone(&page).is_ok();
    let worker = files::read_text(&project.dist().join("sw.js"));
    let worker_is_ours =
        worker.map_or_else(|_| !project.path("public/sw.js").is_file(), |text| text.contains(build));
    built_from == sources && page_is_ours && worker_is_ours
}

fn fingerprint(project: &Project, tools: &AppTools) -> Result<String> {
    let mut hash = Hash::default();
    hash.add("tools", tools.versions().as_bytes());
    for source in SOURCES {
        let path = project.path(source);
        if path.is_file() {
            hash.add(source, &files::read(&path)?);
        }
        for file in files::walk(&path)? {
            let name = Path::new(source).join(&file);
            hash.add(&files::as_address(&name), &files::read(&path.join(&file))?);
        }
    }
    Ok(hash.finish())
}
