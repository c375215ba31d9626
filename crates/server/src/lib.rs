//! The server of Holdfast, where devices meet: the JSON API, its storage, and the commands of the binary `holdfast`.
//!
//! [`cli`] starts things, [`http`] speaks to the outside, [`replication`], [`tickets`] and [`views`] decide with the
//! rules of `holdfast-desk`, [`auth`] says who is who, [`storage`] keeps what was decided. Arrows point down only.

pub mod auth;
pub mod cli;
pub mod clock;
pub mod export;
pub mod feed;
pub mod generate;
pub mod holidays;
pub mod http;
pub mod import;
pub mod replication;
pub mod rules;
pub mod setup;
pub mod storage;
pub mod tickets;
pub mod views;
pub mod zones;
