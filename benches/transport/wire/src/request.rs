//! A call's header block, as a client with a dynamic table writes it: literals
//! that are inserted the first time, five bytes from then on.

use messages::Method;

/// The blocks of one method.
#[derive(Clone, Debug)]
pub(crate) struct Blocks {
    /// Of a connection's first call.
    pub(crate) first: Vec<u8>,
    /// Of the others.
    pub(crate) then: Vec<u8>,
    /// Of a stream that is left idle, and touches no table.
    pub(crate) idle: Vec<u8>,
}

/// `:method: POST`, `:scheme: http`.
const START: [u8; 2] = [0x83, 0x86];

// === impl Blocks ===

impl Blocks {
    pub(crate) fn new(method: Method, authority: &str) -> Blocks {
        let path = method.path();
        let mut first = START.to_vec();
        // Literals with incremental indexing: names by the static table, but the last.
        string(&mut first, &[0x44], &path);
        string(&mut first, &[0x41], authority);
        string(&mut first, &[0x5f], "application/grpc");
        string(&mut first, &[0x40, 2, b't', b'e'], "trailers");
        // The last one inserted is 62.
        let then = [
            START.as_slice(),
            &[0x80 | 65, 0x80 | 64, 0x80 | 63, 0x80 | 62],
        ]
        .concat();
        let mut idle = START.to_vec();
        string(&mut idle, &[0x04], &Method::Chat.path());
        string(&mut idle, &[0x01], authority);
        string(&mut idle, &[0x0f, 0x10], "application/grpc");
        string(&mut idle, &[0x00, 2, b't', b'e'], "trailers");
        Blocks { first, then, idle }
    }
}

fn string(block: &mut Vec<u8>, name: &[u8], value: &str) {
    assert!(value.len() < 127, "one byte of length");
    block.extend_from_slice(name);
    block.push(value.len() as u8);
    block.extend_from_slice(value.as_bytes());
}
