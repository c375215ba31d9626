//! Whether rules can be meant: checked where they are made, so that everybody else may rely on them.

use thiserror::Error;

use super::CalendarError;
use super::policy::{AppliesTo, LONGEST_TARGET, Policy, SlaRules, SlaVersion, Target, WorksBy};
use crate::{CalendarId, PriorityId};

/// Why rules cannot be used. Names the field.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{field}: {problem}")]
pub struct SlaError {
    /// Where in the rules, as in `versions[0].policies[2].targets.p1.resolution`.
    pub field: String,
    /// What is wrong there.
    pub problem: Problem,
}

/// What can be wrong with rules.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Problem {
    /// A calendar cannot be compiled.
    #[error(transparent)]
    Calendar(#[from] CalendarError),
    /// Something is called that is not there.
    #[error("there is no calendar {0:?}")]
    NoSuchCalendar(String),
    /// There is no such priority, category, channel or team.
    #[error("there is no {0:?}")]
    NoSuchCode(String),
    /// Two calendars have one code.
    #[error("another calendar has the code {0:?}")]
    SameCode(String),
    /// A target is not an amount of time.
    #[error("a target is between 0 s and a hundred years, this one is {0} s")]
    NotAnAmount(i64),
    /// A policy has no target at all.
    #[error("a policy needs one target at least, for a priority that it is for")]
    NoTarget,
    /// The conditions are empty.
    #[error("no ticket matches no condition: name one, or say that it applies to everything")]
    NoCondition,
    /// A policy before this one takes every ticket that this one is for.
    #[error("no ticket gets here: {0:?} comes before it and takes them all")]
    NeverReached(String),
    /// Nobody is named.
    #[error("say whose calendar it is")]
    NobodyNamed,
    /// Somebody works by two calendars at once.
    #[error("somebody works by one calendar, and this is the second one")]
    TwoCalendars,
    /// The share at which a clock is at risk is no share.
    #[error("the share from which a clock is at risk is between 1 and 100 percent, this one is {0}")]
    NotAShare(u8),
    /// Versions are out of order.
    #[error("a version holds from a later instant than the one before it")]
    OutOfOrder,
}

impl SlaRules {
    /// Checks the newest version. Those before it were checked when they were made, and cannot be changed.
    ///
    /// # Errors
    /// The first thing that is wrong.
    pub fn check(&self) -> Result<(), SlaError> {
        let Some((version, earlier)) = self.versions.split_last() else { return Ok(()) };
        let wrong = |field: String, problem| SlaError {
            field: format!("versions[{}].{field}", earlier.len()),
            problem,
        };
        if earlier.last().is_some_and(|before| before.valid_from >= version.valid_from) {
            return Err(wrong("valid_from".to_owned(), Problem::OutOfOrder));
        }
        check(version).map_err(|(field, problem)| wrong(field, problem))?;
        for (number, calendar) in version.calendars.iter().enumerate() {
            let checked = match self.zone(&calendar.zone, version.valid_from) {
                Some(_) => calendar.check(),
                None => Err(CalendarError::UnknownZone(calendar.zone.clone())),
            };
            checked.map_err(|error| wrong(format!("calendars[{number}].{}", error.field()), error.into()))?;
        }
        Ok(())
    }
}

/// What is wrong with a version by itself: the field, and the problem.
fn check(version: &SlaVersion) -> Result<(), (String, Problem)> {
    let known = |id: &CalendarId| version.calendars.iter().any(|calendar| calendar.id == *id);
    for (index, calendar) in version.calendars.iter().enumerate() {
        if version.calendars[..index].iter().any(|other| other.id == calendar.id) {
            return Err((format!("calendars[{index}].id"), Problem::SameCode(calendar.id.to_string())));
        }
    }
    for (index, policy) in version.policies.iter().enumerate() {
        let at = |field: &str| format!("policies[{index}].{field}");
        if let AppliesTo::Where(conditions) = &policy.applies_to
            && conditions.is_empty()
        {
            return Err((at("applies_to"), Problem::NoCondition));
        }
        let mut earlier = version.policies[..index].iter();
        if let Some(before) = earlier.find(|before| before.applies_to.covers(&policy.applies_to)) {
            return Err((at("applies_to"), Problem::NeverReached(before.name.clone())));
        }
        check_targets(policy).map_err(|(field, problem)| (at(&field), problem))?;
        if !known(&policy.calendar) {
            return Err((at("calendar"), Problem::NoSuchCalendar(policy.calendar.to_string())));
        }
        if !(1..=100).contains(&policy.at_risk_percent) {
            return Err((at("at_risk_percent"), Problem::NotAShare(policy.at_risk_percent)));
        }
    }
    for (index, row) in version.calendars_of.iter().enumerate() {
        if !known(&row.calendar) {
            let field = format!("calendars_of[{index}].calendar");
            return Err((field, Problem::NoSuchCalendar(row.calendar.to_string())));
        }
        let is_named = match &row.of {
            WorksBy::Team(_) => true,
            WorksBy::Organisation(id) => !id.as_str().is_empty(),
            WorksBy::Site(site) => !site.is_empty(),
        };
        if !is_named {
            return Err((format!("calendars_of[{index}].of"), Problem::NobodyNamed));
        }
        if version.calendars_of[..index].iter().any(|other| other.of == row.of) {
            return Err((format!("calendars_of[{index}].of"), Problem::TwoCalendars));
        }
    }
    Ok(())
}

fn check_targets(policy: &Policy) -> Result<(), (String, Problem)> {
    for (priority, target) in &policy.targets {
        for (name, seconds) in target.each() {
            if let Some(seconds) = seconds.filter(|seconds| !(0..=LONGEST_TARGET).contains(seconds)) {
                return Err((format!("targets.{priority}.{name}"), Problem::NotAnAmount(seconds)));
            }
        }
    }
    let is_for = |priority: &PriorityId| match &policy.applies_to {
        AppliesTo::Where(conditions) if !conditions.priorities.is_empty() => {
            conditions.priorities.contains(priority)
        }
        _ => true,
    };
    let mut targets = policy.targets.iter().filter(|(priority, _)| is_for(priority));
    match targets.any(|(_, target)| *target != Target::default()) {
        true => Ok(()),
        false => Err(("targets".to_owned(), Problem::NoTarget)),
    }
}
