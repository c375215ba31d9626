//! Numbers in order, digit by digit: nothing is compared, and what is equal stays as it is.
//!
//! A crate of its own since it is compiled for speed ([`places`] is what changing the order of a list waits for), and what
//! uses it for size. For the same reason nothing here is generic: that would be compiled with who calls it.

/// Three digits are seventeen years of milliseconds, and one is nearly every word that a column has.
const DIGIT_BITS: u32 = 13;
const DIGITS: usize = 1 << DIGIT_BITS;

/// The places of numbers among them, the lowest number's first; equal ones stay in their order. Of numbers that are no more
/// than 2⁴⁰ apart there can be sixteen million before they are sorted by comparing them.
// What is compiled into who calls it is compiled as that is: for size.
#[inline(never)]
pub fn places(mut numbers: Vec<u64>) -> Vec<u32> {
    let least = numbers.iter().copied().min().unwrap_or(0);
    let most = numbers.iter().copied().max().unwrap_or(0);
    let (place_bits, number_bits) = (bits(numbers.len() as u64), bits(most - least));
    if place_bits + number_bits > u64::BITS {
        return compared(&numbers);
    }
    // A number and its place in one: half as much to be moved.
    let mut entries = Vec::with_capacity(numbers.len());
    entries.extend((0_u64..).zip(&numbers).map(|(place, number)| (number - least) << place_bits | place));
    for shift in (place_bits..place_bits + number_bits).step_by(DIGIT_BITS as usize) {
        let digit = |entry: u64| (entry >> shift) as usize % DIGITS;
        let mut starts = [0_u32; DIGITS];
        entries.iter().for_each(|entry| starts[digit(*entry)] += 1);
        let mut before = 0;
        for start in &mut starts {
            before += std::mem::replace(start, before);
        }
        for entry in &entries {
            let start = &mut starts[digit(*entry)];
            numbers[*start as usize] = *entry;
            *start += 1;
        }
        std::mem::swap(&mut entries, &mut numbers);
    }
    let place = |entry: &u64| (entry & ((1 << place_bits) - 1)) as u32;
    entries.iter().map(place).collect()
}

fn compared(numbers: &[u64]) -> Vec<u32> {
    let mut places: Vec<u32> = (0..numbers.len() as u32).collect();
    places.sort_by_key(|place| numbers[*place as usize]);
    places
}

/// How many bits a number has.
fn bits(number: u64) -> u32 {
    u64::BITS - number.leading_zeros()
}
