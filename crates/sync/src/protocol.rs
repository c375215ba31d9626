//! What a device and the server say to each other, version 1. `docs/protocol.md` tells it in words.

use std::fmt;

use holdfast_desk::fields::Fields;
use holdfast_desk::{EventId, Instant, read_by_fields};
use serde::de::{DeserializeOwned, Error as _};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Error;
use uuid::Uuid;

/// What a device speaks. It says so with every request.
pub const VERSION: u32 = 1;
/// The oldest version that a server of today understands.
pub const OLDEST_VERSION: u32 = 1;
/// The header in which a device says what it speaks.
pub const VERSION_HEADER: &str = "holdfast-protocol";

/// Events in one push at the most.
pub const PUSH_EVENTS: usize = 1_000;
/// Bytes in the body of one request at the most.
pub const BODY_BYTES: usize = 4 * 1024 * 1024;
/// Events in one page of a pull at the most.
pub const PULL_EVENTS: usize = 1_000;

/// How much a server takes at once. It says so with every page, so that a device can keep to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(Deserialize))]
pub struct Limits {
    /// Events in one push.
    pub push_events: usize,
    /// Bytes in the body of one request.
    pub body_bytes: usize,
}

read_by_fields!(Limits { push_events, body_bytes });

impl Limits {
    /// The limits of this version.
    pub const OURS: Self = Self { push_events: PUSH_EVENTS, body_bytes: BODY_BYTES };
}

impl Default for Limits {
    fn default() -> Self {
        Self::OURS
    }
}

/// One browser profile, for as long as its database lives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct DeviceId(pub Uuid);

impl fmt::Display for DeviceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A device's own count of the events it made: from 1, without gaps.
pub type DeviceSeq = u64;

/// The server's count of the events it accepted in one workspace, in the order in which they were committed.
pub type Seq = u64;

/// One life of a workspace's database. Another epoch means that it was restored or replaced.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Epoch(pub Uuid);

impl fmt::Display for Epoch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Where and when a device made an event, by its own account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Stamp {
    /// Which device.
    pub device: DeviceId,
    /// The how manieth of its events.
    pub device_seq: DeviceSeq,
    /// What the device's clock showed.
    pub occurred_at: Instant,
    /// By how many milliseconds that clock was behind the server's when the two last spoke.
    pub offset_ms: i64,
}

impl Stamp {
    /// The instant that the server's clock would have shown, as far as the device knew.
    pub fn corrected(&self) -> Instant {
        self.occurred_at.plus_millis(self.offset_ms)
    }
}

/// An event on its way to the server.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Proposed<E> {
    /// Where and when it was made.
    pub stamp: Stamp,
    /// What happened.
    pub event: E,
}

/// An event that the server accepted.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Recorded<E> {
    /// Its place among all events of the workspace.
    pub seq: Seq,
    /// When the server got it.
    pub received_at: Instant,
    /// Where it was made; missing for what was imported.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stamp: Option<Stamp>,
    /// What happened, as the server decided it.
    pub event: E,
}

/// A device's waiting events, in its order.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PushRequest<E> {
    /// The life of the database that the device reads. A server in another one decides nothing and answers nothing
    /// but its own epoch: the device has to offer again first what came before these events.
    pub epoch: Epoch,
    /// The events.
    pub events: Vec<Proposed<E>>,
}

/// What became of an event. Kept for ever: whoever asks again gets the same answer.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "verdict", rename_all = "snake_case")]
pub enum Verdict<R> {
    /// It holds.
    Accepted {
        /// Its place in the history.
        seq: Seq,
    },
    /// It does not, and never will.
    Rejected {
        /// Why.
        refusal: Reason<R>,
    },
}

impl<'de, R: DeserializeOwned> Deserialize<'de> for Verdict<R> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Fields::read(deserializer, |mut fields| match fields.tag("verdict")? {
            "accepted" => Ok(Self::Accepted { seq: fields.take("seq")? }),
            "rejected" => Ok(Self::Rejected { refusal: fields.take("refusal")? }),
            other => Err(Error::unknown_variant(other, &["accepted", "rejected"])),
        })
    }
}

/// Why an event was rejected.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "reason", rename_all = "snake_case")]
pub enum Reason<R> {
    /// A rule stands against it.
    Refused {
        /// Which, and what the state was.
        refusal: R,
    },
    /// Another event has this id already.
    EventIdReuse,
    /// It says that somebody else did it.
    NotYours,
    /// The server takes no request that holds it. Said by the device.
    TooLarge,
}

impl<'de, R: DeserializeOwned> Deserialize<'de> for Reason<R> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Fields::read(deserializer, |mut fields| match fields.tag("reason")? {
            "refused" => Ok(Self::Refused { refusal: fields.take("refusal")? }),
            "event_id_reuse" => Ok(Self::EventIdReuse),
            "not_yours" => Ok(Self::NotYours),
            "too_large" => Ok(Self::TooLarge),
            other => {
                let known = &["refused", "event_id_reuse", "not_yours", "too_large"];
                Err(Error::unknown_variant(other, known))
            }
        })
    }
}

/// The answer to one event.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Answer<R> {
    /// Which event.
    pub id: EventId,
    /// What became of it.
    #[serde(flatten)]
    pub verdict: Verdict<R>,
}

