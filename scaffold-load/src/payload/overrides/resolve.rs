//! What each key means in a schema.

use std::collections::BTreeMap;

use super::{Change, Fields, Overrides};
use crate::payload::Fault;
use crate::payload::pool::{Label, Method, Schema};

/// The changes that a generator must look at.
#[derive(Debug, Default)]
pub(crate) struct Resolved<'a> {
    /// By message and name of a field or oneof.
    pub(crate) fields: Fields<'a>,
    /// Those for the method alone, from the root on.
    pub(crate) path: Option<std::sync::Arc<Branch<'a>>>,
}

/// A step of a field path.
#[derive(Clone, Debug, Default)]
pub(crate) struct Branch<'a> {
    pub(crate) change: Option<&'a Change>,
    pub(crate) fields: BTreeMap<String, Branch<'a>>,
}

// === impl Overrides ===

impl Overrides {
    /// # Errors
    ///
    /// If a key names nothing in the schema.
    pub(crate) fn resolve(
        &self,
        schema: &Schema,
        method: Option<&str>,
        root: usize,
    ) -> Result<Resolved<'_>, Fault> {
        let mut resolved = Resolved::default();
        let mut top = Branch::default();
        for change in self.changes.iter() {
            match change.key.split_once(':') {
                Some((name, path)) => {
                    let found = one_method(schema, change, name)?;
                    let message = schema.message(&found.input).ok_or_else(|| {
                        change
                            .fault(format!(
                                "the request {} is not in the descriptor set",
                                found.input
                            ))
                            .help("give the imports too (`protoc --include_imports`)")
                    })?;
                    walk(schema, change, message, path)?;
                    let meant = method.is_some_and(|method| {
                        method.trim_start_matches('/') == found.path.trim_start_matches('/')
                    });
                    if meant && message == root {
                        let step = path.split('.').fold(&mut top, |branch, name| {
                            branch.fields.entry(name.to_owned()).or_default()
                        });
                        step.change = Some(change);
                    }
                }
                None => {
                    let (message, field) = field(schema, change)?;
                    resolved.fields.insert((message, field.to_owned()), change);
                }
            }
        }
        if !top.fields.is_empty() {
            resolved.path = Some(std::sync::Arc::new(top));
        }
        Ok(resolved)
    }
}

fn field<'c>(schema: &Schema, change: &'c Change) -> Result<(usize, &'c str), Fault> {
    let (message, name) = change.key.rsplit_once('.').unwrap_or((&change.key, ""));
    let Some(at) = schema.message(message) else {
        let last = message.rsplit('.').next().unwrap_or(message);
        let near = schema.messages.iter().map(|message| message.name.as_str());
        let near: Vec<&str> = near
            .filter(|name| name.rsplit('.').next() == Some(last))
            .take(3)
            .collect();
        let help = if near.is_empty() {
            "keys are package.Message.field, or Method:field.path".to_owned()
        } else {
            format!("there is {}", near.join(", "))
        };
        return Err(change
            .fault(format!("there is no message {message:?}"))
            .help(help));
    };
    has(schema, change, at, name, true)?;
    Ok((at, name))
}

/// Whether a message has such a field, or such a oneof.
fn has(schema: &Schema, change: &Change, at: usize, name: &str, oneofs: bool) -> Result<(), Fault> {
    let message = &schema.messages[at];
    let fields = message.fields.iter().map(|field| field.name.as_str());
    let groups = message
        .oneofs
        .iter()
        .map(|oneof| oneof.name.as_str())
        .filter(|_| oneofs);
    let names: Vec<&str> = fields.chain(groups).collect();
    if names.contains(&name) {
        return Ok(());
    }
    Err(change
        .fault(format!("{} has no field {name:?}", message.name))
        .help(match names.is_empty() {
            true => "it has no fields at all".to_owned(),
            false => format!("its fields are: {}", names.join(", ")),
        }))
}

fn one_method<'s>(schema: &'s Schema, change: &Change, name: &str) -> Result<&'s Method, Fault> {
    let wanted = name.trim_start_matches('/');
    let fits = |method: &&Method| {
        let path = method.path.trim_start_matches('/');
        path == wanted
            || path.strip_suffix(wanted).is_some_and(|before| {
                before.ends_with('/') || (wanted.contains('/') && before.ends_with('.'))
            })
    };
    let found: Vec<&Method> = schema.methods.iter().filter(fits).take(2).collect();
    match found[..] {
        [one] => Ok(one),
        [] => {
            let names: Vec<&str> = schema
                .methods
                .iter()
                .filter_map(|method| method.path.rsplit('/').next())
                .take(20)
                .collect();
            Err(change
                .fault(format!("no method is called {name:?}"))
                .help(format!("there are: {}", names.join(", "))))
        }
        _ => Err(change
            .fault(format!("several methods are called {name:?}"))
            .help("write Service/Method:field.path")),
    }
}

/// Follows a path through messages, lists and the values of maps.
fn walk(schema: &Schema, change: &Change, message: usize, path: &str) -> Result<(), Fault> {
    let mut at = message;
    let mut steps = path.split('.').peekable();
    while let Some(step) = steps.next() {
        has(schema, change, at, step, false)?;
        if steps.peek().is_none() {
            return Ok(());
        }
        let field = schema.messages[at]
            .fields
            .iter()
            .find(|field| field.name == step);
        let kind = field.map(|field| match (field.label, field.kind.message()) {
            (Label::Map, Some(entry)) => {
                let value = schema.messages[entry]
                    .fields
                    .iter()
                    .find(|field| field.number == 2);
                value.map_or(field.kind, |value| value.kind)
            }
            _ => field.kind,
        });
        at = kind.and_then(|kind| kind.message()).ok_or_else(|| {
            change
                .fault(format!("{step:?} is no message: nothing lies below it"))
                .help("end the path there")
        })?;
    }
    Ok(())
}
