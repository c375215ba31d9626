//! What is wrong with an edit, in the words of the page: the card, the field, the reason.

use holdfast_desk::sla::{SlaError, SlaVersion, WorksBy};

use crate::desk::Reference;

/// `Policy “Standard”, P1 Critical, resolution: …` for `versions[3].policies[0].targets.p1.resolution: …`.
pub fn say(error: &SlaError, draft: &SlaVersion, reference: &Reference) -> String {
    let mut parts = error.field.split(['.', '[', ']']).filter(|part| !part.is_empty()).peekable();
    // What is edited is the last version; which one that is, is of no interest here.
    if parts.next_if_eq(&"versions").is_some() {
        parts.next();
    }
    let list = parts.next().unwrap_or_default();
    let index: usize = parts.next().and_then(|index| index.parse().ok()).unwrap_or_default();
    let mut words = vec![match list {
        "policies" => named("Policy", draft.policies.get(index).map(|policy| policy.name.as_str())),
        "calendars" => named("Calendar", draft.calendars.get(index).map(|calendar| calendar.name.as_str())),
        "calendars_of" => named(
            "Who works by another calendar",
            draft.calendars_of.get(index).map(|row| match &row.of {
                WorksBy::Team(_) => "a team",
                WorksBy::Organisation(id) => id.as_str(),
                WorksBy::Site(site) if site.is_empty() => "a site",
                WorksBy::Site(site) => site.as_str(),
            }),
        ),
        other => other.to_owned(),
    }];
    words
        .extend(parts.filter(|part| !matches!(*part, "where" | "targets")).map(|part| said(part, reference)));
    format!("{}: {}", words.join(", "), error.problem)
}

fn named(what: &str, name: Option<&str>) -> String {
    name.map_or_else(|| what.to_owned(), |name| format!("{what} “{name}”"))
}

/// A field as the page calls it.
fn said(part: &str, reference: &Reference) -> String {
    match part {
        "applies_to" => "for".to_owned(),
        "of" => "who".to_owned(),
        "mon" => "Monday".to_owned(),
        "tue" => "Tuesday".to_owned(),
        "wed" => "Wednesday".to_owned(),
        "thu" => "Thursday".to_owned(),
        "fri" => "Friday".to_owned(),
        "sat" => "Saturday".to_owned(),
        "sun" => "Sunday".to_owned(),
        code => match reference.rules.priority(&code.into()) {
            Some(priority) => priority.name.clone(),
            None => code.replace('_', " "),
        },
    }
}
