//! `MemoryBound`: the most memory that peers can make a server hold.
//!
//! docs/memory.md has the formula in words. Each term is an upper bound that the
//! configuration gives; what programs make of messages is theirs, and not here.

use std::fmt;
use std::mem::size_of;

use scaffold_http2::Limits;

use super::{ServerConfig, answer, calls, connection, heads, scratch, streams};
use crate::{framing, pool, stream};

/// What a connection costs that has no call: its task, its socket's buffers
/// apart. A test holds it.
const IDLE: u64 = 16 << 10;

const READ_BUFFER: u64 = scratch::CAPACITY as u64;

/// The most memory that peers can make a server hold, in bytes, by what holds it.
///
/// Two things are not in it, since they are the program's own: what handlers
/// keep, decoded messages among it (their number is bounded by
/// [`max_concurrent_calls`](ServerConfig::max_concurrent_calls), their size
/// by [`max_receive_message_size`](ServerConfig::max_receive_message_size) and
/// [`max_receive_message_elements`](ServerConfig::max_receive_message_elements)),
/// and what the kernel keeps for sockets.
///
/// ```
/// use scaffold_runtime::ServerConfig;
///
/// let small = ServerConfig {
///     max_connections: 100,
///     max_concurrent_calls: 500,
///     in_flight_request_bytes: 16 << 20,
///     in_flight_response_bytes: 64 << 20,
///     workers: 2,
///     ..Default::default()
/// };
/// assert!(small.memory().worst() < 1 << 30);
/// println!("{}", small.memory());
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MemoryBound {
    /// Connections at once.
    pub connections: u64,
    /// Calls at once, of all connections.
    pub calls: u64,
    /// Calls at once, of one connection.
    pub streams: u64,
    /// A connection without a call.
    pub idle: u64,
    /// A connection that does its worst, on top of that, its calls apart.
    pub connection: ConnectionBound,
    /// A call that does its worst.
    pub call: CallBound,
    /// What all share.
    pub process: ProcessBound,
}

/// The terms of one connection, in bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConnectionBound {
    /// HTTP/2: output, header blocks and lists, tables.
    pub http2: u64,
    /// Input that was read and not processed.
    pub unprocessed: u64,
    /// Header sections that are remembered.
    pub heads: u64,
}

/// The terms of one call, in bytes: what of it is charged to nobody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CallBound {
    /// HTTP/2: its stream.
    pub http2: u64,
    /// Its metadata.
    pub metadata: u64,
    /// A request that shares its read buffer, or has begun to be put together.
    pub request: u64,
    /// Input that its handler has not read.
    pub unread: u64,
    /// Responses that wait.
    pub responses: u64,
    /// What the library itself keeps for it.
    pub own: u64,
}

/// The terms of the process, in bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProcessBound {
    /// Requests that are being put together, or are not read, with the read buffers
    /// that they hold on to.
    pub requests: u64,
    /// Responses that wait, on streams and in their queues.
    pub responses: u64,
    /// What threads keep to use again: pools, read buffers.
    pub threads: u64,
}

// === impl ServerConfig ===

impl ServerConfig {
    /// The most memory that peers can make a server with these settings hold.
    /// The server logs it when it begins to serve.
    #[must_use]
    pub fn memory(&self) -> MemoryBound {
        let limits = connection::http2(self).limits;
        let streams = u64::from(limits.max_streams);
        // Those that have their turn are counted when it is over, and one of each
        // connection is always taken.
        let connections = self.max_connections as u64;
        let beyond = threads(self)
            .saturating_mul(streams)
            .saturating_add(connections);
        MemoryBound {
            connections,
            calls: (self.max_concurrent_calls as u64).saturating_add(beyond),
            streams,
            idle: IDLE,
            connection: ConnectionBound::new(&limits),
            call: CallBound::new(&limits),
            process: ProcessBound::new(self),
        }
    }
}

/// Workers.
fn threads(config: &ServerConfig) -> u64 {
    match config.workers {
        0 => std::thread::available_parallelism().map_or(1, usize::from) as u64,
        count => count as u64,
    }
}

/// What HTTP/2 holds for so many streams, but for what is queued: that is charged.
fn http2(limits: &Limits, max_streams: u32) -> u64 {
    let limits = Limits {
        max_streams,
        connection_queue: 0,
        ..limits.clone()
    };
    limits.memory_bound() as u64
}

// === impl ConnectionBound ===

impl ConnectionBound {
    fn new(limits: &Limits) -> ConnectionBound {
        ConnectionBound {
            http2: http2(limits, 0),
            unprocessed: READ_BUFFER,
            heads: (heads::PLACES as u64).saturating_mul(pairs(limits.header_list.into())),
        }
    }

    /// All of them.
    #[must_use]
    pub fn total(&self) -> u64 {
        sum(self.terms().map(|(_, bytes)| bytes))
    }

    /// Each with its name.
    fn terms(&self) -> [(&'static str, u64); 3] {
        let ConnectionBound {
            http2,
            unprocessed,
            heads,
        } = *self;
        [
            ("http2", http2),
            ("unprocessed", unprocessed),
            ("heads", heads),
        ]
    }
}

// === impl CallBound ===

impl CallBound {
    fn new(limits: &Limits) -> CallBound {
        let own = size_of::<streams::Entry>() + calls::SLOT + size_of::<stream::Pipe>();
        // What is not charged comes in pieces that are shared, or in copies.
        let unread = stream::UNREAD as u64;
        let shared = (unread / stream::SHARED as u64).saturating_mul(READ_BUFFER);
        CallBound {
            http2: http2(limits, 1) - http2(limits, 0),
            metadata: pairs(limits.header_list.into()),
            request: READ_BUFFER + framing::FIRST_ROOM as u64,
            unread: shared + 2 * unread,
            // What a pipe gathers, what it handed on, and one short copy in the
            // stream's queue.
            responses: 2 * framing::FREE as u64 + 2 * answer::COPIED as u64,
            own: own.next_multiple_of(1 << 10) as u64,
        }
    }

