//! The rules compiled: which policy and which calendar a ticket is measured by at any instant, and what its clocks say.

use std::ops::Range;
use std::sync::Arc;

use super::clock::{Clocks, Moment, Plan, Run};
use super::policy::{AppliesTo, Conditions, SlaRules, SlaVersion, WorksBy};
use super::{MarkKind, Policy, WorkingTime, Zone};
use crate::{CalendarId, CategoryId, ChannelId, Header, Instant, OrganisationId, PriorityId, TeamId};

/// A ticket as policies see it.
#[derive(Clone, Copy, Debug)]
pub struct Subject<'a> {
    /// The ticket.
    pub header: &'a Header,
    /// What its requester belongs to.
    pub organisation: Option<&'a OrganisationId>,
}

/// The SLA rules, ready to answer.
#[derive(Clone, Debug, Default)]
pub struct Sla {
    versions: Vec<Version>,
}

#[derive(Clone, Debug)]
struct Version {
    rules: SlaVersion,
    /// In the order of the version's calendars.
    times: Vec<Arc<WorkingTime>>,
}

impl Sla {
    /// Compiles rules that were checked where they were made ([`SlaRules::check`]); calendars for these years in advance.
    pub fn compile(rules: &SlaRules, years: Range<i32>) -> Self {
        let mut sla = Self::default();
        for version in &rules.versions {
            let mut times: Vec<Arc<WorkingTime>> = Vec::with_capacity(version.calendars.len());
            for calendar in &version.calendars {
                let zone = rules.zone(&calendar.zone, version.valid_from);
                // An edit of one calendar leaves the others as they are.
                let same = sla.versions.last().and_then(|last: &Version| {
                    let place = last.rules.calendars.iter().position(|known| known == calendar)?;
                    let used = rules.zone(&calendar.zone, last.rules.valid_from);
                    last.times.get(place).filter(|_| used == zone).cloned()
                });
                times.push(same.unwrap_or_else(|| {
                    let utc = Zone::utc;
                    Arc::new(WorkingTime::of_checked(
                        calendar,
                        &zone.cloned().unwrap_or_else(utc),
                        years.clone(),
                    ))
                }));
            }
            sla.versions.push(Version { rules: version.clone(), times });
        }
        sla
    }

    /// When another version comes to hold next.
    pub fn next_version(&self, after: Instant) -> Option<Instant> {
        self.versions.iter().map(|version| version.rules.valid_from).find(|from| *from > after)
    }

    /// The clocks of a ticket as of an instant. What happened later is as if it had not.
    pub fn clocks(&self, subject: Subject, as_of: Instant) -> Clocks {
        self.run(subject, as_of).read(as_of)
    }

    /// A ticket's clocks, run through its marks up to an instant.
    pub fn run(&self, subject: Subject, as_of: Instant) -> Run<'_> {
        let mut run = Run::default();
        let marks = &subject.header.marks;
        let Some(first) = marks.first().filter(|first| first.at <= as_of) else { return run };
        let mut facts = Facts::at_first(subject);
        let mut plan = None;
        let mut has_begun = false;
        // Versions that came to hold before the ticket began are behind it.
        let later = self.versions.partition_point(|version| version.rules.valid_from <= first.at);
        let mut versions = self.versions[later..].iter().map(|version| version.rules.valid_from).peekable();
        for (index, mark) in marks.iter().enumerate().take_while(|(_, mark)| mark.at <= as_of) {
            while let Some(from) = versions.next_if(|from| *from <= mark.at) {
                self.follow(&mut run, &mut plan, &facts, from);
            }
            facts.take_in(&mark.kind, marks, index, subject.header);
            // The first marks say how the ticket began; the plan rests on all of them.
            let by_agent = match &mark.kind {
                MarkKind::Status(kind) | MarkKind::StatusByRequester(kind) if !has_begun => {
                    has_begun = true;
                    self.follow(&mut run, &mut plan, &facts, mark.at);
                    run.feed(mark.at, Moment::Began(*kind));
                    continue;
                }
                MarkKind::Status(_) => true,
                _ => false,
            };
            match &mark.kind {
                MarkKind::Status(kind) | MarkKind::StatusByRequester(kind) => {
                    run.feed(mark.at, Moment::Moved { kind: *kind, by_agent });
                }
                MarkKind::Answered => run.feed(mark.at, Moment::Answered),
                MarkKind::Asked => run.feed(mark.at, Moment::Asked),
                _ if has_begun => self.follow(&mut run, &mut plan, &facts, mark.at),
                _ => {}
            }
        }
        while let Some(from) = versions.next_if(|from| *from <= as_of) {
            self.follow(&mut run, &mut plan, &facts, from);
        }
        run
    }

    /// Tells the clocks when the ticket is measured by something else.
    fn follow<'a>(
        &'a self,
        run: &mut Run<'a>,
        known: &mut Option<Option<Plan<'a>>>,
        facts: &Facts,
        at: Instant,
    ) {
        let plan = self.plan_of(facts, at);
        let same = known.is_some_and(|known| match (known, plan) {
            (Some(known), Some(plan)) => {
                std::ptr::eq(known.policy, plan.policy)
                    && std::ptr::eq(known.time, plan.time)
                    && known.target == plan.target
            }
            (None, None) => true,
            _ => false,
        });
        if !same {
            run.feed(at, Moment::Plan(plan));
            *known = Some(plan);
        }
    }

    /// The name of the calendar that a ticket is measured by.
    pub(super) fn calendar_name(&self, subject: Subject, at: Instant) -> Option<&str> {
        let plan = self.plan_of(&Facts::now(subject), at)?;
        self.versions.iter().find_map(|version| {
            let place = version.times.iter().position(|time| std::ptr::eq(time.as_ref(), plan.time))?;
            version.rules.calendars.get(place).map(|calendar| calendar.name.as_str())
        })
    }

    fn plan_of(&self, facts: &Facts, at: Instant) -> Option<Plan<'_>> {
        let version = self.versions
            [..self.versions.partition_point(|version| version.rules.valid_from <= at)]
            .last()?;
        let policy = version.rules.policies.iter().find(|policy| facts.meet(&policy.applies_to))?;
        let time = version.time(facts.calendar(&version.rules, policy))?;
        let target = policy.targets.get(facts.priority).copied().unwrap_or_default();
        Some(Plan { policy, target, time })
    }
}

