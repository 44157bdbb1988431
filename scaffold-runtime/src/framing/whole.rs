//! A body that is one message and nothing else: what most requests are.

use super::PREFIX;

/// The message of a body that holds exactly one, not compressed and no longer
/// than `limit`; `None` for any other body, which a
/// [`Decoder`](super::Decoder) must look at.
#[inline]
pub(crate) fn whole(body: &[u8], limit: usize) -> Option<&[u8]> {
    let (prefix, message) = body.split_first_chunk::<PREFIX>()?;
    let [flags, length @ ..] = *prefix;
    let len = u32::from_be_bytes(length) as usize;
    (flags == 0 && len == message.len() && len <= limit).then_some(message)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_one_message_and_nothing_else() {
        let whole = |body: &'static [u8]| whole(body, 2);
        assert_eq!(whole(b"\0\0\0\0\x02ab"), Some(&b"ab"[..]));
        assert_eq!(whole(b"\0\0\0\0\0"), Some(&b""[..]));
        for other in [
            &b""[..],
            b"\0\0\0\0",
            b"\0\0\0\0\x02a",
            b"\0\0\0\0\x01ab",
            b"\x01\0\0\0\x02ab",
            b"\0\0\0\0\x03abc",
        ] {
            assert_eq!(whole(other), None, "{other:?}");
        }
    }
}