    /// All of them.
    #[must_use]
    pub fn total(&self) -> u64 {
        sum(self.terms().map(|(_, bytes)| bytes))
    }

    /// Each with its name.
    fn terms(&self) -> [(&'static str, u64); 6] {
        let CallBound {
            http2,
            metadata,
            request,
            unread,
            responses,
            own,
        } = *self;
        [
            ("http2", http2),
            ("metadata", metadata),
            ("request", request),
            ("unread", unread),
            ("responses", responses),
            ("own", own),
        ]
    }
}

/// Pairs of name and value are twice as long in memory as in their list, beside
/// which there is a copy.
fn pairs(list: u64) -> u64 {
    3 * list
}

// === impl ProcessBound ===

impl ProcessBound {
    fn new(config: &ServerConfig) -> ProcessBound {
        let kept = (pool::KEPT + 2 * scratch::CAPACITY) as u64;
        // A buffer that grows is there twice while a thread copies it.
        let growing = config.max_receive_message_size as u64;
        // Pieces of this length and more refer to their read buffer; buffers in
        // which requests are put together only double.
        let pinned = READ_BUFFER / stream::SHARED as u64;
        ProcessBound {
            requests: (config.in_flight_request_bytes as u64).saturating_mul(pinned),
            responses: config.in_flight_response_bytes as u64,
            threads: threads(config).saturating_mul(kept.saturating_add(growing)),
        }
    }

    /// All of them.
    #[must_use]
    pub fn total(&self) -> u64 {
        sum(self.terms().map(|(_, bytes)| bytes))
    }

    /// Each with its name.
    fn terms(&self) -> [(&'static str, u64); 3] {
        let ProcessBound {
            requests,
            responses,
            threads,
        } = *self;
        [
            ("requests", requests),
            ("responses", responses),
            ("threads", threads),
        ]
    }
}

// === impl MemoryBound ===

impl MemoryBound {
    /// All connections are there, and none has a call.
    #[must_use]
    pub fn at_rest(&self) -> u64 {
        let connections = self.connections.saturating_mul(self.idle);
        connections.saturating_add(self.process.threads)
    }

    /// One connection does its worst, and has all that is shared.
    #[must_use]
    pub fn one_hostile(&self) -> u64 {
        let calls = self.streams.saturating_mul(self.call.total());
        sum([
            self.idle,
            self.connection.total(),
            calls,
            self.process.total(),
        ])
    }

    /// All connections do their worst, with all calls that there may be.
    #[must_use]
    pub fn worst(&self) -> u64 {
        let each = self.idle.saturating_add(self.connection.total());
        let connections = self.connections.saturating_mul(each);
        let calls = self.connections.saturating_mul(self.streams);
        let calls = calls.min(self.calls).saturating_mul(self.call.total());
        sum([connections, calls, self.process.total()])
    }
}

impl fmt::Display for MemoryBound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let list = |terms: &[(&str, u64)], between: &str| {
            let terms = terms.iter();
            let terms: Vec<_> = terms
                .map(|(name, bytes)| format!("{} {name}", Bytes(*bytes)))
                .collect();
            terms.join(between)
        };
        write!(
            f,
            "at most {} = {} connections x ({} idle + {} busy: {}) + {} calls x {} ({}) + {}",
            Bytes(self.worst()),
            self.connections,
            Bytes(self.idle),
            Bytes(self.connection.total()),
            list(&self.connection.terms(), ", "),
            self.calls,
            Bytes(self.call.total()),
            list(&self.call.terms(), ", "),
            list(&self.process.terms(), " + "),
        )
    }
}

fn sum<const N: usize>(terms: [u64; N]) -> u64 {
    terms.into_iter().fold(0, u64::saturating_add)
}

/// Bytes as people read them.
struct Bytes(u64);

impl fmt::Display for Bytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let units = ["B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"];
        let power = (self.0.max(1).ilog2() / 10) as usize;
        let value = self.0 as f64 / f64::from(1u32 << 10).powi(power as i32);
        let digits = usize::from(value < 10.0 && power > 0);
        write!(f, "{value:.digits$} {}", units[power])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_as_one_line_with_every_term() {
        let memory = ServerConfig {
            workers: 2,
            ..Default::default()
        }
        .memory();
        let line = memory.to_string();
        println!("{line}");
        for term in [
            "http2",
            "unread",
            "26784 calls",
            "metadata",
            "10000 connections",
            "threads",
        ] {
            assert!(line.contains(term), "{line}");
        }
        assert!(!line.contains('\n'));
        assert_eq!(Bytes(0).to_string(), "0 B");
        assert_eq!(Bytes(1536).to_string(), "1.5 KiB");
        assert_eq!(Bytes(u64::MAX).to_string(), "16 EiB");
    }

    #[test]
    fn settings_beyond_all_sense_do_not_overflow() {
        let config = ServerConfig {
            workers: usize::MAX,
            max_connections: usize::MAX,
            max_concurrent_streams: u32::MAX,
            max_concurrent_calls: usize::MAX,
            max_header_list_size: u32::MAX,
            max_receive_message_size: usize::MAX,
            in_flight_request_bytes: usize::MAX,
            in_flight_response_bytes: usize::MAX,
            send_buffer: usize::MAX,
            connection_window: u32::MAX,
            ..Default::default()
        };
        assert_eq!(config.memory().worst(), u64::MAX);
    }
}
