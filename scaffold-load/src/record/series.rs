//! A run second by second, in memory that does not grow with its length.

use serde::{Deserialize, Serialize};

use super::{Histogram, MethodSecond, PacedPart, Second, WorkerPart};

/// At this many points two and two are put together.
const MAX_POINTS: usize = 1200;

/// The points of a run: one a second for twenty minutes, one in two seconds for
/// twice that, and so on. Counts and percentiles are exact at each resolution.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Series {
    /// How many seconds a point is.
    pub step: u64,
    /// In order.
    pub points: Vec<Second>,
}

// === impl Series ===

impl Default for Series {
    fn default() -> Self {
        Self {
            step: 1,
            points: Vec::new(),
        }
    }
}

impl Series {
    /// Appends the second that follows the last.
    pub(crate) fn push(&mut self, second: Second) {
        match self.points.last_mut() {
            Some(last) if last.length + 0.5 < self.step as f64 => last.append(&second),
            _ => self.points.push(second),
        }
        if self.points.len() > MAX_POINTS {
            self.halve();
        }
    }

    /// Adds another part of the same run, second by second.
    pub fn merge(&mut self, other: &Self) {
        let mut other = other.clone();
        while self.step < other.step {
            self.halve();
        }
        while other.step < self.step {
            other.halve();
        }
        for (index, theirs) in other.points.into_iter().enumerate() {
            match self.points.get_mut(index) {
                Some(mine) => {
                    mine.in_flight += theirs.in_flight;
                    mine.lag_p99 = mine.lag_p99.max(theirs.lag_p99);
                    mine.cpu = mine.cpu.zip(theirs.cpu).map(|(mine, theirs)| mine + theirs);
                    mine.join(&theirs);
                }
                None => self.points.push(theirs),
            }
        }
    }

    /// Puts two and two points together.
    fn halve(&mut self) {
        self.step *= 2;
        let mut points = Vec::with_capacity(self.points.len() / 2 + 1);
        let mut old = std::mem::take(&mut self.points).into_iter();
        while let Some(mut first) = old.next() {
            if let Some(second) = old.next() {
                first.append(&second);
            }
            points.push(first);
        }
        self.points = points;
    }
}

impl Second {
    /// A second from the parts that workers and pacer handed over.
    pub(crate) fn from_parts(number: u64, workers: &[WorkerPart], paced: &PacedPart) -> Self {
        let mut second = Self {
            at: number as f64,
            length: 1.0,
            offered: paced.offered,
            dropped: paced.dropped,
            ..Self::default()
        };
        let (mut all_response, mut all_service) = (Histogram::new(), Histogram::new());
        let mut lag = Histogram::new();
        for part in workers {
            second.in_flight += part.in_flight;
            lag.add(&part.lag);
        }
        second.lag_p99 = lag.value_at_quantile(0.99);
        let methods = workers.iter().map(|part| part.methods.len()).max();
        for method in 0..methods.unwrap_or(0) {
            let mut of_method = MethodSecond::default();
            let (mut response, mut service) = (Histogram::new(), Histogram::new());
            for record in workers.iter().filter_map(|part| part.methods.get(method)) {
                response.add(&record.response_ok);
                response.add(&record.response);
                service.add(&record.service);
                of_method.failed += record.failed();
                of_method.received += record.received;
            }
            second.completed += response.len();
            second.failed += of_method.failed;
            second.received += of_method.received;
            all_response.add(&response);
            all_service.add(&service);
            of_method.response = response.packed();
            of_method.service = service.packed();
            second.methods.push(of_method);
        }
        second.latencies(&all_response, &all_service);
        second
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn second(number: u64, latency: u64) -> Second {
        let mut response = Histogram::new();
        response.record(latency);
        let mut second = Second {
            at: number as f64,
            length: 1.0,
            offered: 1,
            completed: 1,
            methods: vec![MethodSecond {
                response: response.packed(),
                service: response.packed(),
                ..MethodSecond::default()
            }],
            ..Second::default()
        };
        second.latencies(&response, &response);
        second
    }

    #[test]
    fn a_long_run_has_few_points_and_loses_no_call() {
        let mut series = Series::default();
        for number in 0..5003 {
            series.push(second(number, number + 1));
        }
        assert!(series.points.len() <= MAX_POINTS, "{}", series.points.len());
        assert_eq!(series.step, 8);
        let calls: u64 = series.points.iter().map(|point| point.completed).sum();
        assert_eq!(calls, 5003);
        let length: f64 = series.points.iter().map(|point| point.length).sum();
        assert_eq!(length, 5003.0);
        for pair in series.points.windows(2) {
            assert_eq!(pair[0].at + pair[0].length, pair[1].at);
        }
        assert_eq!(series.points[0].max, 8);
        assert_eq!(series.points[0].p50, 4);
        assert_eq!(series.points[0].methods[0].response().len(), 8);
    }

    #[test]
    fn parts_of_a_run_meet_second_by_second() {
        let mut series = Series::default();
        let mut other = Series::default();
        for number in 0..10 {
            series.push(second(number, 100));
            other.push(second(number, 300));
        }
        other.push(second(10, 5));
        series.merge(&other);
        assert_eq!(series.points.len(), 11);
        assert_eq!((series.points[3].p50, series.points[3].max), (100, 300));
        assert_eq!(series.points[3].completed, 2);
    }
}
