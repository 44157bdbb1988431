//! The server's settings, as people write them.
#![cfg(feature = "config")]

use std::time::Duration;

use scaffold_runtime::{ServerConfig, config};

#[derive(Debug, Default, PartialEq, serde::Deserialize, serde::Serialize)]
#[serde(default, deny_unknown_fields)]
struct Config {
    server: ServerConfig,
}

fn load(variables: &[(&str, &str)]) -> Result<Config, String> {
    let variables = variables
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    config::load_from(None, "APP", variables).map_err(|error| error.to_string())
}

#[test]
fn the_environment_sets_what_it_names() {
    let config = load(&[
        ("APP__SERVER__ADDRESS", "127.0.0.1:0"),
        ("APP__SERVER__DRAIN", "1m30s"),
    ])
    .unwrap();
    let expected = ServerConfig {
        address: "127.0.0.1:0".parse().unwrap(),
        drain: Duration::from_secs(90),
        ..Default::default()
    };
    assert_eq!(config.server, expected);
}

#[test]
fn the_defaults_in_print_are_the_defaults() {
    let text = config::render(&Config::default()).unwrap();
    assert!(text.contains("max_connection_age = \"30m\"\n"), "{text}");
    let path = std::env::temp_dir().join(format!(
        "scaffold-server-config-{}.toml",
        std::process::id()
    ));
    std::fs::write(&path, &text).unwrap();
    let read: Result<Config, _> = config::load_from(Some(&path), "APP", std::iter::empty());
    std::fs::remove_file(&path).unwrap();
    assert_eq!(read.unwrap(), Config::default());
}

/// No default is without a bound: a zero would be one, or stop all traffic.
#[test]
fn every_limit_is_finite() {
    let text = config::render(&Config::default()).unwrap();
    for line in text.lines().filter(|line| line.contains('=')) {
        let (name, value) = line.split_once(" = ").unwrap();
        if !matches!(name, "workers" | "pre_stop") {
            assert!(!matches!(value, "0" | "\"0s\""), "{line}");
        }
    }
}

#[test]
fn faults_name_the_variable() {
    let error = load(&[("APP__SERVER__DRAIN", "soon")]).unwrap_err();
    assert!(
        error.contains("APP__SERVER__DRAIN") && error.contains("is not a duration"),
        "{error}"
    );
    let error = load(&[("APP__SERVER__DRAINS", "1s")]).unwrap_err();
    assert!(
        error.contains("APP__SERVER__DRAINS") && error.contains("unknown field"),
        "{error}"
    );
}
