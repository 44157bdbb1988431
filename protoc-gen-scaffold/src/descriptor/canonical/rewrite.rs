//! The rewriting itself.

use super::builtin;
use super::made::Made;
use super::numbers::{numbers, zero};
use super::schema::{Canonical, Kind, Rule};
use super::wire::{self, Field, Value};
use crate::descriptor::DescriptorProto;
use crate::descriptor::field_descriptor_proto::Type;

/// Deeper than any compiler lets messages nest; below it bytes stay as they are.
const MAX_DEPTH: usize = 100;

pub(super) struct Rewrite<'a> {
    schema: &'a Canonical<'a>,
}

// === impl Rewrite ===

impl<'a> Rewrite<'a> {
    pub(super) fn new(schema: &'a Canonical<'a>) -> Self {
        Self { schema }
    }

    pub(super) fn file(&self, bytes: &[u8]) -> Vec<u8> {
        self.message(".google.protobuf.FileDescriptorProto", bytes, 0)
    }

    /// Bytes that are no message are left alone.
    fn message(&self, name: &str, bytes: &[u8], depth: usize) -> Vec<u8> {
        let Some(mut fields) = wire::fields(bytes).filter(|_| depth < MAX_DEPTH) else {
            return bytes.to_vec();
        };
        let mut made = Made::default();
        made.add(name, &mut fields);
        // Stable: the order of a repeated field's items means something.
        fields.sort_by_key(|field| field.number);
        let mut out = Vec::with_capacity(bytes.len());
        for run in fields.chunk_by(|a, b| a.number == b.number) {
            match self.schema.rule(name, run[0].number) {
                Some(rule) if rule.dropped => {}
                Some(rule) => self.run(rule, run, depth, &mut out),
                None => run.iter().for_each(|field| {
                    wire::put(&mut out, field.number, field.value);
                }),
            }
        }
        out
    }

    /// All that a message says under one number.
    fn run(&self, rule: Rule<'_>, run: &[Field<'_>], depth: usize, out: &mut Vec<u8>) {
        let number = run[0].number;
        match rule.kind {
            Kind::Builtin(name) => {
                let name = format!(".google.protobuf.{name}");
                self.messages(&name, rule.repeated, run, depth, out);
            }
            Kind::Message(name) => self.messages(name, rule.repeated, run, depth, out),
            Kind::Map(entry) => self.map(entry, run, depth, out),
            Kind::Bytes => {
                let from = if rule.repeated { 0 } else { run.len() - 1 };
                for field in &run[from..] {
                    let empty = matches!(field.value, Value::Bytes([]));
                    if !(rule.implicit && empty) {
                        wire::put(out, number, field.value);
                    }
                }
            }
            _ => numbers(rule, run, out),
        }
    }

    fn messages(
        &self,
        name: &str,
        repeated: bool,
        run: &[Field<'_>],
        depth: usize,
        out: &mut Vec<u8>,
    ) {
        let ([first, _, ..], false) = (run, repeated) else {
            return self.each_message(name, run, depth, out);
        };
        // Pieces of one message, such as options set one by one, mean the
        // message that they are when put one after another.
        let mut merged = Vec::new();
        for field in run {
            if let Value::Bytes(piece) | Value::Group(piece) = field.value {
                merged.extend_from_slice(piece);
            }
        }
        let value = match first.value {
            Value::Group(_) => Value::Group(&merged),
            _ => Value::Bytes(&merged),
        };
        let number = first.number;
        self.each_message(name, &[Field { number, value }], depth, out);
    }

    fn each_message(&self, name: &str, run: &[Field<'_>], depth: usize, out: &mut Vec<u8>) {
        for field in run {
            let inner = |bytes| {
                if name == ".google.protobuf.Any" {
                    self.any(bytes, depth + 1)
                } else {
                    self.message(name, bytes, depth + 1)
                }
            };
            match field.value {
                Value::Bytes(bytes) => {
                    let inner = inner(bytes);
                    if !(inner.is_empty() && builtin::is_options(name)) {
                        wire::put(out, field.number, Value::Bytes(&inner));
                    }
                }
                Value::Group(bytes) => {
                    wire::put(out, field.number, Value::Group(&inner(bytes)));
                }
                other => wire::put(out, field.number, other),
            }
        }
    }

    /// What an `Any` holds is a message of its own.
    fn any(&self, bytes: &[u8], depth: usize) -> Vec<u8> {
        let Some(mut fields) = wire::fields(bytes) else {
            return bytes.to_vec();
        };
        fields.sort_by_key(|field| field.number);
        let r#type = fields.iter().rev().find_map(|field| match field.value {
            Value::Bytes(url) if field.number == 1 => std::str::from_utf8(url)
                .ok()
                .map(|url| format!(".{}", url.rsplit('/').next().unwrap_or(url))),
            _ => None,
        });
        let mut out = Vec::new();
        for field in fields {
            match (&r#type, field.value) {
                (Some(name), Value::Bytes(held)) if field.number == 2 => {
                    let held = self.message(name, held, depth);
                    wire::put(&mut out, 2, Value::Bytes(&held));
                }
                (_, value) => wire::put(&mut out, field.number, value),
            }
        }
        out
    }

    /// Entries complete, sorted, one for each key: the last one said.
    fn map(&self, entry: &DescriptorProto, run: &[Field<'_>], depth: usize, out: &mut Vec<u8>) {
        let mut entries: Vec<(Vec<u8>, Vec<u8>)> = Vec::with_capacity(run.len());
        for field in run {
            let Some(fields) = (match field.value {
                Value::Bytes(bytes) => wire::fields(bytes),
                _ => None,
            }) else {
                return run
                    .iter()
                    .for_each(|field| wire::put(out, field.number, field.value));
            };
            let mut halves = [1, 2].map(|number| {
                let mut half = Vec::new();
                let of = entry.field.iter().find(|of| of.number() == number);
                let said = fields.iter().rev().find(|f| f.number == number as u32);
                match (said.map(|field| field.value), of) {
                    (Some(Value::Bytes(bytes)), Some(of)) if of.r#type() == Type::Message => {
                        let value = self.message(of.type_name(), bytes, depth + 1);
                        wire::put(&mut half, number as u32, Value::Bytes(&value));
                    }
                    (Some(value), _) => wire::put(&mut half, number as u32, value),
                    (None, of) => {
                        let zero = of.map_or(Value::Bytes(&[]), |of| zero(of.r#type()));
                        wire::put(&mut half, number as u32, zero);
                    }
                }
                half
            });
            let (key, value) = (
                std::mem::take(&mut halves[0]),
                std::mem::take(&mut halves[1]),
            );
            match entries.iter_mut().find(|(other, _)| *other == key) {
                Some(same) => same.1 = value,
                None => entries.push((key, value)),
            }
        }
        entries.sort();
        for (mut key, value) in entries {
            key.extend(value);
            wire::put(out, run[0].number, Value::Bytes(&key));
        }
    }
}
