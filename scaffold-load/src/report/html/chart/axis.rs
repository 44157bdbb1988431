//! Axes: where a value lies, and which values are named.

use crate::units::{bytes, latency, number, rate};

/// What the values of an axis are, and so how they are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unit {
    /// Nanoseconds.
    Latency,
    /// Calls per second.
    Rate,
    Cores,
    Bytes,
    /// Things that are counted.
    Count,
    Number,
    /// Seconds from the beginning.
    Time,
    /// A quantile as how many nines it has: 2 is 99 %.
    Nines,
}

/// One axis of a chart.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Axis {
    pub(crate) unit: Unit,
    pub(crate) low: f64,
    pub(crate) high: f64,
    pub(crate) log: bool,
    /// The values that are named, from the lowest on.
    pub(crate) ticks: Vec<f64>,
}

// === impl Axis ===

impl Axis {
    /// From nothing up to `top`, or from below it where values are.
    pub(crate) fn linear(unit: Unit, bottom: f64, top: f64) -> Self {
        let step = match unit {
            // What is counted has no halves.
            Unit::Count => nice((top / 4.0).max(1.0)),
            Unit::Bytes => nice_bytes(top / 4.0),
            _ => nice((top - bottom.min(0.0)) / 4.0),
        };
        let first = (bottom.min(0.0) / step).floor();
        let last = (top / step - 1e-9).ceil().max(first + 1.0);
        Self {
            unit,
            low: first * step,
            high: last * step,
            log: false,
            ticks: steps(first, last, step),
        }
    }

    /// Between `low` and `high` by decades.
    pub(crate) fn log(unit: Unit, low: f64, high: f64) -> Self {
        let low = if low.is_finite() { low.max(1.0) } else { 1.0 };
        let high = if high.is_finite() { high } else { low };
        let high = high.max(low * 1.01);
        let (low, high) = (round_down(low), round_up(high));
        let wide = high / low > 200.0;
        let mut ticks = Vec::new();
        let mut decade = 10f64.powf(low.log10().floor());
        while decade <= high * 1.001 {
            let marks: &[f64] = if wide { &[1.0] } else { &[1.0, 2.0, 5.0] };
            let marks = marks.iter().map(|mark| mark * decade);
            ticks.extend(marks.filter(|at| (low * 0.999..=high * 1.001).contains(at)));
            decade *= 10.0;
        }
        Self {
            unit,
            low,
            high,
            log: true,
            ticks,
        }
    }

    /// Seconds from the beginning to `end`.
    pub(crate) fn time(end: f64) -> Self {
        let end = end.max(1e-3);
        // Steps that clocks know.
        let clock = [
            1., 2., 5., 10., 15., 20., 30., 60., 120., 300., 600., 900., 1800.,
        ];
        let hours = [1., 2., 3., 6., 12., 24.].map(|hour| hour * 3600.0);
        let mut known = clock.into_iter().chain(hours);
        let step = match end < 5.0 {
            true => nice(end / 8.0),
            false => known
                .find(|step| end / step <= 8.0)
                .unwrap_or_else(|| nice(end / 8.0)),
        };
        Self {
            unit: Unit::Time,
            low: 0.0,
            high: end,
            log: false,
            ticks: steps(0.0, (end / step + 1e-9).floor(), step),
        }
    }

    /// Quantiles, as far as so many values tell them apart.
    pub(crate) fn nines(values: u64) -> Self {
        let most = (values.max(10) as f64).log10().clamp(1.0, 9.0);
        let mut ticks = vec![0.0, 2f64.log10()];
        ticks.extend((1..=most as u32).map(f64::from));
        Self {
            unit: Unit::Nines,
            low: 0.0,
            high: most,
            log: false,
            ticks,
        }
    }

    /// Where a value lies, from 0 to 1; `None` where the axis has no place for it.
    pub(crate) fn at(&self, value: f64) -> Option<f64> {
        let share = match self.log {
            true if value <= 0.0 => return None,
            true => (value / self.low).ln() / (self.high / self.low).ln(),
            false => (value - self.low) / (self.high - self.low),
        };
        share.is_finite().then(|| share.clamp(0.0, 1.0))
    }

    /// A value's name.
    pub(crate) fn name(&self, value: f64) -> String {
        match self.unit {
            Unit::Latency => latency(value.round() as u64),
            Unit::Rate => rate(value),
            Unit::Cores | Unit::Number | Unit::Count => number(value),
            Unit::Bytes => bytes(value),
            Unit::Time => self.moment(value),
            Unit::Nines => percentile(value),
        }
    }

    /// Whether a name may be left out where there is little room.
    pub(crate) fn is_spare(&self, number: usize) -> bool {
        match self.unit {
            // Up to here all but the half have room beside each other.
            Unit::Nines if self.high <= 5.0 => number == 1,
            _ => number % 2 == 1,
        }
    }

