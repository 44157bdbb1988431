//! The page as a browser shows it: from a file, with nothing beside it, on a phone
//! and on a desk, by day and by night.

#[path = "../canned/mod.rs"]
mod canned;
mod chromium;

use std::path::{Path, PathBuf};

use scaffold_load::report::{Format, Report};
use serde_json::Value;

/// Runs in the page before all else: what goes wrong in it is noted.
const BEFORE: &str = include_str!("before.js");
/// Runs in the page behind all else: looks at it, and tells the frame around it.
const LOOK: &str = include_str!("look.js");
/// Waits for what the pages in its frames tell.
const HARNESS: &str = include_str!("harness.html");

/// The widths of a phone and of a desk, in pixels.
const WIDTHS: [u32; 2] = [390, 1440];

const SECTIONS: [&str; 14] = [
    "figures",
    "objectives",
    "comparison",
    "search",
    "rate",
    "latency",
    "percentiles",
    "methods",
    "in-flight",
    "generator",
    "server",
    "errors",
    "slowest",
    "settings",
];

/// The page with what looks at it; its path.
fn page(name: &str, report: &Report<'_>) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("browser");
    std::fs::create_dir_all(&folder).expect("a folder");
    let html = report.render(Format::Html);
    // The page alone, for people who want to look.
    std::fs::write(folder.join(format!("{name}.html")), &html).expect("written");
    let looked = html
        .replacen("<head>", &format!("<head><script>{BEFORE}</script>"), 1)
        .replacen("</body>", &format!("<script>{LOOK}</script></body>"), 1);
    assert_ne!(looked.len(), html.len());
    std::fs::write(folder.join(format!("{name}.looked.html")), looked).expect("written");
    let frames: String = WIDTHS
        .iter()
        .map(|width| {
            format!(
                "<iframe src=\"{name}.looked.html\" style=\"width:{width}px;height:2000px;border:0\"></iframe>"
            )
        })
        .collect();
    let harness = folder.join(format!("{name}.frames.html"));
    std::fs::write(&harness, HARNESS.replace("FRAMES", &frames)).expect("written");
    harness
}

/// What the pages told, one for each width.
fn told(browser: &Path, page: &Path, dark: bool) -> Vec<Value> {
    let dom = chromium::dom(browser, page, dark);
    let (_, text) = dom.split_once("<pre id=\"told\">").expect("the harness");
    let (text, _) = text.split_once("</pre>").expect("the harness has an end");
    // The browser writes the text as markup.
    let text = text
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&amp;", "&");
    let told: Vec<Value> = serde_json::from_str(&text).expect("JSON of the pages");
    assert_eq!(told.len(), WIDTHS.len(), "each page tells: {text}");
    told
}

/// What holds of every page.
fn check(name: &str, told: &Value) {
    let width = told["width"].as_u64().expect("a width");
    let none = |what: &str| {
        let found = told[what].as_array().expect("a list");
        assert!(found.is_empty(), "{name} at {width}: {what}: {found:#?}");
    };
    for what in ["errors", "wider", "outside", "overlaps", "cut", "silent"] {
        none(what);
    }
    assert!(
        told["scroll"].as_u64() <= Some(width),
        "{name} scrolls at {width}: {}",
        told["scroll"]
    );
    let title = told["title"].as_str().expect("a title");
    assert!(title.starts_with("Load test of"), "{name}: {title}");
    // The page's own, and the test's two.
    assert_eq!(told["scripts"], 3, "{name}");
}

#[test]
fn pages_are_whole_on_a_phone_and_on_a_desk() {
    let Some(browser) = chromium::find() else {
        return;
    };
    let (base, full) = (canned::run(60, 1_900_000.0), canned::full(60));
    let (calm, slower) = (canned::calm(60, 1e6), canned::calm(60, 1_200_000.0));
    let mut closed = canned::run(7, 1e6);
    closed.plan.closed = Some(8);
    closed.server = None;
    let short = canned::run(1, 300.0);
    let mut hour = canned::full(1200);
    hour.elapsed = std::time::Duration::from_secs(3600);
    for point in &mut hour.series.points {
        point.at *= 3.0;
        point.length *= 3.0;
    }
    let reports = [
        (
            "full",
            Report::new(canned::HOSTILE, &full).against(&base, 0.03),
        ),
        (
            "compared",
            Report::new("orders", &slower).against(&calm, 0.03),
        ),
        ("closed", Report::new("orders", &closed)),
        ("short", Report::new("orders", &short)),
        ("hour", Report::new("orders", &hour)),
    ];
    for (name, report) in reports {
        let page = page(name, &report);
        let light = told(&browser, &page, false);
        for (told, width) in light.iter().zip(WIDTHS) {
            assert_eq!(told["width"], width);
            check(name, told);
        }
        if name == "full" {
            for section in SECTIONS {
                let sections = light[0]["sections"].as_array().expect("sections");
                assert!(sections.iter().any(|found| found == section), "{section}");
            }
            // Texts of others are there, to the last letter, and are texts.
            let heading = format!("Load test of {}", canned::HOSTILE);
            assert_eq!(light[0]["heading"], heading);
            let codes = light[0]["codes"].as_array().expect("codes");
            assert!(
                codes.iter().any(|code| code == canned::HOSTILE),
                "{codes:?}"
            );
            let alerts = light[0]["alerts"].as_array().expect("alerts");
            let said = |alert: &Value| {
                alert
                    .as_str()
                    .is_some_and(|text| text.contains(canned::HOSTILE))
            };
            assert!(alerts.len() == 2 && alerts.iter().all(said), "{alerts:?}");
            let dark = told(&browser, &page, true);
            for (light, dark) in light.iter().zip(&dark) {
                check("dark", dark);
                for what in ["background", "ink", "card"] {
                    assert_ne!(light[what], dark[what], "{what} by night");
                }
            }
        }
    }
}

#[test]
fn pages_need_no_script() {
    let (base, full) = (canned::run(20, 1e6), canned::full(20));
    let page = Report::new("orders", &full)
        .against(&base, 0.03)
        .render(Format::Html);
    let begin = page.find("<script>").expect("a script");
    let end = page.find("</script>").expect("its end");
    assert!(page[end..].len() < 100, "the script is the last of it");
    let without = &page[..begin];
    for section in SECTIONS {
        assert!(
            without.contains(&format!("<section id=\"{section}\"")),
            "{section}"
        );
    }
    assert!(without.matches("<path class=\"line").count() > 20);
    assert!(without.matches("<tr>").count() > 50);
    assert!(!without.contains("hunter2"));
}
