//! Whether a decoded section is what its place in the message asks for
//! (RFC 9113 sections 8.1 to 8.3).

use super::HeadBuf;
use crate::Cause;
use crate::field::Name;

const METHOD: u8 = 1 << Name::Method as u8;
const SCHEME: u8 = 1 << Name::Scheme as u8;
const AUTHORITY: u8 = 1 << Name::Authority as u8;
const PATH: u8 = 1 << Name::Path as u8;
const STATUS: u8 = 1 << Name::Status as u8;

/// What a response's header section is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Response {
    /// 1xx: the real one follows.
    Interim,
    Final,
}

/// A request: method, scheme and path, or the method CONNECT with only an
/// authority.
pub(crate) fn request(head: &HeadBuf) -> Result<(), Cause> {
    basic(head)?;
    if head.seen & STATUS != 0 {
        return Err(Cause::MisplacedPseudo);
    }
    if head.seen & (METHOD | SCHEME | PATH) == METHOD | SCHEME | PATH {
        return Ok(());
    }
    let connect = head.pseudo(Name::Method) == Some(b"CONNECT");
    if connect && head.seen == METHOD | AUTHORITY {
        return Ok(());
    }
    Err(Cause::MissingPseudo)
}

/// A response: a status and nothing else with a colon.
pub(crate) fn response(head: &HeadBuf) -> Result<Response, Cause> {
    basic(head)?;
    if head.seen & !STATUS != 0 {
        return Err(Cause::MisplacedPseudo);
    }
    match head.pseudo(Name::Status) {
        None => Err(Cause::MissingPseudo),
        // There is nothing to switch to in HTTP/2 (section 8.6).
        Some(b"101") => Err(Cause::BadStatus),
        Some([b'1', b'0'..=b'9', b'0'..=b'9']) => Ok(Response::Interim),
        Some([b'2'..=b'9', b'0'..=b'9', b'0'..=b'9']) => Ok(Response::Final),
        Some(_) => Err(Cause::BadStatus),
    }
}

/// Trailers: no pseudo-header field at all.
pub(crate) fn trailers(head: &HeadBuf) -> Result<(), Cause> {
    basic(head)?;
    if head.seen != 0 {
        return Err(Cause::MisplacedPseudo);
    }
    Ok(())
}

/// Size before form: of a list that was cut nothing can be said to be missing.
fn basic(head: &HeadBuf) -> Result<(), Cause> {
    match head.fault() {
        Some(fault) => Err(fault),
        None if head.too_large => Err(Cause::HeaderListTooLarge),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::head::ListLimits;
    use crate::hpack::{Decoder, Encoder, Field};

    fn decoded(fields: &[(&str, &str)]) -> HeadBuf {
        let mut block = Vec::new();
        let mut encoder = Encoder::new(0);
        for (name, value) in fields {
            encoder.encode(&mut block, &Field::new(name, value));
        }
        let mut head = HeadBuf::new(ListLimits::TEST);
        Decoder::new(4096).decode(&block, &mut head).unwrap();
        head
    }

    const GET: [(&str, &str); 3] = [(":method", "GET"), (":scheme", "http"), (":path", "/")];

    fn with(more: &[(&str, &str)]) -> HeadBuf {
        decoded(&[&GET[..], more].concat())
    }

    #[test]
    fn requests() {
        assert_eq!(request(&with(&[])), Ok(()));
        assert_eq!(request(&with(&[("te", "trailers")])), Ok(()));
        let connect = decoded(&[(":method", "CONNECT"), (":authority", "a:1")]);
        assert_eq!(request(&connect), Ok(()));
        for (more, cause) in [
            (&[(":status", "200")][..], Cause::MisplacedPseudo),
            (&[(":path", "/b")], Cause::DuplicatePseudo),
            (&[("a", "b"), (":authority", "c")], Cause::MisplacedPseudo),
            (&[(":protocol", "websocket")], Cause::UnknownPseudo),
            (
                &[("content-length", "1"), ("content-length", "1")],
                Cause::BadContentLength,
            ),
            (&[("content-length", "+1")], Cause::BadContentLength),
            (
                &[("content-length", "99999999999999999999")],
                Cause::BadContentLength,
            ),
            (&[("Upper", "x")], Cause::UppercaseName),
            (&[("connection", "close")], Cause::ConnectionField),
            (&[("te", "gzip")], Cause::TeField),
        ] {
            assert_eq!(request(&with(more)), Err(cause), "{more:?}");
        }
        for at in 0..3 {
            let mut fields = GET.to_vec();
            fields.remove(at);
            assert_eq!(request(&decoded(&fields)), Err(Cause::MissingPseudo));
        }
        let fields = [(":method", "GET"), (":scheme", "http"), (":path", "")];
        assert_eq!(request(&decoded(&fields)), Err(Cause::BadPath));
    }

    #[test]
    fn responses() {
        assert_eq!(
            response(&decoded(&[(":status", "200")])),
            Ok(Response::Final)
        );
        assert_eq!(
            response(&decoded(&[(":status", "103")])),
            Ok(Response::Interim)
        );
        for status in ["101", "20", "2000", "abc", "", "099"] {
            let seen = response(&decoded(&[(":status", status)]));
            assert_eq!(seen, Err(Cause::BadStatus), "{status}");
        }
        assert_eq!(response(&decoded(&[("a", "b")])), Err(Cause::MissingPseudo));
        assert_eq!(response(&with(&[])), Err(Cause::MisplacedPseudo));
    }

    #[test]
    fn trailers_have_no_pseudo_fields() {
        assert_eq!(trailers(&decoded(&[("grpc-status", "0")])), Ok(()));
        let seen = trailers(&decoded(&[(":status", "200")]));
        assert_eq!(seen, Err(Cause::MisplacedPseudo));
    }
}
