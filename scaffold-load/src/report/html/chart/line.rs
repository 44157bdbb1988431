//! The lines of a chart.

/// More points than these are thinned out: no screen shows them.
const MAX_POINTS: usize = 1200;

/// One line of a chart.
#[derive(Debug, Clone)]
pub(crate) struct Line {
    pub(crate) name: String,
    /// Its colour and stroke, a class of the style sheet.
    pub(crate) class: &'static str,
    /// A value that is not there makes a gap.
    pub(crate) points: Vec<(f64, Option<f64>)>,
    /// Whether the area below it is filled.
    pub(crate) filled: bool,
}

// === impl Line ===

impl Line {
    pub(crate) fn new(
        name: impl Into<String>,
        class: &'static str,
        points: impl IntoIterator<Item = (f64, Option<f64>)>,
    ) -> Self {
        let name = name.into();
        Self {
            name,
            class,
            points: thin(points.into_iter().collect()),
            filled: false,
        }
    }

    pub(crate) fn filled(self) -> Self {
        Self {
            filled: true,
            ..self
        }
    }

    /// Its values.
    pub(crate) fn values(&self) -> impl Iterator<Item = f64> + '_ {
        self.points.iter().filter_map(|(_, value)| *value)
    }

    /// Whether it shows anything but nothing.
    pub(crate) fn has_any(&self) -> bool {
        self.values().any(|value| value != 0.0)
    }
}

/// Of neighbours the highest: what a chart is looked at for.
fn thin(points: Vec<(f64, Option<f64>)>) -> Vec<(f64, Option<f64>)> {
    let each = points.len().div_ceil(MAX_POINTS);
    if each <= 1 {
        return points;
    }
    let highest = |chunk: &[(f64, Option<f64>)]| {
        let above = |a: &&(f64, Option<f64>), b: &&(f64, Option<f64>)| {
            let of = |point: &(f64, Option<f64>)| point.1.unwrap_or(f64::NEG_INFINITY);
            of(a).total_cmp(&of(b))
        };
        chunk.iter().max_by(above).copied()
    };
    points.chunks(each).filter_map(highest).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_points_become_few_and_keep_their_peaks() {
        let points = (0..5000).map(|n| (f64::from(n), Some(f64::from(u8::from(n == 777)))));
        let line = Line::new("x", "p50", points);
        assert!(line.points.len() <= MAX_POINTS);
        assert!(line.has_any());
    }
}
