//! Requests that are written as JSON (the protobuf JSON mapping).
//!
//! A value alone is what each call sends; of a list each call sends the next one.
//! For a request stream a list is the messages of one call, and a list of lists
//! has one for each call.

use std::io::Read;

use prost::Message as _;
use prost_reflect::{DeserializeOptions, DynamicMessage, MessageDescriptor};
use scaffold_load::Fault;
use scaffold_load::payload::Method;
use serde_json::Value;

/// One argument: whose requests, and where they are.
#[derive(Debug, PartialEq)]
pub(super) struct Data<'a> {
    /// A method as the line names it; none where there is but one.
    pub(super) method: Option<&'a str>,
    json: &'a str,
}

/// Encoded messages of each call, in turn.
pub(super) type Calls = Vec<Vec<Vec<u8>>>;

/// Files larger than this are no requests, but a mistake.
const MAX_BYTES: u64 = 256 << 20;

// === impl Data ===

impl<'a> Data<'a> {
    /// Takes `METHOD=JSON`, `JSON`, `@FILE` or `@-` apart.
    pub(super) fn parse(text: &'a str) -> Self {
        let json = |text: &str| text.trim_start().starts_with(['{', '[', '@', '"']);
        match text.split_once('=') {
            Some((method, rest)) if !json(text) && json(rest) => Self {
                method: Some(method.trim()),
                json: rest,
            },
            _ => Self {
                method: None,
                json: text,
            },
        }
    }

    /// The requests of `method`, encoded.
    pub(super) fn read(&self, method: &Method, input: &MessageDescriptor) -> Result<Calls, Fault> {
        let (text, place) = self.text()?;
        let values = serde_json::Deserializer::from_str(&text).into_iter::<Value>();
        let values: Result<Vec<Value>, _> = values.collect();
        let mut values = values.map_err(|error| Fault::usage(format!("{place}: {error}")))?;
        // A list, or values one after the other: NDJSON is the latter.
        if let [Value::Array(list)] = &mut *values {
            values = std::mem::take(list);
        }
        let encode = |number: usize, value: Value| {
            let options = DeserializeOptions::new();
            let message = DynamicMessage::deserialize_with_options(input.clone(), value, &options);
            message
                .map(|message| message.encode_to_vec())
                .map_err(|error| {
                    Fault::usage(format!(
                        "{place}, value {}: no {} ({}): {error}",
                        number + 1,
                        input.full_name(),
                        method.path
                    ))
                })
        };
        let numbered = values.into_iter().enumerate();
        let calls: Calls = if !method.client_streaming {
            numbered
                .map(|(number, value)| Ok(vec![encode(number, value)?]))
                .collect::<Result<_, Fault>>()?
        } else if numbered.clone().all(|(_, value)| value.is_array()) {
            let call = |(number, value)| match value {
                Value::Array(list) => list
                    .into_iter()
                    .map(|value| encode(number, value))
                    .collect(),
                value => Ok(vec![encode(number, value)?]),
            };
            numbered.map(call).collect::<Result<_, Fault>>()?
        } else {
            let messages = numbered.map(|(number, value)| encode(number, value));
            vec![messages.collect::<Result<_, Fault>>()?]
        };
        if calls.is_empty() {
            return Err(Fault::usage(format!("{place}: there is no request in it")));
        }
        Ok(calls)
    }

    /// The JSON, and what a fault calls it.
    fn text(&self) -> Result<(String, String), Fault> {
        let Some(path) = self.json.strip_prefix('@') else {
            return Ok((self.json.to_owned(), "--data".to_owned()));
        };
        let mut text = String::new();
        let (read, place) = match path {
            "-" => (read(std::io::stdin().lock(), &mut text), "stdin".to_owned()),
            path => {
                let file = std::fs::File::open(path);
                (file.and_then(|file| read(file, &mut text)), path.to_owned())
            }
        };
        match read {
            Ok(()) => Ok((text, place)),
            Err(error) => Err(Fault::usage(format!("cannot read {place}: {error}"))),
        }
    }
}

fn read(from: impl Read, text: &mut String) -> std::io::Result<()> {
    let read = from.take(MAX_BYTES + 1).read_to_string(text)? as u64;
    if read > MAX_BYTES {
        let most = MAX_BYTES >> 20;
        return Err(std::io::Error::other(format!(
            "it is larger than {most} MiB"
        )));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::Data;

    #[test]
    fn data_is_told_from_the_method_it_is_for() {
        for (text, method, json) in [
            (r#"{"a":"b=c"}"#, None, r#"{"a":"b=c"}"#),
            ("@requests=1.json", None, "@requests=1.json"),
            (r#"Get={"a":1}"#, Some("Get"), r#"{"a":1}"#),
            (
                "a.v1.Users/Get = @f.json",
                Some("a.v1.Users/Get"),
                " @f.json",
            ),
            ("Get=7", None, "Get=7"),
        ] {
            assert_eq!(Data::parse(text), Data { method, json }, "{text}");
        }
    }
}
