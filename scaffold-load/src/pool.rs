//! Requests made before the clock starts.

use std::collections::BTreeMap;
use std::sync::Arc;

use scaffold_runtime::codegen::bytes::Bytes;

use crate::driver::Requests;
use crate::methods::Method;
use crate::plan::{Fault, Plan};

/// What the requests of one method may take of memory; fewer are made of large
/// ones. Each worker has a copy.
const MAX_BYTES: usize = 64 << 20;

/// The requests of one method's calls, in one piece of memory.
#[derive(Debug, Clone, Default)]
pub(crate) struct Pool {
    bytes: Bytes,
    /// Where each message ends.
    ends: Vec<usize>,
    /// How many messages the calls up to and with this one have.
    calls: Vec<usize>,
    /// Calls that break a rule on purpose, and which.
    broken: BTreeMap<usize, Arc<str>>,
}

/// The requests of one call.
#[derive(Debug, Clone)]
pub(crate) struct Call {
    bytes: Bytes,
    /// The messages' ends, and where the first begins.
    start: usize,
    ends: Ends,
    broken: Option<Arc<str>>,
}

#[derive(Debug, Clone)]
enum Ends {
    One(usize),
    Many(Vec<usize>),
}

// === impl Pool ===

impl Pool {
    /// Makes the requests of a method's calls.
    pub(crate) fn fill(method: &Method, plan: &Plan) -> Result<Self, Fault> {
        let mut pool = Self::default();
        let mut bytes = Vec::new();
        let mut requests = Requests::new();
        for index in 0..plan.payloads.max(1) {
            method.requests(index, &mut requests)?;
            let (new, ends) = requests.parts();
            if !pool.calls.is_empty() && bytes.len() + new.len() > MAX_BYTES {
                break;
            }
            if let Some(rule) = requests.broken() {
                pool.broken.insert(pool.calls.len(), Arc::clone(rule));
            }
            pool.ends.extend(ends.iter().map(|end| bytes.len() + end));
            pool.calls.push(pool.ends.len());
            bytes.extend_from_slice(new);
        }
        pool.bytes = bytes.into();
        Ok(pool)
    }

    /// The same in memory of its own: workers that shared it would pass the
    /// line with its count to and fro, twice a call.
    pub(crate) fn copy(&self) -> Self {
        Self {
            bytes: Bytes::copy_from_slice(&self.bytes),
            ends: self.ends.clone(),
            calls: self.calls.clone(),
            broken: self.broken.clone(),
        }
    }

    /// Whether any of them breaks a rule.
    pub(crate) fn breaks_rules(&self) -> bool {
        !self.broken.is_empty()
    }

    /// The requests of the call `index`.
    pub(crate) fn call(&self, index: u64) -> Call {
        let at = (index % self.calls.len().max(1) as u64) as usize;
        let first = at.checked_sub(1).map_or(0, |before| self.calls[before]);
        let ends = &self.ends[first..self.calls[at]];
        let start = first.checked_sub(1).map_or(0, |before| self.ends[before]);
        Call {
            bytes: self.bytes.clone(),
            start,
            ends: match ends {
                [end] => Ends::One(*end),
                many => Ends::Many(many.to_vec()),
            },
            broken: self.broken.get(&at).cloned(),
        }
    }
}

// === impl Call ===

impl Call {
    /// A call that was encoded for itself.
    pub(crate) fn of(requests: &Requests) -> Self {
        let (bytes, ends) = requests.parts();
        Self {
            bytes: Bytes::copy_from_slice(bytes),
            start: 0,
            ends: match ends {
                [end] => Ends::One(*end),
                many => Ends::Many(many.to_vec()),
            },
            broken: requests.broken().cloned(),
        }
    }

    /// The rule that the call breaks, on purpose.
    pub(crate) fn take_broken(&mut self) -> Option<Arc<str>> {
        self.broken.take()
    }

    /// The first message; an empty one if there is none.
    pub(crate) fn first(self) -> Bytes {
        match &self.ends {
            Ends::One(end) => self.bytes.slice(self.start..*end),
            Ends::Many(ends) => match ends.first() {
                Some(end) => self.bytes.slice(self.start..*end),
                None => Bytes::new(),
            },
        }
    }

    /// All messages.
    pub(crate) fn messages(self) -> impl Iterator<Item = Bytes> {
        let ends = match self.ends {
            Ends::One(end) => vec![end],
            Ends::Many(ends) => ends,
        };
        let mut start = self.start;
        ends.into_iter().map(move |end| {
            let message = self.bytes.slice(start..end);
            start = end;
            message
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_get_their_own_messages() {
        let mut pool = Pool {
            bytes: Bytes::from_static(b"abbccc"),
            ends: vec![1, 3, 3, 6],
            calls: vec![1, 3, 3, 4],
            broken: BTreeMap::new(),
        };
        let texts = |call: Call| -> Vec<Vec<u8>> { call.messages().map(Vec::from).collect() };
        for pool in [pool.copy(), std::mem::take(&mut pool)] {
            assert_eq!(texts(pool.call(0)), [b"a".to_vec()]);
            assert_eq!(texts(pool.call(5)), [b"bb".to_vec(), b"".to_vec()]);
            assert!(texts(pool.call(2)).is_empty());
            assert_eq!(pool.call(3).first(), "ccc");
            assert_eq!(pool.call(2).first(), "");
        }
    }
}
