//! Which database a command works on.

use std::path::PathBuf;

use super::Failure;
use crate::storage::Storage;

/// Which database a command works on.
#[derive(Clone, Debug, clap::Args)]
pub struct Database {
    /// The SQLite file, as a path or as sqlite:PATH.
    #[arg(long, env = "HOLDFAST_DATABASE", default_value = "holdfast.sqlite", value_name = "PATH")]
    database: String,
}

impl Database {
    /// Opens the database, and makes it where there is none.
    ///
    /// # Errors
    /// In a sentence that names the file.
    pub fn open(&self) -> Result<Storage, Failure> {
        let path = self.path()?;
        Storage::open(&path).map_err(|error| self.failure(&error))
    }

    /// Opens a database that must be there.
    ///
    /// # Errors
    /// In a sentence that names the file.
    pub fn open_existing(&self) -> Result<Storage, Failure> {
        let path = self.path()?;
        Storage::open_existing(&path).map_err(|error| self.failure(&error))
    }

    /// What went wrong with this database, in a sentence that names it.
    pub fn failure(&self, error: &dyn std::error::Error) -> Failure {
        Failure::new(format!("{}: {error}", self.database))
    }

    fn path(&self) -> Result<PathBuf, Failure> {
        let path = match self.database.split_once(':') {
            Some(("sqlite", path)) => path.strip_prefix("//").unwrap_or(path),
            Some((scheme, rest)) if rest.starts_with("//") => {
                return Err(Failure::new(format!(
                    "{scheme} databases are not supported by this version: give a path, or sqlite:PATH"
                )));
            }
            _ => &self.database,
        };
        Ok(PathBuf::from(path))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(database: &str) -> Result<PathBuf, Failure> {
        Database { database: database.to_owned() }.path()
    }

    #[test]
    fn a_database_is_a_path_or_a_url() {
        for name in ["a/b.sqlite", "sqlite:a/b.sqlite", "sqlite://a/b.sqlite"] {
            assert_eq!(path(name), Ok(PathBuf::from("a/b.sqlite")));
        }
        assert_eq!(path("sqlite:///a/b.sqlite"), Ok(PathBuf::from("/a/b.sqlite")));
        assert!(path("postgres://localhost/desk").unwrap_err().to_string().contains("sqlite:PATH"));
    }
}
