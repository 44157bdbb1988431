//! What files a project has: the list, and what is in each.

mod render;
mod vendor;

use std::path::Path;

use crate::config::{self, Config};
use crate::fault::Result;
use crate::lock::Class;
use crate::names;
use crate::plan::Wanted;
use crate::view::{Service, View};

pub(crate) use render::{handler, services_mod};

/// A project, as far as its files depend on it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Project<'a> {
    pub(crate) name: &'a str,
    /// Is it a member of a workspace around it, rather than one itself?
    pub(crate) member: bool,
    pub(crate) config: &'a Config,
    pub(crate) view: &'a View,
    /// Where it is going to be; rustfmt looks for its settings above.
    pub(crate) near: &'a Path,
}

/// The files that the tool owns: made again on every change.
pub(crate) fn machine(config: &Config, generated: Vec<protoc_gen_scaffold::File>) -> Vec<Wanted> {
    let mut files: Vec<Wanted> = generated
        .into_iter()
        .map(|file| Wanted {
            path: format!("src/gen/{}", file.name),
            class: Class::Machine,
            content: file.content.into_bytes(),
        })
        .collect();
    if config.runtime == config::Runtime::Vendored {
        files.extend(vendor::files());
    }
    files
}

/// The files that a person owns from the moment they are made. `protos` are
/// the paths below `proto/` and their contents.
pub(crate) fn seeds(project: Project<'_>, protos: &[(String, Vec<u8>)]) -> Result<Vec<Wanted>> {
    let mut files = vec![
        file("Cargo.toml", Class::Keyed, render::manifest(project)?),
        file(config::FILE, Class::Keyed, project.config.text()?),
        file(".gitignore", Class::Keyed, render::gitignore()?),
        file(
            ".cargo/config.toml",
            Class::Keyed,
            render::cargo_config(project)?,
        ),
        file("README.md", Class::Seed, render::readme(project)?),
        file("config.toml", Class::Seed, render::settings(project)?),
        file("src/main.rs", Class::Seed, render::main(project)?),
        file("src/lib.rs", Class::Seed, render::library(project)?),
        file("src/config.rs", Class::Seed, render::config(project)?),
        file(
            SERVICES,
            Class::Seed,
            render::services_mod(&project.view.services, project.near)?,
        ),
        file(
            "loadtest/Cargo.toml",
            Class::Keyed,
            render::loadtest_manifest(project)?,
        ),
        file(
            "loadtest/src/main.rs",
            Class::Seed,
            render::loadtest(project)?,
        ),
    ];
    // Where there is nothing to call, their helpers would be dead code.
    if project
        .view
        .services
        .iter()
        .any(|service| !service.methods.is_empty())
    {
        files.push(file(
            "examples/client.rs",
            Class::Seed,
            render::client(project)?,
        ));
        files.push(file(
            "tests/service.rs",
            Class::Seed,
            render::test(project)?,
        ));
    }
    for service in &project.view.services {
        let text = render::handler(service, project.near)?;
        files.push(file(&handler_path(service), Class::Seed, text));
    }
    for (name, content) in protos {
        files.push(Wanted {
            path: format!("proto/{name}"),
            class: Class::Seed,
            content: content.clone(),
        });
    }
    Ok(files)
}

/// The list of handlers.
pub(crate) const SERVICES: &str = "src/services/mod.rs";

/// The file of a service's handlers.
pub(crate) fn handler_path(service: &Service) -> String {
    handler_file(&service.module)
}

/// The file of a module of handlers.
pub(crate) fn handler_file(module: &str) -> String {
    format!("src/services/{}.rs", names::file(module))
}

pub(crate) fn file(path: &str, class: Class, text: String) -> Wanted {
    Wanted {
        path: path.to_owned(),
        class,
        content: text.into_bytes(),
    }
}
