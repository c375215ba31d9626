//! What can be replicated: anything that is a history of events with rules of its own.

use std::collections::HashMap;
use std::hash::Hash;

use holdfast_desk::access::Sight;
use holdfast_desk::{EventId, Instant};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// A kind of thing that devices and the server keep in step. Everything here is pure.
pub trait Kind: Sized + Clone + PartialEq + std::fmt::Debug {
    /// Which thing of this kind.
    type Id: Copy + Eq + Ord + Hash + std::fmt::Debug + Serialize + DeserializeOwned;
    /// What happens to one thing.
    type Event: Clone + PartialEq + std::fmt::Debug + Serialize + DeserializeOwned;
    /// A thing as its history leaves it.
    type State: Clone + PartialEq + std::fmt::Debug + Serialize + DeserializeOwned;
    /// Where the states of many things are kept in memory.
    type States: States<Self::Id, Self::State>;
    /// Why something cannot happen.
    type Refusal: Clone + PartialEq + std::fmt::Debug + Serialize + DeserializeOwned;
    /// What of all things one person sees.
    type Scope: Clone + PartialEq + std::fmt::Debug + Serialize + DeserializeOwned;
    /// What decisions rest on besides the thing itself: the rules in force and who acts.
    type Rules<'a>: Copy;

    /// The event's id.
    fn event_id(event: &Self::Event) -> EventId;

    /// The thing it happens to.
    fn thing(event: &Self::Event) -> Self::Id;

    /// When something last happened to a thing.
    fn last_at(state: &Self::State) -> Instant;

    /// What the person sees who acts by these rules.
    fn scope(rules: Self::Rules<'_>) -> Self::Scope;

    /// How much of a thing is seen in this scope.
    fn sight(scope: &Self::Scope, state: &Self::State) -> Sight;

    /// The state after one more event.
    fn evolve(state: Option<Self::State>, event: &Self::Event) -> Option<Self::State>;

    /// Decides an event again, on this state and as of this instant: the event as it holds there, and the state it
    /// leads to.
    ///
    /// # Errors
    /// Why it cannot happen there.
    fn decide_again(
        state: Option<&Self::State>,
        event: &Self::Event,
        at: Instant,
        rules: Self::Rules<'_>,
    ) -> Result<(Self::Event, Self::State), Self::Refusal>;
}

/// The states of many things, in memory.
pub trait States<I, S>: Clone + Default + std::fmt::Debug {
    /// How many there are.
    fn count(&self) -> usize;

    /// Whether there is one of this thing.
    fn has(&self, thing: I) -> bool;

    /// The state of a thing.
    fn get(&self, thing: I) -> Option<S>;

    /// Puts a state in the place of what is here of its thing.
    fn put(&mut self, thing: I, state: S);

    /// Takes a thing out.
    fn remove(&mut self, thing: I);

    /// Every thing there is.
    fn things(&self) -> impl Iterator<Item = I>;

    /// Every thing with its state.
    fn each(&self) -> impl Iterator<Item = (I, S)>;
}

impl<I: Copy + Eq + Hash + std::fmt::Debug, S: Clone + std::fmt::Debug> States<I, S> for HashMap<I, S> {
    fn count(&self) -> usize {
        self.len()
    }

    fn has(&self, thing: I) -> bool {
        self.contains_key(&thing)
    }

    fn get(&self, thing: I) -> Option<S> {
        self.get(&thing).cloned()
    }

    fn put(&mut self, thing: I, state: S) {
        self.insert(thing, state);
    }

    fn remove(&mut self, thing: I) {
        self.remove(&thing);
    }

    fn things(&self) -> impl Iterator<Item = I> {
        self.keys().copied()
    }

    fn each(&self) -> impl Iterator<Item = (I, S)> {
        self.iter().map(|(thing, state)| (*thing, state.clone()))
    }
}
