//! The compiler that makes wasm.
//!
//! With rustup the target is added to the toolchain in use. Where rustup is absent or must not fetch
//! (`RUSTUP_AUTO_INSTALL=0`), Debian's compiler does it, with a standard library built from the source that
//! comes with it.

use super::{apt, standard_library};
use crate::project::Project;
use crate::{process, say};
use anyhow::Result;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The target's name.
pub const TARGET: &str = "wasm32-unknown-unknown";

const DEBIAN_FOLDER: &str = "/usr/bin";
const DEBIAN_PACKAGES: [&str; 5] =
    ["rustc-web", "cargo-web", "rust-web-src", "rust-web-clippy", "rust-web-llvm"];
const DEBIAN_PROGRAMS: [&str; 4] = ["rustc", "cargo", "cargo-clippy", "rust-lld"];

/// Which compiler makes wasm.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Toolchain {
    /// The one that also makes native code.
    Ambient,
    /// Debian's, beside another one.
    Debian,
}

impl Toolchain {
    /// Makes sure of a compiler with a standard library for wasm.
    pub fn ensure(project: &Project) -> Result<Self> {
        if standard_library::is_there(&mut rustc_in_use(project)) {
            return Ok(Self::Ambient);
        }
        if may_use_rustup() {
            say::doing(&format!("wasm: adding the target {TARGET} with rustup (about 10 seconds, once)"));
            let mut rustup = Command::new("rustup");
            rustup.current_dir(&project.root).args(["target", "add", TARGET]);
            process::run(
                &mut rustup,
                &format!("the target is missing, get it with `rustup target add {TARGET}`"),
            )?;
            return Ok(Self::Ambient);
        }
        if DEBIAN_PROGRAMS.iter().any(|program| !debian(program).is_file()) || !standard_library::has_source()
        {
            apt::install(&DEBIAN_PACKAGES, "a compiler for wasm is missing")?;
        }
        if let Some(package) = linker_package() {
            apt::install(&[&package], "a linker for wasm is missing")?;
        }
        if !standard_library::is_there(&mut Self::Debian.rustc()) {
            standard_library::build(Self::Debian)?;
        }
        Ok(Self::Debian)
    }

    /// Whether nothing but package registries may be used, so that trunk must not fetch anything either.
    pub fn is_offline(self) -> bool {
        self == Self::Debian
    }

    /// The folder that must come first on PATH.
    pub fn first_on_path(self) -> Option<&'static Path> {
        (self == Self::Debian).then_some(Path::new(DEBIAN_FOLDER))
    }

    /// A program that builds wasm, in the checkout, with an environment that finds this compiler.
    pub fn command(self, program: impl AsRef<OsStr>, project: &Project) -> Result<Command> {
        let mut command = Command::new(program);
        self.prepare(&mut command)?;
        command.current_dir(&project.root).env("CARGO_TARGET_DIR", project.wasm_target());
        Ok(command)
    }

    /// `cargo` for wasm.
    pub fn cargo(self, project: &Project) -> Result<Command> {
        self.command(self.bare_cargo().get_program(), project)
    }

    /// `cargo` for wasm without a place to run in or a target folder.
    pub fn bare_cargo(self) -> Command {
        match self {
            Self::Ambient => Command::new("cargo"),
            Self::Debian => Command::new(debian("cargo")),
        }
    }

    /// `cargo clippy` for wasm. Debian's is called by its path, since cargo would look for it in its own home
    /// first and find the one that rustup put there.
    pub fn clippy(self, project: &Project) -> Result<Command> {
        let mut command = match self {
            Self::Ambient => self.command("cargo", project)?,
            Self::Debian => self.command(debian("cargo-clippy"), project)?,
        };
        command.arg("clippy");
        Ok(command)
    }

    /// Makes a command's environment one that finds this compiler.
    pub fn prepare(self, command: &mut Command) -> Result<()> {
        process::forget_xtask(command);
        let first: Vec<_> = self.first_on_path().into_iter().collect();
        command.env("PATH", process::path_with(&first)?);
        if self == Self::Debian {
            for name in ["RUSTUP_TOOLCHAIN", "CARGO", "RUSTC", "RUSTDOC", "RUSTC_WRAPPER", "LD_LIBRARY_PATH"]
            {
                command.env_remove(name);
            }
        }
        Ok(())
    }

    /// The compiler's version.
    pub fn version(self) -> String {
        process::ask(self.rustc().arg("--version")).unwrap_or_default()
    }

    /// The bare compiler.
    pub fn rustc(self) -> Command {
        match self {
            Self::Ambient => Command::new("rustc"),
            Self::Debian => {
                let mut command = Command::new(debian("rustc"));
                command.env_remove("LD_LIBRARY_PATH");
                command
            }
        }
    }
}

fn rustc_in_use(project: &Project) -> Command {
    let mut command = Toolchain::Ambient.rustc();
    command.current_dir(&project.root);
    command
}

/// Debian's program of a name.
fn debian(program: &str) -> PathBuf {
    Path::new(DEBIAN_FOLDER).join(program)
}

/// The package with the linker that the compiler asks for, when it is not there: Debian's `rust-lld` is a link
/// to the linker of one version of LLVM, `lld-22`, which the package with the link does not bring.
fn linker_package() -> Option<String> {
    let link = debian("rust-lld");
    let linker = link.read_link().ok().filter(|_| !link.is_file())?;
    Some(linker.file_name()?.to_string_lossy().into_owned())
}

fn may_use_rustup() -> bool {
    let forbidden = std::env::var_os("RUSTUP_AUTO_INSTALL").is_some_and(|value| value == "0");
    !forbidden && process::on_path("rustup").is_some()
}
