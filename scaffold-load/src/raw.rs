//! Messages as the engine carries them: bytes out, bytes counted in. They pass
//! through the runtime's client as messages whose encoding is themselves.

use scaffold_runtime::codegen::bytes::{Buf, BufMut, Bytes};
use scaffold_runtime::codegen::prost::encoding::{DecodeContext, WireType};
use scaffold_runtime::codegen::prost::{DecodeError, Message};

/// A request, encoded before.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Raw(pub(crate) Bytes);

/// A response: its length is all that is looked at.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) struct Skimmed(pub(crate) usize);

/// A response that is kept, to be verified.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Kept(pub(crate) Bytes);

/// Either kind of response.
pub(crate) trait Answer: Message + Default + 'static {
    /// Its length in bytes.
    fn size(&self) -> usize;

    /// Its bytes, if they were kept.
    fn bytes(&self) -> Option<&[u8]>;
}

macro_rules! opaque {
    ($name:ident, $message:ident, $len:expr, $encode:expr, $decode:expr) => {
        impl Message for $name {
            fn encode_raw(&self, buf: &mut impl BufMut) {
                let encode: fn(&Self, &mut dyn FnMut(&[u8])) = $encode;
                encode(self, &mut |bytes| buf.put_slice(bytes));
            }

            fn encoded_len(&self) -> usize {
                let $message = self;
                $len
            }

            fn decode(mut buf: impl Buf) -> Result<Self, DecodeError> {
                let len = buf.remaining();
                let decode: fn(usize, &mut dyn FnMut(usize) -> Bytes) -> Self = $decode;
                Ok(decode(len, &mut |len| buf.copy_to_bytes(len)))
            }

            // `decode` leaves no field to merge.
            fn merge_field(
                &mut self,
                _: u32,
                _: WireType,
                _: &mut impl Buf,
                _: DecodeContext,
            ) -> Result<(), DecodeError> {
                Ok(())
            }

            fn clear(&mut self) {
                *self = Self::default();
            }
        }
    };
}

opaque!(
    Raw,
    raw,
    raw.0.len(),
    |raw, put| put(&raw.0),
    |len, take| Raw(take(len))
);
opaque!(Skimmed, skimmed, skimmed.0, |_, _| {}, |len, _| Skimmed(
    len
));
opaque!(
    Kept,
    kept,
    kept.0.len(),
    |kept, put| put(&kept.0),
    |len, take| Kept(take(len))
);

impl Answer for Skimmed {
    fn size(&self) -> usize {
        self.0
    }

    fn bytes(&self) -> Option<&[u8]> {
        None
    }
}

impl Answer for Kept {
    fn size(&self) -> usize {
        self.0.len()
    }

    fn bytes(&self) -> Option<&[u8]> {
        Some(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_pass_as_they_are() {
        // No protobuf message at all: nothing may look inside.
        let bytes = Bytes::from_static(&[0xff; 40]);
        let raw = Raw(bytes.clone());
        assert_eq!(raw.encoded_len(), 40);
        assert_eq!(raw.encode_to_vec(), bytes);
        assert_eq!(Kept::decode(bytes.clone()), Ok(Kept(bytes.clone())));
        assert_eq!(Skimmed::decode(bytes), Ok(Skimmed(40)));
    }
}
