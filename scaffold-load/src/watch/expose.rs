//! Prometheus' text format, as far as a few numbers of it are wanted.

use super::source::Reading;

/// The standard names of what a process takes.
const CPU: &str = "process_cpu_seconds_total";
const MEMORY: &str = "process_resident_memory_bytes";

/// Reads CPU, memory and the metrics that are asked for: `name` is the sum of all
/// series of that name, `name{label="x"}` the one that is written so.
pub(super) fn read(page: &str, wanted: &[String]) -> Reading {
    let mut reading = Reading::default();
    for (series, value) in page.lines().filter_map(sample) {
        let name = series.split('{').next().unwrap_or(series);
        match name {
            CPU => *reading.cpu.get_or_insert(0.0) += value,
            // Negative and what is no number become 0.
            MEMORY => *reading.memory.get_or_insert(0) += value as u64,
            _ => {}
        }
        for wanted in wanted {
            if *wanted == name || *wanted == series {
                *reading.metrics.entry(wanted.clone()).or_insert(0.0) += value;
            }
        }
    }
    reading
}

/// `name{label="a b"} 7 1700000000` is a series and its value.
fn sample(line: &str) -> Option<(&str, f64)> {
    let line = line.trim();
    if line.starts_with('#') {
        return None;
    }
    let end = match line.rfind('}') {
        Some(at) => at + 1,
        None => line.find(char::is_whitespace)?,
    };
    let (series, value) = line.split_at(end);
    let value: f64 = value.split_whitespace().next()?.parse().ok()?;
    // JSON has no other.
    value.is_finite().then_some((series, value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_are_read() {
        let page = "# HELP process_cpu_seconds_total Total.\n# TYPE x counter\n\
                    process_cpu_seconds_total 12.5\nprocess_resident_memory_bytes 2.097152e+06\n\
                    calls{code=\"OK\",path=\"/a b}\"} 3 1700000000\ncalls{code=\"NO\"} 4\n\
                    odd NaN\nbroken\nbroken x\n\n}{ 1\n";
        let wanted = ["calls", "calls{code=\"NO\"}", "missing", "odd"].map(str::to_owned);
        let reading = read(page, &wanted);
        assert_eq!(reading.cpu, Some(12.5));
        assert_eq!(reading.memory, Some(2 << 20));
        let metrics: Vec<(&str, f64)> = reading
            .metrics
            .iter()
            .map(|(name, value)| (&**name, *value))
            .collect();
        assert_eq!(metrics, [("calls", 7.0), ("calls{code=\"NO\"}", 4.0)]);
        assert_eq!(read("", &wanted).cpu, None);
    }
}
