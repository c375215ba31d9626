//! From what trunk put together to what a host serves: optimised, named by content, with a service worker that
//! knows every file, and compressed.

mod boot;
mod compress;
mod html;
mod imports;
mod names;
mod places;
pub mod split;
mod style;
mod unused;
mod worker;

pub use boot::inline_is_gone;

use crate::files;
use crate::project::Project;
use crate::tools::{AppTools, WASM_OPT_OPTIONS};
use crate::{process, say};
use anyhow::{Context, Result, bail};
use names::Renamed;
use std::path::{Path, PathBuf};

/// Makes `dist/` out of trunk's output. It is made beside the old one and put in its place at the end, so that
/// a server that is running never shows half of it. Gives the build's id.
pub fn finish(project: &Project, tools: &AppTools, trunk_output: &Path) -> Result<String> {
    let stage = project.path("target/wasm/stage");
    files::remove_folder(&stage)?;
    files::create_folder(&stage)?;

    let (page, scripts, others) = sort(trunk_output)?;
    let mut page = files::read_text(&trunk_output.join(page))?;
    let mut renamed = Renamed::default();
    let mut joined = Vec::new();
    if let Some(style) = style::join(&page, trunk_output)? {
        renamed.write(&stage, Path::new(&style.name), style.content.as_bytes())?;
        (page, joined) = (style.page, style.parts);
    }
    let optimised = project.path("target/wasm/optimised.wasm");
    for file in others.iter().filter(|file| !joined.contains(&files::as_address(file))) {
        let content = match has_extension(file, "wasm") {
            true => optimise(tools, &trunk_output.join(file), &optimised)?,
            false => files::read(&trunk_output.join(file))?,
        };
        renamed.write(&stage, file, &content)?;
    }
    let parts = split::parts(&project.wasm_target());
    for file in files::walk(&parts)? {
        renamed.write(&stage, &file, &optimise(tools, &parts.join(&file), &optimised)?)?;
    }
    // A script may name other files, so that scripts come when those have their names.
    for file in &scripts {
        let content = renamed.apply(&files::read_text(&trunk_output.join(file))?);
        renamed.write(&stage, file, content.as_bytes())?;
    }
    let page = boot::move_out(&renamed.apply(&page), &stage)?;
    files::write(&stage.join("index.html"), page)?;

    copy_public(&project.path("public"), &stage)?;
    let template = project.path("public/sw.js");
    let build = worker::write(&stage, template.is_file().then_some(template.as_path()))?;
    compress::write_beside(&stage)?;

    files::remove_folder(&project.dist())?;
    files::rename(&stage, &project.dist())?;
    Ok(build)
}

/// Trunk's page, its scripts, and everything else it wrote but its own notes.
fn sort(folder: &Path) -> Result<(PathBuf, Vec<PathBuf>, Vec<PathBuf>)> {
    let written = files::walk(folder)?.into_iter().filter(|file| !file.to_string_lossy().starts_with('.'));
    let (pages, rest): (Vec<_>, Vec<_>) = written.partition(|file| has_extension(file, "html"));
    let (scripts, others) = rest.into_iter().partition(|file| has_extension(file, "js"));
    match <[PathBuf; 1]>::try_from(pages) {
        Ok([page]) => Ok((page, scripts, others)),
        Err(pages) => bail!("trunk wrote {} pages where one was expected: look at index.html", pages.len()),
    }
}

fn has_extension(file: &Path, extension: &str) -> bool {
    file.extension().is_some_and(|found| found == extension)
}

/// The wasm made smaller.
fn optimise(tools: &AppTools, wasm: &Path, output: &Path) -> Result<Vec<u8>> {
    let compiled = files::read(wasm)?;
    let before = compiled.len();
    files::write(output, places::forget(&compiled)?)?;
    let content = say::timed("app: making the wasm smaller with wasm-opt (about 10 seconds)", || {
        let mut command = tools.wasm_opt();
        command.args(WASM_OPT_OPTIONS).arg(output).arg("-o").arg(output);
        process::run(&mut command, "wasm-opt did not work")?;
        files::read(output)
    })?;
    say::note(&format!("{} KB became {} KB", before / 1000, content.len() / 1000));
    Ok(content)
}

/// Copies what goes to the host as it is. The service worker is a template and is written on its own.
fn copy_public(public: &Path, stage: &Path) -> Result<()> {
    for file in files::walk(public)? {
        if file != Path::new("sw.js") {
            files::copy(&public.join(&file), &stage.join(&file)).context("public/ cannot be copied")?;
        }
    }
    Ok(())
}
