//! Durations as people write them: a decimal number and a unit.

/// Nanoseconds of `"250ms"` or `"1.5s"`; `None` if it is written otherwise or
/// too long to count. A part of a nanosecond is refused, not rounded.
pub(super) fn nanos(text: &str) -> Option<u64> {
    let unit_at = text.find(|c: char| c.is_ascii_alphabetic())?;
    let (number, unit) = text.split_at(unit_at);
    let unit: u128 = match unit {
        "ns" => 1,
        "us" => 1_000,
        "ms" => 1_000_000,
        "s" => 1_000_000_000,
        "m" => 60_000_000_000,
        "h" => 3_600_000_000_000,
        _ => return None,
    };
    let (whole, part) = number.split_once('.').unwrap_or((number, "0"));
    let digits = |text: &str| {
        let plain =
            !text.is_empty() && text.len() <= 20 && text.bytes().all(|b| b.is_ascii_digit());
        plain.then(|| text.parse::<u128>().ok()).flatten()
    };
    // Up to 10^20 of up to 10^13: within 128 bits.
    let (whole, numerator) = (digits(whole)?, digits(part)?);
    let denominator = 10u128.pow(part.len() as u32);
    let fraction = numerator * unit;
    if !fraction.is_multiple_of(denominator) {
        return None;
    }
    u64::try_from(whole * unit + fraction / denominator).ok()
}

#[cfg(test)]
mod tests {
    use super::nanos;

    #[test]
    fn durations() {
        for (text, expected) in [
            ("250ms", Some(250_000_000)),
            ("1.5s", Some(1_500_000_000)),
            ("0s", Some(0)),
            ("1h", Some(3_600_000_000_000)),
            ("0.000000001s", Some(1)),
            ("1.50m", Some(90_000_000_000)),
            ("0.5ns", None),
            ("", None),
            ("5", None),
            ("s", None),
            ("1.s", None),
            (".5s", None),
            ("-1s", None),
            ("+1s", None),
            ("1 s", None),
            ("1S", None),
            ("1e3s", None),
            ("1s ", None),
            ("99999999999h", None),
            ("999999999999999999999s", None),
            ("1d", None),
            ("١s", None),
        ] {
            assert_eq!(nanos(text), expected, "{text}");
        }
    }
}
