//! How a call with a pipe ends, as what is left to say.

use std::collections::VecDeque;
use std::sync::Arc;

use bytes::Bytes;

use crate::pool::Budget;
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
        result: Result<(), Status>,
        trailers: Metadata,
    },
}

// === impl End ===

impl End {
    /// The end of a call, from how it ended and what is left in its pipe.
    /// `is_stream` says that its method may answer without a message.
    pub(super) fn of(outcome: Outcome, rest: Rest, budget: &Arc<Budget>, is_stream: bool) -> End {
        let (mut result, metadata, trailers, reply) = outcome.into_parts();
        if result.is_ok() && reply.is_none() && !is_stream {
            result = Err(no_response());
        }
        let mut all = rest.trailers;
        all.extend(trailers);
        let mut pieces = rest.queue;
        // A method with one response, and a pipe for its requests.
        if result.is_ok()
            && let Some(frame) = reply
        {
            match frame.into_bytes_within(budget) {
                Ok(piece) => pieces.push_back(piece),
                Err(status) => result = Err(status),
            }
        }
        let initial = (!rest.has_head).then(|| {
            let mut initial = rest.metadata;
            initial.extend(metadata);
            initial
        });
        match (initial, result) {
            (Some(initial), Err(status)) if pieces.is_empty() => End::Alone {
                status,
                initial,
                trailers: all,
            },
            (initial, result) => End::Rest {
                initial,
                pieces,
                result,
                trailers: all,
            },
        }
    }
}

/// The status of a call whose handler was never asked, or its answer lost, by
/// one who says that all is well.
pub(super) fn no_response() -> Status {
    Status::internal("an interceptor claimed success without a response")
}
