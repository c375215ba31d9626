//! How long things may be. The server tells them to clients, and refuses what exceeds them before anything else.
//! Lengths are in characters.

/// A subject.
pub const SUBJECT: usize = 200;
/// A description, a reply or a note.
pub const TEXT: usize = 20_000;
/// A tag.
pub const TAG: usize = 40;
/// Tags on one ticket.
pub const TAGS: usize = 20;
/// A site or an asset.
pub const PLACE: usize = 120;
/// Wants in one command, and so changes in one event before triggers add theirs.
pub const WANTS: usize = 16;
/// Marks of one ticket, the moments that its clocks care about: statuses, replies, hand-overs and the like. The header
/// carries them all. A ticket that has as many is finished and nothing else; what is left to say goes into another one.
pub const MARKS: usize = 2_000;
