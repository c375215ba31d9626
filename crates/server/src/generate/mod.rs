//! Making up logs of other desks: the same form and the same quirks as real ones, for tests and demonstrations that
//! cannot have the real ones. The same seed always makes the same bytes.

mod dice;
mod servicenow;
mod ticket;

use std::io::{self, Write};

/// Whose form a log has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Form {
    /// The incident log of a ServiceNow instance.
    ServicenowIncidents,
}

/// Writes a log of so many tickets.
///
/// # Errors
/// When it cannot be written.
pub fn generate(form: Form, seed: u64, tickets: u32, out: &mut dyn Write) -> io::Result<()> {
    match form {
        Form::ServicenowIncidents => servicenow::write(seed, tickets, out),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn made(seed: u64, tickets: u32) -> Vec<u8> {
        let mut out = Vec::new();
        generate(Form::ServicenowIncidents, seed, tickets, &mut out).unwrap();
        out
    }

    #[test]
    fn the_same_seed_makes_the_same_log() {
        assert_eq!(made(7, 50), made(7, 50));
        assert_ne!(made(7, 50), made(8, 50));
    }

    #[test]
    fn a_log_has_the_quirks_of_the_real_one() {
        let log = String::from_utf8(made(1, 400)).unwrap();
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
