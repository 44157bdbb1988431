//! Line charts as inline SVG: drawn here, so that the report needs no script.

use std::fmt::Write;

/// A line of a chart. Its place in the list chooses its colour.
pub(crate) struct Series<'a> {
    pub(crate) name: &'a str,
    pub(crate) values: Vec<f64>,
}

const WIDTH: f64 = 900.0;
const HEIGHT: f64 = 240.0;
const LEFT: f64 = 70.0;
const RIGHT: f64 = 12.0;
const TOP: f64 = 12.0;
const BOTTOM: f64 = 26.0;

/// A chart of `series` over `seconds`, with `unit` writing the values.
pub(crate) fn chart(seconds: &[f64], series: &[Series<'_>], unit: fn(f64) -> String) -> String {
    let last = seconds.last().copied().unwrap_or(1.0).max(1e-3);
    let top = series
        .iter()
        .flat_map(|line| &line.values)
        .copied()
        .fold(0.0, f64::max);
    let step = nice_step(top / 4.0);
    let steps = (top / step).ceil().max(1.0);
    let x = |second: f64| LEFT + second / last * (WIDTH - LEFT - RIGHT);
    let y = |value: f64| HEIGHT - BOTTOM - value / (step * steps) * (HEIGHT - TOP - BOTTOM);

    let mut out = String::from("<p class=\"dim\">");
    for (at, line) in series.iter().enumerate() {
        let _ = write!(out, "<span class=\"key k{at}\"></span>{}", line.name);
    }
    let _ = write!(
        out,
        "</p><svg viewBox=\"0 0 {WIDTH} {HEIGHT}\" role=\"img\">"
    );
    for n in 0..=steps as usize {
        let value = n as f64 * step;
        let _ = write!(
            out,
            "<line class=\"grid\" x1=\"{LEFT}\" x2=\"{:.1}\" y1=\"{:.1}\" y2=\"{:.1}\"/><text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"end\">{}</text>",
            WIDTH - RIGHT,
            y(value),
            y(value),
            LEFT - 8.0,
            y(value) + 4.0,
            unit(value)
        );
    }
    let every = nice_step(last / 8.0).max(1.0);
    for n in 0..=(last / every) as usize {
        let second = n as f64 * every;
        let _ = write!(
            out,
            "<text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{second:.0} s</text>",
            x(second),
            HEIGHT - 8.0
        );
    }
    for (at, line) in series.iter().enumerate() {
        let points = || seconds.iter().zip(&line.values);
        let path: Vec<String> = points()
            .map(|(&second, &value)| format!("{:.1},{:.1}", x(second), y(value)))
            .collect();
        let _ = write!(
            out,
            "<polyline class=\"s s{at}\" points=\"{}\"/>",
            path.join(" ")
        );
        for (&second, &value) in points() {
            let _ = write!(
                out,
                "<circle class=\"dot\" cx=\"{:.1}\" cy=\"{:.1}\" r=\"5\"><title>{second:.0} s: {} {}</title></circle>",
                x(second),
                y(value),
                line.name,
                unit(value)
            );
        }
    }
    out.push_str("</svg>");
    out
}

/// The next of 1, 2, 5, 10, 20, ... that is not below `rough`.
fn nice_step(rough: f64) -> f64 {
    if !(rough.is_finite() && rough > 0.0) {
        return 1.0;
    }
    let power = 10f64.powf(rough.log10().floor());
    let factor = [1.0, 2.0, 5.0, 10.0]
        .into_iter()
        .find(|factor| factor * power >= rough * 0.999_999)
        .unwrap_or(10.0);
    factor * power
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_are_round() {
        assert_eq!(nice_step(0.0), 1.0);
        assert_eq!(nice_step(3.0), 5.0);
        assert_eq!(nice_step(120.0), 200.0);
        assert_eq!(nice_step(1000.0), 1000.0);
    }

    #[test]
    fn an_empty_run_makes_a_chart() {
        let lines = [Series {
            name: "rate",
            values: Vec::new(),
        }];
        assert!(chart(&[], &lines, |v| v.to_string()).contains("<svg"));
    }
}
