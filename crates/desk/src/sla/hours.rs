//! The hours of a week in which a calendar works.

use serde::Serialize;

use super::day::{Day, Window};
use crate::read_by_fields;

/// When the work of a week is done. Windows belong to the day on which they open; on a day without any nobody works.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(serde::Deserialize))]
#[serde(deny_unknown_fields, default)]
pub struct Hours {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    mon: Vec<Window>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tue: Vec<Window>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    wed: Vec<Window>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    thu: Vec<Window>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    fri: Vec<Window>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    sat: Vec<Window>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    sun: Vec<Window>,
}

read_by_fields!(Hours {; mon, tue, wed, thu, fri, sat, sun });

impl Hours {
    /// The windows of a day.
    pub fn of(&self, day: Day) -> &[Window] {
        match day {
            Day::Mon => &self.mon,
            Day::Tue => &self.tue,
            Day::Wed => &self.wed,
            Day::Thu => &self.thu,
            Day::Fri => &self.fri,
            Day::Sat => &self.sat,
            Day::Sun => &self.sun,
        }
    }

    /// Gives a day other windows.
    pub fn set(&mut self, day: Day, windows: Vec<Window>) {
        let of_day = match day {
            Day::Mon => &mut self.mon,
            Day::Tue => &mut self.tue,
            Day::Wed => &mut self.wed,
            Day::Thu => &mut self.thu,
            Day::Fri => &mut self.fri,
            Day::Sat => &mut self.sat,
            Day::Sun => &mut self.sun,
        };
        *of_day = windows;
    }

    /// Every day with its windows, Monday first.
    pub fn each(&self) -> impl Iterator<Item = (Day, &[Window])> {
        Day::ALL.into_iter().map(|day| (day, self.of(day)))
    }
}

impl FromIterator<(Day, Vec<Window>)> for Hours {
    fn from_iter<I: IntoIterator<Item = (Day, Vec<Window>)>>(days: I) -> Self {
        let mut hours = Self::default();
        for (day, windows) in days {
            hours.set(day, windows);
        }
        hours
    }
}
