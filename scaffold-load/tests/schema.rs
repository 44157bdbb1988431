//! Saved runs against their schema: nothing that it does not name, and nothing
//! that it names and no run has.

mod canned;
mod fake;

use std::collections::BTreeSet;
use std::time::Duration;

use fake::{Behaviour, Load, plan, start};
use scaffold_load::report::{Format, Report};
use scaffold_load::{LoadTest, Plan, Run, Shard, Spin, Stopped, parse_objectives, run};
use serde_json::Value;

const SCHEMA: &str = include_str!("../schema/report.schema.json");

fn schema() -> Value {
    serde_json::from_str(SCHEMA).expect("JSON")
}

/// Runs of all kinds, by name, as they are saved.
fn saved() -> Vec<(&'static str, Value)> {
    let server = start(Behaviour {
        fails_every: Some(5),
        max_streams: Some(4),
        takes: Duration::from_millis(2),
        ..Behaviour::default()
    });
    let make = |plan| run(Load::default(), plan).expect("a run");
    let all = "Plain,Promised,Repeat,Gather,Chat";
    let open = make(Plan {
        metadata: vec![("x-tenant".to_owned(), "blue".to_owned())],
        trace: 2,
        spin: Spin::Nanos(1000),
        objectives: parse_objectives("p99<1s,max<2s,Repeat:ttfm.p99<1s,gap.p99<1s,rtt.p50<1s")
            .expect("objectives"),
        stages: vec![scaffold_load::Stage::hold(100.0, Duration::from_secs(1))],
        ..plan(&server, all, 100.0, 1000)
    });
    let closed = make(Plan {
        closed: Some(2),
        ..plan(&server, "Plain", 1.0, 500)
    });
    let part = |index| {
        make(Plan {
            shard: Shard { index, of: 2 },
            ..plan(&server, "Promised", 100.0, 500)
        })
    };
    let mut merged = part(0);
    merged.merge(&part(1)).expect("one run");
    let stopped = |why| Run {
        stopped: Some(why),
        ..open.clone()
    };
    let base = canned::calm(20, 1e6);
    let (full, calm) = (canned::full(20), canned::calm(20, 2e6));
    let json =
        |report: Report<'_>| serde_json::from_str(&report.render(Format::Json)).expect("JSON");
    vec![
        ("open loop", json(Report::new("fake", &open))),
        ("closed loop", json(Report::new("fake", &closed))),
        ("merged", json(Report::new("fake", &merged))),
        (
            "compared",
            json(Report::new("fake", &calm).against(&base, 0.03)),
        ),
        (
            "not compared",
            json(Report::new("fake", &full).against(&base, 0.03)),
        ),
        (
            "interrupted",
            json(Report::new("fake", &stopped(Stopped::Interrupted))),
        ),
        (
            "lost",
            json(Report::new("fake", &stopped(Stopped::Lost("x".to_owned())))),
        ),
        (
            "missed",
            json(Report::new(
                "fake",
                &stopped(Stopped::Missed("x".to_owned())),
            )),
        ),
        ("searched", searched(&server)),
    ]
}

/// The report of a search, as the command line writes it.
fn searched(server: &fake::Running) -> Value {
    let out = tempfile::tempdir().expect("a folder");
    let line = format!(
        "search --target {} --rate 50 --probe 300ms --confirm 300ms --max-rate 100 --mix Plain \
         --connections 1 --workers 1 --formats json --out {}",
        server.target,
        out.path().display()
    );
    let line = line.split_whitespace().map(str::to_owned);
    LoadTest::new("fake").driver(Load::default()).command(line);
    let text = std::fs::read_to_string(out.path().join("report.json")).expect("a report");
    serde_json::from_str(&text).expect("JSON")
}

