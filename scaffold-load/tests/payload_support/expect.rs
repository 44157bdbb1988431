//! Expectations: one line each, a path and what holds for the values there.
//!
//! `matches REGEX`, `within LOW HIGH`, `among A B ...`, `bytes LOW HIGH`,
//! `distinct N` and `median LOW HIGH` are about all values; `count LOW HIGH`
//! about the elements in each message; `present LOW HIGH` about the share of
//! payloads that have one; `share VALUE LOW HIGH` about one value's;
//! `with OTHER A=B|C=D` about two fields at one time. `size LOW HIGH` is about
//! the payloads' own bytes, `note TEXT` about what the generator says.

use std::collections::BTreeSet;

use prost_reflect::{DynamicMessage, FieldDescriptor, Kind, MapKey, ReflectMessage as _, Value};
use regex::Regex;

/// What a case says of one message.
#[derive(Debug, Default)]
pub struct Expectations {
    pub message: String,
    pub method: Option<String>,
    lines: Vec<String>,
}

// === impl Expectations ===

impl Expectations {
    pub fn read(text: &str) -> Vec<Expectations> {
        let mut all: Vec<Expectations> = Vec::new();
        for line in text.lines().filter(|line| !line.is_empty()) {
            if let Some(message) = line.strip_prefix("message ") {
                all.push(Expectations {
                    message: message.to_owned(),
                    ..Expectations::default()
                });
            } else if let Some(method) = line.strip_prefix("method ") {
                all.last_mut().expect("a message before it").method = Some(method.to_owned());
            } else {
                all.last_mut()
                    .expect("a message before it")
                    .lines
                    .push(line.to_owned());
            }
        }
        all
    }

    pub fn hold(&self, payloads: &[(usize, DynamicMessage)], notes: &[String], case: &str) {
        for line in &self.lines {
            if let Some(note) = line.strip_prefix("note ") {
                assert!(
                    notes.iter().any(|n| n.contains(note)),
                    "{case}: {line}: {notes:?}"
                );
                continue;
            }
            if let Some(bounds) = line.strip_prefix("size ") {
                let (low, high) = bounds_of(bounds);
                for (size, _) in payloads {
                    assert!(
                        (low..=high).contains(&(*size as f64)),
                        "{case}: {line}: {size}"
                    );
                }
                continue;
            }
            let mut parts = line.splitn(3, ' ');
            let mut part = || parts.next().unwrap_or_else(|| panic!("{case}: {line}"));
            let (path, property, argument) = (part(), part(), part());
            let found: Vec<Vec<Value>> = payloads
                .iter()
                .map(|(_, message)| values(message, path))
                .collect();
            if let Err(why) = holds(property, argument, &found, payloads) {
                panic!("{case}: {}: {line}: {why}", self.message);
            }
        }
    }
}

fn bounds_of(text: &str) -> (f64, f64) {
    let (low, high) = text.split_once(' ').expect("two bounds");
    (
        low.parse().expect("a number"),
        high.parse().expect("a number"),
    )
}

