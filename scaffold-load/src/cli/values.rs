//! Values of flags, from text.

use std::time::Duration;

use super::saved::Formats;
use crate::mix::Mix;
use crate::plan::{Shard, Spin};
use crate::progress::Show;
use crate::report::Format;
use crate::schedule::{Arrival, Profile, Schedule, parse_stages};
use crate::slo::{Objective, parse_objectives};
use crate::units;

pub(super) fn rate(text: &str) -> Result<f64, String> {
    units::parse_rate(text).ok_or_else(|| "a rate is written 500, 5k/s or 1.5m/s".to_owned())
}

pub(super) fn duration(text: &str) -> Result<Duration, String> {
    units::parse_duration(text).ok_or_else(|| "a time is written 500ms, 10s, 5m or 1h".to_owned())
}

/// A duration that is not nothing.
pub(super) fn positive(text: &str) -> Result<Duration, String> {
    match duration(text)? {
        Duration::ZERO => Err("it must be more than nothing".to_owned()),
        duration => Ok(duration),
    }
}

pub(super) fn share(text: &str) -> Result<f64, String> {
    units::parse_share(text).ok_or_else(|| "a share is written 1% or 0.01".to_owned())
}

pub(super) fn count(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(0) | Err(_) => Err("it is a number from 1 on".to_owned()),
        Ok(count) => Ok(count),
    }
}

pub(super) fn stages(text: &str) -> Result<Schedule, String> {
    parse_stages(text).map_err(|fault| fault.to_string())
}

pub(super) fn profile(text: &str) -> Result<Profile, String> {
    let names = || "profiles are smoke, load, stress, spike and soak".to_owned();
    Profile::from_name(text).ok_or_else(names)
}

pub(super) fn show(text: &str) -> Result<Show, String> {
    Show::from_name(text).ok_or_else(|| "progress is auto, tui, lines or none".to_owned())
}

pub(super) fn arrival(text: &str) -> Result<Arrival, String> {
    match text {
        "poisson" => Ok(Arrival::Poisson),
        "uniform" => Ok(Arrival::Uniform),
        _ => Err("calls arrive poisson or uniform".to_owned()),
    }
}

pub(super) fn mix(text: &str) -> Result<Mix, String> {
    Mix::parse(text).map_err(|fault| fault.to_string())
}

/// The number of a part that its pod knows.
pub(super) const AUTO: &str = "auto";

/// Where Kubernetes tells a pod of an Indexed Job its number, from 0.
const INDEX: &str = "JOB_COMPLETION_INDEX";

pub(super) fn shard(text: &str) -> Result<Shard, String> {
    let number = match text.split_once('/') {
        Some((number, of)) if number.trim() == AUTO => {
            let index = std::env::var(INDEX).ok();
            let index = index.and_then(|index| index.parse::<u32>().ok()?.checked_add(1));
            let number = index.ok_or_else(|| {
                format!("{AUTO} is for pods of an Indexed Job, where {INDEX} is set")
            })?;
            Some(format!("{number}/{of}"))
        }
        _ => None,
    };
    Shard::parse(number.as_deref().unwrap_or(text)).ok_or_else(|| {
        format!("a part is written 2/4: the second of four; or {AUTO}/4 in a pod of a Job of four")
    })
}

pub(super) fn header(text: &str) -> Result<(String, String), String> {
    let (name, value) = text
        .split_once('=')
        .or_else(|| text.split_once(": "))
        .ok_or_else(|| "metadata is written name=value".to_owned())?;
    Ok((name.trim().to_owned(), value.trim().to_owned()))
}

pub(super) fn objectives(text: &str) -> Result<Vec<Objective>, String> {
    parse_objectives(text).map_err(|fault| fault.to_string())
}

pub(super) fn formats(text: &str) -> Result<Formats, String> {
    Format::list(text).map(Formats)
}

pub(super) fn spin(text: &str) -> Result<Spin, String> {
    match text {
        "auto" => Ok(Spin::Auto),
        text => match duration(text)? {
            long if long > Duration::from_millis(10) => Err("it is 10ms at most".to_owned()),
            time => Ok(Spin::Nanos(time.as_nanos() as u64)),
        },
    }
}