#[test]
fn saved_runs_are_as_the_schema_says() {
    let (mut schemas, mut compiler) = (boon::Schemas::new(), boon::Compiler::new());
    compiler.set_default_draft(boon::Draft::V2020_12);
    compiler.add_resource("report", schema()).expect("a schema");
    let report = compiler.compile("report", &mut schemas).expect("a schema");
    let schema = schema();
    let (mut named, mut written) = (BTreeSet::new(), BTreeSet::new());
    names(&schema, "", &mut named);
    for (name, saved) in saved() {
        if let Err(fault) = schemas.validate(&saved, report) {
            panic!("{name}: {fault:#}");
        }
        visit(&schema, &schema, "", &saved, &mut written);
        let numbers = [&saved["schema"], &saved["run"]["schema"]];
        let number = &schema["$defs"]["schema"]["const"];
        assert!(numbers.into_iter().all(|found| found == number));
    }
    let missing: Vec<_> = named.difference(&written).collect();
    assert!(missing.is_empty(), "no run has {missing:#?}");
    // The check is one: what is not named is refused.
    let (_, mut odd) = saved().swap_remove(0);
    odd["run"]["plan"]["colour"] = "blue".into();
    assert!(schemas.validate(&odd, report).is_err());
}

#[test]
fn the_form_is_said_first() {
    let run = canned::run(5, 1e6);
    let text = scaffold_load::report::json("orders", &run);
    assert!(
        text.starts_with("{\"schema\":3,\"name\":\"orders\""),
        "{}",
        &text[..60]
    );
}

#[test]
fn everything_is_described() {
    let schema = schema();
    let mut mute = Vec::new();
    let mut open = vec![(String::new(), &schema)];
    while let Some((path, node)) = open.pop() {
        for (name, property) in node["properties"].as_object().into_iter().flatten() {
            let said = |node: &Value| node["description"].is_string();
            let target = property["$ref"].as_str().map(|to| resolve(&schema, to));
            if !said(property) && !target.is_some_and(said) {
                mute.push(format!("{path}/{name}"));
            }
        }
        if node["type"] == "object" && node.get("additionalProperties").is_none() {
            mute.push(format!("{path} is open"));
        }
        for (name, child) in node.as_object().into_iter().flatten() {
            match child {
                Value::Object(_) => open.push((format!("{path}/{name}"), child)),
                Value::Array(list) => open.extend(list.iter().map(|child| (path.clone(), child))),
                _ => {}
            }
        }
    }
    assert!(mute.is_empty(), "{mute:#?}");
}

/// Where each property is named, by the place of its schema.
fn names(node: &Value, path: &str, found: &mut BTreeSet<String>) {
    for (key, child) in node.as_object().into_iter().flatten() {
        let path = format!("{path}/{key}");
        if key == "properties" {
            let all = child.as_object().into_iter().flatten();
            found.extend(all.map(|(name, _)| format!("{path}/{name}")));
        }
        match child {
            Value::Array(list) => {
                for (at, child) in list.iter().enumerate() {
                    names(child, &format!("{path}/{at}"), found);
                }
            }
            child => names(child, &path, found),
        }
    }
}

/// Notes which properties a value has, of all that may describe it.
fn visit(root: &Value, node: &Value, path: &str, value: &Value, found: &mut BTreeSet<String>) {
    if let Some(to) = node["$ref"].as_str() {
        visit(
            root,
            resolve(root, to),
            to.trim_start_matches('#'),
            value,
            found,
        );
    }
    for choice in ["oneOf", "anyOf"] {
        for (at, child) in node[choice].as_array().into_iter().flatten().enumerate() {
            visit(root, child, &format!("{path}/{choice}/{at}"), value, found);
        }
    }
    for (name, value) in value.as_object().into_iter().flatten() {
        if let Some(child) = node["properties"].get(name) {
            let path = format!("{path}/properties/{name}");
            visit(root, child, &path, value, found);
            found.insert(path);
        } else if let Some(child) = node.get("additionalProperties") {
            visit(
                root,
                child,
                &format!("{path}/additionalProperties"),
                value,
                found,
            );
        }
    }
    for value in value.as_array().into_iter().flatten() {
        if let Some(child) = node.get("items") {
            visit(root, child, &format!("{path}/items"), value, found);
        }
    }
}

fn resolve<'a>(root: &'a Value, to: &str) -> &'a Value {
    let found = root.pointer(to.trim_start_matches('#'));
    found.unwrap_or_else(|| panic!("{to} is nowhere"))
}
