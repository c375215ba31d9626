//! The cases that every implementation has to agree on, in the form that `docs/sla.md` fixes: a line of JSON is a
//! question to a calendar or to the clocks of a ticket, with the answer that is expected.

use std::collections::BTreeMap;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value, json};
use thiserror::Error;

use super::clock::{Clock, ClockState, Moment, Plan, Run, Which};
use super::{
    AppliesTo, Calendar, CalendarError, Date, Exception, Holiday, Hours, LONGEST_TARGET, Policy, Reopen,
    RespondOn, Target, Window, WorkingTime, Zone,
};
use crate::{CalendarId, Instant, PriorityId, StatusKind};

/// Why a line is not a case. Names the field.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum CaseError {
    /// It is not written as one.
    #[error("{0}")]
    Malformed(String),
    /// A calendar of it is none.
    #[error("{field}: {problem}")]
    Calendar {
        /// Which field of which.
        field: String,
        /// What is wrong there.
        problem: CalendarError,
    },
    /// An amount is negative, or absurd.
    #[error("{field}: {seconds} s is not between 0 s and a hundred years")]
    NotAnAmount {
        /// Which.
        field: String,
        /// How much it says.
        seconds: i64,
    },
    /// Something that the question needs is missing.
    #[error("{0}: is missing")]
    Missing(&'static str),
    /// An event cannot stand there.
    #[error("events[{0}]: {1}")]
    Event(usize, &'static str),
}

/// What came of one case.
#[derive(Clone, Debug, PartialEq)]
pub struct Outcome {
    /// The case's id.
    pub id: String,
    /// What was computed, under the names of what is expected.
    pub found: Value,
    /// Where that is not what is expected: the name, what is expected, what was found.
    pub wrong: Vec<(String, Value, Value)>,
}

/// Answers a line. `zone` knows the time zones.
///
/// # Errors
/// Why the line is not a case.
pub fn run(line: &str, zone: impl Fn(&str) -> Option<Zone>) -> Result<Outcome, CaseError> {
    let value: Value = serde_json::from_str(line).map_err(|error| CaseError::Malformed(error.to_string()))?;
    let id = match value.get("id") {
        Some(Value::String(id)) => id.clone(),
        Some(Value::Number(id)) => id.to_string(),
        _ => return Err(CaseError::Malformed("id: is missing, or neither a text nor a number".to_owned())),
    };
    match value.get("events") {
        Some(_) => read::<TicketCase>(line)?.answer(id, zone),
        None => read::<CalendarCase>(line)?.answer(id, zone),
    }
}

fn read<T: DeserializeOwned>(line: &str) -> Result<T, CaseError> {
    let mut json = serde_json::Deserializer::from_str(line);
    serde_path_to_error::deserialize(&mut json)
        .map_err(|error| CaseError::Malformed(format!("{}: {}", error.path(), error.inner())))
}

/// A calendar as cases write it.
#[derive(Deserialize)]
struct CaseCalendar {
    tz: String,
    hours: Hours,
    #[serde(default)]
    holidays: Vec<Date>,
    #[serde(default)]
    breaks: BTreeMap<Date, Vec<Window>>,
}

impl CaseCalendar {
    /// `at` is where in the case it stands.
    fn compile(
        self,
        at: &str,
        zone: impl Fn(&str) -> Option<Zone>,
        years: std::ops::Range<i32>,
    ) -> Result<WorkingTime, CaseError> {
        let wrong = |problem: CalendarError| {
            // Cases call the zone by another name than rules do.
            let field = match &problem {
                CalendarError::UnknownZone(_) => "tz".to_owned(),
                other => other.field(),
            };
            CaseError::Calendar { field: format!("{at}{field}"), problem }
        };
        let table = zone(&self.tz).ok_or_else(|| wrong(CalendarError::UnknownZone(self.tz.clone())))?;
        let calendar = Calendar {
            id: CalendarId::from("case"),
            name: String::new(),
            zone: table.name.clone(),
            hours: self.hours,
            holidays: self
                .holidays
                .into_iter()
                .map(|date| Holiday { date, name: String::new(), off: false })
                .collect(),
            breaks: self.breaks.into_iter().map(|(date, windows)| Exception { date, windows }).collect(),
            extra: Vec::new(),
        };
        WorkingTime::compile(&calendar, &table, years).map_err(wrong)
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Op {
    Add,
    Within,
}

#[derive(Deserialize)]
struct CalendarCase {
    #[serde(flatten)]
    calendar: CaseCalendar,
    op: Op,
    start: Instant,
    seconds: Option<i64>,
    due: Option<Instant>,
    end: Option<Instant>,
    elapsed: Option<i64>,
}

impl CalendarCase {
    fn answer(self, id: String, zone: impl Fn(&str) -> Option<Zone>) -> Result<Outcome, CaseError> {
        let time = self.calendar.compile("", zone, years_around(self.start, 2))?;
        let (name, found, expected) = match self.op {
            Op::Add => {
                let seconds = amount("seconds", self.seconds.ok_or(CaseError::Missing("seconds"))?)?;
                ("due", json!(time.add(self.start, seconds)), self.due.map(|due| json!(due)))
            }
            Op::Within => {
                let end = self.end.ok_or(CaseError::Missing("end"))?;
                ("elapsed", json!(time.within(self.start, end)), self.elapsed.map(|elapsed| json!(elapsed)))
            }
        };
        let wrong = expected.filter(|expected| *expected != found);
        let wrong = wrong.map(|expected| (name.to_owned(), expected, found.clone())).into_iter().collect();
        Ok(Outcome { found: json!({ "id": id, name: found }), id, wrong })
    }
}

/// Two years around an instant, so that little is compiled in advance; the rest is when it is asked for.
fn years_around(at: Instant, span: i32) -> std::ops::Range<i32> {
    let year = chrono::Datelike::year(&at.to_chrono());
    year - 1..year + span
}

fn amount(field: &str, seconds: i64) -> Result<i64, CaseError> {
    if (0..=LONGEST_TARGET).contains(&seconds) {
        return Ok(seconds);
    }
    Err(CaseError::NotAnAmount { field: field.to_owned(), seconds })
}

#[derive(Deserialize)]
struct CasePolicy {
    targets: BTreeMap<PriorityId, Target>,
    #[serde(default)]
    pause_on: Vec<StatusKind>,
    #[serde(default)]
    pause_first_response: bool,
    #[serde(default)]
    reopen: Reopen,
    #[serde(default)]
    respond_on: RespondOn,
}

impl CasePolicy {
    /// `at` is where in the case it stands.
    fn checked(self, at: &str) -> Result<Policy, CaseError> {
        for (priority, target) in &self.targets {
            for (name, seconds) in target.each() {
                if let Some(seconds) = seconds {
                    amount(&format!("{at}policy.targets.{priority}.{name}"), seconds)?;
                }
            }
        }
        Ok(Policy {
            name: String::new(),
            applies_to: AppliesTo::Everything,
            targets: self.targets,
            pause_on: self.pause_on,
            pause_first_response: self.pause_first_response,
            respond_on: self.respond_on,
            reopen: self.reopen,
            at_risk_percent: 80,
            calendar: CalendarId::from("case"),
        })
    }
}

#[derive(Clone, Copy, PartialEq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum By {
    Agent,
    Requester,
    System,
}

#[derive(Deserialize)]
struct CaseEvent {
    at: Instant,
    #[serde(flatten)]
    what: What,
}

enum What {
    Created { priority: PriorityId, status: StatusKind },
    Status { to: StatusKind, by: Option<By> },
    Priority { to: PriorityId },
    Reply { by: By },
    Silent,
    Policy { policy: CasePolicy, calendar: Option<Box<CaseCalendar>> },
    Merged,
}

impl<'de> Deserialize<'de> for What {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        crate::fields::Fields::read(deserializer, |mut fields| {
            Ok(match fields.tag("type")? {
                "created" => {
                    Self::Created { priority: fields.take("priority")?, status: fields.take("status")? }
                }
                "status" => Self::Status { to: fields.take("to")?, by: fields.take_or_default("by")? },
                "priority" => Self::Priority { to: fields.take("to")? },
                "reply" => Self::Reply { by: fields.take("by")? },
                "note" | "auto_reply" => Self::Silent,
                "policy" => Self::Policy {
                    policy: fields.take("policy")?,
                    calendar: fields.take_or_default("calendar")?,
                },
                "merged" => Self::Merged,
                other => {
                    return Err(serde::de::Error::custom(format_args!(
                        "there is no event of the type {other:?}"
                    )));
                }
            })
        })
    }
}

#[derive(Deserialize)]
struct TicketCase {
    calendar: CaseCalendar,
    policy: CasePolicy,
    events: Vec<CaseEvent>,
    as_of: Instant,
    #[serde(default)]
    expect: BTreeMap<Which, Map<String, Value>>,
}

impl TicketCase {
    fn answer(self, id: String, zone: impl Fn(&str) -> Option<Zone>) -> Result<Outcome, CaseError> {
        let Self { calendar, policy, events, as_of, expect } = self;
        let start = events.first().map_or(as_of, |event| event.at);
        let years = years_around(start, 3);
        // What the ticket is measured by, one after another: the policy, and the calendar in force with it.
        let mut policies = vec![policy.checked("")?];
        let mut times = vec![calendar.compile("calendar.", &zone, years.clone())?];
        let mut moments = Vec::new();
        let mut last = Instant::from_millis(i64::MIN);
        for (index, event) in events.into_iter().enumerate() {
            if event.at < last {
                return Err(CaseError::Event(index, "at: is before the event that stands before it"));
            }
            last = event.at;
            if (index == 0) != matches!(event.what, What::Created { .. }) {
                return Err(CaseError::Event(
                    index,
                    "type: a history begins with \"created\" and has no other",
                ));
            }
            if let What::Policy { policy, calendar } = event.what {
                let at = format!("events[{index}].");
                policies.push(policy.checked(&at)?);
                if let Some(calendar) = calendar {
                    times.push(calendar.compile(&format!("{at}calendar."), &zone, years.clone())?);
                }
                moments.push((event.at, Told::Plan { policy: policies.len() - 1, time: times.len() - 1 }));
            } else {
                moments.push((event.at, Told::What(event.what)));
            }
        }
        let clocks = follow(&policies, &times, &moments, as_of).read(as_of);
        let mut found = Map::from_iter([("id".to_owned(), json!(id))]);
        for (which, clock) in clocks.each() {
            found.insert(which.code().to_owned(), shown(clock));
        }
        let mut wrong = Vec::new();
        for (which, fields) in &expect {
            for (field, expected) in fields {
                let value = found[which.code()].get(field).cloned().unwrap_or(Value::Null);
                if value != *expected {
                    wrong.push((format!("{}.{field}", which.code()), expected.clone(), value));
                }
            }
        }
        Ok(Outcome { id, found: Value::Object(found), wrong })
    }
}

/// An event, once its policy and calendar are compiled.
enum Told {
    Plan { policy: usize, time: usize },
    What(What),
}

fn follow<'a>(
    policies: &'a [Policy],
    times: &'a [WorkingTime],
    moments: &'a [(Instant, Told)],
    as_of: Instant,
) -> Run<'a> {
    let mut run = Run::default();
    let (mut policy, mut time) = (&policies[0], &times[0]);
    let mut priority = None;
    for (at, told) in moments.iter().take_while(|(at, _)| *at <= as_of) {
        let measure =
            |run: &mut Run<'a>, policy: &'a Policy, time: &'a WorkingTime, priority: &PriorityId| {
                let target = policy.targets.get(priority).copied().unwrap_or_default();
                run.feed(*at, Moment::Plan(Some(Plan { policy, target, time })));
            };
        match told {
            Told::Plan { policy: next, time: its } => {
                (policy, time) = (&policies[*next], &times[*its]);
                if let Some(priority) = priority {
                    measure(&mut run, policy, time, priority);
                }
            }
            Told::What(What::Created { priority: first, status }) => {
                priority = Some(first);
                measure(&mut run, policy, time, first);
                run.feed(*at, Moment::Began(*status));
            }
            Told::What(What::Priority { to }) => {
                priority = Some(to);
                measure(&mut run, policy, time, to);
            }
            Told::What(What::Status { to, by }) => {
                run.feed(*at, Moment::Moved { kind: *to, by_agent: by.is_none_or(|by| by == By::Agent) });
            }
            Told::What(What::Reply { by: By::Agent }) => run.feed(*at, Moment::Answered),
            Told::What(What::Reply { by: By::Requester }) => run.feed(*at, Moment::Asked),
            Told::What(What::Merged) => run.feed(*at, Moment::Merged),
            Told::What(What::Reply { by: By::System } | What::Silent | What::Policy { .. }) => {}
        }
    }
    run
}

/// A clock as cases speak of it: they do not tell apart how pressing a running one is.
fn shown(clock: &Clock) -> Value {
    let state = match clock.state {
        ClockState::None => "none",
        ClockState::Met => "met",
        ClockState::Paused => "paused",
        ClockState::Running | ClockState::AtRisk => "running",
        ClockState::Breached => "breached",
    };
    json!({
        "state": state,
        "due": clock.due,
        "used": clock.used,
        "stopped_at": clock.stopped_at,
        "breached_at": clock.breached_at,
    })
}
