//! Workflows to start from: one for a service desk, and one for each seed document that describes a state machine.

use super::{Workflow, WorkflowData};

macro_rules! presets {
    ($($(#[$doc:meta])* $name:ident = $file:literal;)*) => {
        $(
            $(#[$doc])*
            pub fn $name() -> Workflow {
                read(include_str!(concat!("../../presets/", $file)))
            }
        )*

        /// Every preset under the name that a settings page would show.
        pub fn all() -> Vec<(&'static str, Workflow)> {
            vec![$((stringify!($name), $name())),*]
        }
    };
}

presets! {
    /// What real service desks do: a ticket may be resolved straight away, wait for its requester or for others,
    /// be closed without being resolved, and be reopened even after it was closed.
    service_desk = "service_desk.json";
    /// Seed 000: new, assigned, in progress, waiting, resolved.
    helpdesk_log = "helpdesk_log.json";
    /// Seed 001: the table of valid transitions between OPEN, IN_PROGRESS, PENDING, RESOLVED and CLOSED.
    lifecycle = "lifecycle.json";
    /// Seed 002: two kinds of waiting, and named triggers.
    customer_support = "customer_support.json";
}

/// The presets are part of the program and a test reads each one, so what is read here is always a workflow.
#[allow(clippy::expect_used)]
fn read(json: &str) -> Workflow {
    let data: WorkflowData = serde_json::from_str(json).expect("a preset is valid JSON");
    Workflow::try_from(data).expect("a preset passes the checks")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workflow::{StatusKind, Trigger};
    use crate::{Role, StatusId};

    fn pairs(workflow: &Workflow) -> Vec<(String, String)> {
        let out = |status: &crate::workflow::Status| -> Vec<(String, String)> {
            workflow.out_of(&status.id).map(|t| (t.from.to_string(), t.to.to_string())).collect()
        };
        workflow.statuses().iter().flat_map(out).collect()
    }

    #[test]
    fn every_preset_is_a_workflow() {
        assert_eq!(all().len(), 4);
    }

    #[test]
    fn the_lifecycle_is_the_table_of_seed_001() {
        let mut expected: Vec<(String, String)> = [
            ("open", "in_progress"),
            ("open", "closed"),
            ("in_progress", "pending"),
            ("in_progress", "resolved"),
            ("pending", "in_progress"),
            ("pending", "resolved"),
            ("resolved", "closed"),
            ("resolved", "in_progress"),
            ("closed", "open"),
        ]
        .map(|(from, to)| (from.to_owned(), to.to_owned()))
        .to_vec();
        let mut found = pairs(&lifecycle());
        expected.sort();
        found.sort();
        assert_eq!(found, expected);
    }

    #[test]
    fn customer_support_has_the_named_triggers_of_seed_002() {
        let workflow = customer_support();
        let named = |from: &str, to: &str| {
            workflow.transition(&StatusId::from(from), &StatusId::from(to)).and_then(|t| t.name.clone())
        };
        assert_eq!(named("new", "open").as_deref(), Some("agent_assigned"));
        assert_eq!(named("open", "pending_customer").as_deref(), Some("awaiting_customer_reply"));
        assert_eq!(named("pending_customer", "open").as_deref(), Some("customer_replied"));
        assert_eq!(named("open", "resolved").as_deref(), Some("resolution_posted"));
        assert_eq!(named("resolved", "closed").as_deref(), Some("auto_close"));
        let auto_close = workflow.transition(&"resolved".into(), &"closed".into()).unwrap();
        assert_eq!(auto_close.after_hours, Some(72));
        assert!(workflow.triggered(&"new".into(), Trigger::AgentAssigned).is_some());
        assert!(workflow.triggered(&"pending_customer".into(), Trigger::RequesterReplied).is_some());
    }

    #[test]
    fn a_service_desk_admits_what_real_desks_do() {
        let workflow = service_desk();
        let of_kind =
            |kind| workflow.statuses().iter().find(|status| status.kind == kind).unwrap().id.clone();
        use StatusKind::*;
        for (from, to) in [
            (Resolved, Closed),
            (Open, Resolved),
            (New, Open),
            (New, Resolved),
            (Pending, Resolved),
            (Open, Pending),
            (New, Pending),
            (Pending, Open),
            (Resolved, Open),
            (Closed, Open),
        ] {
            assert!(workflow.transition(&of_kind(from), &of_kind(to)).is_some(), "{from:?} to {to:?}");
        }
        assert_eq!(workflow.allowed(&of_kind(New), Role::Requester).count(), 1, "only to close their own");
    }
}
