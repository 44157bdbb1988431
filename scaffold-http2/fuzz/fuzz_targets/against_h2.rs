//! What a peer sends, into this crate and into `h2`: what we take they take, and
//! the same events come of it.
#![no_main]
#![allow(dead_code, reason = "the tests use the rest")]

#[path = "../../tests/machine/against/mod.rs"]
mod against;
#[path = "../../tests/machine/support/mod.rs"]
mod support;

libfuzzer_sys::fuzz_target!(|input: &[u8]| against::script::run(input));
