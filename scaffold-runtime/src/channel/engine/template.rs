//! The heads of requests, made once for each method.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::Arc;

use bytes::Bytes;
use scaffold_http2::{Field, Indexing, SendError, Template};

use crate::{Encoding, Encodings, MethodSpec};

/// When there are more methods than this, all are made anew: a program has
/// hundreds, and a bound is needed.
const MOST: usize = 1024;

/// What all requests of a channel say.
#[derive(Debug)]
pub(crate) struct Names {
    pub(crate) scheme: &'static str,
    pub(crate) authority: String,
    pub(crate) user_agent: Bytes,
    pub(crate) accept: Encodings,
}

/// The heads of a connection's requests, by the address of the method's spec:
/// it is static, so that an address names one method for ever.
pub(super) struct Templates {
    names: Arc<Names>,
    known: HashMap<(usize, Encoding, bool), Template, BuildHasherDefault<Mix>>,
}

/// Addresses differ in their middle bits: one multiplication spreads those.
#[derive(Default)]
struct Mix(u64);

// === impl Templates ===

impl Templates {
    pub(super) fn new(names: Arc<Names>) -> Self {
        Self {
            names,
            known: HashMap::default(),
        }
    }

    /// The head of a method's requests in an encoding; `agent` says whether with
    /// the channel's own `user-agent`.
    pub(super) fn get(
        &mut self,
        spec: &'static MethodSpec,
        encoding: Encoding,
        agent: bool,
    ) -> Result<&Template, SendError> {
        let key = (std::ptr::from_ref(spec) as usize, encoding, agent);
        if !self.known.contains_key(&key) {
            let template = self.make(spec, encoding, agent)?;
            if self.known.len() >= MOST {
                self.known.clear();
            }
            self.known.insert(key, template);
        }
        self.known.get(&key).ok_or(SendError::Field)
    }

    fn make(
        &self,
        spec: &'static MethodSpec,
        encoding: Encoding,
        agent: bool,
    ) -> Result<Template, SendError> {
        let names = &*self.names;
        let insert = |name, value| Field {
            name,
            value,
            indexing: Indexing::Insert,
        };
        let mut fields = vec![
            Field::new(":method", "POST"),
            Field::new(":scheme", names.scheme),
            insert(b":path", spec.path.as_bytes()),
            insert(b":authority", names.authority.as_bytes()),
            // `te` is first of all a probe for proxies that drop trailers.
            insert(b"te", b"trailers"),
            insert(b"content-type", b"application/grpc"),
        ];
        // Without an encoding to send or to read, heads are as if there were none.
        if encoding != Encoding::Identity {
            fields.push(insert(b"grpc-encoding", encoding.name().as_bytes()));
        }
        if names.accept != Encodings::IDENTITY {
            fields.push(insert(
                b"grpc-accept-encoding",
                names.accept.names().as_bytes(),
            ));
        }
        if agent {
            fields.push(insert(b"user-agent", &names.user_agent));
        }
        Template::new(&fields)
    }
}

// === impl Mix ===

impl Hasher for Mix {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.write_usize(usize::from(byte));
        }
    }

    fn write_u8(&mut self, value: u8) {
        self.write_usize(usize::from(value));
    }

    fn write_usize(&mut self, value: usize) {
        const ODD: u64 = 0x9e37_79b9_7f4a_7c15;
        let mixed = (self.0.rotate_left(5) ^ value as u64).wrapping_mul(ODD);
        self.0 = mixed ^ (mixed >> 32);
    }
}
