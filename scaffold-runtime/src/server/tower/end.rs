//! How a call ends, as what is left for its response to say.

use std::collections::VecDeque;
use std::sync::Arc;

use bytes::Bytes;
use http::HeaderMap;

use crate::pool::Budget;
use crate::server::head;
use crate::stream::Rest;
use crate::{Metadata, Outcome, Status};

/// The end of a call.
pub(super) enum End {
    /// Nothing was sent, and there are no messages: an error alone.
    Alone {
        status: Status,
        initial: Metadata,
        trailers: Metadata,
    },
    /// What follows on what was sent.
    Rest {
        /// The head, if it was not sent.
        initial: Option<Metadata>,
        pieces: VecDeque<Bytes>,
        trailers: HeaderMap,
    },
}

/// The end of a call, from how it ended and what is left in its pipe.
/// `has_begun` says that there are bytes that were taken out of the pipe and
/// not sent; `is_stream`, that its method may answer without a message.
pub(super) fn end(outcome: Outcome, rest: Rest, budget: &Arc<Budget>, is_stream: bool) -> End {
    let (mut result, metadata, trailers, reply) = outcome.into_parts();
    if result.is_ok() && reply.is_none() && !is_stream {
        result = Err(Status::internal(
            "an interceptor claimed success without a response",
        ));
    }
    let mut all = rest.trailers;
    all.extend(trailers);
    let mut pieces = rest.queue;
    if result.is_ok()
        && let Some(frame) = reply
    {
        match frame.into_bytes_within(budget) {
            Ok(piece) => pieces.push_back(piece),
            Err(status) => result = Err(status),
        }
    }
    let initial = if rest.has_head {
        None
    } else {
        let mut initial = rest.metadata;
        initial.extend(metadata);
        if pieces.is_empty()
            && let Err(status) = result
        {
            return End::Alone {
                status,
                initial,
                trailers: all,
            };
        }
        Some(initial)
    };
    End::Rest {
        initial,
        pieces,
        trailers: head::trailers(result, all).into_headers(),
    }
}
