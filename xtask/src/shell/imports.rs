//! Short names for what the wasm takes from its script: wasm-bindgen names each by its signature and a hash, and no
//! compression makes hashes small.

use anyhow::{Context, Result};
use std::collections::BTreeMap;
use wasm_encoder::reencode::{Reencode, RoundtripReencoder};
use wasm_encoder::{ImportSection, Module, RawSection};
use wasmparser::{Parser, Payload};

/// Gives every import that wasm-bindgen named a short name, in the wasm and in its script.
pub fn shorten(wasm: &[u8], script: &str) -> Result<(Vec<u8>, String)> {
    let mut names = BTreeMap::new();
    let mut module = Module::new();
    for payload in Parser::new(0).parse_all(wasm) {
        let payload = payload.context("what wasm-bindgen wrote cannot be read")?;
        if let Payload::ImportSection(imports) = &payload {
            let mut section = ImportSection::new();
            for import in imports.clone().into_imports() {
                let import = import?;
                let short = if import.name.starts_with("__wb") {
                    let next = format!("i{}", names.len());
                    names.entry(import.name).or_insert(next).as_str()
                } else {
                    import.name
                };
                section.import(import.module, short, RoundtripReencoder.entity_type(import.ty)?);
            }
            module.section(&section);
        } else if let Some((id, range)) = payload.as_section() {
            let data =
                wasm.get(range.start as usize..range.end as usize).context("a section is cut short")?;
            module.section(&RawSection { id, data });
        }
    }
    // The name is the key of an entry: no longer name ends in it.
    let script = names.iter().fold(script.to_owned(), |script, (name, short)| {
        script.replace(&format!(" {name}:"), &format!(" {short}:"))
    });
    Ok((module.finish(), script))
}

#[cfg(test)]
mod tests {
    use super::*;
    use wasm_encoder::{EntityType, TypeSection};

    #[test]
    fn imports_have_the_same_names_on_both_sides() {
        let mut types = TypeSection::new();
        types.ty().function([], []);
        let mut imports = ImportSection::new();
        imports.import("./a.js", "__wbg_log_0123456789abcdef", EntityType::Function(0));
        imports.import("./a.js", "mine", EntityType::Function(0));
        let mut module = Module::new();
        module.section(&types).section(&imports);
        let script = "return {\n  __wbg_log_0123456789abcdef: function() {},\n  mine: 1,\n};";
        let (wasm, script) = shorten(&module.finish(), script).unwrap();
        assert_eq!(script, "return {\n  i0: function() {},\n  mine: 1,\n};");
        let text = String::from_utf8_lossy(&wasm).into_owned();
        assert!(text.contains("i0") && text.contains("mine") && !text.contains("__wbg_log"), "{text:?}");
    }
}
