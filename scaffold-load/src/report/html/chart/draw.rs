//! A chart as markup.
//!
//! The lines are SVG that is stretched to whatever room there is, with strokes
//! that are not; the labels stand beside it as HTML.

use std::fmt::Write;

use super::{Axis, Line};
use crate::report::html::escape::escape;

/// The plot's width and height in its own units: enough that a value can be read
/// back from them.
const SIZE: f64 = 10_000.0;

/// Lines over an axis.
#[derive(Debug, Clone)]
pub(crate) struct Chart {
    /// What it shows, for those who cannot see it.
    pub(crate) title: &'static str,
    pub(crate) x: Axis,
    pub(crate) y: Axis,
    pub(crate) lines: Vec<Line>,
    /// From here on no calls were due any more.
    pub(crate) over: Option<f64>,
}

/// What is drawn of a line.
#[derive(Debug, Default)]
struct Paths {
    line: String,
    /// Points without a neighbour.
    dots: String,
    /// What is below the line.
    area: String,
}

// === impl Chart ===

impl Chart {
    /// The chart as HTML.
    pub(crate) fn draw(&self) -> String {
        let mut out = String::new();
        // Writing to a String does not fail.
        let _ = self.write(&mut out);
        out
    }

    fn write(&self, out: &mut String) -> std::fmt::Result {
        let (x, y) = (&self.x, &self.y);
        write!(
            out,
            "<figure class=\"chart\" data-x=\"{} {} {}\" data-y=\"{} {} {}{}\"><figcaption>",
            x.unit.name(),
            x.low,
            x.high,
            y.unit.name(),
            y.low,
            y.high,
            if y.log { " log" } else { "" },
        )?;
        for line in &self.lines {
            let none = if line.has_any() { "" } else { " none" };
            write!(
                out,
                "<span class=\"key\"><svg viewBox=\"0 0 20 6\"><path class=\"line {}\" d=\"M1 3H19\"/></svg>{}{none}</span>",
                line.class,
                escape(&line.name)
            )?;
        }
        out.push_str("</figcaption><div class=\"frame\"><div class=\"ys\">");
        for &tick in &y.ticks {
            let at = (1.0 - y.at(tick).unwrap_or(0.0)) * 100.0;
            write!(out, "<span style=\"top:{at:.2}%\">{}</span>", y.name(tick))?;
        }
        write!(
            out,
            "</div><div class=\"plot\"><svg viewBox=\"0 0 10000 10000\" preserveAspectRatio=\"none\" role=\"img\" aria-label=\"{}\">",
            escape(&self.told())
        )?;
        if let Some(over) = self.over.and_then(|over| x.at(over)).filter(|at| *at < 1.0) {
            let at = (over * SIZE) as i64;
            write!(
                out,
                "<path class=\"over\" d=\"M{at} 0H10000V10000H{at}z\"><title>no calls were due any more</title></path>"
            )?;
        }
        out.push_str("<path class=\"grid\" d=\"");
        for &tick in &y.ticks {
            write!(out, "M0 {}H10000", self.down(tick).unwrap_or(0))?;
        }
        for &tick in x.ticks.iter().skip(1) {
            write!(out, "M{} 0V10000", self.across(tick).unwrap_or(0))?;
        }
        out.push_str("\"/>");
        for line in self.lines.iter().filter(|line| line.has_any()) {
            let paths = self.paths(line);
            if line.filled {
                write!(
                    out,
                    "<path class=\"area {}\" d=\"{}\"/>",
                    line.class, paths.area
                )?;
            }
            if !paths.dots.is_empty() {
                write!(
                    out,
                    "<path class=\"{} dot\" d=\"{}\"/>",
                    line.class, paths.dots
                )?;
            }
            write!(
                out,
                "<path class=\"line {}\" data-name=\"{}\" d=\"{}\"/>",
                line.class,
                escape(&line.name),
                paths.line
            )?;
        }
        out.push_str("</svg></div><div class=\"xs\">");
        for (number, &tick) in x.ticks.iter().enumerate() {
            let at = x.at(tick).unwrap_or(0.0) * 100.0;
            let odd = if x.is_spare(number) {
                " class=\"odd\""
            } else {
                ""
            };
            write!(
                out,
                "<span{odd} style=\"left:{at:.2}%\">{}</span>",
                x.name(tick)
            )?;
        }
        out.push_str("</div></div></figure>");
        Ok(())
    }

    fn paths(&self, line: &Line) -> Paths {
        let mut paths = Paths::default();
        let place = |&(x, y): &(f64, Option<f64>)| Some((self.across(x)?, self.down(y?)?));
        let places: Vec<Option<(i64, i64)>> = line.points.iter().map(place).collect();
        for stretch in places.split(Option::is_none) {
            let stretch: Vec<(i64, i64)> = stretch.iter().copied().flatten().collect();
            let (Some(first), Some(last)) = (stretch.first(), stretch.last()) else {
                continue;
            };
            let _ = write!(paths.area, "M{} 10000", first.0);
            for (number, (x, y)) in stretch.iter().enumerate() {
                let step = if number == 0 { 'M' } else { 'L' };
                let _ = write!(paths.line, "{step}{x} {y}");
                let _ = write!(paths.area, "L{x} {y}");
            }
            let _ = write!(paths.area, "L{} 10000z", last.0);
            if let [(x, y)] = stretch[..] {
                // A line of no length with round ends.
                let _ = write!(paths.dots, "M{x} {y}h0");
            }
        }
        paths
    }

    fn across(&self, value: f64) -> Option<i64> {
        self.x.at(value).map(|at| (at * SIZE).round() as i64)
    }

    fn down(&self, value: f64) -> Option<i64> {
        self.y
            .at(value)
            .map(|at| ((1.0 - at) * SIZE).round() as i64)
    }

    /// The chart in words.
    fn told(&self) -> String {
        let mut told = self.title.to_owned();
        for line in self.lines.iter().filter(|line| line.has_any()) {
            let low = line.values().fold(f64::INFINITY, f64::min);
            let high = line.values().fold(f64::NEG_INFINITY, f64::max);
            let (low, high) = (self.y.name(low), self.y.name(high));
            let _ = write!(told, "; {} from {low} to {high}", line.name);
        }
        told
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::html::chart::Unit;

    #[test]
    fn a_chart_has_gaps_dots_and_no_markup_of_others() {
        let points = [
            (0.0, Some(1.0)),
            (1.0, Some(2.0)),
            (2.0, None),
            (3.0, Some(4.0)),
        ];
        let chart = Chart {
            title: "values",
            x: Axis::time(4.0),
            y: Axis::linear(Unit::Count, 0.0, 4.0),
            lines: vec![Line::new("<b>", "p50", points).filled()],
            over: None,
        };
        let drawn = chart.draw();
        assert!(
            drawn.contains("d=\"M0 7500L2500 5000M7500 0\"") && drawn.contains("d=\"M7500 0h0\""),
            "{drawn}"
        );
        assert!(drawn.contains("&lt;b&gt; from 1 to 4") && !drawn.contains("<b>"));
    }

    #[test]
    fn an_empty_run_makes_a_chart() {
        let chart = Chart {
            title: "nothing",
            x: Axis::time(0.0),
            y: Axis::log(Unit::Latency, f64::INFINITY, 0.0),
            lines: vec![Line::new("rate", "p50", [])],
            over: None,
        };
        assert!(chart.draw().contains("rate none"));
    }
}
