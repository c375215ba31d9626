//! Setting up what the chores need. Every tool has its own file with a function that makes sure of it, cheap
//! when it is there, and safe to repeat.
//!
//! Tools that the system does not have are built or fetched into a folder of the user's cache, each under a
//! name with its version, so that all checkouts share them and none breaks another.

mod apt;
mod bindgen;
mod browser;
mod cache;
pub mod cpp;
mod node;
mod standard_library;
mod toolchain;
mod trunk;
mod wasm_opt;

pub use browser::{chromium, firefox};
pub use node::{modules as node_modules, node, peers};
pub use toolchain::Toolchain;
pub use wasm_opt::OPTIONS as WASM_OPT_OPTIONS;

use crate::process;
use crate::project::Project;
use crate::shell::split;
use anyhow::Result;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Everything that is needed to build the app.
pub struct AppTools {
    toolchain: Toolchain,
    trunk: PathBuf,
    bindgen: PathBuf,
    wasm_opt: PathBuf,
}

impl AppTools {
    /// Makes sure of the compiler for wasm, trunk, wasm-bindgen and wasm-opt.
    pub fn ensure(project: &Project) -> Result<Self> {
        Ok(Self {
            toolchain: Toolchain::ensure(project)?,
            trunk: trunk::ensure()?,
            bindgen: bindgen::ensure(project)?,
            wasm_opt: wasm_opt::ensure()?,
        })
    }

    /// The compiler for wasm.
    pub fn toolchain(&self) -> &Toolchain {
        &self.toolchain
    }

    /// Trunk, with the right compiler and a stand-in for wasm-bindgen on its PATH.
    pub fn trunk(&self, project: &Project) -> Result<Command> {
        let mut command = self.toolchain.command(&self.trunk, project)?;
        // The compiler's folder comes first: beside a wasm-bindgen of the user's there may be another cargo.
        let stand_in = split::stand_in(&mut command, &self.bindgen, &project.wasm_target())?;
        let folders: Vec<_> =
            self.toolchain.first_on_path().into_iter().chain([stand_in.as_path()]).collect();
        command.env("PATH", process::path_with(&folders)?);
        // Trunk reads this variable as an option of its own and stops at values other than true and false.
        command.env_remove("NO_COLOR");
        // What cargo said about the code is what helps, not where in trunk it was heard.
        command.env("RUST_BACKTRACE", "0");
        Ok(command)
    }

    /// wasm-bindgen itself, for what is not split.
    pub fn wasm_bindgen(&self) -> &Path {
        &self.bindgen
    }

    /// Binaryen's optimiser.
    pub fn wasm_opt(&self) -> Command {
        Command::new(&self.wasm_opt)
    }

    /// Names the versions that decide what the built app looks like.
    pub fn versions(&self) -> String {
        let paths = [&self.trunk, &self.bindgen, &self.wasm_opt];
        let asked = paths.map(|path| process::ask(Command::new(path).arg("--version")).unwrap_or_default());
        format!("{} {}", self.toolchain.version(), asked.join(" "))
    }
}
