//! Names that change exactly when the content does, so that a browser may keep a file for ever.
//!
//! Trunk takes its names before wasm-opt and minifying, so that they are taken again here.

use crate::files::{self, Hash};
use anyhow::Result;
use std::path::Path;

/// Which of trunk's names became which.
#[derive(Default)]
pub struct Renamed(Vec<(String, String)>);

impl Renamed {
    /// Writes a file of trunk's under the name that its content gives it.
    pub fn write(&mut self, stage: &Path, file: &Path, content: &[u8]) -> Result<()> {
        let old = files::as_address(file);
        let new = by_content(&old, content);
        files::write(&stage.join(&new), content)?;
        if let (Some(old), Some(new)) = (old.rsplit('/').next(), new.rsplit('/').next())
            && old != new
        {
            self.0.push((old.to_owned(), new.to_owned()));
        }
        Ok(())
    }

    /// A text with the new names in place of the old.
    pub fn apply(&self, text: &str) -> String {
        self.0.iter().fold(text.to_owned(), |text, (old, new)| text.replace(old, new))
    }
}

/// `app-<hash>.wasm` for trunk's `app-<its hash>_bg.wasm`. What trunk gave no hash keeps its name.
fn by_content(name: &str, content: &[u8]) -> String {
    let parts = || {
        let (stem, extension) = name.rsplit_once('.')?;
        let (base, hash) = stem.trim_end_matches("_bg").rsplit_once('-')?;
        let looks_like_hash =
            (6..=16).contains(&hash.len()) && hash.bytes().all(|byte| byte.is_ascii_hexdigit());
        (looks_like_hash && !base.is_empty()).then_some((base, extension))
    };
    match parts() {
        Some((base, extension)) => format!("{base}-{}.{extension}", Hash::of(content)),
        None => name.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_follows_the_content() {
        let hash = Hash::of(b"abc");
        assert_eq!(hash.len(), 16);
        assert_eq!(
            by_content("holdfast-app-8f3b21c0d9e7a654_bg.wasm", b"abc"),
            format!("holdfast-app-{hash}.wasm")
        );
        assert_eq!(by_content("holdfast-app-8f3b21c0d9e7a654.js", b"abc"), format!("holdfast-app-{hash}.js"));
        assert_eq!(by_content("main-1a2b3c4d5e6f.css", b"abc"), format!("main-{hash}.css"));
    }

    #[test]
    fn other_names_stay() {
        for name in ["icon.svg", "apple-touch-icon.png", "snippets/leptos-face/inline0.js", "dead-beef.css"] {
            assert_eq!(by_content(name, b"abc"), name);
        }
    }

    #[test]
    fn texts_follow_the_names() {
        let renamed = Renamed(vec![("a-111111_bg.wasm".into(), "a-222222.wasm".into())]);
        assert_eq!(renamed.apply("init('./a-111111_bg.wasm')"), "init('./a-222222.wasm')");
    }
}
