//! The commands of the binary `holdfast`.

mod bench_accept;
mod bench_bare;
mod bench_import;
mod compact;
mod database;
mod export;
mod failure;
mod generate;
mod import;
mod log;
mod password;
mod serve;
mod signals;
mod sla;
mod team;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

pub use database::Database;
pub use failure::Failure;

/// Holdfast: a help desk that works with no network.
#[derive(Debug, Parser)]
#[command(name = "holdfast", version, about)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve the app and its API.
    Serve(serve::Args),
    /// Load another desk's log by a mapping, or an export of holdfast.
    Import(import::Args),
    /// Write everything that ever happened as JSON Lines.
    Export(export::Args),
    /// Give a person another password, read from standard input; all their sessions end.
    Password(password::Args),
    /// Change a team: whether it is private, and who is in it.
    Team(team::Args),
    /// Forget tickets that were deleted long ago.
    Compact(compact::Args),
    /// Make up a log of another desk, to try the import on.
    Generate(generate::Args),
    /// Ask calendars and clocks: files of cases, and time zones.
    #[command(subcommand)]
    Sla(sla::Args),
    /// Measure how fast events are accepted.
    #[command(hide = true)]
    BenchAccept(bench_accept::Args),
    /// Measure the import.
    #[command(hide = true)]
    BenchImport(bench_import::Args),
    /// Take lines from a page into a bare table, to measure against.
    #[command(hide = true)]
    BenchBare(bench_bare::Args),
}

/// Runs the command that the arguments name. What goes wrong is one sentence on standard error.
pub fn main() -> ExitCode {
    let result = match Cli::parse().command {
        Command::Serve(args) => serve::run(args),
        Command::Import(args) => import::run(args),
        Command::Export(args) => export::run(&args),
        Command::Password(args) => password::run(&args),
        Command::Team(args) => team::run(&args),
        Command::Compact(args) => compact::run(&args),
        Command::Generate(args) => generate::run(&args),
        Command::Sla(args) => sla::run(&args),
        Command::BenchAccept(args) => bench_accept::run(&args),
        Command::BenchImport(args) => bench_import::run(&args),
        Command::BenchBare(args) => bench_bare::run(&args),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("holdfast: {failure}");
            ExitCode::FAILURE
        }
    }
}
