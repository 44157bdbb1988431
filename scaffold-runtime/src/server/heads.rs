//! What a connection remembers of the header sections of its requests.
//!
//! A client's calls differ in few fields, so that most sections of a
//! connection are one of a few. Each is looked at once: where it leads, or why
//! it is refused. The metadata in it is shared by calls that follow each other
//! with the same values.

use bytes::Bytes;
use scaffold_http2::{Head, Name};

use super::coding::Coding;
use super::head;
use super::request_head::RequestHead;
use super::router::{Route, Router};
use crate::counters::Cause;
use crate::metadata::is_misplaced;
use crate::{CompressionConfig, Metadata, Status};

/// Sections that are remembered: more than the state machine itself remembers,
/// so that those rarely push each other out.
pub(super) const PLACES: usize = 16;

const NOT_POST: &str =
    "This is a gRPC server: it takes POST requests alone. Call it with a gRPC client.\n";

const NOT_GRPC: &str = "This is a gRPC server: the content-type of a request must be \
    application/grpc or application/grpc+proto. Call it with a gRPC client.\n";

/// What sections are held against.
#[derive(Clone, Copy)]
pub(super) struct Door<'a> {
    pub(super) router: &'a Router,
    pub(super) compression: &'a CompressionConfig,
}

/// The sections of one connection.
pub(super) struct Heads {
    places: Vec<Section>,
    next: u64,
}

/// One section, as it came last.
struct Section {
    token: u64,
    /// Of the values that the metadata has.
    version: u64,
    verdict: Verdict,
}

/// What a section asks for.
#[derive(Clone)]
pub(super) enum Verdict {
    /// A call.
    Call {
        route: Route,
        coding: Coding,
        metadata: Metadata,
        /// There are names in it that are the protocol's, and that no request has.
        is_odd: bool,
    },
    /// Nothing that is served.
    Refused(Refusal),
}

/// An answer without a call.
#[derive(Clone)]
pub(super) struct Refusal {
    /// The HTTP status. With another one than 200 the status's message is the
    /// body, as plain text.
    pub(super) http: u16,
    pub(super) status: Status,
    pub(super) metadata: Metadata,
}

// === impl Heads ===

impl Heads {
    pub(super) fn new() -> Heads {
        Heads {
            places: Vec::new(),
            next: 0,
        }
    }

    /// Looks at a section with names, and a path, that are new to the
    /// connection, and returns a token for it.
    pub(super) fn resolve(&mut self, door: Door<'_>, head: &Head<'_>) -> u64 {
        let token = self.next;
        self.next += 1;
        self.put(Section::new(token, door, head));
        token
    }

    /// What a section asks for.
    pub(super) fn verdict(&mut self, door: Door<'_>, head: &Head<'_>) -> Verdict {
        let token = head.token();
        let at = token as usize % PLACES;
        match self.places.get_mut(at) {
            Some(section) if section.token == token => {
                // The token stands for where it leads, not for its values.
                if section.version != head.version() {
                    section.renew(head);
                }
                section.verdict.clone()
            }
            // Pushed out by others: it takes the place back.
            _ => {
                let section = Section::new(token, door, head);
                let verdict = section.verdict.clone();
                self.put(section);
                verdict
            }
        }
    }

    fn put(&mut self, section: Section) {
        let at = section.token as usize % PLACES;
        match self.places.get_mut(at) {
            Some(place) => *place = section,
            // Tokens are given in order, so that the first ones fill the list.
            None => self.places.push(section),
        }
    }
}

// === impl Section ===

impl Section {
    fn new(token: u64, door: Door<'_>, head: &Head<'_>) -> Section {
        Section {
            token,
            version: head.version(),
            verdict: judge(door, head),
        }
    }

    /// Takes over the values of the same section in another request.
    fn renew(&mut self, head: &Head<'_>) {
        self.version = head.version();
        match &mut self.verdict {
            Verdict::Call {
                route, metadata, ..
            } if route.is_mounted() => *metadata = Metadata::all_from_fields(head.fields()),
            Verdict::Call { metadata, .. } if !metadata.is_of(head) => {
                *metadata = Metadata::user_from_fields(head.fields());
            }
            _ => {}
        }
    }
}

// === impl Refusal ===

impl Refusal {
    /// A failure of gRPC's own.
    pub(super) fn of(status: Status) -> Refusal {
        Refusal {
            http: 200,
            status,
            metadata: Metadata::new(),
        }
    }
}

/// The door: which requests become calls.
pub(super) fn judge(door: Door<'_>, head: &impl RequestHead) -> Verdict {
    let refused = |http, status, metadata| {
        Verdict::Refused(Refusal {
            http,
            status,
            metadata,
        })
    };
    if head.method() != b"POST" {
        let mut allow = Metadata::new();
        allow.push_static("allow", Bytes::from_static(b"POST"));
        // What answers HEAD has no body (RFC 9110, section 9.3.2).
        let text = match head.method() {
            b"HEAD" => "",
            _ => NOT_POST,
        };
        let status = Status::internal(text).because(Cause::MethodNotAllowed);
        return refused(405, status, allow);
    }
    if !head.get(Name::ContentType).is_some_and(head::is_grpc) {
        let status = Status::internal(NOT_GRPC).because(Cause::UnsupportedMediaType);
        return refused(415, status, Metadata::new());
    }
    let path = std::str::from_utf8(head.path()).unwrap_or_default();
    // What comes behind a question mark is no part of the path.
    let path = path.split_once('?').map_or(path, |(path, _)| path);
    let Some(route) = door.router.find(path) else {
        let status = Status::unimplemented("the method does not exist");
        let status = status.because(Cause::UnknownMethod);
        return refused(200, status, Metadata::new());
    };
    if route.is_mounted() {
        // It reads the protocol's headers itself.
        return match Coding::plain() {
            Ok(coding) => Verdict::Call {
                route,
                coding,
                metadata: Metadata::all_from_fields(head.fields()),
                is_odd: false,
            },
            Err(refusal) => Verdict::Refused(refusal),
        };
    }
    match Coding::settle(door.compression, head) {
        Ok(coding) => Verdict::Call {
            route,
            coding,
            metadata: Metadata::user_from_fields(head.fields()),
            is_odd: head.fields().any(|(name, _)| is_misplaced(name)),
        },
        Err(refusal) => Verdict::Refused(refusal),
    }
}
