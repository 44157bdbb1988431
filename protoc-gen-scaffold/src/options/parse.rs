//! From `key=value` to [`Options`], with every fault named.

use std::collections::HashSet;

use syn::parse::Parser;

use super::parameter::{nearest, split};
use super::{KNOWN, Mount, Options, Parts, Visibility};
use crate::catalogue;
use crate::fault::{Fault, Faults};

pub(super) fn parse(parameter: &str) -> Result<Options, Faults> {
    let mut options = Options::default();
    let mut faults = Faults::new();
    let mut seen = HashSet::new();
    if parameter.is_empty() {
        return Ok(options);
    }
    for pair in split(parameter) {
        if pair.trim().is_empty() {
            faults.push(catalogue::option_empty());
            continue;
        }
        let (key, value) = pair.split_once('=').unwrap_or((&pair, ""));
        let key = key.trim();
        // What may be repeated may still not say the same thing twice.
        let identity = match key {
            "extern_path" => format!("{key}={}", value.split('=').next().unwrap_or_default()),
            "bytes" | "type_attribute" | "field_attribute" => pair.clone(),
            _ => key.to_owned(),
        };
        let known = KNOWN.iter().any(|(name, _, _)| *name == key);
        if known && !seen.insert(identity.clone()) {
            faults.push(catalogue::option_twice(&identity));
        } else if let Err(fault) = set(&mut options, key, value) {
            faults.push(fault);
        }
    }
    faults.gate(options)
}

fn set(options: &mut Options, key: &str, value: &str) -> Result<(), Fault> {
    match key {
        "parts" => options.parts = parts(value)?,
        "extern_path" => {
            let (proto, rust) = pair(key, value)?;
            options.extern_paths.push((proto, path(key, rust)?));
        }
        "bytes" => options.bytes.push(proto_path(key, value)?),
        "type_attribute" => {
            let (proto, text) = pair(key, value)?;
            options
                .type_attributes
                .push((proto, attributes(key, text)?));
        }
        "field_attribute" => {
            let (proto, text) = pair(key, value)?;
            options
                .field_attributes
                .push((proto, attributes(key, text)?));
        }
        "client_feature" => options.client_feature = Some(feature(key, value)?),
        "loadtest_feature" => options.loadtest_feature = Some(feature(key, value)?),
        "visibility" => {
            options.visibility = match value {
                "pub" => Visibility::Public,
                "crate" => Visibility::Crate,
                _ => return Err(malformed(key, value)),
            }
        }
        "runtime" => options.runtime = path(key, value)?,
        "load" => options.load = path(key, value)?,
        "mount" => {
            options.mount = match value {
                "auto" => Mount::Auto,
                "tree" => Mount::Tree,
                "scan" => Mount::Scan,
                _ => return Err(malformed(key, value)),
            }
        }
        _ => {
            let known = KNOWN.map(|(name, _, _)| name);
            return Err(catalogue::option_unknown(key, nearest(key, known), &known));
        }
    }
    Ok(())
}

fn parts(value: &str) -> Result<Parts, Fault> {
    let mut parts = Parts {
        messages: false,
        server: false,
        client: false,
        loadtest: false,
        descriptors: false,
    };
    for name in value.split('+') {
        let part = match name.trim() {
            "messages" => &mut parts.messages,
            "server" => &mut parts.server,
            "client" => &mut parts.client,
            "loadtest" => &mut parts.loadtest,
            "descriptors" => &mut parts.descriptors,
            _ => return Err(malformed("parts", value)),
        };
        if std::mem::replace(part, true) {
            return Err(catalogue::option_twice(&format!("parts={}", name.trim())));
        }
    }
    Ok(parts)
}

fn pair<'a>(key: &str, value: &'a str) -> Result<(String, &'a str), Fault> {
    match value.split_once('=') {
        Some((proto, rest)) if !rest.trim().is_empty() => {
            Ok((proto_path(key, proto)?, rest.trim()))
        }
        _ => Err(malformed(key, value)),
    }
}

/// `.`, or `.a.b`: identifiers, each after a dot.
fn proto_path(key: &str, value: &str) -> Result<String, Fault> {
    let value = value.trim();
    let identifier = |part: &str| {
        !part.is_empty() && part.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
    };
    match value.strip_prefix('.') {
        Some("") => Ok(value.to_owned()),
        Some(rest) if rest.split('.').all(identifier) => Ok(value.to_owned()),
        _ => Err(malformed(key, value)),
    }
}

/// A Rust path that means the same wherever it stands. A primitive or `()` may
/// stand for a single type.
fn path(key: &str, value: &str) -> Result<String, Fault> {
    let value = value.trim();
    if key == "extern_path" && value == "()" {
        return Ok(value.to_owned());
    }
    let path = syn::parse_str::<syn::Path>(value)
        .map_err(|error| catalogue::option_not_rust(key, value, "a path", &error))?;
    let everywhere = path.leading_colon.is_some()
        || path
            .segments
            .first()
            .is_some_and(|first| first.ident == "crate");
    let plain = path
        .segments
        .iter()
        .all(|segment| segment.arguments.is_empty());
    if !everywhere || (key != "extern_path" && !plain) {
        return Err(malformed(key, value));
    }
    Ok(value.split_whitespace().collect())
}

/// One or more outer attributes, as the user wrote them.
fn attributes(key: &str, value: &str) -> Result<String, Fault> {
    match syn::Attribute::parse_outer.parse_str(value) {
        Ok(attributes) if !attributes.is_empty() => Ok(value.to_owned()),
        Ok(_) => Err(malformed(key, value)),
        Err(error) => Err(catalogue::option_not_rust(
            key,
            value,
            "an attribute",
            &error,
        )),
    }
}

fn feature(key: &str, value: &str) -> Result<String, Fault> {
    let plain = |c: char| c.is_ascii_alphanumeric() || "_-+.".contains(c);
    if value.is_empty() || !value.chars().all(plain) {
        return Err(malformed(key, value));
    }
    Ok(value.to_owned())
}

fn malformed(key: &str, value: &str) -> Fault {
    let form = KNOWN
        .iter()
        .find(|(name, _, _)| *name == key)
        .map_or("", |(_, form, _)| form);
    catalogue::option_malformed(key, value, form)
}
