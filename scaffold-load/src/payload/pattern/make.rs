//! A text that matches.

use super::{Node, Pattern};
use crate::payload::rng::Rng;

/// How many more than asked for, where there is no end to it.
const MORE: u32 = 8;

/// Bytes after which every repetition is as short as it may be.
const ENOUGH: usize = 4096;

// === impl Pattern ===

impl Pattern {
    /// Appends a text that matches, unless the pattern contradicts itself
    /// (`a^`).
    pub(crate) fn make(&self, rng: &mut Rng, out: &mut Vec<u8>) {
        let from = out.len();
        make(&self.root, rng, out, from);
    }
}

fn make(node: &Node, rng: &mut Rng, out: &mut Vec<u8>, from: usize) {
    match node {
        Node::Class(class) => {
            if !class.choices.is_empty() {
                let c = *rng.one(&class.choices);
                out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
            }
        }
        Node::Row(nodes) => nodes.iter().for_each(|node| make(node, rng, out, from)),
        Node::Either(nodes) => make(rng.one(nodes), rng, out, from),
        Node::Repeat { node, min, max } => {
            let most = max.unwrap_or(min.saturating_add(MORE)).min(min + MORE);
            let count = if out.len() - from > ENOUGH {
                *min
            } else {
                rng.between(i128::from(*min), i128::from(most)) as u32
            };
            for _ in 0..count {
                make(node, rng, out, from);
            }
        }
        Node::Start | Node::End => {}
    }
}
