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

/// The most memory that peers can make a server hold, in bytes, by what holds it.
///
/// Two things are not in it, since they are the program's own: what handlers
/// keep, decoded messages among it (their number is bounded by
/// [`max_concurrent_streams`](ServerConfig::max_concurrent_streams), their size
/// by [`max_receive_message_size`](ServerConfig::max_receive_message_size) and
/// [`max_receive_message_elements`](ServerConfig::max_receive_message_elements)),
/// and what the kernel keeps for sockets.
///
/// ```
/// use scaffold_runtime::ServerConfig;
///
/// let small = ServerConfig {
///     max_connections: 100,
///     max_concurrent_streams: 20,
///     send_buffer: 16 << 10,
///     connection_window: 128 << 10,
///     in_flight_request_bytes: 64 << 20,
///     in_flight_response_bytes: 64 << 20,
///     ..Default::default()
/// };
/// assert!(small.memory().worst() < ServerConfig::default().memory().worst() / 100);
/// println!("{}", small.memory());
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MemoryBound {
    /// Connections at once.
    pub connections: u64,
    /// A connection without a call.
    pub idle: u64,
    /// A connection that does its worst, on top of that.
    pub connection: ConnectionBound,
    /// What all connections share.
    pub process: ProcessBound,
}

/// The terms of one connection, in bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConnectionBound {
    /// HTTP/2: output, header blocks and lists, tables, streams.
    pub http2: u64,
    /// Input that was read and not processed.
    pub unprocessed: u64,
    /// Input that handlers have not read: windows, and read buffers that pieces
    /// hold on to.
    pub windows: u64,
    /// Requests whose messages share read buffers, or have begun to be put
    /// together.
    pub requests: u64,
    /// Metadata of calls, and of header sections that are remembered.
    pub metadata: u64,
    /// What of responses that wait is charged to no budget.
    pub responses: u64,
    /// What the library itself keeps for a call.
    pub calls: u64,
}

/// The terms of the process, in bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProcessBound {
    /// Requests that are being put together.
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
        let http2 = connection::http2(self);
        MemoryBound {
            connections: self.max_connections as u64,
            idle: IDLE,
            connection: ConnectionBound::new(&http2.limits, http2.connection_window),
            process: ProcessBound::new(self),
        }
    }
}

// === impl ConnectionBound ===

impl ConnectionBound {
    fn new(limits: &Limits, window: u32) -> ConnectionBound {
        let streams = u64::from(limits.max_streams);
        let per_stream = |bytes: u64| streams.saturating_mul(bytes);
        let read_buffer = scratch::CAPACITY as u64;
        let window = u64::from(window.max(65_535));
        let list = u64::from(limits.header_list);
        // Bytes that wait are charged to the process, apart from these: what a pipe
        // gathers, what it handed on, and one short copy in a stream's queue.
        let waiting = 2 * framing::FREE as u64 + 2 * answer::COPIED as u64;
        let without_queues = Limits {
            connection_queue: 0,
            ..limits.clone()
        };
        let own = size_of::<streams::Entry>() + calls::SLOT + size_of::<stream::Pipe>();
        ConnectionBound {
            http2: without_queues.memory_bound() as u64,
            unprocessed: read_buffer,
            // Pieces of this length and more refer to their read buffer.
            windows: window.saturating_mul(read_buffer / stream::SHARED as u64),
            requests: per_stream(read_buffer + framing::FIRST_ROOM as u64),
            // Pairs of name and value are twice as long in memory as in the list.
            metadata: (streams + heads::PLACES as u64).saturating_mul(3 * list),
            responses: per_stream(waiting),
            calls: per_stream(own.next_multiple_of(1 << 10) as u64),
        }
    }

    /// All of them.
    #[must_use]
    pub fn total(&self) -> u64 {
        sum(self.terms().map(|(_, bytes)| bytes))
    }

    /// Each with its name.
    fn terms(&self) -> [(&'static str, u64); 7] {
        let ConnectionBound {
            http2,
            unprocessed,
            windows,
            requests,
            metadata,
            responses,
            calls,
        } = *self;
        [
            ("http2", http2),
            ("unprocessed", unprocessed),
            ("windows", windows),
            ("requests", requests),
            ("metadata", metadata),
            ("responses", responses),
            ("calls", calls),
        ]
    }
}

// === impl ProcessBound ===

impl ProcessBound {
    fn new(config: &ServerConfig) -> ProcessBound {
        let threads = match config.workers {
            0 => std::thread::available_parallelism().map_or(1, usize::from),
            count => count,
        } as u64;
        let kept = (pool::KEPT + 2 * scratch::CAPACITY) as u64;
        // A buffer that grows is there twice while a thread copies it.
        let growing = config.max_receive_message_size as u64;
        ProcessBound {
            // Buffers double.
            requests: (config.in_flight_request_bytes as u64).saturating_mul(2),
            responses: config.in_flight_response_bytes as u64,
            threads: threads.saturating_mul(kept.saturating_add(growing)),
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
        sum([self.idle, self.connection.total(), self.process.total()])
    }

    /// All connections do their worst.
    #[must_use]
    pub fn worst(&self) -> u64 {
        let each = self.idle.saturating_add(self.connection.total());
        let all = self.connections.saturating_mul(each);
        all.saturating_add(self.process.total())
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
            "at most {} = {} connections x ({} idle + {} busy: {}) + {}",
            Bytes(self.worst()),
            self.connections,
            Bytes(self.idle),
            Bytes(self.connection.total()),
            list(&self.connection.terms(), ", "),
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
            "windows",
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
