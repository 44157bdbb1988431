//! Kinds of settings: what is a bound, and how it reads.

use std::fmt::Display;
use std::time::Duration;

use scaffold_http2::Rate;

/// One field: its name, and its default as people read it.
pub(crate) type Row = (&'static str, String);

/// A size: something, and less than 2 GiB.
pub(crate) fn bytes(name: &'static str, value: impl TryInto<u64>) -> Row {
    let value = value.try_into().ok().expect("not below zero");
    assert!((1..1 << 31).contains(&value), "{name}: {value} bytes");
    let text = match value {
        _ if value % (1 << 20) == 0 => format!("{} MiB", value >> 20),
        _ if value % (1 << 10) == 0 => format!("{} KiB", value >> 10),
        _ => format!("{value} B"),
    };
    (name, text)
}

/// A number of things: some, and fewer than a billion.
pub(crate) fn count(name: &'static str, value: impl TryInto<u64>) -> Row {
    let value = value.try_into().ok().expect("not below zero");
    assert!((1..1_000_000_000).contains(&value), "{name}: {value}");
    (name, value.to_string())
}

/// A time: some, and no more than a day.
pub(crate) fn time(name: &'static str, value: Duration) -> Row {
    let day = Duration::from_secs(24 * 3600);
    assert!(!value.is_zero() && value <= day, "{name}: {value:?}");
    let secs = value.as_secs();
    match (secs % 60, value.subsec_nanos()) {
        (0, 0) => (name, format!("{} min", secs / 60)),
        _ => (name, format!("{value:?}").replace('s', " s")),
    }
}

/// So many at once, and so many a second in the long run.
pub(crate) fn rate(name: &'static str, value: Rate) -> Row {
    let Rate { burst, per_second } = value;
    assert!((1..1_000_000).contains(&burst), "{name}: {value:?}");
    assert!((1..1_000_000).contains(&per_second), "{name}: {value:?}");
    (name, format!("{burst}, {per_second}/s"))
}

/// A part of something: no more than all of it.
pub(crate) fn share(name: &'static str, value: f64) -> Row {
    assert!((0.0..=1.0).contains(&value), "{name}: {value}");
    (name, format!("{} %", value * 100.0))
}

/// What bounds nothing.
pub(crate) fn setting(name: &'static str, value: impl Display) -> Row {
    (name, format!("{value}"))
}
