//! The checks that a workflow must pass: no ticket may ever be trapped in it or be told apart only by a code.

use std::collections::HashSet;

use thiserror::Error;

use super::WorkflowData;
use crate::StatusId;

/// Why something is not a workflow.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum WorkflowError {
    /// There is no status at all.
    #[error("the workflow has no statuses; name at least one")]
    Empty,
    /// Two statuses share a code or a name.
    #[error("two statuses are called {0:?}; give each its own code and name")]
    DoubleName(String),
    /// Something speaks of a status that is not there.
    #[error("{place} speaks of the status \"{status}\", which the workflow does not have")]
    UnknownStatus {
        /// Where it is spoken of.
        place: String,
        /// The code in question.
        status: StatusId,
    },
    /// A transition stands twice, or leads from a status to itself.
    #[error("the transition from \"{from}\" to \"{to}\" stands twice or leads nowhere; remove it")]
    UselessTransition {
        /// From which status.
        from: StatusId,
        /// To which.
        to: StatusId,
    },
    /// Two transitions out of one status wait for the same trigger.
    #[error("two transitions out of \"{0}\" wait for the same trigger; keep one")]
    AmbiguousTrigger(StatusId),
    /// No chain of transitions leads from the initial status to this one.
    #[error("no ticket can ever reach the status \"{0}\"; add a transition to it or remove it")]
    Unreachable(StatusId),
    /// No chain of transitions leads from here to where work is over.
    #[error("a ticket in \"{0}\" can never be resolved or closed; add a transition out of it")]
    NoWayOut(StatusId),
}

pub(super) fn check(data: &WorkflowData) -> Result<(), WorkflowError> {
    names_are_unique(data)?;
    references_hold(data)?;
    transitions_are_distinct(data)?;

    let reached = closure(std::slice::from_ref(&data.initial), |from, to| (from, to), data);
    if let Some(status) = data.statuses.iter().find(|status| !reached.contains(&status.id)) {
        return Err(WorkflowError::Unreachable(status.id.clone()));
    }
    let done: Vec<StatusId> =
        data.statuses.iter().filter(|status| status.kind.is_done()).map(|status| status.id.clone()).collect();
    let saved = closure(&done, |from, to| (to, from), data);
    if let Some(status) = data.statuses.iter().find(|status| !saved.contains(&status.id)) {
        return Err(WorkflowError::NoWayOut(status.id.clone()));
    }
    Ok(())
}

fn names_are_unique(data: &WorkflowData) -> Result<(), WorkflowError> {
    if data.statuses.is_empty() {
        return Err(WorkflowError::Empty);
    }
    let (mut codes, mut names) = (HashSet::new(), HashSet::new());
    for status in &data.statuses {
        // Letter by letter: which sigma ends a word makes no other name.
        let name: String = status.name.trim().chars().flat_map(char::to_lowercase).collect();
        if !codes.insert(status.id.as_str()) || !names.insert(name) {
            return Err(WorkflowError::DoubleName(status.name.clone()));
        }
    }
    Ok(())
}

fn references_hold(data: &WorkflowData) -> Result<(), WorkflowError> {
    let known = |status: &StatusId| data.statuses.iter().any(|row| row.id == *status);
    let unknown = |place: &str, status: &StatusId| {
        Err(WorkflowError::UnknownStatus { place: place.to_owned(), status: status.clone() })
    };
    if !known(&data.initial) {
        return unknown("initial", &data.initial);
    }
    for transition in &data.transitions {
        for status in [&transition.from, &transition.to] {
            if !known(status) {
                return unknown(&format!("the transition {:?}", transition.verb), status);
            }
        }
    }
    Ok(())
}

fn transitions_are_distinct(data: &WorkflowData) -> Result<(), WorkflowError> {
    let (mut pairs, mut triggers) = (HashSet::new(), HashSet::new());
    for transition in &data.transitions {
        let (from, to) = (&transition.from, &transition.to);
        if from == to || !pairs.insert((from, to)) {
            return Err(WorkflowError::UselessTransition { from: from.clone(), to: to.clone() });
        }
        if let Some(trigger) = transition.trigger
            && !triggers.insert((from, trigger))
        {
            return Err(WorkflowError::AmbiguousTrigger(from.clone()));
        }
    }
    Ok(())
}

/// Every status that can be reached from `start` along transitions taken in the direction that `way` gives them.
fn closure<'a>(
    start: &'a [StatusId],
    way: impl Fn(&'a StatusId, &'a StatusId) -> (&'a StatusId, &'a StatusId),
    data: &'a WorkflowData,
) -> HashSet<&'a StatusId> {
    let mut reached: HashSet<&StatusId> = start.iter().collect();
    loop {
        let before = reached.len();
        for transition in &data.transitions {
            let (from, to) = way(&transition.from, &transition.to);
            if reached.contains(from) {
                reached.insert(to);
            }
        }
        if reached.len() == before {
            return reached;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Status, StatusKind, Transition, Workflow, presets};
    use super::*;

    fn data() -> WorkflowData {
        presets::service_desk().into()
    }

    fn refused(change: impl FnOnce(&mut WorkflowData)) -> WorkflowError {
        let mut data = data();
        change(&mut data);
        Workflow::try_from(data).unwrap_err()
    }

    #[test]
    fn an_unreachable_status_is_refused() {
        let lonely = Status { id: "lonely".into(), name: "Lonely".into(), kind: StatusKind::Closed };
        assert_eq!(refused(|data| data.statuses.push(lonely)), WorkflowError::Unreachable("lonely".into()));
    }

    #[test]
    fn a_status_with_no_way_out_is_refused() {
        let error =
            refused(|data| data.transitions.retain(|transition| transition.from.as_str() != "on_hold"));
        assert_eq!(error, WorkflowError::NoWayOut("on_hold".into()));
        let circle = refused(|data| {
            data.transitions.retain(|t| t.from.as_str() != "on_hold" && t.from.as_str() != "pending");
            for (from, to) in [("on_hold", "pending"), ("pending", "on_hold")] {
                let (from, to) = (from.into(), to.into());
                let verb = "Pass on".to_owned();
                data.transitions.push(Transition {
                    from,
                    to,
                    verb,
                    name: None,
                    by_requester: false,
                    trigger: None,
                    after_hours: None,
                });
            }
        });
        assert_eq!(
            circle,
            WorkflowError::NoWayOut("pending".into()),
            "two statuses that only lead to each other"
        );
    }

    #[test]
    fn two_statuses_of_one_name_are_refused() {
        let error = refused(|data| {
            let name = data.statuses[0].name.to_uppercase();
            data.statuses[1].name = name;
        });
        assert_eq!(error, WorkflowError::DoubleName("NEW".into()));
    }

    #[test]
    fn an_unknown_status_is_refused_wherever_it_stands() {
        assert!(matches!(refused(|data| data.initial = "x".into()), WorkflowError::UnknownStatus { .. }));
        assert!(matches!(
            refused(|data| data.transitions[0].to = "x".into()),
            WorkflowError::UnknownStatus { .. }
        ));
    }

    #[test]
    fn a_double_transition_is_refused() {
        let error = refused(|data| {
            let again = data.transitions[0].clone();
            data.transitions.push(again);
        });
        assert!(matches!(error, WorkflowError::UselessTransition { .. }));
    }
}
