//! What generated drivers call.

use std::sync::Arc;

use scaffold_runtime::codegen::prost::Message;

use crate::driver::Requests;

/// A closure that makes the request of the i-th call.
pub type One<M> = Option<Arc<dyn Fn(u64) -> M + Send + Sync>>;

/// A closure that makes the request stream of the i-th call.
pub type Many<M> = Option<Arc<dyn Fn(u64) -> Vec<M> + Send + Sync>>;

/// Encodes the request of the call `index`, if there is a closure for it.
pub fn one<M: Message>(payload: &One<M>, index: u64, requests: &mut Requests) -> bool {
    let Some(payload) = payload else {
        return false;
    };
    requests.push(&payload(index));
    true
}

/// Encodes the request stream of the call `index`, if there is a closure for it.
pub fn many<M: Message>(payload: &Many<M>, index: u64, requests: &mut Requests) -> bool {
    let Some(payload) = payload else {
        return false;
    };
    for message in payload(index) {
        requests.push(&message);
    }
    true
}

/// Whether `response` decodes.
///
/// # Errors
///
/// Why it does not.
pub fn verify<M: Message + Default>(response: &[u8]) -> Result<(), String> {
    match M::decode(response) {
        Ok(_) => Ok(()),
        Err(fault) => Err(fault.to_string()),
    }
}
