//! A service that is known by its descriptors alone.

use prost_reflect::{DynamicMessage, MessageDescriptor};
use scaffold_load::payload::Method;
use scaffold_load::{Driver, Fault, Requests};
use scaffold_runtime::{CallShape, Descriptors, MethodSpec, ServiceSpec};

use super::data::Calls;
use super::schema::Schema;

/// Drives methods of one service.
pub(super) struct Foreign {
    spec: &'static ServiceSpec,
    methods: Vec<Known>,
}

/// A method that is called.
struct Known {
    /// The requests, where they are not made up.
    data: Option<Calls>,
    output: MessageDescriptor,
}

/// The encoded files, as generated code has them.
#[derive(Clone, Copy)]
pub(super) struct Files(&'static Descriptors);

// === impl Files ===

impl Files {
    /// The schema's, for good: specs are constants elsewhere, and a process makes
    /// these once.
    pub(super) fn of(schema: &Schema) -> Self {
        let files = schema.files().iter();
        let files: Vec<&'static [u8]> = files.map(|file| &*file.clone().leak()).collect();
        Self(Box::leak(Box::new(Descriptors::new(files.leak(), &[]))))
    }
}

// === impl Foreign ===

impl Foreign {
    /// Drives `methods` of the service `name`; `data` are the requests of each.
    pub(super) fn new(
        name: &str,
        methods: Vec<(&Method, Option<Calls>)>,
        schema: &Schema,
        files: Files,
    ) -> Result<Self, Fault> {
        let specs: Vec<MethodSpec> = methods.iter().map(|(method, _)| spec(method)).collect();
        let spec = ServiceSpec::new(name.to_owned().leak(), specs.leak(), Some(files.0));
        let known = |(method, data): (&Method, _)| {
            Ok(Known {
                data,
                output: schema.message(&method.output)?,
            })
        };
        Ok(Self {
            spec: Box::leak(Box::new(spec)),
            methods: methods
                .into_iter()
                .map(known)
                .collect::<Result<_, Fault>>()?,
        })
    }
}

impl Driver for Foreign {
    fn spec(&self) -> &'static ServiceSpec {
        self.spec
    }

    fn encode(&self, method: usize, index: u64, requests: &mut Requests) -> Result<bool, String> {
        let Some(calls) = &self.methods[method].data else {
            return Ok(false);
        };
        let at = (index % calls.len() as u64) as usize;
        for message in &calls[at] {
            requests.push_encoded(message);
        }
        Ok(true)
    }

    fn verify(&self, method: usize, response: &[u8]) -> Result<(), String> {
        let output = self.methods[method].output.clone();
        match DynamicMessage::decode(output, response) {
            Ok(_) => Ok(()),
            Err(error) => Err(error.to_string()),
        }
    }
}

pub(super) fn shape(method: &Method) -> CallShape {
    match (method.client_streaming, method.server_streaming) {
        (false, false) => CallShape::Unary,
        (false, true) => CallShape::ServerStreaming,
        (true, false) => CallShape::ClientStreaming,
        (true, true) => CallShape::BidiStreaming,
    }
}

fn spec(method: &Method) -> MethodSpec {
    MethodSpec::new(method.path.clone().leak(), shape(method))
}
