//! How the messages of a call are encoded, each way: what its head and the
//! server's settings settle on (gRPC, "compression.md").

use std::sync::LazyLock;

use bytes::Bytes;
use scaffold_http2::{Field, Indexing, Name, Template};

use super::heads::Refusal;
use super::request_head::RequestHead;
use crate::counters::Cause;
use crate::{CompressionConfig, Encoding, Encodings, Metadata, Status};

/// What was settled on when a call's head came.
#[derive(Clone, Copy)]
pub(super) struct Coding {
    /// Of requests that have the flag.
    pub(super) requests: Encoding,
    /// Of responses that are to be compressed.
    pub(super) responses: Encoding,
    /// The head of a response with messages, which says so.
    pub(super) head: &'static Template,
}

/// The heads of responses, by what the server reads and what it sends.
static HEADS: [LazyLock<Option<[Template; Encoding::ALL.len()]>>; 4] = [
    LazyLock::new(|| heads(Encodings::IDENTITY)),
    LazyLock::new(|| heads(Encodings::IDENTITY.with(Encoding::Gzip))),
    LazyLock::new(|| heads(Encodings::IDENTITY.with(Encoding::Zstd))),
    LazyLock::new(|| heads([Encoding::Gzip, Encoding::Zstd].into_iter().collect())),
];

// === impl Coding ===

impl Coding {
    /// Reads the head of a request.
    ///
    /// # Errors
    ///
    /// `UNIMPLEMENTED` for an encoding that is not read, with those that are.
    pub(super) fn settle(
        config: &CompressionConfig,
        head: &impl RequestHead,
    ) -> Result<Coding, Refusal> {
        let requests = match head.get(Name::GrpcEncoding) {
            None => Encoding::Identity,
            Some(name) => Encoding::from_name(name)
                .filter(|encoding| config.accept.contains(*encoding))
                .ok_or_else(|| refusal(config.accept, name))?,
        };
        let responses = match config.send.is_empty() {
            true => Encoding::Identity,
            false => accepted(head).settle(&config.send),
        };
        Coding::of(requests, responses, config.accept)
    }

    /// Of a service that reads and writes its messages itself: behind a head of
    /// ours, they go plain.
    pub(super) fn plain() -> Result<Coding, Refusal> {
        Coding::of(Encoding::Identity, Encoding::Identity, Encodings::IDENTITY)
    }

    fn of(requests: Encoding, responses: Encoding, accept: Encodings) -> Result<Coding, Refusal> {
        match response_head(responses, accept) {
            Some(head) => Ok(Coding {
                requests,
                responses,
                head,
            }),
            None => Err(Refusal::of(Status::internal("the response has no head"))),
        }
    }
}

/// The head of an answer without messages.
pub(super) fn plain_head() -> Option<&'static Template> {
    response_head(Encoding::Identity, Encodings::IDENTITY)
}

fn response_head(sends: Encoding, accept: Encodings) -> Option<&'static Template> {
    let index = usize::from(accept.contains(Encoding::Gzip))
        + 2 * usize::from(accept.contains(Encoding::Zstd));
    HEADS[index].as_ref().map(|heads| &heads[sends as usize])
}

/// What the client reads, over all lines of the header.
fn accepted(head: &impl RequestHead) -> Encodings {
    head.fields()
        .filter(|(name, _)| *name == Name::GrpcAcceptEncoding.text().as_bytes())
        .fold(Encodings::IDENTITY, |all, (_, value)| {
            all.or(Encodings::parse(value))
        })
}

fn refusal(accept: Encodings, name: &[u8]) -> Refusal {
    let shown = String::from_utf8_lossy(&name[..name.len().min(32)]);
    let shown: String = shown.chars().filter(|c| matches!(c, '!'..='~')).collect();
    let mut metadata = Metadata::new();
    let names = Bytes::from_static(accept.names().as_bytes());
    metadata.push_static("grpc-accept-encoding", names);
    let status = Status::unimplemented(format!("grpc-encoding {shown} is not supported"));
    Refusal {
        metadata,
        ..Refusal::of(status.because(Cause::UnknownEncoding))
    }
}

/// Without an encoding to read or to send, heads are as they would be if there
/// were none.
fn heads(accept: Encodings) -> Option<[Template; Encoding::ALL.len()]> {
    let insert = |name, value| Field::new(name, value).indexing(Indexing::Insert);
    let head = |encoding: Encoding| {
        let mut fields = vec![
            Field::new(":status", "200"),
            insert("content-type", "application/grpc"),
        ];
        if encoding != Encoding::Identity {
            fields.push(insert("grpc-encoding", encoding.name()));
        }
        if accept != Encodings::IDENTITY {
            fields.push(insert("grpc-accept-encoding", accept.names()));
        }
        Template::new(&fields).ok()
    };
    let [identity, gzip, zstd] = Encoding::ALL.map(head);
    Some([identity?, gzip?, zstd?])
}
