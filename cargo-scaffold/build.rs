//! Embeds what the tool writes into projects: the sources of the runtime
//! crates, and the example that the demo shows.
//!
//! The crates inherit from the workspace here; a vendored crate has no
//! workspace to inherit from, so inheritance is resolved to plain values.

use std::env;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use toml::{Table, Value};

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

fn main() -> Result<()> {
    let root = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?).join("..");
    let out = PathBuf::from(env::var("OUT_DIR")?);
    let workspace: Table = fs::read_to_string(root.join("Cargo.toml"))?.parse()?;
    let workspace = table(&workspace, "workspace")?;
    println!("cargo::rerun-if-changed=../Cargo.toml");
    println!("cargo::rerun-if-changed=build.rs");

    let mut vendored = Vec::new();
    let mut queue = vec!["scaffold-load".to_owned(), "scaffold-runtime".to_owned()];
    let mut seen = Vec::new();
    while let Some(name) = queue.pop() {
        if seen.contains(&name) {
            continue;
        }
        let dir = root.join(&name);
        let manifest: Table = fs::read_to_string(dir.join("Cargo.toml"))?.parse()?;
        let (manifest, siblings) = flatten(manifest, workspace)?;
        queue.extend(siblings);
        let flat = out.join(format!("{name}.toml"));
        fs::write(&flat, in_order(manifest)?)?;
        vendored.push((format!("{name}/Cargo.toml"), flat));
        collect(&dir, &dir.join("src"), &name, &mut vendored)?;
        println!("cargo::rerun-if-changed=../{name}");
        seen.push(name);
    }
    vendored.sort();

    let mut example = Vec::new();
    for part in ["proto", "src/services", "tests", "examples", "loadtest/src"] {
        let dir = root.join("examples/user-service");
        println!("cargo::rerun-if-changed=../examples/user-service/{part}");
        if dir.join(part).is_dir() {
            collect(&dir, &dir.join(part), "", &mut example)?;
        }
    }
    example.sort();

    let mut code = String::new();
    table_of(&mut code, "VENDORED", &vendored)?;
    table_of(&mut code, "EXAMPLE", &example)?;
    fs::write(out.join("embedded.rs"), code)?;
    Ok(())
}

/// Resolves `workspace = true`, and drops what only a developer of the crate
/// needs. Also names the workspace's own crates among the dependencies.
fn flatten(mut manifest: Table, workspace: &Table) -> Result<(Table, Vec<String>)> {
    let shared = table(workspace, "package")?;
    let package = manifest
        .get_mut("package")
        .and_then(Value::as_table_mut)
        .ok_or("no [package]")?;
    for (key, value) in package.iter_mut() {
        if inherits(value) {
            *value = shared.get(key).ok_or("not in [workspace.package]")?.clone();
        }
    }
    manifest.remove("lints");
    manifest.remove("dev-dependencies");
    manifest.remove("bench");
    manifest.remove("test");
    manifest.remove("example");

    let mut siblings = Vec::new();
    for kind in ["dependencies", "build-dependencies"] {
        if let Some(dependencies) = manifest.get_mut(kind).and_then(Value::as_table_mut) {
            resolve(dependencies, workspace, &mut siblings)?;
        }
    }
    if let Some(targets) = manifest.get_mut("target").and_then(Value::as_table_mut) {
        for (_, target) in targets.iter_mut() {
            if let Some(target) = target.as_table_mut() {
                target.remove("dev-dependencies");
                if let Some(dependencies) =
                    target.get_mut("dependencies").and_then(Value::as_table_mut)
                {
                    resolve(dependencies, workspace, &mut siblings)?;
                }
            }
        }
    }
    Ok((manifest, siblings))
}

fn resolve(dependencies: &mut Table, workspace: &Table, siblings: &mut Vec<String>) -> Result<()> {
    let shared = table(workspace, "dependencies")?;
    for (name, value) in dependencies.iter_mut() {
        if !inherits(value) {
            continue;
        }
        let mut full = match shared.get(name) {
            Some(Value::Table(table)) => table.clone(),
            Some(version) => Table::from_iter([("version".to_owned(), version.clone())]),
            None => return Err(format!("`{name}` is not in [workspace.dependencies]").into()),
        };
        if full.contains_key("path") {
            // Vendored crates lie beside each other.
            full.insert("path".to_owned(), Value::String(format!("../{name}")));
            siblings.push(name.clone());
        }
        for (key, own) in value.as_table().into_iter().flatten() {
            match (key.as_str(), full.get_mut(key), own) {
                ("workspace", ..) => {}
                ("features", Some(Value::Array(features)), Value::Array(more)) => {
                    features.extend(more.iter().cloned());
                }
                _ => {
                    full.insert(key.clone(), own.clone());
                }
            }
        }
        *value = Value::Table(full);
    }
    Ok(())
}

/// The sections in the order that people expect.
fn in_order(mut manifest: Table) -> Result<String> {
    let mut text = String::new();
    for key in ["package", "lib", "features", "dependencies"] {
        if let Some(section) = manifest.remove(key) {
            let section = Table::from_iter([(key.to_owned(), section)]);
            text.push_str(&toml::to_string(&section)?);
            text.push('\n');
        }
    }
    text.push_str(&toml::to_string(&manifest)?);
    Ok(text)
}

fn inherits(value: &Value) -> bool {
    value.get("workspace").and_then(Value::as_bool) == Some(true)
}

fn table<'a>(of: &'a Table, key: &str) -> Result<&'a Table> {
    Ok(of
        .get(key)
        .and_then(Value::as_table)
        .ok_or_else(|| format!("no [{key}]"))?)
}

/// The files below `dir`, by their path from `base` below `prefix`.
fn collect(
    base: &Path,
    dir: &Path,
    prefix: &str,
    files: &mut Vec<(String, PathBuf)>,
) -> Result<()> {
    for entry in fs::read_dir(dir)? {
        let path = entry?.path();
        if path.is_dir() {
            collect(base, &path, prefix, files)?;
        } else {
            let relative: PathBuf = Path::new(prefix).join(path.strip_prefix(base)?);
            let relative = relative.to_str().ok_or("a path is not UTF-8")?;
            files.push((relative.replace('\\', "/"), path.clone()));
        }
    }
    Ok(())
}

fn table_of(code: &mut String, name: &str, files: &[(String, PathBuf)]) -> Result<()> {
    writeln!(code, "pub(crate) static {name}: &[(&str, &str)] = &[")?;
    for (path, file) in files {
        let file = file.canonicalize()?;
        writeln!(code, "    ({path:?}, include_str!({file:?})),")?;
    }
    writeln!(code, "];")?;
    Ok(())
}
