//! What is said, as `words.toml` has it.

use holdfast_desk::CategoryId;
use serde::Deserialize;

/// Every list of `words.toml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Words {
    pub greetings: Vec<String>,
    pub details: Vec<String>,
    pub questions: Vec<String>,
    pub answers: Vec<String>,
    pub notes: Vec<String>,
    pub progress: Vec<String>,
    pub solutions: Vec<String>,
    pub thanks: Vec<String>,
    pub reopened: Vec<String>,
    pub products: Vec<String>,
    pub systems: Vec<String>,
    pub words: Vec<String>,
    pub tags: Vec<String>,
    pub cities: Vec<String>,
    pub kinds_of_sites: Vec<String>,
    pub teams: Vec<String>,
    pub first_names: Vec<String>,
    pub last_names: Vec<String>,
    pub topics: Vec<Topic>,
}

/// What tickets of one category are about.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Topic {
    pub name: String,
    pub things: Vec<String>,
    pub faults: Vec<String>,
    pub causes: Vec<String>,
    pub fixes: Vec<String>,
}

impl Words {
    /// The words that come with the program.
    pub fn read() -> Result<Self, toml::de::Error> {
        toml::from_str(include_str!("words.toml"))
    }

    /// The site with this number in the log, from 1; `None` for 0.
    pub fn site(&self, number: u32) -> Option<String> {
        let place = (number as usize).checked_sub(1)?;
        let kinds = self.kinds_of_sites.len().max(1);
        let city = self.cities.get(place / kinds % self.cities.len().max(1))?;
        Some(format!("{city} {}", self.kinds_of_sites.get(place % kinds)?))
    }

    /// What tickets of this category of the log are about; there are more of those than topics.
    pub fn topic(&self, category: u32) -> Option<&Topic> {
        self.topics.get(category.saturating_sub(1) as usize % self.topics.len().max(1))
    }
}

impl Topic {
    /// Its category, as the demonstration's codes are made.
    pub fn category(&self) -> CategoryId {
        CategoryId(self.name.to_lowercase().replace(' ', "_"))
    }
}
