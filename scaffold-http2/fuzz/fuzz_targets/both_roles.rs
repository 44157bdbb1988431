//! Scripts of frames and commands for either role.
#![no_main]

#[path = "../../tests/machine/fuzzed/script.rs"]
mod script;

libfuzzer_sys::fuzz_target!(|input: &[u8]| script::run(input));
