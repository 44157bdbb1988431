//! The templates of user-owned files: each a struct that holds what the
//! template prints. Nothing is decided here or there.

use std::path::Path;

use askama::Template;

use super::Project;
use crate::config::Runtime;
use crate::fault::{Fault, Result};
use crate::format;
use crate::names;
use crate::view::Service;

/// Declares a template with the fields that it prints.
macro_rules! template {
    ($name:ident $(<$life:lifetime>)?, $path:literal { $($field:ident: $kind:ty),* $(,)? }) => {
        #[derive(Template)]
        #[template(path = $path, escape = "none")]
        struct $name $(<$life>)? { $($field: $kind),* }
    };
}

template!(Manifest<'a>, "project.toml" { project: &'a str, member: bool, runtime: String, load: String });
template!(Main<'a>, "main.rs" { library: String, services: &'a [Service] });
template!(Library<'a>, "lib.rs" { project: &'a str });
template!(Config, "config.rs" { environment: String });
template!(Settings, "config.toml" { environment: String });
template!(ServicesMod<'a>, "services_mod.rs" { services: &'a [Service] });
template!(Handler<'a>, "service.rs" { service: &'a Service });
template!(Client<'a>, "client.rs" { outside: String, services: &'a [Service] });
template!(Test<'a>, "test.rs" { outside: String, services: &'a [Service] });
template!(LoadtestManifest<'a>, "loadtest.toml" { project: &'a str, loadtest: String, load: String, runtime: String });
template!(Loadtest<'a>, "loadtest.rs" { project: &'a str, library: String, services: &'a [Service] });
template!(CargoConfig, "cargo_config.toml" { loadtest: String });
template!(Gitignore, "gitignore" {});
template!(Readme<'a>, "README.md" { project: &'a str, environment: String, vendored: bool, services: &'a [Service] });

pub(super) fn manifest(project: Project<'_>) -> Result<String> {
    let runtime = &project.config.runtime;
    text(Manifest {
        project: project.name,
        member: project.member,
        runtime: inline(&runtime.dependency("scaffold-runtime", 0)),
        load: inline(&runtime.dependency("scaffold-load", 0)),
    })
}

pub(super) fn main(project: Project<'_>) -> Result<String> {
    let main = Main {
        library: names::library(project.name),
        services: &project.view.services,
    };
    rust(main, project.near)
}

pub(super) fn library(project: Project<'_>) -> Result<String> {
    let library = Library {
        project: project.name,
    };
    rust(library, project.near)
}

pub(super) fn config(project: Project<'_>) -> Result<String> {
    let config = Config {
        environment: names::environment(project.name),
    };
    rust(config, project.near)
}

pub(super) fn settings(project: Project<'_>) -> Result<String> {
    text(Settings {
        environment: names::environment(project.name),
    })
}

/// The list of handlers.
pub(crate) fn services_mod(services: &[Service], near: &Path) -> Result<String> {
    rust(ServicesMod { services }, near)
}

/// The handlers of one service.
pub(crate) fn handler(service: &Service, near: &Path) -> Result<String> {
    rust(Handler { service }, near)
}

pub(super) fn client(project: Project<'_>) -> Result<String> {
    let client = Client {
        outside: outside(project),
        services: &project.view.services,
    };
    rust(client, project.near)
}

pub(super) fn test(project: Project<'_>) -> Result<String> {
    let test = Test {
        outside: outside(project),
        services: &project.view.services,
    };
    rust(test, project.near)
}

pub(super) fn loadtest_manifest(project: Project<'_>) -> Result<String> {
    text(LoadtestManifest {
        project: project.name,
        loadtest: names::loadtest(project.name),
        load: inline(&project.config.runtime.dependency("scaffold-load", 1)),
        runtime: inline(&project.config.runtime.dependency("scaffold-runtime", 1)),
    })
}

pub(super) fn loadtest(project: Project<'_>) -> Result<String> {
    let loadtest = Loadtest {
        project: project.name,
        library: names::library(project.name),
        services: &project.view.services,
    };
    rust(loadtest, project.near)
}

pub(super) fn cargo_config(project: Project<'_>) -> Result<String> {
    text(CargoConfig {
        loadtest: names::loadtest(project.name),
    })
}

pub(super) fn gitignore() -> Result<String> {
    text(Gitignore {})
}

pub(super) fn readme(project: Project<'_>) -> Result<String> {
    text(Readme {
        project: project.name,
        environment: names::environment(project.name),
        vendored: project.config.runtime == Runtime::Vendored,
        services: &project.view.services,
    })
}

/// The library from a crate beside it: a module there may have its name.
fn outside(project: Project<'_>) -> String {
    format!("::{}", names::library(project.name))
}

/// `path = "..."`, to stand between braces.
fn inline(dependency: &toml::Table) -> String {
    let pairs: Vec<String> = dependency
        .iter()
        .map(|(key, value)| format!("{key} = {value}"))
        .collect();
    pairs.join(", ")
}

fn rust(template: impl Template, near: &Path) -> Result<String> {
    Ok(format::rust(text(template)?, near))
}

fn text(template: impl Template) -> Result<String> {
    let mut text = template
        .render()
        .map_err(|error| Fault::internal(format!("a template does not print: {error}")))?;
    // askama takes the last line's end away.
    text.push('\n');
    Ok(text)
}
