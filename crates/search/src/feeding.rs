//! What of an event can be searched for.

use super::{Field, Piece};
use holdfast_desk::{Change, Directory, Event, PersonId};

/// The texts of an event, with what they are; `prefix` is what stands before ticket numbers.
pub fn texts(event: &Event, directory: &Directory, prefix: &str) -> Vec<(Field, String)> {
    let mut texts = Vec::new();
    for change in &event.changes {
        match change {
            Change::Created(created) => {
                if let Some(number) = created.number {
                    texts.push((Field::Number, format!("{prefix}-{number}")));
                }
                texts.push((Field::Subject, created.subject.clone()));
                texts.push((Field::Description, created.description.clone()));
                texts.extend(person(Some(created.requester), directory));
                texts.extend(person(created.agent, directory));
                texts.extend(created.site.clone().map(|site| (Field::Site, site)));
                texts.extend(created.asset.clone().map(|asset| (Field::Asset, asset)));
                texts.extend(created.tags.iter().map(|tag| (Field::Tag, tag.clone())));
            }
            Change::Replied { text } => texts.push((Field::Reply, text.clone())),
            Change::Noted { text } => texts.push((Field::Note, text.clone())),
            Change::Retitled { subject } => texts.push((Field::Subject, subject.clone())),
            Change::Tagged { add, .. } => texts.extend(add.iter().map(|tag| (Field::Tag, tag.clone()))),
            Change::Located { site, asset } => {
                texts.extend(site.clone().map(|site| (Field::Site, site)));
                texts.extend(asset.clone().map(|asset| (Field::Asset, asset)));
            }
            Change::Assigned { agent, .. } => texts.extend(person(*agent, directory)),
            _ => {}
        }
    }
    texts.retain(|(_, text)| !text.is_empty());
    texts
}

fn person(person: Option<PersonId>, directory: &Directory) -> Option<(Field, String)> {
    let person = directory.person(person?)?;
    Some((Field::Person, person.name.clone()))
}

/// The same as an index takes them.
pub fn pieces(texts: &[(Field, String)]) -> Vec<Piece<'_>> {
    texts.iter().map(|(field, text)| Piece { field: *field, text }).collect()
}
