//! The tests that drive the whole system through a real browser.

use crate::project::Project;
use crate::{app, files, probe, process, say, server, tools};
use anyhow::{Result, bail};
use std::path::PathBuf;
use std::process::Command;

/// Sets up the browser and Node.js, and builds the app and the server.
pub fn prepare(project: &Project) -> Result<()> {
    tools::node()?;
    tools::node_modules(project)?;
    tools::chromium()?;
    app::build(project)?;
    probe::build_for_browser(project)?;
    server::build(project)
}

/// Runs the test files one after the other: each starts its own servers and browsers.
pub fn run(project: &Project) -> Result<()> {
    let tests = test_files(project)?;
    if tests.is_empty() {
        bail!("there are no tests in tests/browser: get them back with `git checkout -- tests/browser`");
    }
    let mut node = node(project)?;
    if let Some(firefox) = tools::firefox() {
        node.env("HOLDFAST_FIREFOX", firefox);
    }
    node.args(["--test", "--test-concurrency=1"]).args(tests);
    process::run(&mut node, "a test in the browser failed")
}

/// Node.js in the checkout, told where everything is that a browser test starts.
pub fn node(project: &Project) -> Result<Command> {
    if !project.server().is_file() || !project.dist().join("index.html").is_file() {
        bail!("the app or the server is not built: see the errors above");
    }
    let mut node = Command::new(tools::node()?);
    process::forget_xtask(&mut node);
    node.current_dir(&project.root);
    node.env("HOLDFAST_BIN", project.server()).env("HOLDFAST_DIST", project.dist());
    node.env("HOLDFAST_CHROMIUM", tools::chromium()?);
    node.env("HOLDFAST_PROBE", probe::folder(project)).env("HOLDFAST_PROBE_BIN", probe::program(project));
    super::real_log(project, &mut node);
    Ok(node)
}

fn test_files(project: &Project) -> Result<Vec<PathBuf>> {
    let folder = project.browser_tests();
    let found = files::walk(&folder)?
        .into_iter()
        .filter(|file| file.components().count() == 1 && file.to_string_lossy().ends_with(".test.mjs"));
    let found: Vec<_> = found.map(|file| folder.join(file)).collect();
    say::note(&format!("{} test files", found.len()));
    Ok(found)
}