    /// All names of an axis have the unit that its steps are of.
    fn moment(&self, seconds: f64) -> String {
        let step = self.ticks.get(1).copied().unwrap_or(1.0);
        match step {
            step if step < 60.0 => format!("{} s", number(seconds)),
            step if step < 3600.0 => format!("{} min", number(seconds / 60.0)),
            _ => format!("{} h", number(seconds / 3600.0)),
        }
    }
}

// === impl Unit ===

impl Unit {
    /// Its name for the script.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Latency => "latency",
            Self::Rate => "rate",
            Self::Cores => "cores",
            Self::Bytes => "bytes",
            Self::Count => "count",
            Self::Number => "number",
            Self::Time => "time",
            Self::Nines => "nines",
        }
    }
}

/// `99.9%` of 3 nines.
fn percentile(nines: f64) -> String {
    let digits = (nines - 2.0).max(0.0).round() as usize;
    format!("{:.digits$}%", (1.0 - 10f64.powf(-nines)) * 100.0)
}

fn steps(first: f64, last: f64, step: f64) -> Vec<f64> {
    let count = (last - first).clamp(0.0, 100.0) as u32;
    (0..=count).map(|n| (first + f64::from(n)) * step).collect()
}

/// The next of 1, 2, 5, 10, 20, ... that is not below `rough`.
fn nice(rough: f64) -> f64 {
    if !(rough.is_finite() && rough > 0.0) {
        return 0.25;
    }
    round_up(rough)
}

/// The same in units of 1,024.
fn nice_bytes(rough: f64) -> f64 {
    if !(rough.is_finite() && rough > 0.0) {
        return 1.0;
    }
    let unit = 1024f64.powf((rough.ln() / 1024f64.ln()).floor());
    // 1,000 KiB are written as MiB.
    match nice(rough / unit) {
        step if step >= 500.0 => unit * 1024.0,
        step => step * unit,
    }
}

fn round_up(value: f64) -> f64 {
    let power = 10f64.powf(value.log10().floor());
    let mut factors = [1.0, 2.0, 5.0, 10.0].into_iter();
    let factor = factors.find(|factor| factor * power >= value * 0.999_999);
    factor.unwrap_or(10.0) * power
}

fn round_down(value: f64) -> f64 {
    let power = 10f64.powf(value.log10().floor());
    let mut factors = [5.0, 2.0, 1.0].into_iter();
    let factor = factors.find(|factor| factor * power <= value * 1.000_001);
    factor.unwrap_or(1.0) * power
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(axis: &Axis) -> Vec<String> {
        axis.ticks.iter().map(|&tick| axis.name(tick)).collect()
    }

    #[test]
    fn ticks_are_round() {
        let rate = Axis::linear(Unit::Rate, 0.0, 470.0);
        assert_eq!(names(&rate), ["0/s", "200/s", "400/s", "600/s"]);
        let calls = Axis::linear(Unit::Count, 0.0, 2.0);
        assert_eq!(names(&calls), ["0", "1", "2"]);
        let memory = Axis::linear(Unit::Bytes, 0.0, 90.0 * 1024.0 * 1024.0);
        assert_eq!(names(&memory), ["0 B", "50 MiB", "100 MiB"]);
        let latency = Axis::log(Unit::Latency, 130_000.0, 1_900_000_000.0);
        assert_eq!(
            names(&latency),
            ["100 µs", "1 ms", "10 ms", "100 ms", "1 s"]
        );
        let narrow = Axis::log(Unit::Latency, 1_100_000.0, 4_000_000.0);
        assert_eq!(names(&narrow), ["1 ms", "2 ms", "5 ms"]);
        assert_eq!(
            names(&Axis::nines(5000)),
            ["0%", "50%", "90%", "99%", "99.9%"]
        );
    }

    #[test]
    fn moments_have_the_units_of_clocks() {
        let ends = |end: f64| {
            let axis = Axis::time(end);
            (axis.ticks.len(), names(&axis).pop().expect("a tick"))
        };
        assert_eq!(ends(10.0), (6, "10 s".to_owned()));
        assert_eq!(ends(0.2), (5, "0.2 s".to_owned()));
        assert_eq!(ends(3600.0), (7, "60 min".to_owned()));
        assert_eq!(ends(150.0), (8, "140 s".to_owned()));
        assert!(ends(1e6).0 <= 100);
    }

    #[test]
    fn there_is_a_place_for_every_value_or_none() {
        let log = Axis::log(Unit::Latency, 0.0, 0.0);
        assert_eq!(log.at(0.0), None);
        assert!(log.at(1.0).is_some());
        let flat = Axis::linear(Unit::Number, 0.0, 0.0);
        assert_eq!(flat.at(0.0), Some(0.0));
        let below = Axis::linear(Unit::Number, -3.0, 5.0);
        assert!(below.low <= -3.0 && below.high >= 5.0);
    }
}
