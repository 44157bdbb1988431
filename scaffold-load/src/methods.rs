//! The methods of all drivers as one table.

use std::sync::Arc;

use scaffold_runtime::{CallShape, MethodSpec};

use crate::driver::{Driver, Requests};
use crate::plan::{Fault, Plan};

/// One method of the run.
#[derive(Clone)]
pub(crate) struct Method {
    pub(crate) spec: &'static MethodSpec,
    driver: Arc<dyn Driver>,
    /// Its place in the driver's table.
    index: usize,
    /// Messages of a request stream that the driver leaves to the engine.
    stream_messages: u64,
}

/// The methods of all drivers.
pub(crate) fn table(drivers: &[Arc<dyn Driver>], plan: &Plan) -> Result<Vec<Method>, Fault> {
    let mut methods = Vec::new();
    for driver in drivers {
        for (index, spec) in driver.spec().methods.iter().enumerate() {
            methods.push(Method {
                spec,
                driver: Arc::clone(driver),
                index,
                stream_messages: plan.messages.unwrap_or(2),
            });
        }
    }
    if methods.is_empty() {
        return Err(Fault::usage(
            "the drivers have no method to call".to_owned(),
        ));
    }
    Ok(methods)
}

// === impl Method ===

impl Method {
    /// Encodes what the call `index` sends.
    pub(crate) fn requests(&self, index: u64, requests: &mut Requests) -> Result<(), Fault> {
        requests.clear();
        let encoded = self.driver.encode(self.index, index, requests);
        let wrong = |why: String| {
            Fault::usage(format!(
                "there is no request for call {index} of {}: {why}",
                self.spec.path
            ))
        };
        let streams = self.streams_requests();
        if encoded.map_err(wrong)? {
            return match (streams, requests.len()) {
                (true, _) | (false, 1) => Ok(()),
                (false, count) => Err(wrong(format!("it takes one message, not {count}"))),
            };
        }
        for _ in 0..if streams { self.stream_messages } else { 1 } {
            requests.push_encoded(&[]);
        }
        Ok(())
    }

    /// Whether the response is one.
    pub(crate) fn verify(&self, response: &[u8]) -> Result<(), String> {
        self.driver.verify(self.index, response)
    }

    pub(crate) fn streams_requests(&self) -> bool {
        let shape = self.spec.shape;
        matches!(shape, CallShape::ClientStreaming | CallShape::BidiStreaming)
    }
}
