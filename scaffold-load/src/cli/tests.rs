//! What the command line means.

use std::time::Duration;

use super::{Command, Nothing, parse};
use crate::plan::{Plan, Shard, Spin};
use crate::progress::Show;

fn plan(line: &str) -> Result<Plan, String> {
    match parse::<Nothing>("test", line.split_whitespace().map(str::to_owned)) {
        Ok(Command::Run(planned, _)) => Ok(*planned.plan),
        Ok(Command::Search(planned, _)) => Ok(*planned.plan),
        Ok(Command::Say(text)) => Err(text),
        Ok(other) => Err(format!("{other:?}")),
        Err(fault) => Err(fault.to_string()),
    }
}

#[test]
fn reads_flags_in_both_spellings() {
    let plan = plan("--rate 2k/s --duration=3s --workers 2 -H a=b -H c=d").unwrap();
    assert_eq!(plan.rate, 2000.0);
    assert_eq!(plan.duration, Duration::from_secs(3));
    assert_eq!(plan.metadata.len(), 2);
    assert!(plan.connections >= 2);
}

#[test]
fn the_last_of_a_flag_counts_and_objectives_add_up() {
    let plan = plan("run --rate 1 --rate 2 --slo p99<1ms,errors<1% --slo max<1s").unwrap();
    assert_eq!(plan.rate, 2.0);
    assert_eq!(plan.objectives.len(), 3);
}

#[test]
fn profiles_and_stages_make_schedules() {
    let soak = plan("--profile soak --rate 100").unwrap();
    assert_eq!(soak.measured(), Duration::from_secs(3600));
    let staged = plan("--stages 0..2k/s@30s,2k/s@1m").unwrap();
    assert_eq!(staged.measured(), Duration::from_secs(90));
    assert!(plan("--stages 5@1s --duration 3s").is_err());
    assert!(plan("--stages 5@1s --profile soak").is_err());
}

#[test]
fn closed_loops_shards_and_spins_are_read() {
    assert_eq!(plan("--closed -c 8").unwrap().closed, Some(8));
    assert!(plan("--closed").is_err() && plan("-c 8").is_err());
    assert!(plan("--closed -c 8 --rate 3").is_err());
    let part = plan("--shard 2/4 --start-at 1700000000").unwrap();
    assert_eq!(part.shard, Shard { index: 1, of: 4 });
    assert!(plan("--shard 2/4").unwrap_err().contains("--start-at"));
    assert_eq!(plan("--spin 20us").unwrap().spin, Spin::Nanos(20_000));
}

#[test]
fn how_a_run_is_watched_is_a_flag() {
    assert_eq!(plan("").unwrap().progress, Show::Auto);
    assert_eq!(plan("--progress lines").unwrap().progress, Show::Lines);
    assert!(plan("--progress loud").unwrap_err().contains("lines"));
}

#[test]
fn refuses_what_it_does_not_know() {
    assert!(
        plan("--target 10.0.0.1:80")
            .unwrap_err()
            .contains("--allow-remote")
    );
    assert!(plan("--target 10.0.0.1:80 --allow-remote").is_ok());
    assert!(plan("--rat 3").unwrap_err().contains("--rate"));
    assert!(plan("--rate").is_err());
    assert!(plan("--workers 0").unwrap_err().contains("from 1 on"));
    assert!(plan("serch").is_err());
}

#[test]
fn help_names_every_exit_code() {
    let help = plan("--help").unwrap_err();
    for code in ["0 passed", "3 objective", "5 invalid", "6 target", "130"] {
        assert!(help.contains(code), "{code} in {help}");
    }
}

fn reports(line: &str) -> Result<crate::report::Reports, String> {
    match parse::<Nothing>("test", line.split_whitespace().map(str::to_owned)) {
        Ok(Command::Run(planned, _)) => Ok(planned.reports),
        Ok(Command::Search(planned, _)) => Ok(planned.reports),
        Ok(Command::Merge(_, reports) | Command::Compare(_, reports, _)) => Ok(reports),
        Ok(other) => Err(format!("{other:?}")),
        Err(fault) => Err(fault.to_string()),
    }
}

#[test]
fn reports_have_a_place_and_forms() {
    use crate::report::{Format, Place};

    let usual = reports("--rate 3").unwrap();
    assert_eq!(usual.formats, [Format::Html, Format::Json]);
    assert_eq!(usual.place, Place::Folder("target/loadtest".into()));
    let some = reports("merge a.json --formats md,junit --out x").unwrap();
    assert_eq!(some.formats, [Format::Markdown, Format::Junit]);
    let stdout = reports("search --out -").unwrap();
    assert_eq!(
        (stdout.place, stdout.formats),
        (Place::Stdout, vec![Format::Json])
    );
    assert!(
        reports("--out - --formats html,json")
            .unwrap_err()
            .contains("one report")
    );
    assert_eq!(reports("--no-report").unwrap().place, Place::Nowhere);
    assert_eq!(reports("compare a b").unwrap().place, Place::Nowhere);
    assert!(reports("compare a b --out x -f html").is_ok());
    let unknown = reports("--formats html,pdf").unwrap_err();
    assert!(unknown.contains("html, json, md, junit, hlog"), "{unknown}");
}

#[test]
fn saved_runs_are_rendered_without_a_plan() {
    let read = |line: &str| parse::<Nothing>("test", line.split_whitespace().map(str::to_owned));
    let Ok(Command::Report(files, place, formats, baseline)) =
        read("report a.json b.json -f html,hlog --baseline c.json")
    else {
        panic!("a report");
    };
    assert_eq!((files.len(), place, formats.len()), (2, None, 2));
    assert!(baseline.is_some());
    assert!(read("report").is_err() && read("report a b --out -").is_err());
}
