//! Where in the code a panic would be: the file, line and column of everything that could panic, with the paths of the
//! machine that built the app. A person who is shown a panic can do nothing with them, and every first visit would load
//! 2 KB of them. A debug build keeps them.

use anyhow::{Context, Result};
use std::ops::Range;
use wasm_encoder::reencode::{Reencode, RoundtripReencoder};
use wasm_encoder::{DataSection, Module, RawSection};
use wasmparser::{Data, DataKind, Operator, Parser, Payload};

/// A place is its file as a pointer and a length, a line and a column.
const PLACE: usize = 16;
/// No file, line or column: an empty text is nowhere, but not at 0.
const NOWHERE: [u32; 4] = [1, 0, 0, 0];

/// Takes them out of what is about to be optimised.
pub fn forget(wasm: &[u8]) -> Result<Vec<u8>> {
    let mut module = Module::new();
    for payload in Parser::new(0).parse_all(wasm) {
        let payload = payload.context("the app's wasm cannot be read")?;
        match &payload {
            Payload::DataSection(section) => {
                let data = section.clone().into_iter().collect::<Result<Vec<_>, _>>()?;
                let mut contents: Vec<Vec<u8>> = data.iter().map(|data| data.data.to_vec()).collect();
                blank(&data, &mut contents);
                let mut section = DataSection::new();
                for (data, content) in data.into_iter().zip(contents) {
                    match data.kind {
                        DataKind::Passive => section.passive(content),
                        DataKind::Active { memory_index, offset_expr } => section.active(
                            memory_index,
                            &RoundtripReencoder.const_expr(offset_expr)?,
                            content,
                        ),
                    };
                }
                module.section(&section);
            }
            other => {
                if let Some((id, range)) = other.as_section() {
                    let data = wasm.get(range.start as usize..range.end as usize);
                    module.section(&RawSection { id, data: data.context("a section is cut short")? });
                }
            }
        }
    }
    Ok(module.finish())
}

fn blank(data: &[Data], contents: &mut [Vec<u8>]) {
    let starts: Vec<Option<usize>> = data.iter().map(start).collect();
    // Where these bytes of the memory stand: in which content, and where in it.
    let find = |at: usize, length: usize| {
        let mut places = starts
            .iter()
            .enumerate()
            .filter_map(|(number, start)| Some((number, at.checked_sub((*start)?)?)));
        places
            .find(|(number, from)| from + length <= data[*number].data.len())
            .map(|(number, from)| (number, from..from + length))
    };
    for (number, start) in starts.iter().enumerate() {
        let Some(start) = start else { continue };
        let aligned = (start.next_multiple_of(4) - start..data[number].data.len()).step_by(4);
        for from in aligned {
            if let Some(file) = file_of(data[number].data.get(from..from + PLACE), data, &find) {
                let nowhere: Vec<u8> = NOWHERE.iter().flat_map(|word| word.to_le_bytes()).collect();
                contents[number][from..from + PLACE].copy_from_slice(&nowhere);
                contents[file.0][file.1].fill(0);
            }
        }
    }
}

/// Where the file's name stands, if this is a place.
fn file_of(
    place: Option<&[u8]>,
    data: &[Data],
    find: &impl Fn(usize, usize) -> Option<(usize, Range<usize>)>,
) -> Option<(usize, Range<usize>)> {
    let mut words = place?.as_chunks::<4>().0.iter().map(|word| u32::from_le_bytes(*word) as usize);
    let (file, length, line, column) = (words.next()?, words.next()?, words.next()?, words.next()?);
    if !(4..400).contains(&length) || !(1..100_000).contains(&line) || !(1..1_000).contains(&column) {
        return None;
    }
    let (number, range) = find(file, length)?;
    let name = data[number].data.get(range.clone())?;
    (name.ends_with(b".rs") && name.iter().all(u8::is_ascii_graphic)).then_some((number, range))
}

/// Where in the memory it is copied to when the module starts.
fn start(data: &Data) -> Option<usize> {
    let DataKind::Active { offset_expr, .. } = &data.kind else { return None };
    match offset_expr.get_operators_reader().read().ok()? {
        Operator::I32Const { value } => usize::try_from(value).ok(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use wasm_encoder::ConstExpr;

    #[test]
    fn places_are_blanked_and_nothing_else() {
        let words = |words: [u32; 4]| words.iter().flat_map(|word| word.to_le_bytes()).collect::<Vec<u8>>();
        let memory = [
            b"/home/me/src/a.rsnot a place.txt".to_vec(),
            words([1000, 17, 12, 5]),
            words([1017, 15, 12, 5]),
            words([1000, 17, 0, 5]),
        ];
        let mut section = DataSection::new();
        section.active(0, &ConstExpr::i32_const(1000), memory.concat());
        let mut module = Module::new();
        module.section(&section);
        let forgotten = forget(&module.finish()).unwrap();

        let mut left = DataSection::new();
        let blanked = [&[0; 17], &memory[0][17..]].concat();
        let expected = [blanked, words(NOWHERE), memory[2].clone(), memory[3].clone()];
        left.active(0, &ConstExpr::i32_const(1000), expected.concat());
        let mut module = Module::new();
        module.section(&left);
        assert_eq!(forgotten, module.finish());
    }
}
