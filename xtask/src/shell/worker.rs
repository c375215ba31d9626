//! The service worker: `public/sw.js` with the build's id and the list of files it keeps for work offline.

use crate::files::{self, Hash};
use anyhow::{Result, bail};
use std::path::Path;

const BUILD: &str = "__BUILD__";
const FILES: &str = "__FILES__";

/// Writes `sw.js` from the template, if there is one, and gives the build's id: a hash over the names and
/// contents of everything the worker keeps, so that any change of any file is an update.
pub fn write(stage: &Path, template: Option<&Path>) -> Result<String> {
    let mut hash = Hash::default();
    let mut kept = Vec::new();
    for file in files::walk(stage)? {
        let address = files::as_address(&file);
        if is_kept(&address) {
            hash.add(&address, &files::read(&stage.join(&file))?);
            kept.push(address);
        }
    }
    if let Some(template) = template {
        hash.add("sw.js", &files::read(template)?);
    }
    let build = hash.finish();
    if let Some(template) = template {
        let worker = fill(&files::read_text(template)?, &build, &kept)?;
        files::write(&stage.join("sw.js"), worker)?;
    }
    Ok(build)
}

/// Whether the worker keeps a file. Not itself, nor the configuration, which may change without a new build, nor
/// what only a store's page shows.
fn is_kept(address: &str) -> bool {
    let excluded = ["sw.js", "config.json", "robots.txt"];
    !excluded.contains(&address) && !address.ends_with(".br") && !address.contains("screenshot")
}

fn fill(template: &str, build: &str, kept: &[String]) -> Result<String> {
    if !template.contains(BUILD) || !template.contains(FILES) {
        bail!(
            "public/sw.js must contain {BUILD} and {FILES}, which are replaced by the build's id and its files"
        );
    }
    let list = serde_json::to_string(kept)?;
    Ok(template.replace(BUILD, build).replace(FILES, &list))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_template_is_filled() {
        let filled =
            fill("const b = '__BUILD__', f = __FILES__;", "12ab", &["index.html".into(), "a.js".into()]);
        assert_eq!(filled.unwrap(), r#"const b = '12ab', f = ["index.html","a.js"];"#);
        assert!(fill("const f = __FILES__;", "12ab", &[]).is_err());
    }

    #[test]
    fn the_worker_keeps_what_the_app_needs() {
        assert!(
            ["index.html", "app-12.wasm", "icons/192.png", "manifest.webmanifest"].into_iter().all(is_kept)
        );
        assert!(!["sw.js", "config.json", "a.js.br", "screenshots/queue.png"].into_iter().any(is_kept));
    }
}
