//! The server of Holdfast, where devices meet: the JSON API, its storage, and the commands of the binary `holdfast`.
//!
//! [`http`] speaks to the outside, [`replication`] and [`desk`] decide with the rules of `holdfast-desk`,
//! [`storage`] keeps what was decided, [`auth`] says who is who. Arrows point down only.

pub mod storage;
