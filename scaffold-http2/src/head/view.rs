//! What a handler sees of a header section.

use std::fmt;

use super::HeadBuf;
use crate::field::Name;

/// A header section: of a request, a response, or trailers.
///
/// It borrows the connection's buffer and lasts as long as the call it is
/// passed to. Names are lower case; values are octets, checked to hold no
/// NUL, CR or LF.
#[derive(Clone, Copy)]
pub struct Head<'a>(pub(crate) &'a HeadBuf);

impl<'a> Head<'a> {
    /// `:method`; empty in a response and in trailers.
    #[must_use]
    pub fn method(&self) -> &'a [u8] {
        self.0.pseudo(Name::Method).unwrap_or_default()
    }

    /// `:path`; empty for CONNECT, in a response and in trailers.
    #[must_use]
    pub fn path(&self) -> &'a [u8] {
        self.0.pseudo(Name::Path).unwrap_or_default()
    }

    /// `:scheme`; empty for CONNECT, in a response and in trailers.
    #[must_use]
    pub fn scheme(&self) -> &'a [u8] {
        self.0.pseudo(Name::Scheme).unwrap_or_default()
    }

    /// `:authority`, or `host` where a proxy sent that instead.
    #[must_use]
    pub fn authority(&self) -> Option<&'a [u8]> {
        self.0
            .pseudo(Name::Authority)
            .or_else(|| self.0.first(Name::Host))
    }

    /// `:status` of a response, 200 to 999; 0 in a request and in trailers.
    #[must_use]
    pub fn status(&self) -> u16 {
        let digits = self.0.pseudo(Name::Status).unwrap_or_default();
        digits
            .iter()
            .fold(0, |sum, digit| sum * 10 + u16::from(digit - b'0'))
    }

    /// The value of the first field with this name.
    #[must_use]
    #[inline]
    pub fn get(&self, name: Name) -> Option<&'a [u8]> {
        if name.is_pseudo() {
            return match name {
                Name::OtherPseudo => None,
                _ => self.0.pseudo(name),
            };
        }
        self.0.first(name)
    }

    /// The value of the first field with this name, found by walking.
    #[must_use]
    pub fn find(&self, name: &[u8]) -> Option<&'a [u8]> {
        self.fields()
            .find_map(|(other, value)| (other == name).then_some(value))
    }

    /// All regular fields in the order they came, repeated ones repeated.
    #[must_use]
    pub fn fields(&self) -> Fields<'a> {
        Fields {
            head: self.0,
            at: 0,
        }
    }

    /// `content-length`.
    #[must_use]
    pub fn content_length(&self) -> Option<u64> {
        self.0.content_length
    }

    /// What [`Handler::resolve`](crate::Handler::resolve) made of this
    /// section. In [`resolve`](crate::Handler::resolve) itself, and in
    /// trailers, it is zero.
    #[must_use]
    #[inline]
    pub fn token(&self) -> u64 {
        self.0.token.unwrap_or(0)
    }

    /// A number that stands for all fields but `grpc-timeout`: the same number
    /// on one connection means the same fields with the same values. The
    /// converse does not hold.
    #[must_use]
    #[inline]
    pub fn version(&self) -> u64 {
        self.0.version
    }
}

impl fmt::Debug for Head<'_> {
    /// Names only: values may be secrets.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = self.fields().map(|(name, _)| String::from_utf8_lossy(name));
        f.debug_list().entries(names).finish()
    }
}

/// The iterator of [`Head::fields`].
#[derive(Clone)]
pub struct Fields<'a> {
    head: &'a HeadBuf,
    at: usize,
}

impl<'a> Iterator for Fields<'a> {
    type Item = (&'a [u8], &'a [u8]);

    fn next(&mut self) -> Option<Self::Item> {
        let span = *self.head.fields.get(self.at)?;
        self.at += 1;
        Some(self.head.field(span))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        let left = self.head.fields.len() - self.at;
        (left, Some(left))
    }
}

impl ExactSizeIterator for Fields<'_> {}
