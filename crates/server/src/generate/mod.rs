//! Making up logs of other desks and histories of our own: the same form and the same quirks as real ones, for tests and
//! demonstrations that cannot have the real ones, or need larger ones. The same seed always makes the same bytes.

mod dice;
mod holdfast;
mod servicenow;
mod ticket;

use std::io::{self, Write};

use holdfast_desk::Instant;

/// Whose form a log has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Form {
    /// The incident log of a ServiceNow instance.
    ServicenowIncidents,
    /// An export of holdfast itself, with texts and open work.
    Holdfast,
}

/// What to make up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// The same seed makes the same bytes.
    pub seed: u64,
    /// How many tickets.
    pub tickets: u32,
    /// How many tickets are raised in a year. A ServiceNow log always has as many as the real one.
    pub a_year: u32,
    /// The instant at which the history ends. A ServiceNow log begins when the real one does.
    pub until: Instant,
}

impl Wanted {
    /// Tickets raised in a year unless said: the real log has 24,918 of one year.
    pub const A_YEAR: u32 = 25_000;
    /// Monday, 2026-03-02T09:00:00Z: when a history ends unless said.
    pub const UNTIL_SECONDS: i64 = 1_772_442_000;

    /// So many tickets of this seed, at the real log's rate.
    pub fn new(seed: u64, tickets: u32) -> Self {
        Self { seed, tickets, a_year: Self::A_YEAR, until: Instant::from_seconds(Self::UNTIL_SECONDS) }
    }
}

/// Writes what is wanted.
///
/// # Errors
/// When it cannot be written.
pub fn generate(form: Form, wanted: &Wanted, out: &mut dyn Write) -> io::Result<()> {
    match form {
        Form::ServicenowIncidents => servicenow::write(wanted.seed, wanted.tickets, out),
        Form::Holdfast => holdfast::write(wanted, out),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn made(form: Form, seed: u64, tickets: u32) -> Vec<u8> {
        let mut out = Vec::new();
        generate(form, &Wanted::new(seed, tickets), &mut out).unwrap();
        out
    }

    #[test]
    fn the_same_seed_makes_the_same_log() {
        for form in [Form::ServicenowIncidents, Form::Holdfast] {
            assert_eq!(made(form, 7, 50), made(form, 7, 50));
            assert_ne!(made(form, 7, 50), made(form, 8, 50));
        }
    }

    #[test]
    fn a_log_has_the_quirks_of_the_real_one() {
        let log = String::from_utf8(made(Form::ServicenowIncidents, 1, 400)).unwrap();
        let mut rows = csv::Reader::from_reader(log.as_bytes());
        assert_eq!(rows.headers().unwrap().len(), 36);
        let rows: Vec<csv::StringRecord> = rows.records().map(Result::unwrap).collect();
        let count = |state: &str| rows.iter().filter(|row| &row[1] == state).count();
        assert_eq!(count("-100"), 5);
        assert!(count("Resolved") >= 400 && count("Awaiting User Info") > 50);
        let tickets: Vec<&[csv::StringRecord]> = rows.chunk_by(|a, b| a[0] == b[0]).collect();
        assert_eq!(tickets.len(), 400, "the rows of a ticket stand together");
        assert!(tickets.iter().all(|rows| (2..=58).contains(&rows.len())));
        assert!(tickets.iter().all(|rows| rows.last().is_some_and(|row| &row[1] == "Closed")));
        assert!(rows.iter().any(|row| &row[4] != "0"), "some tickets are reopened");
    }
}
