//! What protoc and buf talk to: a request in, a response out.
//!
//! Two lanes. What is wrong with the user's protos or options goes into the
//! response, which protoc prints as it is. What no compiler would send is an
//! error of whoever called us.

use prost::Message;
use prost::bytes::Bytes;

use crate::descriptor::code_generator_response::{Feature, File};
use crate::descriptor::{CodeGeneratorResponse, Edition};
use crate::fault::Faults;
use crate::request::Request;

/// Answers an encoded `CodeGeneratorRequest` with an encoded response; `Err` if
/// it was none.
pub fn respond(request: impl Into<Bytes>) -> Result<Vec<u8>, Faults> {
    let request = Request::decode(request)?;
    let mut response = CodeGeneratorResponse {
        supported_features: Some(Feature::Proto3Optional as u64 | Feature::SupportsEditions as u64),
        minimum_edition: Some(Edition::Proto2 as i32),
        maximum_edition: Some(Edition::Edition2024 as i32),
        ..Default::default()
    };
    match crate::generate(&request) {
        Ok(files) => {
            response.file = files
                .into_iter()
                .map(|file| File {
                    name: Some(file.name),
                    content: Some(file.content),
                    ..Default::default()
                })
                .collect();
        }
        // protoc puts the plugin's name in front of the first line.
        Err(faults) => response.error = Some(faults.to_string()),
    }
    drop(request);
    Ok(response.encode_to_vec())
}
