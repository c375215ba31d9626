//! The same meaning told a second time, as plainly as possible: second by second, with no calendar compiled and nothing
//! searched. Slow, and easy to believe.

use std::collections::BTreeMap;

use holdfast_desk::sla::{
    Calendar, Clock, ClockState, Day, Exception, Holiday, Hours, Policy, Reopen, RespondOn, Target, Which,
    Window, WorkingTime, Zone,
};
use holdfast_desk::{Instant, StatusKind};
use proptest::prelude::*;

use crate::support::{Happening, History, clocks, date, policy, start};

/// Whether somebody works in this second, by the calendar as it is written. For zones that are UTC.
fn is_open(calendar: &Calendar, second: i64) -> bool {
    let (day, of_day) = (second.div_euclid(86_400), second.rem_euclid(86_400));
    let on = |day: i64, of_day: i64| {
        let is = |number: holdfast_desk::sla::Date| number.number() == day;
        let holds = |window: &Window| (window.opens()..window.closes()).contains(&of_day);
        let holiday = calendar.holidays.iter().any(|holiday| is(holiday.date) && !holiday.off);
        let weekday = Day::ALL[(day + 3).rem_euclid(7) as usize];
        let regular = !holiday && calendar.hours.of(weekday).iter().any(holds);
        regular || calendar.extra.iter().any(|extra| is(extra.date) && extra.windows.iter().any(holds))
    };
    let cut = calendar.breaks.iter().any(|cut| {
        cut.date.number() == day
            && cut.windows.iter().any(|window| (window.opens()..window.closes()).contains(&of_day))
    });
    // A window may have begun yesterday.
    !cut && (on(day, of_day) || on(day - 1, of_day + 86_400))
}

/// A clock that counts seconds.
#[derive(Default)]
struct Counter {
    begun: bool,
    running: bool,
    waits_since: i64,
    stopped: Option<i64>,
    dropped: bool,
    used: i64,
    /// When so many seconds had been used: the later instant where it stood still just then.
    reached: Vec<i64>,
    target: Option<i64>,
    breached: Option<i64>,
}

impl Counter {
    fn begin(&mut self, now: i64, target: Option<i64>, waits: bool) {
        let (reached, breached) = (vec![now], self.breached);
        *self = Self {
            begun: true,
            running: !waits,
            waits_since: now,
            target,
            reached,
            breached,
            ..Self::default()
        };
    }

    fn is_under_way(&self) -> bool {
        self.begun && self.stopped.is_none() && !self.dropped
    }

    /// It is later than what `reached` says: was the target reached before now?
    fn look(&mut self, now: i64) {
        if let (true, None, Some(target)) = (self.is_under_way(), self.breached, self.target) {
            let reached = usize::try_from(target).ok().and_then(|target| self.reached.get(target));
            // Standing still exactly as the time was up is not a breach; going on is.
            let ran_until = if self.running { now } else { self.waits_since };
            self.breached = reached.copied().filter(|at| *at < ran_until);
        }
    }

    fn wait(&mut self, waits: bool, now: i64) {
        if self.is_under_way() && self.running == waits {
            self.running = !waits;
            match self.running {
                // What was reached just as it began to stand still is reached when it goes on.
                true if self.reached[self.used as usize] == self.waits_since => {
                    self.reached[self.used as usize] = now;
                }
                true => {}
                false => self.waits_since = now,
            }
        }
    }

    fn stop(&mut self, now: i64) {
        if self.is_under_way() {
            self.stopped = Some(now);
            if self.running {
                self.waits_since = now;
            }
        }
    }

    fn state(&self) -> ClockState {
        match () {
            () if self.breached.is_some() => ClockState::Breached,
            () if !self.begun || self.dropped || self.target.is_none() => ClockState::None,
            () if self.stopped.is_some() => ClockState::Met,
            () if self.running => ClockState::Running,
            () => ClockState::Paused,
        }
    }
}

/// The three clocks of a history as of a second, second by second.
fn count(history: &History, policy: &Policy, calendar: &Calendar, as_of: i64) -> [Counter; 3] {
    let mut counters: [Counter; 3] = Default::default();
    let (mut kind, mut target, mut merged) = (StatusKind::New, Target::default(), false);
    let begin = history[0].0.seconds();
    let mut next = history.iter().peekable();
    for now in begin..=as_of {
        for counter in &mut counters {
            counter.look(now);
        }
        while let Some((_, what)) = next.next_if(|(at, _)| at.seconds() <= now) {
            if merged {
                continue;
            }
            let waits_in = |kind: StatusKind| policy.pause_on.contains(&kind);
            let first_waits_in = |kind: StatusKind| policy.pause_first_response && waits_in(kind);
            match *what {
                Happening::Began(first) => {
                    (kind, target) = (first, policy.targets[&"p2".into()]);
                    counters[0].begin(now, target.first_response, first_waits_in(kind));
                    counters[2].begin(now, target.resolution, waits_in(kind));
                    if kind.is_done() {
                        counters[0].stop(now);
                        counters[2].stop(now);
                    }
                }
                Happening::Prioritised(priority) => {
                    target = policy.targets.get(&priority.into()).copied().unwrap_or_default();
                    for (counter, which) in counters.iter_mut().zip(Which::ALL) {
                        if counter.is_under_way() {
                            counter.target = which.of(&target);
                            counter.look(now);
                        }
                    }
                }
                Happening::Moved(to, by_agent) => {
                    let was_done = kind.is_done();
                    kind = to;
                    if kind.is_done() {
                        counters.iter_mut().for_each(|counter| counter.stop(now));
                        continue;
                    }
                    if policy.respond_on == RespondOn::Work && kind == StatusKind::Open && by_agent {
                        counters[0].stop(now);
                    }
                    if was_done {
                        let resolution = &mut counters[2];
                        if policy.reopen == Reopen::Restart {
                            resolution.begin(now, target.resolution, waits_in(kind));
                        } else {
                            resolution.stopped = None;
                            resolution.target = target.resolution;
                            resolution.running = false;
                            resolution.wait(waits_in(kind), now);
                            resolution.look(now);
                        }
                    }
                    counters[0].wait(first_waits_in(kind), now);
                    counters[1].wait(waits_in(kind), now);
                    counters[2].wait(waits_in(kind), now);
                }
                Happening::Answered => {
                    counters[0].stop(now);
                    counters[1].stop(now);
                }
                Happening::Asked => {
                    if counters[0].stopped.is_some() && !counters[1].is_under_way() && !kind.is_done() {
                        counters[1].begin(now, target.next_response, waits_in(kind));
                    }
                }
                Happening::Merged => {
                    merged = true;
                    for counter in &mut counters {
                        counter.dropped |= counter.is_under_way();
                    }
                }
            }
        }
        if now < as_of && is_open(calendar, now) {
            for counter in counters.iter_mut().filter(|counter| counter.is_under_way() && counter.running) {
                counter.used += 1;
                counter.reached.push(now + 1);
            }
        }
    }
    counters
}

