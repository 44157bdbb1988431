//! What there is to call, and what would be sent: for people, before a run.

use std::fmt::Write;

use prost_reflect::{DynamicMessage, SerializeOptions};
use scaffold_load::payload::Method;
use scaffold_load::{Driver, Fault, Plan, requests};

use super::schema::Schema;

/// The methods, a line each, as `--call` takes them.
pub(super) fn methods(methods: &[Method]) -> String {
    let mut out = String::new();
    for method in methods {
        let stream = |is: bool| if is { "stream " } else { "" };
        // Writing to a String does not fail.
        let _ = writeln!(
            out,
            "{}  {}{} -> {}{}",
            method.path.trim_start_matches('/'),
            stream(method.client_streaming),
            method.input,
            stream(method.server_streaming),
            method.output,
        );
    }
    out
}

/// The first `count` requests of each method, as JSON.
pub(super) fn payloads(
    drivers: &[std::sync::Arc<dyn Driver>],
    plan: &Plan,
    schema: &Schema,
    count: u64,
) -> Result<String, Fault> {
    let mut out = String::new();
    for (path, calls) in requests(drivers, plan, count)? {
        let method = schema.methods().iter().find(|method| method.path == path);
        let method = method.ok_or_else(|| Fault::internal(format!("{path} is gone")))?;
        let input = schema.message(&method.input)?;
        let _ = writeln!(out, "// {}", path.trim_start_matches('/'));
        for message in calls.iter().flat_map(|call| call.iter()) {
            let message = DynamicMessage::decode(input.clone(), message);
            let message = message.map_err(|error| Fault::internal(format!("{path}: {error}")))?;
            let mut json = Vec::new();
            let mut writer = serde_json::Serializer::new(&mut json);
            let options = SerializeOptions::new().skip_default_fields(true);
            message
                .serialize_with_options(&mut writer, &options)
                .map_err(|error| Fault::internal(format!("{path}: {error}")))?;
            let _ = writeln!(out, "{}", String::from_utf8_lossy(&json));
        }
    }
    Ok(out)
}
