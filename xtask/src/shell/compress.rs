//! Brotli copies beside the files, for hosts that serve them and for measuring what a visit loads.

use crate::{files, say};
use anyhow::{Context, Result};
use brotli::enc::BrotliEncoderParams;
use std::path::Path;

const COMPRESSIBLE: [&str; 9] = ["html", "js", "css", "wasm", "json", "webmanifest", "svg", "txt", "xml"];

/// Writes a `.br` beside every file that gets smaller by it. The configuration has none: it is changed by hand
/// on the host, and a stale copy would win over the change.
pub fn write_beside(folder: &Path) -> Result<()> {
    say::timed("app: compressing the files (about 3 seconds)", || {
        for file in files::walk(folder)? {
            let extension = file.extension().and_then(|extension| extension.to_str()).unwrap_or_default();
            if !COMPRESSIBLE.contains(&extension) || file == Path::new("config.json") {
                continue;
            }
            let path = folder.join(&file);
            let content = files::read(&path)?;
            let small =
                brotli(&content).with_context(|| format!("{} cannot be compressed", path.display()))?;
            if small.len() < content.len() {
                let mut name = path.into_os_string();
                name.push(".br");
                files::write(Path::new(&name), small)?;
            }
        }
        Ok(())
    })
}

/// A content in brotli's best quality.
fn brotli(content: &[u8]) -> Result<Vec<u8>> {
    let parameters =
        BrotliEncoderParams { quality: 11, lgwin: 24, size_hint: content.len(), ..Default::default() };
    let mut small = Vec::new();
    brotli::BrotliCompress(&mut &content[..], &mut small, &parameters)?;
    Ok(small)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn compressed_content_comes_back() {
        let content = b"offline first, ".repeat(50);
        let small = brotli(&content).unwrap();
        assert!(small.len() < 60);
        let mut back = Vec::new();
        brotli::BrotliDecompress(&mut &small[..], &mut back).unwrap();
        assert_eq!(back, content);
    }
}