/// Windows of a few minutes around the time at which histories begin.
fn calendars() -> impl Strategy<Value = Calendar> {
    let text = |minute: u32| format!("{:02}:{:02}", minute / 60, minute % 60);
    let windows = move |from: u32, to: u32, most: usize| {
        proptest::collection::btree_set(from..to, 2..=2 * most).prop_map(move |ends| {
            let ends: Vec<u32> = ends.into_iter().collect();
            ends.chunks_exact(2)
                .map(|pair| Window::parse(&text(pair[0]), &text(pair[1])).unwrap())
                .collect::<Vec<_>>()
        })
    };
    let monday = windows(520, 640, 4);
    let breaks = windows(535, 620, 1);
    let extra = windows(535, 640, 1);
    // A night shift from Sunday that reaches into the morning, and days off.
    (monday, breaks, extra, any::<[bool; 4]>()).prop_map(
        |(monday, breaks, extra, [night, cut, more, off])| {
            let first = monday.first().map_or(0, |window| window.opens());
            let mut hours = Hours::from_iter([(Day::Mon, monday)]);
            if night && first >= 545 * 60 {
                hours.set(Day::Sun, vec![Window::parse("23:00", "09:05").unwrap()]);
            }
            let monday = date("2026-03-02");
            Calendar {
                id: "small".into(),
                name: "Small".to_owned(),
                zone: "UTC".to_owned(),
                hours,
                holidays: if off {
                    vec![Holiday { date: monday, name: String::new(), off: false }]
                } else {
                    Vec::new()
                },
                breaks: if cut { vec![Exception { date: monday, windows: breaks }] } else { Vec::new() },
                extra: if more { vec![Exception { date: monday, windows: extra }] } else { Vec::new() },
            }
        },
    )
}

fn policies() -> impl Strategy<Value = Policy> {
    let seconds = || prop_oneof![1 => Just(None), 1 => Just(Some(0)), 6 => (0..2400_i64).prop_map(Some)];
    let target = || {
        (seconds(), seconds(), seconds()).prop_map(|(first_response, next_response, resolution)| Target {
            first_response,
            next_response,
            resolution,
        })
    };
    (target(), target(), any::<[bool; 3]>()).prop_map(|(p1, p2, [pause, work, restart])| Policy {
        targets: BTreeMap::from([("p1".into(), p1), ("p2".into(), p2)]),
        pause_first_response: pause,
        respond_on: if work { RespondOn::Work } else { RespondOn::Reply },
        reopen: if restart { Reopen::Restart } else { Reopen::Continue },
        ..policy()
    })
}

/// Histories in whole seconds.
fn small_histories() -> impl Strategy<Value = History> {
    crate::support::histories(900).prop_map(|history| {
        history
            .into_iter()
            .map(|(at, what)| (start().plus_seconds(at.millis() - start().millis()), what))
            .collect()
    })
}

fn compared(clock: &Clock) -> (ClockState, Option<i64>, Option<i64>) {
    let state = if clock.state == ClockState::AtRisk { ClockState::Running } else { clock.state };
    (state, clock.breached_at.map(Instant::seconds), clock.stopped_at.map(Instant::seconds))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 10_000, ..ProptestConfig::default() })]

    #[test]
    fn the_engine_agrees_with_counting_seconds(
        history in small_histories(), calendar in calendars(), policy in policies(), later in 0..3000_i64,
    ) {
        let time = WorkingTime::compile(&calendar, &Zone::utc(), 2026..2027).unwrap();
        let as_of = history[history.len() / 2].0.plus_seconds(later);
        let found = clocks(&history, &policy, &time, as_of);
        let counted = count(&history, &policy, &calendar, as_of.seconds());
        for ((which, clock), counter) in found.each().into_iter().zip(&counted) {
            let stopped = counter.stopped.filter(|_| counter.target.is_some());
            let (state, breached_at, stopped_at) = compared(clock);
            prop_assert_eq!((state, breached_at), (counter.state(), counter.breached), "{:?}", which);
            if counter.begun && !counter.dropped && counter.target.is_some() {
                prop_assert_eq!(clock.used, counter.used, "{:?}", which);
                prop_assert_eq!(stopped_at, stopped, "{:?}", which);
            }
        }
    }
}
