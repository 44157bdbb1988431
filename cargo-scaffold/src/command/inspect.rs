//! `cargo scaffold inspect`: what .proto files say, as the generator sees it.

use std::path::{Path, PathBuf};

use protoc_gen_scaffold::model::{Idempotency, Method, Model, Policy, Priority, Service, Shape};

use crate::config::{self, Config};
use crate::fault::{Exit, Fault, Result};
use crate::json::Json;
use crate::protos::{self, proto_fault};
use crate::shell::Shell;

/// What `inspect` takes.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// A .proto file, or a directory of them; repeatable. The project's where
    /// none is given.
    #[arg(long, value_name = "FILE", num_args = 1..)]
    proto: Vec<PathBuf>,

    /// Where imports are searched; repeatable.
    #[arg(short = 'I', long = "include", value_name = "DIR")]
    include: Vec<PathBuf>,

    /// The project.
    #[arg(long, value_name = "DIR", default_value = ".")]
    dir: PathBuf,

    /// Only services with this in their name.
    #[arg(long, value_name = "NAME")]
    service: Option<String>,

    /// Only methods with this in their name.
    #[arg(long, value_name = "NAME")]
    method: Option<String>,

    /// For people or for programs.
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
}

#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum Format {
    Text,
    Json,
}

/// A service and those of its methods that were asked for.
type Found<'a> = (&'a Service, Vec<&'a Method>);

pub(crate) fn run(args: Args, _shell: Shell) -> Result<Exit> {
    let protos = if args.proto.is_empty() {
        of_project(&args.dir)?
    } else {
        protos::read_given(&args.proto, &args.include, "")?
    };
    let checked = protoc_gen_scaffold::inspect(protos.compiled.request()).map_err(proto_fault)?;
    let found = filter(
        checked.model(),
        args.service.as_deref(),
        args.method.as_deref(),
    );
    if found.is_empty() {
        return Err(
            Fault::usage("no method matches").help(format!("there are: {}", all(checked.model())))
        );
    }
    match args.format {
        Format::Text => print!("{}", text(&found)),
        Format::Json => println!("{}", json(&found)),
    }
    Ok(Exit::Done)
}

fn of_project(dir: &Path) -> Result<protos::Protos> {
    if !dir.join(config::FILE).exists() {
        return Err(
            Fault::usage("no .proto file is given, and there is no project here")
                .help("name files with --proto, or a project with --dir"),
        );
    }
    let config = Config::read(dir)?;
    let at =
        |paths: &[String]| -> Vec<PathBuf> { paths.iter().map(|path| dir.join(path)).collect() };
    protos::read(
        &at(&config.proto.files),
        &at(&config.proto.include),
        &config.parameter()?,
    )
}

fn filter<'a>(model: &'a Model, service: Option<&str>, method: Option<&str>) -> Vec<Found<'a>> {
    let matches = |name: &str, wanted: Option<&str>| {
        wanted.is_none_or(|wanted| name.to_lowercase().contains(&wanted.to_lowercase()))
    };
    services(model)
        .filter(|found| matches(&found.full_name, service))
        .map(|found| {
            let methods = found.methods.iter();
            (
                found,
                methods.filter(|m| matches(&m.name.proto, method)).collect(),
            )
        })
        .filter(|(_, methods): &Found<'_>| method.is_none() || !methods.is_empty())
        .collect()
}

fn services(model: &Model) -> impl Iterator<Item = &Service> {
    model.packages.iter().flat_map(|package| &package.services)
}

fn all(model: &Model) -> String {
    let names: Vec<&str> = services(model)
        .flat_map(|service| service.methods.iter().map(|method| method.path.as_str()))
        .collect();
    if names.is_empty() {
        "none".to_owned()
    } else {
        names.join(", ")
    }
}

