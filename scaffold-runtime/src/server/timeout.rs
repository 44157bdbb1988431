//! The header `grpc-timeout` (PROTOCOL-HTTP2.md, "Timeout").

use std::time::Duration;

use scaffold_http2::Name;

use super::request_head::RequestHead;
use crate::Status;
use crate::counters::Cause;

/// How long the client waits; `None` if it does not say.
///
/// # Errors
///
/// `INTERNAL` if the header is malformed or comes twice. To ignore it would be
/// to work without an end for somebody who asked for one.
pub(super) fn read(head: &impl RequestHead) -> Result<Option<Duration>, Status> {
    let Some(value) = head.get(Name::GrpcTimeout) else {
        return Ok(None);
    };
    let is_timeout = |(name, _): &(&[u8], &[u8])| *name == b"grpc-timeout";
    if head.fields().filter(is_timeout).count() > 1 {
        let status = Status::internal("grpc-timeout comes more than once");
        return Err(status.because(Cause::BadTimeout));
    }
    match std::str::from_utf8(value).ok().and_then(parse) {
        Some(timeout) => Ok(Some(timeout)),
        None => Err(Status::internal(
            "grpc-timeout is malformed: it must be 1 to 8 digits and one of H M S m u n",
        )
        .because(Cause::BadTimeout)),
    }
}

/// A timeout as the header writes it; `None` if that is malformed.
pub(crate) fn parse(value: &str) -> Option<Duration> {
    let (digits, unit) = value.split_at_checked(value.len().checked_sub(1)?)?;
    // `str::parse` takes a sign; the specification does not.
    if !(1..=8).contains(&digits.len()) || !digits.bytes().all(|c| c.is_ascii_digit()) {
        return None;
    }
    let number: u64 = digits.parse().ok()?;
    match unit {
        "H" => Some(Duration::from_secs(number * 3600)),
        "M" => Some(Duration::from_secs(number * 60)),
        "S" => Some(Duration::from_secs(number)),
        "m" => Some(Duration::from_millis(number)),
        "u" => Some(Duration::from_micros(number)),
        "n" => Some(Duration::from_nanos(number)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_the_specification_allows() {
        assert_eq!(
            parse("99999999H"),
            Some(Duration::from_secs(99_999_999 * 3600))
        );
        assert_eq!(parse("1M"), Some(Duration::from_secs(60)));
        assert_eq!(parse("20S"), Some(Duration::from_secs(20)));
        assert_eq!(parse("100m"), Some(Duration::from_millis(100)));
        assert_eq!(parse("7u"), Some(Duration::from_micros(7)));
        assert_eq!(parse("0n"), Some(Duration::ZERO));
    }

    #[test]
    fn refuses_the_rest() {
        for value in [
            "",
            "S",
            "5",
            "-1S",
            "+5S",
            "123456789S",
            "5s",
            "5 S",
            " 5S",
            "1.5S",
            "5SS",
            "5\u{b5}",
        ] {
            assert_eq!(parse(value), None, "{value:?}");
        }
    }
}
