//! The project's chores. `cargo xtask` without arguments lists them.

mod app;
mod bench;
mod check;
mod failures;
mod files;
mod fuzz;
mod probe;
mod process;
mod project;
mod run;
mod say;
mod server;
mod shell;
mod soak;
mod tools;

use anyhow::{Result, bail};
use project::Project;
use std::process::ExitCode;

const USAGE: &str = "\
The chores of Holdfast. Each sets up what it needs by itself; the first time takes minutes, then seconds.

  cargo xtask run [--address 127.0.0.1:7070] [--data data/holdfast.sqlite] [more for `holdfast serve`]
                          build the app and the server and serve them with demonstration data
  cargo xtask build       build the app only: static files in dist/ for any host
  cargo xtask test [lint|rules|fuzz|browser]
                          all checks, or a part: formatting and clippy, tests of the crates, a fuzzer for 20 seconds,
                          tests in a browser
  cargo xtask soak [MINUTES]
                          what looks for rare faults, for as long as there is time: 60 minutes if not said otherwise
  cargo xtask failures    every known way to lose work, with the tests that show it closed
  cargo xtask bench       measure what we promise and print it as a table
";

fn main() -> ExitCode {
    let done = shell::split::run_as_stand_in().map(|stood_in| stood_in.map(|()| ExitCode::SUCCESS));
    match done.unwrap_or_else(dispatch) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn dispatch() -> Result<ExitCode> {
    let mut arguments = std::env::args().skip(1);
    let chore = arguments.next();
    let rest: Vec<String> = arguments.collect();
    let project = Project::find()?;
    match chore.as_deref() {
        Some("run") => run::run(&project, &rest),
        Some("build") => {
            takes_nothing("build", &rest)?;
            app::build(&project)?;
            Ok(ExitCode::SUCCESS)
        }
        Some("test") => check::check(&project, &rest),
        Some("failures") => {
            takes_nothing("failures", &rest)?;
            failures::failures(&project)
        }
        Some("soak") => soak::soak(&project, &rest),
        Some("bench") => {
            takes_nothing("bench", &rest)?;
            bench::bench(&project)
        }
        None | Some("help" | "--help" | "-h") => {
            print!("{USAGE}");
            Ok(ExitCode::SUCCESS)
        }
        Some(other) => bail!("there is no chore named `{other}`: `cargo xtask` lists them"),
    }
}

fn takes_nothing(chore: &str, rest: &[String]) -> Result<()> {
    match rest.first() {
        Some(first) => bail!("`cargo xtask {chore}` takes no arguments, but was given `{first}`"),
        None => Ok(()),
    }
}
