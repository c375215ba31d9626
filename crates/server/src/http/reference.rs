//! Reference data: the rules in force and who there is.

use axum::Json;
use axum::extract::State as Shared;
use holdfast_desk::{Directory, Person, Rules};
use holdfast_sync::protocol::Epoch;
use serde::Serialize;

use super::problem::Problem;
use super::signed_in::SignedIn;
use super::state::State;

/// The reference data as one person may know it.
#[derive(Serialize)]
pub struct Reference {
    epoch: Epoch,
    version: u32,
    rules: Rules,
    directory: Directory,
}

/// `GET /reference`: rules, people and teams. A requester learns of the people who work for the desk, by name, and
/// of themselves; never of another requester.
pub async fn show(
    Shared(state): Shared<State>,
    SignedIn(person): SignedIn,
) -> Result<Json<Reference>, Problem> {
    let (epoch, reference) =
        state.read(|view| Ok((view.existing_workspace()?.epoch, view.reference()?))).await?;
    let directory = if person.role.is_agent() {
        reference.directory.clone()
    } else {
        let agents = reference.directory.agents().into_iter().cloned();
        let mut people: Vec<Person> = agents.map(|agent| Person { teams: Vec::new(), ..agent }).collect();
        people.push(person);
        Directory::new(people, reference.directory.teams().to_vec())
    };
    Ok(Json(Reference { epoch, version: reference.version, rules: reference.rules.clone(), directory }))
}
