//! What the engine needs to know of a service: its methods, the requests of
//! each call, encoded, and whether an answer is one.

use std::sync::Arc;

use scaffold_runtime::ServiceSpec;
use scaffold_runtime::codegen::prost::Message;

/// Knows one service: generated for each, or made from descriptors.
///
/// The engine makes the calls itself and never decodes more than it is asked
/// to verify: what the generator spends per call is not the server's latency.
pub trait Driver: Send + Sync + 'static {
    /// The service and its methods; the other methods take an index into them.
    fn spec(&self) -> &'static ServiceSpec;

    /// Encodes what the `index`-th call of the method sends: one message, or
    /// any number for a request stream. The same index gives the same bytes.
    /// `false` leaves the messages to the engine, which makes them from the
    /// service's descriptors.
    ///
    /// Called before the clock starts, or ahead of the calls in a thread of
    /// its own.
    ///
    /// # Errors
    ///
    /// Why there is no such message, for people.
    fn encode(&self, method: usize, index: u64, requests: &mut Requests) -> Result<bool, String>;

    /// Whether `response` is a message that the method answers with.
    ///
    /// # Errors
    ///
    /// Why it is not, for people.
    fn verify(&self, method: usize, response: &[u8]) -> Result<(), String> {
        let _ = (method, response);
        Ok(())
    }
}

impl<D: Driver + ?Sized> Driver for Arc<D> {
    fn spec(&self) -> &'static ServiceSpec {
        (**self).spec()
    }

    fn encode(&self, method: usize, index: u64, requests: &mut Requests) -> Result<bool, String> {
        (**self).encode(method, index, requests)
    }

    fn verify(&self, method: usize, response: &[u8]) -> Result<(), String> {
        (**self).verify(method, response)
    }
}

/// The encoded request messages of one call, in one piece of memory.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Requests {
    bytes: Vec<u8>,
    /// Where each message ends.
    ends: Vec<usize>,
    /// The validation rule that they break, on purpose.
    broken: Option<Arc<str>>,
}

// === impl Requests ===

impl Requests {
    /// No message.
    pub fn new() -> Self {
        Self::default()
    }

    /// Appends a message.
    pub fn push<M: Message>(&mut self, message: &M) {
        self.push_with(|bytes| {
            // Fails only for want of room, and a Vec always has it.
            let _ = message.encode(bytes);
        });
    }

    /// Appends a message that is encoded already.
    pub fn push_encoded(&mut self, message: &[u8]) {
        self.push_with(|bytes| bytes.extend_from_slice(message));
    }

    /// Appends what `encode` appends, as a message.
    pub fn push_with(&mut self, encode: impl FnOnce(&mut Vec<u8>)) {
        let start = self.bytes.len();
        encode(&mut self.bytes);
        // What was there before is another message's.
        self.ends.push(self.bytes.len().max(start));
    }

    /// How many messages there are.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Is there none?
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// The messages.
    pub fn iter(&self) -> impl Iterator<Item = &[u8]> {
        let starts = std::iter::once(0).chain(self.ends.iter().copied());
        starts
            .zip(&self.ends)
            .map(|(start, &end)| &self.bytes[start..end])
    }

    /// Removes all messages, and keeps the memory.
    pub fn clear(&mut self) {
        self.bytes.clear();
        self.ends.clear();
        self.broken = None;
    }

    /// They break a rule, and are to be refused.
    pub(crate) fn mark_broken(&mut self, rule: Arc<str>) {
        self.broken = Some(rule);
    }

    /// The rule that they break, on purpose.
    pub(crate) fn broken(&self) -> Option<&Arc<str>> {
        self.broken.as_ref()
    }

    /// The memory, and where each message ends in it.
    pub(crate) fn parts(&self) -> (&[u8], &[usize]) {
        (&self.bytes, &self.ends)
    }
}
