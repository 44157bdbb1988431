//! Numbers with units, read and written: rates, durations, shares.

use std::time::Duration;

/// Reads `500`, `5k`, `1.5k/s`, `2m/s` (million) as calls per second.
pub(crate) fn parse_rate(text: &str) -> Option<f64> {
    let text = text.strip_suffix("/s").unwrap_or(text);
    let (number, factor) = match text.as_bytes().last()? {
        b'k' | b'K' => (&text[..text.len() - 1], 1e3),
        b'm' | b'M' => (&text[..text.len() - 1], 1e6),
        _ => (text, 1.0),
    };
    let rate = number.parse::<f64>().ok()? * factor;
    (rate.is_finite() && rate > 0.0).then_some(rate)
}

/// Reads `10s`, `500ms`, `1.5m`, `1h`; a bare number is seconds.
pub(crate) fn parse_duration(text: &str) -> Option<Duration> {
    let split = text
        .find(|c: char| !c.is_ascii_digit() && c != '.')
        .unwrap_or(text.len());
    let (number, unit) = text.split_at(split);
    let seconds = match unit {
        "" | "s" => 1.0,
        "ms" => 1e-3,
        "us" | "µs" => 1e-6,
        "ns" => 1e-9,
        "m" => 60.0,
        "h" => 3600.0,
        _ => return None,
    };
    Duration::try_from_secs_f64(number.parse::<f64>().ok()? * seconds).ok()
}

/// Reads `1%` or `0.01` as a share.
pub(crate) fn parse_share(text: &str) -> Option<f64> {
    let share = match text.strip_suffix('%') {
        Some(percent) => percent.parse::<f64>().ok()? / 100.0,
        None => text.parse().ok()?,
    };
    (0.0..=1.0).contains(&share).then_some(share)
}

/// Writes nanoseconds in the unit that a person would choose.
pub(crate) fn latency(nanos: u64) -> String {
    let nanos = nanos as f64;
    let (value, unit) = if nanos < 1e3 {
        (nanos, "ns")
    } else if nanos < 1e6 {
        (nanos / 1e3, "µs")
    } else if nanos < 1e9 {
        (nanos / 1e6, "ms")
    } else {
        (nanos / 1e9, "s")
    };
    format!("{} {unit}", significant(value))
}

/// Writes calls per second.
pub(crate) fn rate(per_second: f64) -> String {
    if per_second >= 1e6 {
        format!("{}M/s", significant(per_second / 1e6))
    } else if per_second >= 1e4 {
        format!("{}k/s", significant(per_second / 1e3))
    } else {
        format!("{}/s", significant(per_second))
    }
}

/// Writes a share as a percentage.
pub(crate) fn percent(share: f64) -> String {
    format!("{}%", significant(share * 100.0))
}

/// Writes seconds as a person says them: `90 s`, `5 min`, `1 h 30 min`.
pub(crate) fn time(seconds: f64) -> String {
    if seconds < 120.0 {
        return format!("{} s", significant(seconds));
    }
    let whole = seconds.round() as u64;
    let parts = [
        (whole / 3600, "h"),
        (whole / 60 % 60, "min"),
        (whole % 60, "s"),
    ];
    let said = parts.into_iter().filter(|(count, _)| *count > 0);
    let said: Vec<String> = said
        .map(|(count, unit)| format!("{count} {unit}"))
        .collect();
    said.join(" ")
}

/// Writes bytes.
pub(crate) fn bytes(count: f64) -> String {
    let units = ["B", "KiB", "MiB", "GiB", "TiB"];
    let (mut value, mut unit) = (count, 0);
    while value >= 1000.0 && unit + 1 < units.len() {
        value /= 1024.0;
        unit += 1;
    }
    format!("{} {}", significant(value), units[unit])
}

/// Writes a number that has no unit.
pub(crate) fn number(value: f64) -> String {
    let size = value.abs();
    let sign = if value < 0.0 { "-" } else { "" };
    let (value, unit) = if size >= 1e9 {
        (size / 1e9, "G")
    } else if size >= 1e6 {
        (size / 1e6, "M")
    } else if size >= 1e4 {
        (size / 1e3, "k")
    } else {
        (size, "")
    };
    format!("{sign}{}{unit}", significant(value))
}

/// Three significant digits, no trailing zeros behind a point.
fn significant(value: f64) -> String {
    let text = if value >= 100.0 || value == 0.0 {
        return format!("{value:.0}");
    } else if value >= 10.0 {
        format!("{value:.1}")
    } else {
        format!("{value:.2}")
    };
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// Durations as a number of seconds in saved runs.
pub(crate) mod seconds {
    use std::time::Duration;

    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    pub(crate) fn serialize<S: Serializer>(
        duration: &Duration,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.serialize_f64(duration.as_secs_f64())
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Duration, D::Error> {
        Duration::try_from_secs_f64(f64::deserialize(deserializer)?).map_err(Error::custom)
    }

    /// The same for those that need not be there.
    pub(crate) mod maybe {
        use super::*;

        pub(crate) fn serialize<S: Serializer>(
            duration: &Option<Duration>,
            serializer: S,
        ) -> Result<S::Ok, S::Error> {
            match duration {
                Some(duration) => serializer.serialize_some(&duration.as_secs_f64()),
                None => serializer.serialize_none(),
            }
        }

        pub(crate) fn deserialize<'de, D: Deserializer<'de>>(
            deserializer: D,
        ) -> Result<Option<Duration>, D::Error> {
            Option::<f64>::deserialize(deserializer)?
                .map(|seconds| Duration::try_from_secs_f64(seconds).map_err(Error::custom))
                .transpose()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_people_write() {
        assert_eq!(parse_rate("5k/s"), Some(5000.0));
        assert_eq!(parse_rate("1.5k"), Some(1500.0));
        assert_eq!(parse_rate("0"), None);
        assert_eq!(parse_rate("-3"), None);
        assert_eq!(parse_rate(""), None);
        assert_eq!(parse_duration("500ms"), Some(Duration::from_millis(500)));
        assert_eq!(parse_duration("2"), Some(Duration::from_secs(2)));
        assert_eq!(parse_duration("ten"), None);
        assert_eq!(parse_share("1%"), Some(0.01));
        assert_eq!(parse_share("2"), None);
    }

    #[test]
    fn writes_what_people_read() {
        assert_eq!(latency(850), "850 ns");
        assert_eq!(latency(1_234_567), "1.23 ms");
        assert_eq!(latency(2_000_000_000), "2 s");
        assert_eq!(rate(12_345.0), "12.3k/s");
        assert_eq!(rate(50.0), "50/s");
        assert_eq!(percent(0.005), "0.5%");
        assert_eq!([time(0.25), time(90.0)], ["0.25 s", "90 s"]);
        assert_eq!([time(300.0), time(5403.2)], ["5 min", "1 h 30 min 3 s"]);
        assert_eq!([bytes(12.0), bytes(1_572_864.0)], ["12 B", "1.5 MiB"]);
        assert_eq!([number(-0.5), number(12_340.0)], ["-0.5", "12.3k"]);
    }
}
