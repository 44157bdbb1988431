//! `cargo scaffold generate`: the project in step with its .proto files.

use std::path::{Path, PathBuf};

use crate::config::Config;
use crate::fault::{Exit, Result};
use crate::layout;
use crate::lock::{Class, Lock};
use crate::plan::{Act, Plan};
use crate::protos::{self, proto_fault};
use crate::shell::Shell;
use crate::view::{Service, View};
use crate::{hash, names, write};

/// What `generate` takes.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The project.
    #[arg(long, value_name = "DIR", default_value = ".")]
    dir: PathBuf,

    /// Print what would change, and change nothing.
    #[arg(long)]
    dry_run: bool,

    /// As --dry-run, and exit 3 if anything would change.
    #[arg(long)]
    check: bool,

    /// Replace machine-owned files that were edited by hand.
    #[arg(long)]
    force: bool,
}

pub(crate) fn run(args: Args, shell: Shell) -> Result<Exit> {
    let plan = plan(&args.dir, args.force)?;
    plan.tell(shell);
    if args.check || args.dry_run {
        plan.print();
        return Ok(match args.check && !plan.is_empty() {
            true => Exit::Drift,
            false => Exit::Done,
        });
    }
    write::apply(&plan)?;
    for step in &plan.steps {
        let verb = match step.act {
            Act::Create(_) => "Created",
            Act::Update(_) => "Updated",
            Act::Remove => "Removed",
        };
        shell.detail(format!("{verb} {}", step.path));
    }
    match plan.steps.len() {
        0 => shell.status("Fresh", "nothing to do"),
        changed => shell.status("Generated", format!("{changed} files changed")),
    }
    Ok(Exit::Done)
}

fn plan(root: &Path, force: bool) -> Result<Plan> {
    let config = Config::read(root)?;
    let parameter = config.parameter()?;
    let mut lock = Lock::read(root)?;

    let at =
        |paths: &[String]| -> Vec<PathBuf> { paths.iter().map(|path| root.join(path)).collect() };
    let protos = protos::read(
        &at(&config.proto.files),
        &at(&config.proto.include),
        &parameter,
    )?;
    let request = protos.compiled.request();
    let checked = protoc_gen_scaffold::inspect(request).map_err(proto_fault)?;
    let generated = protoc_gen_scaffold::generate(request).map_err(proto_fault)?;
    let view = View::new(checked.model(), &lock.services);

    let new: Vec<&Service> = view
        .services
        .iter()
        .filter(|service| !lock.services.contains_key(&service.full_name))
        .collect();
    let mut wanted = layout::machine(&config, generated);
    for service in &view.services {
        let path = layout::handler_path(service);
        // A file that a person removed stays removed: its service may be
        // answered elsewhere. A new service gets one.
        let made = lock.files.contains_key(&path);
        if !made
            || !root.join(&path).exists()
                && new.iter().any(|new| new.full_name == service.full_name)
        {
            let text = layout::handler(service, root)?;
            wanted.push(layout::file(&path, Class::Seed, text));
        }
    }
    lock.tool = env!("CARGO_PKG_VERSION").to_owned();
    lock.protos = protos.hash();
    lock.options = hash::sha256(parameter.as_bytes());
    lock.services = view.handlers.clone();

    let mut plan = Plan::new(root, wanted, lock.clone(), force)?;
    let gone: Vec<&String> = view
        .handlers
        .keys()
        .filter(|name| {
            !view
                .services
                .iter()
                .any(|service| service.full_name == **name)
        })
        .collect();
    if !new.is_empty() || !gone.is_empty() {
        change_services(root, &view, &new, &mut plan)?;
    }
    for name in gone {
        let path = layout::handler_file(&view.handlers[name].module);
        if root.join(&path).exists() {
            plan.notes.push(format!(
                "{name} is in no .proto file any more; {path} is yours: remove it, or take it along"
            ));
        }
    }
    note_missing(root, &view, &mut plan);
    Ok(plan)
}

/// Brings the list of handlers in step, or says which lines to add.
fn change_services(root: &Path, view: &View, new: &[&Service], plan: &mut Plan) -> Result<()> {
    let text = layout::services_mod(&view.services, root)?;
    let renewed = plan.renew(layout::SERVICES, text.into_bytes())?;
    let library = library(root);
    for service in new {
        if !renewed {
            plan.notes.push(format!(
                "{} has your edits; add to it:\n    mod {module};\n    pub use {module}::{};",
                layout::SERVICES,
                service.handler,
                module = service.module,
            ));
        }
        plan.notes.push(format!(
            "{} is new; serve it in src/main.rs:\n    .add_service({}::{}::new({library}::services::{}::default()))",
            service.full_name, service.path, service.server, service.handler
        ));
    }
    Ok(())
}

/// The library's name, as `src/main.rs` says it.
fn library(root: &Path) -> String {
    let manifest = std::fs::read_to_string(root.join("Cargo.toml")).unwrap_or_default();
    let name = manifest.parse::<toml::Table>().ok().and_then(|manifest| {
        let name = manifest.get("package")?.get("name")?.as_str()?;
        Some(names::library(name))
    });
    name.unwrap_or_else(|| "crate".to_owned())
}

/// Says which handlers lack methods. A look at the text, no more: the compiler
/// knows, and a handler may be anywhere.
fn note_missing(root: &Path, view: &View, plan: &mut Plan) {
    for service in &view.services {
        let path = layout::handler_path(service);
        let Ok(text) = std::fs::read_to_string(root.join(&path)) else {
            continue;
        };
        for method in &service.methods {
            if !names_function(&text, &method.function) {
                plan.notes.push(format!(
                    "{path} has no `{}` yet; the compiler will say so too. It looks like\n    {}",
                    method.function,
                    method.signature()
                ));
            }
        }
    }
}

fn names_function(text: &str, function: &str) -> bool {
    let name = function.strip_prefix("r#").unwrap_or(function);
    text.match_indices("fn ").any(|(at, word)| {
        let rest = text[at + word.len()..].trim_start();
        let rest = rest.strip_prefix("r#").unwrap_or(rest);
        rest.strip_prefix(name)
            .is_some_and(|after| !after.starts_with(|c: char| c.is_alphanumeric() || c == '_'))
    })
}

#[cfg(test)]
mod tests {
    use super::names_function;

    #[test]
    fn functions_are_found_in_text() {
        let text = "async fn get_user(&self)\nfn r#type<'a>()\nfn  spaced ()";
        for found in ["get_user", "r#type", "spaced"] {
            assert!(names_function(text, found), "{found}");
        }
        for missing in ["get", "user", "get_users"] {
            assert!(!names_function(text, missing), "{missing}");
        }
    }
}
