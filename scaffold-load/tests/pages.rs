//! tmp: writes pages to look at.
mod canned;
use scaffold_load::report::{Format, Report};
#[test]
fn pages() {
    let out = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("pages");
    std::fs::create_dir_all(&out).unwrap();
    let base = canned::run(60, 1_900_000.0);
    let full = canned::full(60);
    let mut ok = canned::run(60, 1_400_000.0);
    ok.server = None;
    let mut closed = canned::run(10, 1_400_000.0);
    closed.plan.closed = Some(8);
    let mut hour = canned::full(1200);
    hour.elapsed = std::time::Duration::from_secs(3600);
    for p in &mut hour.series.points {
        p.at *= 3.0;
        p.length *= 3.0;
    }
    let one = canned::run(1, 1e6);
    for (name, report) in [
        ("full", Report::new("orders", &full).against(&base, 0.03)),
        ("ok", Report::new("orders", &ok)),
        ("compared", Report::new("orders", &ok).against(&base, 0.03)),
        ("closed", Report::new("orders", &closed)),
        ("hour", Report::new("orders", &hour)),
        ("one", Report::new("orders", &one)),
    ] {
        for format in Format::ALL {
            let text = report.render(format);
            println!("{name} {format:?} {}", text.len());
            std::fs::write(out.join(format!("{name}.{}", format.extension())), text).unwrap();
        }
    }
}