fn holds(
    property: &str,
    argument: &str,
    found: &[Vec<Value>],
    payloads: &[(usize, DynamicMessage)],
) -> Result<(), String> {
    let texts = || found.iter().flatten().map(show);
    let numbers = || found.iter().flatten().map(number).collect::<Vec<f64>>();
    let within = |number: f64, (low, high): (f64, f64)| {
        if (low..=high).contains(&number) {
            Ok(())
        } else {
            Err(number.to_string())
        }
    };
    match property {
        "matches" | "among" | "within" | "bytes" if texts().next().is_none() => {
            return Err("there is no value".to_owned());
        }
        "matches" => {
            let regex = Regex::new(argument).expect("a regular expression");
            if let Some(other) = texts().find(|text| !regex.is_match(text)) {
                return Err(other);
            }
        }
        "among" => {
            let allowed: Vec<&str> = argument.split(' ').collect();
            let seen: BTreeSet<String> = texts().collect();
            if let Some(other) = seen.iter().find(|text| !allowed.contains(&text.as_str())) {
                return Err(other.clone());
            }
            if let Some(missing) = allowed.iter().find(|text| !seen.contains(**text)) {
                return Err(format!("never {missing}"));
            }
        }
        "within" => {
            for number in numbers() {
                within(number, bounds_of(argument))?;
            }
        }
        "bytes" => {
            for value in found.iter().flatten() {
                within(length(value) as f64, bounds_of(argument))?;
            }
        }
        "count" => {
            for values in found {
                within(values.len() as f64, bounds_of(argument))?;
            }
        }
        "distinct" => {
            let seen: BTreeSet<String> = texts().collect();
            within(
                seen.len() as f64,
                (argument.parse().expect("a count"), f64::MAX),
            )?;
        }
        "median" => {
            let of = |value: &Value| match value {
                Value::Bytes(_) => length(value) as f64,
                value => number(value),
            };
            let mut all: Vec<f64> = found.iter().flatten().map(of).collect();
            all.sort_by(f64::total_cmp);
            within(all[all.len() / 2], bounds_of(argument))?;
        }
        "present" => {
            let with = found.iter().filter(|values| !values.is_empty()).count();
            within(with as f64 / found.len() as f64, bounds_of(argument))?;
        }
        "share" => {
            let (value, bounds) = argument.split_once(' ').expect("a value and bounds");
            let with = texts().filter(|text| text == value).count();
            within(with as f64 / found.len() as f64, bounds_of(bounds))?;
        }
        "with" => {
            let (other, pairs) = argument.split_once(' ').expect("a field and pairs");
            let pairs: Vec<&str> = pairs.split('|').collect();
            for (values, (_, message)) in found.iter().zip(payloads) {
                let pair = format!(
                    "{}={}",
                    show(&values[0]),
                    show(&self::values(message, other)[0])
                );
                if !pairs.contains(&pair.as_str()) {
                    return Err(pair);
                }
            }
        }
        other => panic!("no property is called {other}"),
    }
    Ok(())
}

/// All values at a path, through lists and the values of maps; none for fields
/// that are not set, and the zero of those that cannot be.
fn values(message: &DynamicMessage, path: &str) -> Vec<Value> {
    let (name, rest) = path
        .split_once('.')
        .map_or((path, None), |(a, b)| (a, Some(b)));
    let descriptor = message.descriptor();
    let field = descriptor
        .get_field_by_name(name)
        .unwrap_or_else(|| panic!("no field {name}"));
    if !message.has_field(&field) {
        return Vec::new();
    }
    let found = match message.get_field(&field).into_owned() {
        Value::List(list) => list,
        Value::Map(map) => map
            .into_iter()
            .map(|(key, value)| {
                assert!(
                    !matches!(key, MapKey::String(ref key) if key.is_empty()),
                    "an empty key"
                );
                value
            })
            .collect(),
        value => vec![value],
    };
    let Some(rest) = rest else {
        return found
            .into_iter()
            .map(|value| named(&field, value))
            .collect();
    };
    let inner = found.iter().filter_map(Value::as_message);
    inner.flat_map(|message| values(message, rest)).collect()
}

/// Values of enums go by their names.
fn named(field: &FieldDescriptor, value: Value) -> Value {
    let of = match field.kind() {
        Kind::Message(entry) if field.is_map() => entry.map_entry_value_field().kind(),
        kind => kind,
    };
    match (of, &value) {
        (Kind::Enum(of), Value::EnumNumber(number)) => of
            .get_value(*number)
            .map_or(value, |named| Value::String(named.name().to_owned())),
        _ => value,
    }
}

fn show(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Bool(value) => value.to_string(),
        Value::EnumNumber(value) => value.to_string(),
        value => number(value).to_string(),
    }
}

fn number(value: &Value) -> f64 {
    match value {
        Value::I32(value) => f64::from(*value),
        Value::I64(value) => *value as f64,
        Value::U32(value) => f64::from(*value),
        Value::U64(value) => *value as f64,
        Value::F32(value) => f64::from(*value),
        Value::F64(value) => *value,
        Value::EnumNumber(value) => f64::from(*value),
        _ => f64::NAN,
    }
}

fn length(value: &Value) -> usize {
    match value {
        Value::Bytes(bytes) => bytes.len(),
        Value::String(text) => text.len(),
        _ => 0,
    }
}
