//! What was measured of one method.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{CallError, Histogram, UNFINISHED};

/// What was measured of one method. Latencies are nanoseconds.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct MethodRecord {
    /// From due to the end, calls that ended well.
    pub response_ok: Histogram,
    /// From due to the end, all calls; one without an end counts to the end of
    /// the run.
    pub response: Histogram,
    /// From sent to the end, all calls that ended: what a closed loop would have
    /// shown.
    pub service: Histogram,
    /// What calls waited for a free stream, of those that did: all streams of the
    /// connections were taken.
    pub wait: Histogram,
    /// Streams: from sent to the head of the answer.
    pub headers: Histogram,
    /// Response streams: from sent to the first message.
    pub first_message: Histogram,
    /// Response streams: from one message to the next.
    pub gap: Histogram,
    /// Bidirectional streams: from when a message was due, or else sent, to the
    /// answer at its place in the order.
    pub round_trip: Histogram,
    /// Request streams: what a message waited until the server's window had room.
    pub stall: Histogram,
    /// Client streams: from the end of the requests to the answer.
    pub close: Histogram,
    /// Requests that broke a validation rule on purpose and were refused with
    /// INVALID_ARGUMENT, as they are to be: neither good calls nor failures.
    pub refused: u64,
    /// Failures, by the code's name, [`UNFINISHED`], [`UNVERIFIED`](super::UNVERIFIED)
    /// or [`ACCEPTED`](super::ACCEPTED).
    pub errors: BTreeMap<String, CallError>,
    /// Messages sent.
    pub sent: u64,
    /// Messages received.
    pub received: u64,
    /// Bytes of messages sent.
    pub sent_bytes: u64,
    /// Bytes of messages received.
    pub received_bytes: u64,
    /// Answers that were decoded to see whether they are any.
    pub verified: u64,
    /// Messages that were due on a long-lived stream while too many were under
    /// way, and went later.
    pub deferred: u64,
}

// === impl MethodRecord ===

impl MethodRecord {
    /// Adds what another record holds.
    pub fn merge(&mut self, other: &Self) {
        for (mine, theirs) in [
            (&mut self.response_ok, &other.response_ok),
            (&mut self.response, &other.response),
            (&mut self.service, &other.service),
            (&mut self.wait, &other.wait),
            (&mut self.headers, &other.headers),
            (&mut self.first_message, &other.first_message),
            (&mut self.gap, &other.gap),
            (&mut self.round_trip, &other.round_trip),
            (&mut self.stall, &other.stall),
            (&mut self.close, &other.close),
        ] {
            mine.add(theirs);
        }
        for (kind, error) in &other.errors {
            self.errors.entry(kind.clone()).or_default().merge(error);
        }
        self.refused += other.refused;
        self.sent += other.sent;
        self.received += other.received;
        self.sent_bytes += other.sent_bytes;
        self.received_bytes += other.received_bytes;
        self.verified += other.verified;
        self.deferred += other.deferred;
    }

    /// Calls that were made.
    pub fn calls(&self) -> u64 {
        self.response.len()
    }

    /// Calls that ended.
    pub fn completed(&self) -> u64 {
        self.service.len()
    }

    /// Calls that did not end well.
    pub fn failed(&self) -> u64 {
        self.errors.values().map(|error| error.count).sum()
    }

    /// Calls that had no end.
    pub fn unfinished(&self) -> u64 {
        self.errors.get(UNFINISHED).map_or(0, |error| error.count)
    }
}
