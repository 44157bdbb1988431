//! What stands around deflated bytes in a gzip member (RFC 1952, 2.3).

use flate2::Crc;

/// Length of the trailer: CRC-32 and length of what was compressed.
const TRAILER: usize = 8;

/// No name, no time, an unknown system.
const HEADER: [u8; 10] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff];

const FHCRC: u8 = 1 << 1;
const FEXTRA: u8 = 1 << 2;
const FNAME: u8 = 1 << 3;
const FCOMMENT: u8 = 1 << 4;
const RESERVED: u8 = 0xe0;

/// Begins a member.
pub(super) fn begin(out: &mut Vec<u8>) {
    out.extend_from_slice(&HEADER);
}

/// Ends a member that holds `message`.
pub(super) fn end(message: &[u8], out: &mut Vec<u8>) {
    out.extend_from_slice(&trailer(message));
}

/// What is behind the header, or why there is none.
pub(super) fn skip(input: &[u8]) -> Result<&[u8], &'static str> {
    const SHORT: &str = "the header is cut off";
    let (fixed, mut rest) = input.split_at_checked(HEADER.len()).ok_or(SHORT)?;
    if fixed[..2] != HEADER[..2] {
        return Err("the magic number is missing");
    }
    if fixed[2] != HEADER[2] {
        return Err("the method is not deflate");
    }
    let flags = fixed[3];
    if flags & RESERVED != 0 {
        return Err("reserved flags are set");
    }
    if flags & FEXTRA != 0 {
        let (len, behind) = rest.split_first_chunk::<2>().ok_or(SHORT)?;
        let len = usize::from(u16::from_le_bytes(*len));
        rest = behind.get(len..).ok_or(SHORT)?;
    }
    for text in [FNAME, FCOMMENT] {
        if flags & text != 0 {
            let end = rest.iter().position(|&byte| byte == 0).ok_or(SHORT)?;
            rest = &rest[end + 1..];
        }
    }
    if flags & FHCRC != 0 {
        let header = &input[..input.len() - rest.len()];
        let (sum, behind) = rest.split_first_chunk::<2>().ok_or(SHORT)?;
        if *sum != crc(header).to_le_bytes()[..2] {
            return Err("the header's checksum is wrong");
        }
        rest = behind;
    }
    Ok(rest)
}

/// What is behind the trailer of a member that held `message`, or why there is none.
pub(super) fn finish<'a>(input: &'a [u8], message: &[u8]) -> Result<&'a [u8], &'static str> {
    let (found, rest) = input
        .split_first_chunk::<TRAILER>()
        .ok_or("the trailer is cut off")?;
    if *found != trailer(message) {
        return Err("the checksum or the length is wrong");
    }
    Ok(rest)
}

fn trailer(message: &[u8]) -> [u8; TRAILER] {
    let mut trailer = [0; TRAILER];
    trailer[..4].copy_from_slice(&crc(message).to_le_bytes());
    // The length is meant modulo 2^32.
    trailer[4..].copy_from_slice(&(message.len() as u32).to_le_bytes());
    trailer
}

fn crc(bytes: &[u8]) -> u32 {
    let mut crc = Crc::new();
    crc.update(bytes);
    crc.sum()
}
