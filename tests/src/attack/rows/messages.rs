//! Messages that are small on the wire and large in memory, or deep.

use std::time::Duration;

use crate::attack::report::Case;
use crate::attack::target::Target;
use crate::attack::wire;

/// A message of `attack.v1.Ask` in a field of its own kind, which may hold it.
fn nested(depth: usize) -> Vec<u8> {
    // Lengths from the inside out, bytes from the outside in.
    let mut lengths = Vec::with_capacity(depth);
    let mut length = 0_usize;
    for _ in 0..depth {
        lengths.push(length);
        let mut prefix = Vec::new();
        prost::encoding::encode_varint(length as u64, &mut prefix);
        length += 1 + prefix.len();
    }
    let mut out = Vec::with_capacity(length);
    for length in lengths.into_iter().rev() {
        out.push(0x3a);
        prost::encoding::encode_varint(length as u64, &mut out);
    }
    out
}

/// Groups in a field that nobody knows.
fn groups(depth: usize) -> Vec<u8> {
    [[0x7b].repeat(depth), [0x7c].repeat(depth)].concat()
}

fn send(target: &Target, name: &str, message: &[u8]) -> Case {
    let mut peer = target.peer();
    peer.begin();
    let stream = peer
        .open(&wire::call("/attack.v1.Target/Unary"))
        .unwrap_or(1);
    let sent = peer.upload(stream, &wire::message(message), Duration::from_secs(5));
    peer.send(&wire::data(stream, &[], true)).ok();
    let answer = peer.answer(stream, target.patience);
    Case::new(name, sent, peer.fate(target.patience)).answer(answer)
}

/// W5.
pub(super) fn elements(target: &Target) -> Vec<Case> {
    let many = [0x3a, 0].repeat(2 << 20);
    vec![send(target, "2,097,152 empty messages", &many)]
}

/// W6.
pub(super) fn depth(target: &Target) -> Vec<Case> {
    let mut cases = Vec::new();
    for depth in [101, 10_000, 100_000] {
        cases.push(send(
            target,
            &format!("{depth} messages deep"),
            &nested(depth),
        ));
        cases.push(send(
            target,
            &format!("{depth} groups deep"),
            &groups(depth),
        ));
    }
    cases.push(send(
        target,
        "10000 groups without an end",
        &[0x7b].repeat(10_000),
    ));
    cases
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nesting_is_what_it_says() {
        assert_eq!(nested(3), [0x3a, 4, 0x3a, 2, 0x3a, 0]);
    }
}
