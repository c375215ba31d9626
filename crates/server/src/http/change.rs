//! Events in requests, read strictly, with a pointer down to the field of a change.
//!
//! A change is read by way of a JSON value, because kinds that a newer version knows are kept as they came. What is
//! wrong inside one is therefore looked for once more, in that value.

use holdfast_desk::{Change, Event, EventId, Instant, PersonId, TicketId};
use serde::Deserialize;
use serde_json::Value;

use super::body::{named_field, push_segment};
use super::problem::Problem;

/// Fields of a change among which the wrong one is looked for: more than any kind has. It takes a look at all of them
/// for each, and somebody may send a hundred thousand.
const FIELDS: usize = 32;

/// An event as a device sends it. Stored events are read leniently, requests are not.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SentEvent {
    id: EventId,
    ticket: TicketId,
    by: PersonId,
    at: Instant,
    changes: Vec<Change>,
}

impl From<SentEvent> for Event {
    fn from(SentEvent { id, ticket, by, at, changes }: SentEvent) -> Self {
        Self { id, ticket, by, at, changes }
    }
}

/// The same problem with a pointer to the field inside the change that it points to.
pub fn look_inside(problem: Problem, body: &[u8]) -> Problem {
    let found = problem.pointer().filter(|pointer| is_change(pointer)).and_then(|pointer| {
        let body: Value = serde_json::from_slice(body).ok()?;
        let mut inside = pointer.to_owned();
        push_segment(&mut inside, &culprit(body.pointer(pointer)?)?);
        Some(inside)
    });
    match found {
        Some(pointer) => problem.at(pointer),
        None => problem,
    }
}

/// Whether a pointer leads to a change as a whole.
fn is_change(pointer: &str) -> bool {
    let mut segments = pointer.rsplit('/');
    let index = segments.next().is_some_and(|index| index.parse::<usize>().is_ok());
    index && segments.next() == Some("changes")
}

/// The field of a change on account of which it cannot be read: the one without which it fails for another reason
/// or not at all.
fn culprit(change: &Value) -> Option<String> {
    let reason = failure(change)?;
    if let Some(field) = named_field(&reason) {
        return Some(field.to_owned());
    }
    let fields = change.as_object().filter(|fields| fields.len() <= FIELDS)?;
    let is_culprit = |field: &&String| {
        let mut without = fields.clone();
        without.remove(*field);
        failure(&Value::Object(without)).as_deref() != Some(reason.as_str())
    };
    fields.keys().filter(|field| *field != "kind").find(is_culprit).cloned()
}

/// Why a value is not a change.
fn failure(value: &Value) -> Option<String> {
    serde_json::from_value::<Change>(value.clone()).err().map(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_field_that_is_wrong_is_found() {
        let found = |change| culprit(&change).unwrap_or_default();
        assert_eq!(found(json!({"kind": "replied", "text": 5})), "text");
        assert_eq!(found(json!({"kind": "replied"})), "text");
        assert_eq!(found(json!({"kind": "replied", "text": "Hello", "txet": 1})), "txet");
        assert_eq!(found(json!({"kind": "assigned", "team": null, "agent": "nobody"})), "agent");
        assert_eq!(found(json!({"text": "Hello"})), "kind");
        assert_eq!(found(json!({"kind": "replied", "text": "Hello"})), "");
    }
}
