//! Places against the sort of the standard library.

use holdfast_radix::places;
use proptest::prelude::*;

/// Numbers that are near each other, far apart, and both.
fn numbers() -> impl Strategy<Value = Vec<u64>> {
    let far = prop_oneof![any::<u64>(), Just(0), Just(u64::MAX)];
    let number = prop_oneof![4 => 0..40_u64, 4 => 1_600_000_000_000..1_800_000_000_000_u64, 1 => far];
    let near = (any::<u64>(), proptest::collection::vec(0..100_000_u64, 0..300));
    let near = near.prop_map(|(from, steps)| steps.iter().map(|step| from.saturating_add(*step)).collect());
    prop_oneof![proptest::collection::vec(number, 0..300), near]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn places_are_those_of_a_stable_sort(numbers in numbers()) {
        let mut sorted: Vec<u32> = (0..numbers.len() as u32).collect();
        sorted.sort_by_key(|place| numbers[*place as usize]);
        prop_assert_eq!(places(numbers), sorted);
    }
}
