//! Parts of the rules alone. The SLA engine: its answers to cases, and work to measure it by, built twice, natively and for
//! the browser, so that both can be compared. And headers as the app packs them, to measure what storing them takes.

pub mod packing;
pub mod work;

use std::collections::HashMap;

use holdfast_desk::sla::{Zone, cases};
use wasm_bindgen::prelude::*;

/// What `holdfast sla eval` prints for these cases, given the tables of their zones as JSON Lines.
///
/// # Errors
/// The line that is no case, or no zone.
#[wasm_bindgen]
pub fn answers(cases: &str, zones: &str) -> Result<String, JsError> {
    let zones: Result<HashMap<String, Zone>, serde_json::Error> = zones
        .lines()
        .map(|line| serde_json::from_str(line).map(|zone: Zone| (zone.name.clone(), zone)))
        .collect();
    let zones = zones?;
    let mut text = String::new();
    for (line, number) in cases.lines().zip(1..) {
        let outcome = cases::run(line, |name| zones.get(name).cloned());
        let outcome = outcome.map_err(|error| JsError::new(&format!("line {number}: {error}")))?;
        text.push_str(&outcome.found.to_string());
        text.push('\n');
    }
    Ok(text)
}

/// Work that a page can time.
#[wasm_bindgen]
pub struct Probe(work::Work);

#[wasm_bindgen]
impl Probe {
    /// Prepares the work.
    #[wasm_bindgen(constructor)]
    #[allow(clippy::new_without_default)] // A constructor for scripts, which know no default.
    pub fn new() -> Self {
        Self(work::Work::new())
    }

    /// Adds working time so many times; returns a sum, so that nothing is left out.
    pub fn add(&self, times: u32) -> f64 {
        self.0.add(times) as f64
    }

    /// Measures working time so many times.
    pub fn within(&self, times: u32) -> f64 {
        self.0.within(times) as f64
    }

    /// All clocks of so many tickets with ten events each.
    pub fn clocks(&self, tickets: u32) -> f64 {
        self.0.clocks(tickets) as f64
    }
}
