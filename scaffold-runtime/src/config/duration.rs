//! Durations as text: `30s`, `250ms`, `5m`, `1h30m`.
//!
//! For fields: `#[serde(with = "scaffold_runtime::config::duration")]`.

use std::time::Duration;

use serde::{Deserialize, Deserializer, Serializer, de};

/// Units, longest first, in nanoseconds. `ms` must be tried before `m`.
const UNITS: [(&str, u128); 6] = [
    ("h", 3_600_000_000_000),
    ("ms", 1_000_000),
    ("m", 60_000_000_000),
    ("us", 1_000),
    ("ns", 1),
    ("s", 1_000_000_000),
];

/// Writes a duration.
///
/// # Errors
///
/// Those of the serializer.
pub fn serialize<S: Serializer>(duration: &Duration, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(&text(*duration))
}

/// Reads a duration.
///
/// # Errors
///
/// If the text is not numbers with units.
pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Duration, D::Error> {
    let text = String::deserialize(deserializer)?;
    parse(&text).ok_or_else(|| {
        de::Error::custom(format!(
            "{text:?} is not a duration: write `30s`, `250ms`, `5m` or `1h30m`"
        ))
    })
}

/// The biggest unit that needs no fraction.
fn text(duration: Duration) -> String {
    let nanos = duration.as_nanos();
    let mut units = UNITS;
    units.sort_by_key(|(_, nanos)| std::cmp::Reverse(*nanos));
    let unit = units
        .into_iter()
        .find(|(_, unit)| nanos > 0 && nanos.is_multiple_of(*unit));
    unit.map_or_else(
        || "0s".to_owned(),
        |(name, unit)| format!("{}{name}", nanos / unit),
    )
}

fn parse(text: &str) -> Option<Duration> {
    let mut rest = text.trim();
    let mut nanos = 0u128;
    if rest.is_empty() {
        return None;
    }
    while !rest.is_empty() {
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        let number: u128 = rest[..digits].parse().ok()?;
        rest = &rest[digits..];
        let (name, unit) = UNITS.into_iter().find(|(name, _)| rest.starts_with(name))?;
        rest = &rest[name.len()..];
        nanos = nanos.checked_add(number.checked_mul(unit)?)?;
    }
    let seconds = u64::try_from(nanos / 1_000_000_000).ok()?;
    Some(Duration::new(seconds, (nanos % 1_000_000_000) as u32))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_round_trips() {
        for (written, nanos) in [
            ("30s", 30e9),
            ("250ms", 250e6),
            ("5m", 300e9),
            ("2h", 7200e9),
            ("7us", 7e3),
            ("1ns", 1.0),
            ("0s", 0.0),
        ] {
            let duration = Duration::from_nanos(nanos as u64);
            assert_eq!(parse(written), Some(duration), "{written}");
            assert_eq!(text(duration), written);
        }
        assert_eq!(parse("1h30m"), Some(Duration::from_secs(5400)));
        for wrong in [
            "",
            "5",
            "s",
            "-1s",
            "1.5s",
            "5 s",
            "99999999999999999999999999h",
            "5x",
        ] {
            assert_eq!(parse(wrong), None, "{wrong}");
        }
    }
}
