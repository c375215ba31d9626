//! Just enough of HTML to find the tags of our own page, with quotes around values or, minified, without.

/// One opening tag.
#[derive(Debug)]
pub struct Tag<'a> {
    /// The tag as it stands in the page, from `<` to `>`.
    pub text: &'a str,
    /// Where it ends in the page.
    pub end: usize,
    attributes: Vec<(&'a str, &'a str)>,
}

impl<'a> Tag<'a> {
    /// An attribute's value; empty for one that has none.
    pub fn attribute(&self, name: &str) -> Option<&'a str> {
        self.attributes.iter().find(|(found, _)| *found == name).map(|(_, value)| *value)
    }

    /// Whether an attribute has a value.
    pub fn is(&self, name: &str, value: &str) -> bool {
        self.attribute(name) == Some(value)
    }
}

/// All opening tags of a page, in their order.
pub fn tags<'a>(page: &'a str) -> impl Iterator<Item = Tag<'a>> {
    let starts = page.match_indices('<').map(|(at, _)| at);
    starts.filter_map(|at| tag(page, at))
}

/// All opening tags with a name.
pub fn named<'a>(page: &'a str, name: &'a str) -> impl Iterator<Item = Tag<'a>> {
    tags(page).filter(move |tag| {
        let rest = tag.text[1..].strip_prefix(name);
        rest.is_some_and(|rest| rest.starts_with([' ', '\n', '\t', '/', '>']))
    })
}

fn tag(page: &str, at: usize) -> Option<Tag<'_>> {
    page[at + 1..].starts_with(|first: char| first.is_ascii_alphabetic()).then_some(())?;
    let mut attributes = Vec::new();
    let mut place = at + page[at..].find([' ', '\n', '\t', '/', '>'])?;
    loop {
        place += page[place..].find(|next: char| !next.is_ascii_whitespace() && next != '/')?;
        if page[place..].starts_with('>') {
            return Some(Tag { text: &page[at..=place], end: place + 1, attributes });
        }
        let name = upto(page, place, &['=', ' ', '\n', '\t', '/', '>'])?;
        place += name.len();
        let mut value = "";
        if page[place..].starts_with('=') {
            place += 1;
            let quote = page[place..].chars().next().filter(|first| ['"', '\''].contains(first));
            match quote {
                Some(quote) => {
                    value = upto(page, place + 1, &[quote])?;
                    place += value.len() + 2;
                }
                None => {
                    value = upto(page, place, &[' ', '\n', '\t', '>'])?;
                    place += value.len();
                }
            }
        }
        attributes.push((name, value));
    }
}

fn upto<'a>(page: &'a str, from: usize, ends: &[char]) -> Option<&'a str> {
    let rest = page.get(from..)?;
    rest.find(ends).map(|end| &rest[..end])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_read_with_and_without_quotes() {
        for page in [
            "<p>a < b</p>\n<link rel=\"stylesheet\" crossorigin href='./a.css' />x",
            "<p>a < b</p>\n<link href=./a.css crossorigin rel=stylesheet>x",
        ] {
            let found: Vec<_> = named(page, "link").collect();
            let [link] = &found[..] else { panic!("one link was expected, not {found:?}") };
            assert!(link.is("rel", "stylesheet") && link.is("crossorigin", "") && !link.is("media", "print"));
            assert_eq!(link.attribute("href"), Some("./a.css"));
            assert_eq!(&page[link.end..], "x");
        }
    }

    #[test]
    fn half_a_tag_is_none() {
        assert_eq!(tags("<link rel=\"stylesheet").count() + tags("<").count() + tags("1 < 2").count(), 0);
    }
}
