//! Templates of a mapping: text in which `{column}` stands for what a row has in that column.

use serde::Deserialize;
use thiserror::Error;

/// A template. `C` is how it speaks of a column: by name as written, by index once the log's header is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Template<C>(Vec<Part<C>>);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Part<C> {
    Text(String),
    Column(C),
}

/// Why a text is no template.
#[derive(Debug, Error)]
pub enum TemplateError {
    /// A brace opens and does not close.
    #[error("{0:?}: a {{ has no }} after it; write {{{{ for a brace that is meant as one")]
    Open(String),
    /// Braces with nothing between them.
    #[error("{0:?}: name a column between the braces")]
    Nameless(String),
}

impl Template<String> {
    /// Reads a template; `{{` is a brace that is meant as one.
    ///
    /// # Errors
    /// What keeps the text from being a template.
    pub fn parse(text: &str) -> Result<Self, TemplateError> {
        let mut parts = Vec::new();
        let mut plain = String::new();
        let mut rest = text;
        while let Some(at) = rest.find('{') {
            plain.push_str(&rest[..at]);
            rest = &rest[at + 1..];
            if let Some(after) = rest.strip_prefix('{') {
                plain.push('{');
                rest = after;
                continue;
            }
            let (name, after) = rest.split_once('}').ok_or_else(|| TemplateError::Open(text.to_owned()))?;
            if name.trim().is_empty() {
                return Err(TemplateError::Nameless(text.to_owned()));
            }
            if !plain.is_empty() {
                parts.push(Part::Text(std::mem::take(&mut plain)));
            }
            parts.push(Part::Column(name.trim().to_owned()));
            rest = after;
        }
        plain.push_str(rest);
        if !plain.is_empty() {
            parts.push(Part::Text(plain));
        }
        Ok(Self(parts))
    }
}

impl<C> Template<C> {
    /// The same template, speaking of columns in another way.
    pub fn map<D>(&self, mut column: impl FnMut(&C) -> D) -> Template<D> {
        Template(
            self.0
                .iter()
                .map(|part| match part {
                    Part::Text(text) => Part::Text(text.clone()),
                    Part::Column(name) => Part::Column(column(name)),
                })
                .collect(),
        )
    }
}

impl<C> Template<C> {
    /// The columns that it speaks of.
    pub fn columns(&self) -> impl Iterator<Item = &C> {
        self.0.iter().filter_map(|part| match part {
            Part::Text(_) => None,
            Part::Column(column) => Some(column),
        })
    }
}

impl Template<usize> {
    /// Writes the template into `out`. False, with `out` in no particular state, where a column has no value.
    pub fn write<'a>(&self, cell: impl Fn(usize) -> Option<&'a str>, out: &mut String) -> bool {
        out.clear();
        self.0.iter().all(|part| match part {
            Part::Text(text) => {
                out.push_str(text);
                true
            }
            Part::Column(index) => cell(*index).map(|value| out.push_str(value)).is_some(),
        })
    }
}

/// One template or several, of which the first one counts whose columns all have a value.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(try_from = "OneOrMany")]
pub struct Templates(pub Vec<Template<String>>);

#[derive(Deserialize)]
#[serde(untagged, expecting = "a template, or a list of templates")]
enum OneOrMany {
    One(String),
    Many(Vec<String>),
}

impl TryFrom<OneOrMany> for Templates {
    type Error = TemplateError;

    fn try_from(written: OneOrMany) -> Result<Self, TemplateError> {
        let texts = match written {
            OneOrMany::One(text) => vec![text],
            OneOrMany::Many(texts) => texts,
        };
        texts.iter().map(|text| Template::parse(text)).collect::<Result<_, _>>().map(Self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(text: &str, cells: [Option<&str>; 2]) -> Option<String> {
        let template = Template::parse(text).unwrap().map(|name| usize::from(name == "b"));
        let mut out = String::new();
        template.write(|index| cells[index], &mut out).then_some(out)
    }

    #[test]
    fn columns_take_their_place() {
        assert_eq!(written("{a} / {b}.", [Some("x"), Some("y")]).as_deref(), Some("x / y."));
        assert_eq!(written("{{a} {b}", [None, Some("y")]).as_deref(), Some("{a} y"));
        assert_eq!(written("{a} / {b}", [Some("x"), None]), None, "a column without a value");
    }

    #[test]
    fn what_is_no_template_is_refused() {
        assert!(Template::parse("{a").unwrap_err().to_string().contains("has no }"));
        assert!(Template::parse("{ }").is_err());
    }
}
