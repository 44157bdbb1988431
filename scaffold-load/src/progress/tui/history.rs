//! The seconds of a run as a chart needs them, in bounded memory.

use crate::progress::frame::Frame;

/// At this many points two and two are put together.
const MAX_POINTS: usize = 1200;

/// A second, or several.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Point {
    /// Its end, in seconds.
    pub(super) at: f64,
    pub(super) length: f64,
    /// Calls a second.
    pub(super) offered: f64,
    /// Each method, and after them all of them.
    pub(super) rows: Vec<PointOf>,
}

/// One method in it.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct PointOf {
    /// Calls a second that ended.
    pub(super) ended: f64,
    /// p50 and p99; 0 where nothing ended.
    pub(super) response: (u64, u64),
    pub(super) service: (u64, u64),
}

/// All of them, in order.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct History {
    points: Vec<Point>,
}

// === impl History ===

impl History {
    pub(super) fn points(&self) -> &[Point] {
        &self.points
    }

    pub(super) fn push(&mut self, frame: &Frame) {
        let length = frame.length.max(1e-3);
        let rows = frame.rows.iter().map(|row| PointOf {
            ended: row.ended as f64 / length,
            response: (row.response.now_p50, row.response.now_p99),
            service: (row.service.now_p50, row.service.now_p99),
        });
        self.points.push(Point {
            at: frame.at,
            length,
            offered: frame.offered as f64 / length,
            rows: rows.collect(),
        });
        if self.points.len() > MAX_POINTS {
            self.halve();
        }
    }

    fn halve(&mut self) {
        let mut points = Vec::with_capacity(self.points.len() / 2 + 1);
        let mut old = std::mem::take(&mut self.points).into_iter();
        while let Some(mut first) = old.next() {
            if let Some(second) = old.next() {
                first.join(&second);
            }
            points.push(first);
        }
        self.points = points;
    }
}

// === impl Point ===

impl Point {
    /// Adds the one that follows. The percentiles of both are not known: the
    /// worse is shown, so that a stall does not fade as a run gets long.
    fn join(&mut self, next: &Self) {
        let length = self.length + next.length;
        let mean = |a: f64, b: f64| (a * self.length + b * next.length) / length;
        let worse = |a: (u64, u64), b: (u64, u64)| (a.0.max(b.0), a.1.max(b.1));
        for (mine, theirs) in self.rows.iter_mut().zip(&next.rows) {
            mine.ended = mean(mine.ended, theirs.ended);
            mine.response = worse(mine.response, theirs.response);
            mine.service = worse(mine.service, theirs.service);
        }
        self.offered = mean(self.offered, next.offered);
        self.at = next.at;
        self.length = length;
    }
}
