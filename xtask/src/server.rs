//! Building the server.

use crate::project::Project;
use crate::{process, say};
use anyhow::Result;

/// Builds `target/native/holdfast`; cargo knows when there is nothing to do.
pub fn build(project: &Project) -> Result<()> {
    say::timed("server: building it (3 minutes from nothing, then seconds)", || {
        let mut cargo = process::cargo();
        cargo.current_dir(&project.root).args([
            "build",
            "--profile",
            "native",
            "--package",
            "holdfast-server",
        ]);
        process::run(&mut cargo, "the server did not build")
    })
}
