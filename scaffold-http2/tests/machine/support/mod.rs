//! A recorder of events, frames by hand, and a connection with both around it.

mod recorder;
mod side;
pub(crate) mod wire;

/// Inputs of a fuzz target, one a line in hexadecimal.
#[cfg(test)]
pub(crate) fn corpus(text: &str) -> impl Iterator<Item = Vec<u8>> {
    text.lines().map(|line| {
        let octet = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16);
        line.as_bytes()
            .chunks(2)
            .map(|pair| octet(pair).unwrap())
            .collect()
    })
}

pub(crate) use recorder::{Event, Recorder};
pub(crate) use side::Side;
