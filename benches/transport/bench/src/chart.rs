//! The chart: bars of server CPU per call, three loads. No script, no font of
//! its own, and colours for light pages and dark ones.

use std::fmt::Write;

use crate::peers::PEERS;
use crate::results::Results;
use crate::table::number;

const PANELS: [(&str, &str); 3] = [
    ("10 connections x 100 calls in flight", "hello-10x100"),
    ("50 x 20", "hello-50x20"),
    ("50 x 1", "hello-50x1"),
];

const WIDTH: usize = 760;
const LABEL: usize = 110;
const BAR: usize = 16;
const STEP: usize = 22;

const STYLE: &str = "\
text{font:13px system-ui,sans-serif;fill:#24292f}\
.title{font-weight:600}\
.bar{fill:#9aa4b2}.ours{fill:#c2410c}.floor{fill:#cfd6de}\
@media(prefers-color-scheme:dark){text{fill:#e6edf3}.bar{fill:#6b7686}.ours{fill:#fb923c}.floor{fill:#3b4350}}";

/// The file's text.
pub(crate) fn svg(results: &Results) -> String {
    let mut body = String::new();
    let mut y = 30;
    for (title, scenario) in PANELS {
        let bars: Vec<(&str, f64)> = PEERS
            .iter()
            .filter_map(|peer| Some((peer.name, results.median(scenario, peer.name, "cpu_us")?)))
            .collect();
        let most = bars
            .iter()
            .map(|bar| bar.1)
            .fold(f64::MIN_POSITIVE, f64::max);
        writeln!(body, r#"<text class="title" x="10" y="{y}">{title}</text>"#)
            .expect("a String takes all");
        y += 10;
        for (name, value) in bars {
            let class = match name {
                "scaffold" => "ours",
                "floor" => "floor",
                _ => "bar",
            };
            let width = value / most * (WIDTH - LABEL - 90) as f64;
            let (text, end) = (y + BAR - 3, LABEL as f64 + width + 6.0);
            writeln!(
                body,
                r#"<text x="{}" y="{text}" text-anchor="end">{name}</text><rect class="{class}" x="{LABEL}" y="{y}" width="{width:.1}" height="{BAR}" rx="2"/><text x="{end:.1}" y="{text}">{} µs</text>"#,
                LABEL - 8,
                number(value),
            )
            .expect("a String takes all");
            y += STEP;
        }
        y += 28;
    }
    let height = y - 20;
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height}\" width=\"{WIDTH}\" height=\"{height}\" role=\"img\" aria-label=\"Server CPU per unary gRPC call\">\n<style>{STYLE}</style>\n{body}</svg>\n"
    )
}
