//! What may be sent on a call.

/// The rules for the messages that one side of a call sends.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rules {
    /// The longest message, in bytes.
    pub(crate) limit: usize,
}
