//! The methods of all drivers as one table, and the requests of each call.

use std::sync::{Arc, OnceLock};

use scaffold_runtime::{CallShape, MethodSpec};

use crate::driver::{Driver, Requests};
use crate::payload::{Generator, Options, Overrides, Pool};
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
    /// The share of calls that break a rule, of those that it leaves to the engine.
    invalid: f64,
    made: Arc<Made>,
}

/// What makes messages that nobody else does, once it is needed.
struct Made {
    /// The service's types, shared by its methods.
    types: Arc<OnceLock<Result<Option<Pool>, String>>>,
    options: Options,
    generator: OnceLock<Result<Option<Generator>, String>>,
}

/// The methods of all drivers.
pub(crate) fn table(drivers: &[Arc<dyn Driver>], plan: &Plan) -> Result<Vec<Method>, Fault> {
    let options = options(plan)?;
    let mut methods = Vec::new();
    for driver in drivers {
        let types = Arc::default();
        for (index, spec) in driver.spec().methods.iter().enumerate() {
            let made = Made {
                types: Arc::clone(&types),
                options: options.for_method(spec.path),
                generator: OnceLock::new(),
            };
            methods.push(Method {
                spec,
                driver: Arc::clone(driver),
                index,
                stream_messages: plan.messages.unwrap_or(2),
                invalid: plan.invalid_ratio,
                made: Arc::new(made),
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

/// The first `count` requests of each method's calls, by its path, as a run of
/// `plan` sends them.
///
/// # Errors
///
/// If the mix or the payloads' file names what there is not, or a driver has no
/// request.
pub fn requests(
    drivers: &[Arc<dyn Driver>],
    plan: &Plan,
    count: u64,
) -> Result<Vec<(String, Vec<Requests>)>, Fault> {
    let methods = table(drivers, plan)?;
    let of = |method: &Method| {
        let call = |index| {
            let mut requests = Requests::new();
            method.requests(index, &mut requests).map(|()| requests)
        };
        let calls = (0..count).map(call).collect::<Result<_, Fault>>()?;
        Ok((method.spec.path.to_owned(), calls))
    };
    methods.iter().map(of).collect()
}

/// How messages are made up, with what a file says of it.
fn options(plan: &Plan) -> Result<Options, Fault> {
    let overrides = match &plan.payload_file {
        None => Overrides::default(),
        Some(path) => Overrides::read(path).map_err(|fault| Fault::usage(fault.to_string()))?,
    };
    let mut options = Options::with_overrides(overrides);
    // The plan's first seed leaves the file's as it is.
    options.seed = options.seed.wrapping_add(plan.seed.wrapping_sub(1));
    Ok(options)
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
        let count = if streams { self.stream_messages } else { 1 };
        let generator = self.generator().map_err(wrong)?;
        let mut breaks = self.breaks(index);
        for number in 0..count {
            let index = index.wrapping_mul(count).wrapping_add(number);
            let mut broken = None;
            requests.push_with(|bytes| match generator {
                // Of a stream the first message: the server need not read on.
                Some(generator) if std::mem::take(&mut breaks) => {
                    broken = generator.encode_invalid(index, bytes);
                }
                Some(generator) => generator.encode(index, bytes),
                // Without descriptors a message is empty.
                None => {}
            });
            if let Some(rule) = broken {
                requests.mark_broken(rule.to_string().into());
            }
        }
        Ok(())
    }

    /// Whether the call `index` is to break a rule: evenly, so that each stretch of
    /// calls has its share.
    fn breaks(&self, index: u64) -> bool {
        let until = |calls: u64| (calls as f64 * self.invalid).floor();
        until(index + 1) > until(index)
    }

    /// Whether the response is one.
    pub(crate) fn verify(&self, response: &[u8]) -> Result<(), String> {
        self.driver.verify(self.index, response)
    }

    pub(crate) fn streams_requests(&self) -> bool {
        let shape = self.spec.shape;
        matches!(shape, CallShape::ClientStreaming | CallShape::BidiStreaming)
    }

    fn generator(&self) -> Result<Option<&Generator>, String> {
        let made = &*self.made;
        let generator = made.generator.get_or_init(|| {
            let types = made.types.get_or_init(|| {
                let descriptors = self.driver.spec().descriptors;
                let pool = descriptors.map(Pool::from_descriptors).transpose();
                pool.map_err(|fault| fault.to_string())
            });
            let Some(pool) = types.as_ref().map_err(Clone::clone)? else {
                return Ok(None);
            };
            let mut methods = pool.methods().iter();
            let Some(method) = methods.find(|method| method.path == self.spec.path) else {
                return Ok(None);
            };
            let generator = pool.generator(&method.input, &made.options);
            generator.map(Some).map_err(|fault| fault.to_string())
        });
        generator.as_ref().map(Option::as_ref).map_err(Clone::clone)
    }
}
