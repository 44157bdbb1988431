//! Work for a handler to do.

use std::hint::black_box;

/// `rounds` of arithmetic that cannot be left out; about a nanosecond each.
pub fn work(rounds: u32) {
    let mut state = 1_u64;
    for _ in 0..rounds {
        state = black_box(
            state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1),
        );
    }
}