impl Version {
    fn time(&self, calendar: &CalendarId) -> Option<&WorkingTime> {
        let place = self.rules.calendars.iter().position(|known| known.id == *calendar)?;
        self.times.get(place).map(Arc::as_ref)
    }
}

/// A ticket at some instant, as far as policies ask.
struct Facts<'a> {
    priority: &'a PriorityId,
    category: Option<&'a CategoryId>,
    channel: &'a ChannelId,
    team: Option<TeamId>,
    organisation: Option<&'a OrganisationId>,
    site: Option<&'a str>,
    tags: &'a [String],
}

impl<'a> Facts<'a> {
    fn now(subject: Subject<'a>) -> Self {
        let header = subject.header;
        Self {
            priority: &header.priority,
            category: header.category.as_ref(),
            channel: &header.channel,
            team: header.team,
            organisation: subject.organisation,
            site: header.site.as_deref(),
            tags: &header.tags,
        }
    }

    /// As the ticket began: as it is, but for what was marked as having been otherwise.
    fn at_first(subject: Subject<'a>) -> Self {
        let mut facts = Self::now(subject);
        for mark in subject.header.marks.iter().rev() {
            facts.was(&mark.kind);
        }
        facts
    }

    fn was(&mut self, kind: &'a MarkKind) {
        match kind {
            MarkKind::TeamWas(team) => self.team = *team,
            MarkKind::CategoryWas(category) => self.category = category.as_ref(),
            MarkKind::SiteWas(site) => self.site = site.as_deref(),
            MarkKind::TagsWas(tags) => self.tags = tags,
            MarkKind::Priority(priority) => self.priority = priority,
            _ => {}
        }
    }

    /// Goes on over a mark: what was otherwise until then is what the next such mark says, or what it is now.
    fn take_in(&mut self, kind: &'a MarkKind, marks: &'a [super::Mark], index: usize, header: &'a Header) {
        let later = || marks[index + 1..].iter().map(|mark| &mark.kind);
        match kind {
            MarkKind::Priority(priority) => self.priority = priority,
            MarkKind::TeamWas(_) => {
                let next = later()
                    .find_map(|kind| if let MarkKind::TeamWas(team) = kind { Some(*team) } else { None });
                self.team = next.unwrap_or(header.team);
            }
            MarkKind::CategoryWas(_) => {
                let next = later()
                    .find_map(|kind| if let MarkKind::CategoryWas(was) = kind { Some(was) } else { None });
                self.category = next.unwrap_or(&header.category).as_ref();
            }
            MarkKind::SiteWas(_) => {
                let next =
                    later().find_map(|kind| if let MarkKind::SiteWas(was) = kind { Some(was) } else { None });
                self.site = next.unwrap_or(&header.site).as_deref();
            }
            MarkKind::TagsWas(_) => {
                let next =
                    later().find_map(|kind| if let MarkKind::TagsWas(was) = kind { Some(was) } else { None });
                self.tags = next.unwrap_or(&header.tags);
            }
            _ => {}
        }
    }

    fn meet(&self, applies_to: &AppliesTo) -> bool {
        let AppliesTo::Where(conditions) = applies_to else { return true };
        let Conditions { priorities, categories, channels, teams, organisations, tags } = conditions;
        fn named<T: PartialEq>(list: &[T], value: Option<&T>) -> bool {
            list.is_empty() || value.is_some_and(|value| list.contains(value))
        }
        !conditions.is_empty()
            && named(priorities, Some(self.priority))
            && named(categories, self.category)
            && named(channels, Some(self.channel))
            && named(teams, self.team.as_ref())
            && named(organisations, self.organisation)
            && (tags.is_empty() || self.tags.iter().any(|tag| tags.contains(tag)))
    }

    /// The most specific calendar: the site's, the organisation's, the team's, the policy's.
    fn calendar<'r>(&self, version: &'r SlaVersion, policy: &'r Policy) -> &'r CalendarId {
        let rank = |of: &WorksBy| match of {
            WorksBy::Site(site) => (self.site == Some(site)).then_some(3),
            WorksBy::Organisation(id) => (self.organisation == Some(id)).then_some(2),
            WorksBy::Team(team) => (self.team == Some(*team)).then_some(1),
        };
        let named = version.calendars_of.iter().filter_map(|row| Some((rank(&row.of)?, &row.calendar)));
        named.max_by_key(|(rank, _)| *rank).map_or(&policy.calendar, |(_, calendar)| calendar)
    }
}