/// An answer as it is written. A push has a thousand of them, and field by field each took 10 µs to read.
#[derive(Deserialize)]
#[serde(bound(deserialize = "R: DeserializeOwned"))]
struct AnswerFields<R> {
    id: EventId,
    verdict: AnswerKind,
    seq: Option<Seq>,
    refusal: Option<Reason<R>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum AnswerKind {
    Accepted,
    Rejected,
}

impl<'de, R: DeserializeOwned> Deserialize<'de> for Answer<R> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let fields = AnswerFields::<R>::deserialize(deserializer)?;
        let verdict = match fields.verdict {
            AnswerKind::Accepted => fields.seq.map(|seq| Verdict::Accepted { seq }),
            AnswerKind::Rejected => fields.refusal.map(|refusal| Verdict::Rejected { refusal }),
        };
        let missing = || D::Error::custom("an answer without what became of the event");
        Ok(Self { id: fields.id, verdict: verdict.ok_or_else(missing)? })
    }
}

/// The server's answers to a push. An event without one was not decided, because an earlier one of the same thing
/// was rejected: the device decides it again and sends it again.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound(deserialize = "R: DeserializeOwned"))]
pub struct PushResponse<R> {
    /// The life of the database that answers. Answers of another life than the one the device reads say nothing.
    pub epoch: Epoch,
    /// In the order of the request.
    pub answers: Vec<Answer<R>>,
    /// The name by which two devices go, since a profile was copied: another event has one of these counts of it. The one
    /// that hears this takes another name and sends again what got no answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub forked: Option<DeviceId>,
    /// What the server's clock shows.
    pub now: Instant,
}

/// A page of the history after a cursor.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound(deserialize = "E: Deserialize<'de>, I: DeserializeOwned"))]
pub struct Page<E, I> {
    /// The life of the database it comes from.
    pub epoch: Epoch,
    /// The cursor that the device asked with: the page says nothing of what lies before it, except of what is `whole`.
    pub after: Seq,
    /// The events this person may see, in order.
    pub events: Vec<Recorded<E>>,
    /// Things of which the page holds everything up to its cursor, instead of whatever the device has of them: the
    /// person did not see them before, or something was taken out of their history.
    #[serde(default = "Vec::new", skip_serializing_if = "Vec::is_empty")]
    pub whole: Vec<I>,
    /// Things that this person does not see any more.
    #[serde(default = "Vec::new", skip_serializing_if = "Vec::is_empty")]
    pub gone: Vec<I>,
    /// How far the device has read once it has stored the page. Beyond the last event when what came after it is
    /// not for this person.
    pub cursor: Seq,
    /// How far there is to read.
    pub head: Seq,
    /// The version of the reference data (rules and people) by which the page was made; the device fetches it when
    /// its own is older.
    pub reference: u32,
    /// What the server takes at once.
    #[serde(default)]
    pub limits: Limits,
    /// What the server's clock shows.
    pub now: Instant,
}

/// How far there is to read: what a listening device says that it knows, and what it is told when there is more. A hint
/// promises nothing and replaces nothing; one that is lost is only late.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Hint {
    /// How far the history goes.
    pub head: Seq,
    /// The version of the reference data.
    pub reference: u32,
}

/// A hint as the server tells it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Told {
    /// How far the history goes.
    pub head: Seq,
    /// The version of the reference data.
    pub reference: u32,
    /// Milliseconds over which all who hear it spread what they ask then: the server knows how many they are.
    #[serde(default)]
    pub spread_ms: u32,
}

/// Which things are loaded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    /// The person's own work.
    Own,
    /// Everything but the own work, as far as nothing has happened to it since the device began with it.
    All,
}

/// How far things are loaded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(Deserialize))]
#[serde(deny_unknown_fields)]
pub struct Place<I> {
    /// Which of them.
    pub part: Part,
    /// Those up to this one are here.
    pub after: Option<I>,
    /// How far the history went when loading began with the person's own work; 0 where it did not.
    #[serde(default)]
    pub since: Seq,
}

read_by_fields!(Place<I> { part; after, since });

/// What a device saw of everything, and how far it had read then.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(Deserialize))]
#[serde(deny_unknown_fields, bound(deserialize = "S: Deserialize<'de>"))]
pub struct Seen<S> {
    /// What its person saw.
    pub scope: S,
    /// The cursor.
    pub at: Seq,
}

read_by_fields!(Seen<S> { scope, at });

/// Asks for things as they stand, each with its whole history: all of them, or those that came into sight.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, bound(deserialize = "I: DeserializeOwned, S: DeserializeOwned"))]
pub struct LoadRequest<I, S> {
    /// Histories up to this cursor, with which the device then reads on; as far as there is one, without it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub up_to: Option<Seq>,
    /// What the device has. Things of which it saw as much as its person sees now are left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub beyond: Option<Seen<S>>,
    /// Where to go on; from the start, without it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<Place<I>>,
}

/// Some things with their whole histories.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound(deserialize = "E: Deserialize<'de>, I: DeserializeOwned"))]
pub struct LoadResponse<E, I> {
    /// The life of the database it comes from.
    pub epoch: Epoch,
    /// The cursor that goes with it.
    pub up_to: Seq,
    /// Where the device asked to go on.
    pub place: Option<Place<I>>,
    /// Up to where the device said that it had seen things, if it did: without it, these are all of them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub beyond: Option<Seq>,
    /// The events, thing by thing.
    pub events: Vec<Recorded<E>>,
    /// The things.
    pub whole: Vec<I>,
    /// Where there is more.
    pub next: Option<Place<I>>,
    /// How many things there are in all, about.
    pub of: u64,
    /// How far there is to read.
    pub head: Seq,
    /// As with a page.
    pub reference: u32,
    /// As with a page.
    #[serde(default)]
    pub limits: Limits,
    /// What the server's clock shows.
    pub now: Instant,
}
