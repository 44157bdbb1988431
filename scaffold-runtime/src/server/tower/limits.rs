//! `Limits`: what a mounted service may cost.

use std::sync::Arc;
use std::time::Duration;

use crate::counters::Counters;
use crate::framing::Rules;
use crate::pool::Budget;
use crate::server::crowd::Crowd;
use crate::server::exchange::CallLimits;
use crate::{CompressionConfig, ServerConfig};

/// The limits of a [`GrpcService`](super::GrpcService): those of
/// [`ServerConfig`] that do not belong to a connection, with the same defaults.
/// Those of connections and streams are the server's that it is mounted in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of a message that comes in; more is RESOURCE_EXHAUSTED. Default
    /// 4 MiB.
    pub max_receive_message_size: usize,
    /// Strings, byte strings and messages inside a message that comes in, as
    /// [`ServerConfig`] counts them; more is RESOURCE_EXHAUSTED. Default 262 144.
    pub max_receive_message_elements: usize,
    /// Bytes of a message that goes out; more is RESOURCE_EXHAUSTED. Default
    /// 4 MiB.
    pub max_send_message_size: usize,
    /// Bytes of requests that are being put together, in all services of one
    /// [`Builder`](super::Builder); more is RESOURCE_EXHAUSTED. Default 256 MiB.
    pub in_flight_request_bytes: usize,
    /// Bytes of responses that are not read, in all services of one
    /// [`Builder`](super::Builder), apart from the first 2 KiB of each call; more is
    /// RESOURCE_EXHAUSTED. Default 256 MiB.
    pub in_flight_response_bytes: usize,
    /// How long the message of a call that takes one may take to come; later is
    /// DEADLINE_EXCEEDED. Default 1 min.
    pub request_body_timeout: Duration,
    /// Bytes of a request that are taken from its body before the handler reads
    /// them. Default 256 KiB.
    pub receive_buffer: usize,
    /// Bytes of a response that a handler may be ahead of its body's reader, and a
    /// message more. Default 32 KiB.
    pub send_buffer: usize,
}

/// What all services of one builder share.
#[derive(Clone, Debug)]
pub(super) struct Budgets {
    requests: Arc<Budget>,
    responses: Arc<Budget>,
    pub(super) counters: Counters,
}

// === impl Limits ===

impl Default for Limits {
    fn default() -> Limits {
        Limits::from(&ServerConfig::default())
    }
}

/// So that one config holds for a server and for services elsewhere.
impl From<&ServerConfig> for Limits {
    fn from(config: &ServerConfig) -> Limits {
        Limits {
            max_receive_message_size: config.max_receive_message_size,
            max_receive_message_elements: config.max_receive_message_elements,
            max_send_message_size: config.max_send_message_size,
            in_flight_request_bytes: config.in_flight_request_bytes,
            in_flight_response_bytes: config.in_flight_response_bytes,
            request_body_timeout: config.request_body_timeout,
            receive_buffer: config.stream_window as usize,
            send_buffer: config.send_buffer / 2,
        }
    }
}

impl Limits {
    pub(super) fn of_calls(
        &self,
        budgets: &Budgets,
        compression: &CompressionConfig,
    ) -> CallLimits {
        CallLimits {
            budget: budgets.requests.clone(),
            responses: budgets.responses.clone(),
            // The server around it counts them, and refuses.
            calls: Crowd::new(usize::MAX),
            max_receive: self.max_receive_message_size,
            max_elements: self.max_receive_message_elements,
            rules: Rules::new(self.max_send_message_size, compression),
            body_timeout: self.request_body_timeout,
            pipe_room: self.send_buffer,
            counters: budgets.counters.clone(),
        }
    }
}

// === impl Budgets ===

impl Budgets {
    pub(super) fn new(limits: &Limits) -> Budgets {
        Budgets {
            requests: Arc::new(Budget::new(limits.in_flight_request_bytes)),
            responses: Arc::new(Budget::new(limits.in_flight_response_bytes)),
            counters: Counters::new(),
        }
    }
}
