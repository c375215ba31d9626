//! Trunk starts the app from a script inside the page. The content security policy allows no such script, so
//! that it becomes a file like any other.

use super::html;
use crate::files::{self, Hash};
use anyhow::{Result, bail};
use std::path::Path;

const CLOSE: &str = "</script>";

/// Moves the script out of the page into `boot-<hash>.js` and gives the page that loads it from there. The
/// script's own relative addresses stay right, because it lies beside the page.
pub fn move_out(page: &str, stage: &Path) -> Result<String> {
    let inline =
        html::named(page, "script").find(|tag| tag.is("type", "module") && tag.attribute("src").is_none());
    let Some(open) = inline else {
        bail!("index.html has no script that starts the app: it needs `<link data-trunk rel=\"rust\" …>`");
    };
    let before = &page[..open.end - open.text.len()];
    let Some((script, after)) = page[open.end..].split_once(CLOSE) else {
        bail!("index.html has a script without an end");
    };
    let script = tidy(script).replace("window.", "globalThis.");
    let name = format!("boot-{}.js", Hash::of(script.as_bytes()));
    files::write(&stage.join(&name), &script)?;
    let page = format!("{before}<script type=\"module\" src=\"./{name}\">{CLOSE}{after}");
    inline_is_gone(&page)?;
    Ok(page)
}

/// Fails when a page holds a script or a style that the content security policy would not let run.
pub fn inline_is_gone(page: &str) -> Result<()> {
    if html::named(page, "script").any(|tag| tag.attribute("src").is_none()) {
        bail!(
            "index.html has a script inside the page, which the content security policy forbids: move it to a file"
        );
    }
    if html::named(page, "style").next().is_some()
        || html::tags(page).any(|tag| tag.attribute("style").is_some())
    {
        bail!(
            "index.html has a style inside the page, which the content security policy forbids: move it to style/"
        );
    }
    Ok(())
}

fn tidy(script: &str) -> String {
    let lines = script.lines().map(str::trim).filter(|line| !line.is_empty());
    lines.collect::<Vec<_>>().join("\n") + "\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_script_becomes_a_file() {
        let stage = std::env::temp_dir().join(format!("holdfast-boot-{}", std::process::id()));
        let page =
            "<head>\n<script type=\"module\">\nimport init from './a.js';\n\nawait init();\n</script></head>";
        let page = move_out(page, &stage).unwrap();
        let files = files::walk(&stage).unwrap();
        let [file] = &files[..] else { panic!("one file was expected, not {files:?}") };
        assert_eq!(
            page,
            format!("<head>\n<script type=\"module\" src=\"./{}\"></script></head>", file.display())
        );
        assert_eq!(
            files::read_text(&stage.join(file)).unwrap(),
            "import init from './a.js';\nawait init();\n"
        );
        files::remove_folder(&stage).unwrap();
    }

    #[test]
    fn what_the_policy_forbids_is_found() {
        assert!(inline_is_gone("<script src=\"./a.js\"></script><p>").is_ok());
        assert!(inline_is_gone("<script>alert(1)</script>").is_err());
        assert!(inline_is_gone("<p style=\"color:red\">").is_err());
        assert!(inline_is_gone("<p style=color:red>").is_err());
        assert!(inline_is_gone("<style>p{}</style>").is_err());
    }
}
