//! One style sheet instead of many: a page waits for each of them before it shows anything.

use super::html;
use crate::files;
use anyhow::{Context, Result};
use std::path::Path;

/// Joins the style sheets that the page loads for every medium into the first one's place, in their order. Gives
/// the page that loads the one, the name to write it under, its content, and which files it stands for.
pub fn join(page: &str, folder: &Path) -> Result<Option<Joined>> {
    let links = links(page);
    let Some(first) = links.first() else { return Ok(None) };
    let (mut content, mut rest) = (String::new(), page.to_owned());
    let mut parts = Vec::new();
    for link in &links {
        let name = link.href.trim_start_matches("./");
        let text = files::read_text(&folder.join(name))
            .context("index.html names a style sheet that is not there")?;
        content.push_str(text.trim_end());
        content.push('\n');
        parts.push(name.to_owned());
        if link.tag != first.tag {
            rest = rest.replace(link.tag, "");
        }
    }
    Ok(Some(Joined { page: rest, name: parts.first().cloned().unwrap_or_default(), content, parts }))
}

/// Many style sheets as one.
pub struct Joined {
    /// The page, which loads only the first.
    pub page: String,
    /// The first one's name, under which the page loads all.
    pub name: String,
    /// Everything they say.
    pub content: String,
    /// The names of all of them.
    pub parts: Vec<String>,
}

struct Link<'a> {
    tag: &'a str,
    href: &'a str,
}

/// The page's style sheets, but those for one medium only.
fn links(page: &str) -> Vec<Link<'_>> {
    let tags = html::named(page, "link")
        .filter(|tag| tag.is("rel", "stylesheet") && tag.attribute("media").is_none());
    tags.filter_map(|tag| Some(Link { tag: tag.text, href: tag.attribute("href")? })).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sheets_become_one_in_their_order() {
        let folder = std::env::temp_dir().join(format!("holdfast-style-{}", std::process::id()));
        for (name, text) in [("a-11.css", "a{}\n"), ("b-22.css", "b{}"), ("p-33.css", "p{}")] {
            files::write(&folder.join(name), text).unwrap();
        }
        let page = "<link rel=\"stylesheet\" href=\"./a-11.css\"/>\n<link rel=\"stylesheet\" href=\"./b-22.css\"/>\n\
                    <link rel=\"stylesheet\" href=\"./p-33.css\" media=\"print\"/>";
        let joined = join(page, &folder).unwrap().unwrap();
        files::remove_folder(&folder).unwrap();
        assert_eq!((joined.name.as_str(), joined.content.as_str()), ("a-11.css", "a{}\nb{}\n"));
        assert_eq!(joined.parts, ["a-11.css", "b-22.css"]);
        let expected = "<link rel=\"stylesheet\" href=\"./a-11.css\"/>\n\n\
                        <link rel=\"stylesheet\" href=\"./p-33.css\" media=\"print\"/>";
        assert_eq!(joined.page, expected);
    }

    #[test]
    fn a_page_without_style_is_left_alone() {
        assert!(join("<link rel=\"icon\" href=\"i.svg\">", Path::new(".")).unwrap().is_none());
    }
}
