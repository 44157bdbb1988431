//! Frames and header blocks by hand (RFC 9113, RFC 7541): what no library
//! would write.

/// The client connection preface (RFC 9113 3.4).
pub const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

pub const DATA: u8 = 0;
pub const HEADERS: u8 = 1;
pub const PRIORITY: u8 = 2;
pub const RESET: u8 = 3;
pub const SETTINGS: u8 = 4;
pub const PING: u8 = 6;
pub const GOAWAY: u8 = 7;
pub const WINDOW: u8 = 8;
pub const CONTINUATION: u8 = 9;

pub const END: u8 = 1;
pub const ACK: u8 = 1;
pub const END_HEADERS: u8 = 4;
pub const PADDED: u8 = 8;
pub const WITH_PRIORITY: u8 = 32;

/// SETTINGS_HEADER_TABLE_SIZE.
pub const TABLE_SIZE: u16 = 1;
/// SETTINGS_INITIAL_WINDOW_SIZE.
pub const INITIAL_WINDOW: u16 = 4;

/// The largest window, and the largest stream identifier.
pub const MAX: u32 = 0x7fff_ffff;

/// One frame, whatever it says.
pub fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    let length = (payload.len() as u32).to_be_bytes();
    let mut out = vec![length[1], length[2], length[3], kind, flags];
    out.extend_from_slice(&stream.to_be_bytes());
    out.extend_from_slice(payload);
    out
}

pub fn settings(entries: &[(u16, u32)]) -> Vec<u8> {
    let mut payload = Vec::new();
    for (id, value) in entries {
        payload.extend_from_slice(&id.to_be_bytes());
        payload.extend_from_slice(&value.to_be_bytes());
    }
    frame(SETTINGS, 0, 0, &payload)
}

pub fn reset(stream: u32) -> Vec<u8> {
    const CANCEL: u32 = 8;
    frame(RESET, 0, stream, &CANCEL.to_be_bytes())
}

pub fn window(stream: u32, increment: u32) -> Vec<u8> {
    frame(WINDOW, 0, stream, &increment.to_be_bytes())
}

/// A header block in one frame, which ends the stream or does not.
pub fn headers(stream: u32, block: &[u8], end: bool) -> Vec<u8> {
    frame(HEADERS, END_HEADERS | u8::from(end), stream, block)
}

/// A header block over as many frames as it takes.
pub fn long_headers(stream: u32, block: &[u8], end: bool) -> Vec<u8> {
    let mut out = Vec::new();
    let count = block.chunks(16_384).count();
    for (at, part) in block.chunks(16_384).enumerate() {
        let last = if at + 1 == count { END_HEADERS } else { 0 };
        match at {
            0 => out.extend(frame(HEADERS, last | u8::from(end), stream, part)),
            _ => out.extend(frame(CONTINUATION, last, stream, part)),
        }
    }
    out
}

/// Bytes over as many DATA frames as it takes.
pub fn data(stream: u32, bytes: &[u8], end: bool) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len() + 9 * (1 + bytes.len() / 16_384));
    let mut rest = bytes;
    loop {
        let (part, more) = rest.split_at(rest.len().min(16_384));
        rest = more;
        let last = rest.is_empty();
        out.extend(frame(DATA, u8::from(end && last), stream, part));
        if last {
            return out;
        }
    }
}

/// A gRPC message with its prefix.
pub fn message(bytes: &[u8]) -> Vec<u8> {
    prefixed(0, bytes.len() as u32, bytes)
}

/// A prefix that may lie, and what follows it.
pub fn prefixed(flags: u8, length: u32, bytes: &[u8]) -> Vec<u8> {
    let mut out = vec![flags];
    out.extend_from_slice(&length.to_be_bytes());
    out.extend_from_slice(bytes);
    out
}

/// HPACK's integer with a prefix of `bits` bits, `first` holding the rest.
fn integer(out: &mut Vec<u8>, first: u8, bits: u8, mut value: usize) {
    let max = (1 << bits) - 1;
    if value < max {
        out.push(first | value as u8);
        return;
    }
    out.push(first | max as u8);
    value -= max;
    while value >= 128 {
        out.push(value as u8 | 128);
        value >>= 7;
    }
    out.push(value as u8);
}

fn string(out: &mut Vec<u8>, text: &[u8]) {
    integer(out, 0, 7, text.len());
    out.extend_from_slice(text);
}

/// A field without indexing and without Huffman (RFC 7541 6.2.2).
pub fn field(name: impl AsRef<[u8]>, value: impl AsRef<[u8]>) -> Vec<u8> {
    let mut out = vec![0];
    string(&mut out, name.as_ref());
    string(&mut out, value.as_ref());
    out
}

/// The same, put into the dynamic table (6.2.1).
pub fn inserted(name: &str, value: &str) -> Vec<u8> {
    let mut out = field(name, value);
    out[0] = 0x40;
    out
}

/// The newest entry of the dynamic table, in one byte (6.1).
pub const NEWEST: u8 = 0xbe;

/// Fields one behind the other.
pub fn fields(fields: &[(&str, &str)]) -> Vec<u8> {
    fields.iter().flat_map(|(n, v)| field(n, v)).collect()
}

/// The fields of a gRPC request.
pub const GRPC: &[(&str, &str)] = &[("content-type", "application/grpc"), ("te", "trailers")];

/// A request's block: the pseudo-header fields, then others.
pub fn request(method: &str, path: &str, more: &[(&str, &str)]) -> Vec<u8> {
    let pseudo = [
        (":method", method),
        (":scheme", "http"),
        (":path", path),
        (":authority", "attack"),
    ];
    [fields(&pseudo), fields(more)].concat()
}

/// A gRPC request's block.
pub fn call(path: &str) -> Vec<u8> {
    request("POST", path, GRPC)
}

/// A gRPC request's block with more fields.
pub fn call_with(path: &str, more: &[(&str, &str)]) -> Vec<u8> {
    [call(path), fields(more)].concat()
}

/// The name of an error code (RFC 9113 7).
pub fn code_name(code: u32) -> String {
    const NAMES: [&str; 14] = [
        "NO_ERROR",
        "PROTOCOL_ERROR",
        "INTERNAL_ERROR",
        "FLOW_CONTROL_ERROR",
        "SETTINGS_TIMEOUT",
        "STREAM_CLOSED",
        "FRAME_SIZE_ERROR",
        "REFUSED_STREAM",
        "CANCEL",
        "COMPRESSION_ERROR",
        "CONNECT_ERROR",
        "ENHANCE_YOUR_CALM",
        "INADEQUATE_SECURITY",
        "HTTP_1_1_REQUIRED",
    ];
    NAMES
        .get(code as usize)
        .map_or_else(|| format!("code {code}"), |name| (*name).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn integers_are_the_rfcs() {
        // RFC 7541 C.1.1 and C.1.2.
        let mut out = Vec::new();
        integer(&mut out, 0, 5, 10);
        integer(&mut out, 0, 5, 1337);
        assert_eq!(out, [10, 31, 154, 10]);
    }

    #[test]
    fn long_blocks_end_once() {
        let bytes = long_headers(1, &[0; 40_000], false);
        assert_eq!((bytes[3], bytes[4]), (HEADERS, 0));
        assert_eq!(bytes.len(), 40_000 + 3 * 9);
        let last = 2 * (9 + 16_384);
        assert_eq!(
            (bytes[last + 3], bytes[last + 4]),
            (CONTINUATION, END_HEADERS)
        );
    }
}