fn text(found: &[Found<'_>]) -> String {
    let mut out = String::new();
    for (service, methods) in found {
        out.push_str(&format!("{}\n", service.full_name));
        for line in &service.docs {
            out.push_str(format!("  {line}").trim_end());
            out.push('\n');
        }
        for method in methods {
            out.push_str(&format!(
                "\n  {}{}  {} -> {}  fn {}\n",
                method.name.proto,
                if method.deprecated {
                    " (deprecated)"
                } else {
                    ""
                },
                side(&method.input, streams(method).0),
                side(&method.output, streams(method).1),
                method.name.rust.function,
            ));
            for (what, value) in policy(&method.policy) {
                if !matches!(value, Json::Null) {
                    out.push_str(&format!("    {what:<20} {}\n", line(&value)));
                }
            }
        }
        out.push('\n');
    }
    out
}

/// The model's path without the way up: a person knows where they are.
fn side(path: &str, stream: bool) -> String {
    let path = path.trim_start_matches("super::");
    if stream {
        format!("stream {path}")
    } else {
        path.to_owned()
    }
}

fn line(value: &Json) -> String {
    match value {
        Json::Null => "none".to_owned(),
        Json::Bool(value) => value.to_string(),
        Json::Number(text) | Json::Text(text) => text.clone(),
        Json::List(items) => items.iter().map(line).collect::<Vec<_>>().join(", "),
        Json::Object(fields) => fields
            .iter()
            .map(|(key, value)| format!("{key}: {}", line(value)))
            .collect::<Vec<_>>()
            .join(", "),
    }
}

fn json(found: &[Found<'_>]) -> Json {
    let services = found.iter().map(|(service, methods)| {
        let methods = methods.iter().map(|method| {
            let (requests, responses) = streams(method);
            Json::Object(vec![
                ("name", Json::text(&method.name.proto)),
                ("path", Json::text(&method.path)),
                ("rust_name", Json::text(&method.name.rust.function)),
                ("input", Json::text(&method.input)),
                ("output", Json::text(&method.output)),
                ("request_streaming", Json::Bool(requests)),
                ("response_streaming", Json::Bool(responses)),
                ("deprecated", Json::Bool(method.deprecated)),
                ("docs", Json::list(method.docs.iter().map(Json::text))),
                ("policy", Json::Object(policy(&method.policy))),
            ])
        });
        Json::Object(vec![
            ("name", Json::text(&service.full_name)),
            ("rust_module", Json::text(&service.name.rust.module)),
            ("deprecated", Json::Bool(service.deprecated)),
            ("docs", Json::list(service.docs.iter().map(Json::text))),
            ("methods", Json::list(methods)),
        ])
    });
    Json::Object(vec![
        ("schema", Json::number(1)),
        ("services", Json::list(services)),
    ])
}

fn streams(method: &Method) -> (bool, bool) {
    match method.shape {
        Shape::Unary => (false, false),
        Shape::ServerStreaming => (false, true),
        Shape::ClientStreaming => (true, false),
        Shape::BidiStreaming => (true, true),
    }
}

/// Times are nanoseconds, as the model has them.
fn policy(policy: &Policy) -> Vec<(&'static str, Json)> {
    fn or_null<T>(value: Option<T>, json: impl FnOnce(T) -> Json) -> Json {
        value.map_or(Json::Null, json)
    }
    let codes = |codes: &[&'static str]| Json::list(codes.iter().copied().map(Json::text));
    let texts = |texts: &[String]| match texts {
        [] => Json::Null,
        texts => Json::list(texts.iter().map(Json::text)),
    };
    vec![
        ("timeout_nanos", or_null(policy.timeout_nanos, Json::number)),
        (
            "idempotency",
            match policy.idempotency {
                Idempotency::Unknown => Json::Null,
                Idempotency::NoSideEffects => Json::text("no_side_effects"),
                Idempotency::Idempotent => Json::text("idempotent"),
                Idempotency::NotIdempotent => Json::text("not_idempotent"),
            },
        ),
        (
            "retry",
            or_null(policy.retry.as_ref(), |retry| {
                Json::Object(vec![
                    ("max_attempts", Json::number(retry.max_attempts)),
                    (
                        "initial_backoff_nanos",
                        Json::number(retry.initial_backoff_nanos),
                    ),
                    ("max_backoff_nanos", Json::number(retry.max_backoff_nanos)),
                    ("backoff_multiplier", Json::number(retry.backoff_multiplier)),
                    ("retryable_codes", codes(&retry.retryable_codes)),
                ])
            }),
        ),
        (
            "hedge",
            or_null(policy.hedge.as_ref(), |hedge| {
                Json::Object(vec![
                    ("max_attempts", Json::number(hedge.max_attempts)),
                    ("delay_nanos", Json::number(hedge.delay_nanos)),
                    ("non_fatal_codes", codes(&hedge.non_fatal_codes)),
                ])
            }),
        ),
        (
            "rate",
            or_null(policy.rate, |rate| {
                Json::Object(vec![
                    ("per_second", Json::number(rate.per_second)),
                    ("burst", Json::number(rate.burst)),
                ])
            }),
        ),
        ("concurrency", or_null(policy.concurrency, Json::number)),
        ("auth_scopes", texts(&policy.auth_scopes)),
        (
            "priority",
            or_null(policy.priority, |priority| {
                Json::text(match priority {
                    Priority::Sheddable => "sheddable",
                    Priority::Normal => "normal",
                    Priority::High => "high",
                    Priority::Critical => "critical",
                })
            }),
        ),
        (
            "slo",
            or_null(policy.slo, |slo| {
                Json::Object(vec![
                    ("availability", or_null(slo.availability, Json::number)),
                    ("latency_nanos", or_null(slo.latency_nanos, Json::number)),
                    ("latency_quantile", Json::number(slo.latency_quantile)),
                ])
            }),
        ),
        ("sensitive_request", texts(&policy.sensitive_request)),
        ("sensitive_response", texts(&policy.sensitive_response)),
    ]
}
