//! Calendars: when a desk works, as a lead writes it.

use serde::Serialize;
use thiserror::Error;

use super::Hours;
use super::day::{DAY, Date, Day, Window};
use crate::{CalendarId, read_by_fields};

/// When a desk works, by the clocks of a zone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(serde::Deserialize))]
#[serde(deny_unknown_fields)]
pub struct Calendar {
    /// Its code.
    pub id: CalendarId,
    /// What it is called.
    pub name: String,
    /// The zone whose clocks it goes by.
    pub zone: String,
    /// The windows of each working day.
    pub hours: Hours,
    /// Days without working time.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub holidays: Vec<Holiday>,
    /// Stretches of single days that are taken out.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub breaks: Vec<Exception>,
    /// Stretches of single days that are worked as well, holiday or not.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub extra: Vec<Exception>,
}

read_by_fields!(Calendar { id, name, zone, hours; holidays, breaks, extra });

/// A day without working time: the windows that start on it are closed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(serde::Deserialize))]
#[serde(deny_unknown_fields)]
pub struct Holiday {
    /// Which day.
    pub date: Date,
    /// What it is called.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// Imported, but worked here all the same.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub off: bool,
}

read_by_fields!(Holiday { date; name, off });

/// What is different on one day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(serde::Deserialize))]
#[serde(deny_unknown_fields)]
pub struct Exception {
    /// Which day.
    pub date: Date,
    /// The stretches of it.
    pub windows: Vec<Window>,
}

read_by_fields!(Exception { date, windows });

/// Entries of one list of a calendar at the most.
pub const MOST_ENTRIES: usize = 4_000;
/// Windows of one day at the most.
pub const MOST_WINDOWS: usize = 48;

/// Why something is not a calendar. [`CalendarError::field`] names the field.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum CalendarError {
    /// Two windows of one week overlap.
    #[error("a window overlaps another")]
    Overlap {
        /// The day on which the later of them starts.
        day: Day,
    },
    /// There is no window at all.
    #[error("the calendar has no working time; open one window at least")]
    NoWorkingTime,
    /// The zone's table is not among the rules.
    #[error("{0:?} is not a time zone known here")]
    UnknownZone(String),
    /// A break or extra time that does not end on its day.
    #[error("the stretch on {date} has to end on the same day")]
    OverMidnight {
        /// `breaks` or `extra`.
        list: &'static str,
        /// On which day.
        date: Date,
    },
    /// More than fits.
    #[error("there are more than {limit} entries")]
    TooMany {
        /// Which list.
        list: &'static str,
        /// How many there may be.
        limit: usize,
    },
}

impl CalendarError {
    /// The field that is wrong, as in `hours.mon`.
    pub fn field(&self) -> String {
        match self {
            Self::Overlap { day } => format!("hours.{}", day.code()),
            Self::NoWorkingTime => "hours".to_owned(),
            Self::UnknownZone(_) => "zone".to_owned(),
            Self::OverMidnight { list, .. } | Self::TooMany { list, .. } => (*list).to_owned(),
        }
    }
}

const WEEK: i64 = 7 * DAY;

impl Calendar {
    /// What is wrong with it, but for its zone.
    ///
    /// # Errors
    /// The first thing that is wrong, by its field.
    pub fn check(&self) -> Result<(), CalendarError> {
        let lists =
            [("holidays", self.holidays.len()), ("breaks", self.breaks.len()), ("extra", self.extra.len())];
        if let Some((list, _)) = lists.iter().find(|(_, entries)| *entries > MOST_ENTRIES) {
            return Err(CalendarError::TooMany { list, limit: MOST_ENTRIES });
        }
        if self.hours.each().any(|(_, windows)| windows.len() > MOST_WINDOWS) {
            return Err(CalendarError::TooMany { list: "hours", limit: MOST_WINDOWS });
        }
        for (list, exceptions) in [("breaks", &self.breaks), ("extra", &self.extra)] {
            if exceptions.iter().any(|exception| exception.windows.len() > MOST_WINDOWS) {
                return Err(CalendarError::TooMany { list, limit: MOST_WINDOWS });
            }
            let crosses =
                |exception: &&Exception| exception.windows.iter().any(|window| window.crosses_midnight());
            if let Some(exception) = exceptions.iter().find(crosses) {
                return Err(CalendarError::OverMidnight { list, date: exception.date });
            }
        }
        self.check_week()
    }

    fn check_week(&self) -> Result<(), CalendarError> {
        let mut week: Vec<(i64, i64)> = Vec::new();
        for (day, windows) in self.hours.each() {
            let midnight = day as i64 * DAY;
            for window in windows {
                let open = (midnight + window.opens(), midnight + window.closes());
                week.insert(week.partition_point(|other| *other <= open), open);
            }
        }
        let Some((opens, closes)) = week.first().copied() else { return Err(CalendarError::NoWorkingTime) };
        // The week begins again.
        week.push((opens + WEEK, closes + WEEK));
        match week.windows(2).find(|pair| pair[1].0 < pair[0].1) {
            Some(pair) => Err(CalendarError::Overlap { day: Day::ALL[(pair[1].0 % WEEK / DAY) as usize] }),
            None => Ok(()),
        }
    }
}
