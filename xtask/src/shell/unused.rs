//! What a dependency exports and nobody calls. A linker keeps every export, and wasm-bindgen writes a class for each, so
//! the streams that leptos' server functions could use came along with all they need: 5 KB of every first visit.

use anyhow::{Context, Result, bail};
use wasm_encoder::reencode::{Reencode, RoundtripReencoder};
use wasm_encoder::{CustomSection, ExportSection, Module, RawSection};
use wasmparser::{Parser, Payload};

/// What the names of all of them begin with, in lower case: the classes of wasm-streams.
const UNUSED: &str = "intounderlying";
/// Where the compiler leaves what wasm-bindgen has to know.
const BINDINGS: &str = "__wasm_bindgen_unstable";

/// Takes them out of what the compiler wrote, so that what follows finds nothing that leads there.
pub fn drop_from(wasm: &[u8]) -> Result<Vec<u8>> {
    let mut module = Module::new();
    let mut dropped = 0;
    for payload in Parser::new(0).parse_all(wasm) {
        let payload = payload.context("what the compiler wrote cannot be read")?;
        match &payload {
            Payload::ExportSection(exports) => {
                let mut section = ExportSection::new();
                for export in exports.clone() {
                    let export = export?;
                    if export.name.contains(UNUSED) {
                        dropped += 1;
                    } else {
                        let kind = RoundtripReencoder.export_kind(export.kind)?;
                        section.export(export.name, kind, export.index);
                    }
                }
                module.section(&section);
            }
            Payload::CustomSection(section) if section.name() == BINDINGS => {
                let data = used(section.data()).context("wasm-bindgen's part of the wasm is cut short")?;
                module.section(&CustomSection { name: BINDINGS.into(), data: data.into() });
            }
            other => {
                if let Some((id, range)) = other.as_section() {
                    let data = wasm.get(range.start as usize..range.end as usize);
                    module.section(&RawSection { id, data: data.context("a section is cut short")? });
                }
            }
        }
    }
    if dropped == 0 {
        bail!("nothing brings wasm-streams along any more: xtask/src/shell/unused.rs has done its work");
    }
    Ok(module.finish())
}

/// The section is a row of pairs, each part with its length before it: the version of the format, and one binding.
fn used(mut section: &[u8]) -> Option<Vec<u8>> {
    let mut used = Vec::new();
    while !section.is_empty() {
        let version = part(section)?;
        let binding = part(section.get(version.len()..)?)?;
        let pair = section.get(..version.len() + binding.len())?;
        if !String::from_utf8_lossy(binding).to_lowercase().contains(UNUSED) {
            used.extend_from_slice(pair);
        }
        section = section.get(pair.len()..)?;
    }
    Some(used)
}

fn part(section: &[u8]) -> Option<&[u8]> {
    let length = u32::from_le_bytes(*section.first_chunk()?);
    section.get(..4 + length as usize)
}

#[cfg(test)]
mod tests {
    use super::*;
    use wasm_encoder::ExportKind;

    fn pair(binding: &str) -> Vec<u8> {
        let part = |text: &str| [&(text.len() as u32).to_le_bytes(), text.as_bytes()].concat();
        [part("{}"), part(binding)].concat()
    }

    #[test]
    fn what_nobody_calls_is_dropped_on_both_sides() {
        let mut exports = ExportSection::new();
        exports.export("main", ExportKind::Func, 0).export("intounderlyingsink_close", ExportKind::Func, 1);
        let data = [pair("Mine"), pair("..IntoUnderlyingSink.."), pair("Other")].concat();
        let mut module = Module::new();
        module.section(&exports).section(&CustomSection { name: BINDINGS.into(), data: data.into() });
        let left = drop_from(&module.finish()).unwrap();
        let mut expected = ExportSection::new();
        expected.export("main", ExportKind::Func, 0);
        let data = [pair("Mine"), pair("Other")].concat();
        let mut module = Module::new();
        module.section(&expected).section(&CustomSection { name: BINDINGS.into(), data: data.into() });
        assert_eq!(left, module.finish());
        assert!(drop_from(&left).is_err(), "a step that does nothing is noticed");
    }
}
