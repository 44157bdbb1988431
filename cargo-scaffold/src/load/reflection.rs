//! What a server says of its services (gRPC server reflection, v1 and v1alpha).

use std::collections::BTreeMap;
use std::time::Duration;

use prost::Message as _;
use scaffold_load::Fault;
use scaffold_runtime::{
    BidiStreaming, CallShape, Caller, Channel, Code, Metadata, MethodSpec, Request, Status,
};

use super::messages as pb;

/// The newest form first.
static FORMS: [MethodSpec; 2] = [
    form("/grpc.reflection.v1.ServerReflection/ServerReflectionInfo"),
    form("/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo"),
];

/// The time that an answer may take.
const TIMEOUT: Duration = Duration::from_secs(10);

/// A server that says more than this of itself says too much. Its files are kept
/// for the whole run.
const MAX_BYTES: usize = 64 << 20;

/// Nor may it have more files: all of googleapis has 7,291.
const MAX_FILES: usize = 20_000;

const fn form(path: &'static str) -> MethodSpec {
    MethodSpec::new(path, CallShape::BidiStreaming)
}

/// The conversation with a server.
pub(super) struct Reflection {
    call: BidiStreaming<pb::Request, pb::Response>,
    /// What it offers.
    services: Vec<String>,
    /// Its files by name, encoded.
    files: BTreeMap<String, Vec<u8>>,
    bytes: usize,
}

// === impl Reflection ===

impl Reflection {
    /// Asks for the services, in the newest form that the server knows.
    pub(super) async fn open(channel: &Channel, metadata: &Metadata) -> Result<Self, Fault> {
        for form in &FORMS {
            let mut request = Request::new(());
            *request.metadata_mut() = metadata.clone();
            let opened = channel.bidi_streaming(form, request).await;
            let mut reflection = Self {
                call: opened.map_err(lost)?,
                services: Vec::new(),
                files: BTreeMap::new(),
                bytes: 0,
            };
            match reflection.ask(pb::Ask::Services(String::new())).await {
                Ok(pb::Answer::Services(found)) => {
                    let names = found.services.into_iter().map(|service| service.name);
                    reflection.services = names.collect();
                    return Ok(reflection);
                }
                Ok(other) => return Err(strange(&other)),
                Err(status) if status.code() == Code::Unimplemented => {}
                Err(status) => return Err(lost(status)),
            }
        }
        Err(Fault::unreachable(
            "the server does not say what services it has (no reflection): name their .proto files with --proto"
                .to_owned(),
        ))
    }

    /// All services, but those that say what the server is.
    pub(super) fn services(&self) -> impl Iterator<Item = &str> {
        let names = self.services.iter().map(String::as_str);
        names.filter(|name| !name.starts_with("grpc.reflection."))
    }

    /// Fetches the file that has `symbol`, and all that it needs.
    pub(super) async fn fetch(&mut self, symbol: &str) -> Result<(), Fault> {
        let files = self.files_for(pb::Ask::Symbol(symbol.to_owned())).await?;
        let mut open = self.keep(files)?;
        // Most servers send what a file imports along with it; they need not.
        while let Some(name) = open.pop() {
            if self.files.contains_key(&name) {
                continue;
            }
            match self.files_for(pb::Ask::File(name.clone())).await {
                Ok(files) => open.extend(self.keep(files)?),
                // Every program that reads descriptors has these.
                Err(_) if name.starts_with("google/protobuf/") => {}
                Err(fault) => return Err(fault),
            }
        }
        Ok(())
    }

    /// The files that were fetched.
    pub(super) fn into_files(self) -> Vec<Vec<u8>> {
        self.files.into_values().collect()
    }

    /// Keeps files; what they import and is not here.
    fn keep(&mut self, files: Vec<Vec<u8>>) -> Result<Vec<String>, Fault> {
        let mut imports = Vec::new();
        for file in files {
            let needs = pb::Needs::decode(&*file).map_err(|error| {
                Fault::unreachable(format!(
                    "the server's reflection sends a file that is none: {error}"
                ))
            })?;
            self.bytes += file.len();
            if self.bytes > MAX_BYTES || self.files.len() >= MAX_FILES {
                return Err(Fault::unreachable(format!(
                    "the server's reflection sends more than {} MiB or {MAX_FILES} files",
                    MAX_BYTES >> 20
                )));
            }
            imports.extend(needs.imports);
            self.files.entry(needs.name).or_insert(file);
        }
        imports.retain(|name| !self.files.contains_key(name));
        Ok(imports)
    }

    async fn files_for(&mut self, ask: pb::Ask) -> Result<Vec<Vec<u8>>, Fault> {
        let about = match &ask {
            pb::Ask::File(name) | pb::Ask::Symbol(name) | pb::Ask::Services(name) => name.clone(),
        };
        match self.ask(ask).await.map_err(lost)? {
            pb::Answer::Files(found) => Ok(found.files),
            pb::Answer::Fault(fault) => Err(Fault::unreachable(format!(
                "the server's reflection has no {about}: {} ({})",
                fault.message,
                Code::from(fault.code).name()
            ))),
            other => Err(strange(&other)),
        }
    }

    async fn ask(&mut self, ask: pb::Ask) -> Result<pb::Answer, Status> {
        let call = &mut self.call;
        let exchange = async {
            let sent = call
                .send(pb::Request {
                    host: String::new(),
                    ask: Some(ask),
                })
                .await;
            // Why a stream takes no message is said where its answers are read.
            match call.message().await? {
                Some(pb::Response {
                    answer: Some(answer),
                }) => Ok(answer),
                Some(_) => Err(Status::unknown("an answer to something else")),
                None => Err(sent
                    .err()
                    .unwrap_or_else(|| Status::unknown("it ended without an answer"))),
            }
        };
        match tokio::time::timeout(TIMEOUT, exchange).await {
            Ok(answer) => answer,
            Err(_) => Err(Status::deadline_exceeded(format!(
                "no answer in {} s",
                TIMEOUT.as_secs()
            ))),
        }
    }
}

fn lost(status: Status) -> Fault {
    Fault::unreachable(format!(
        "the server cannot be asked for its services: {status}"
    ))
}

fn strange(answer: &pb::Answer) -> Fault {
    let what = match answer {
        pb::Answer::Files(_) => "files".to_owned(),
        pb::Answer::Services(_) => "services".to_owned(),
        pb::Answer::Fault(fault) => {
            format!("{} ({})", fault.message, Code::from(fault.code).name())
        }
    };
    Fault::unreachable(format!(
        "the server's reflection answers something else: {what}"
    ))
}
