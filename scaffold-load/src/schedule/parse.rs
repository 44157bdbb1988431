//! Stages as people write them: `0..2k/s@30s, 2k/s@5m, 1k..5k/5@1m`.

use super::{Schedule, Stage};
use crate::plan::Fault;
use crate::units::{parse_duration, parse_rate};

/// Most steps of one staircase.
const MAX_STEPS: u32 = 1000;

/// Reads stages with commas between: `RATE@TIME` holds a rate, `A..B@TIME` goes
/// from one to another, `A..B/N@TIME` climbs in `N` steps of `TIME` each.
///
/// # Errors
///
/// What is wrong with which stage, and how it is written.
pub fn parse_stages(text: &str) -> Result<Schedule, Fault> {
    let mut stages = Vec::new();
    for part in text
        .split(',')
        .map(str::trim)
        .filter(|part| !part.is_empty())
    {
        stages.extend(stage(part).ok_or_else(|| {
            Fault::usage(format!(
                "`{part}` is no stage: write 2k/s@5m to hold a rate, 0..2k/s@30s for a ramp, 1k..5k/5@1m for five steps"
            ))
        })?);
    }
    let schedule = Schedule::new(stages);
    if schedule.expected_calls() < 1.0 {
        return Err(Fault::usage("the stages make no call".to_owned()));
    }
    Ok(schedule)
}

fn stage(part: &str) -> Option<Vec<Stage>> {
    let (rates, length) = part.split_once('@')?;
    let length = parse_duration(length.trim()).filter(|length| !length.is_zero())?;
    let Some((from, to)) = rates.split_once("..") else {
        return Some(vec![Stage::hold(rate(rates)?, length)]);
    };
    let from = rate(from)?;
    let steps = to
        .rsplit_once('/')
        .and_then(|(to, steps)| Some((to, steps.trim().parse::<u32>().ok()?)));
    let Some((to, steps)) = steps else {
        let to = rate(to)?;
        return Some(vec![Stage { from, to, length }]);
    };
    let to = rate(to)?;
    if !(2..=MAX_STEPS).contains(&steps) {
        return None;
    }
    let step = (to - from) / f64::from(steps - 1);
    let climb = (0..steps).map(|n| Stage::hold(from + f64::from(n) * step, length));
    Some(climb.collect())
}

/// A rate, or 0 for a pause.
fn rate(text: &str) -> Option<f64> {
    match text.trim() {
        "0" | "0/s" => Some(0.0),
        text => parse_rate(text),
    }
}
