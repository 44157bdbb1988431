//! The i-th payload of a message.

use std::sync::Arc;

use super::encode::{Depth, Encoder};
use super::plan::{Plan, build};
use super::pool::Pool;
use super::rng::Key;
use super::violate::{Breach, Violation, breaches};
use super::{Fault, Limits, Options};

/// Makes payloads of one message: a pure function of the seed, the message and
/// the index, straight to wire bytes. Cheap to clone, and shared by threads.
#[derive(Clone, Debug)]
pub struct Generator {
    plan: Arc<Plan>,
    breaches: Arc<[Breach]>,
    key: Key,
    limits: Limits,
}

/// The key of the choice among breaches: no field has this number.
const BREACH: u64 = 4 << 40;

// === impl Generator ===

impl Generator {
    /// A generator of one message of an encoded `FileDescriptorSet`; for
    /// several, share a [`Pool`].
    ///
    /// # Errors
    ///
    /// As [`Pool::new`] and [`Generator::with_pool`].
    pub fn new(
        descriptor_set: &[u8],
        message: &str,
        options: &Options,
    ) -> Result<Generator, Fault> {
        Generator::with_pool(&Pool::new(descriptor_set)?, message, options)
    }

    /// A generator of the message with this full name, with or without a leading
    /// dot.
    ///
    /// # Errors
    ///
    /// If there is no such message, a type that it uses is not in the set, it
    /// has no finite value (it requires itself), its rules ask for more than 16
    /// MiB, or an override names nothing or fits its field not.
    pub fn with_pool(pool: &Pool, message: &str, options: &Options) -> Result<Generator, Fault> {
        let schema = &*pool.schema;
        let root = schema.message(message).ok_or_else(|| {
            let last = message.rsplit('.').next().unwrap_or(message);
            let near = schema.messages.iter().map(|message| message.name.as_str());
            let near = near.filter(|name| name.rsplit('.').next() == Some(last));
            let near: Vec<&str> = near.take(5).collect();
            Fault::new(message, "no such message is in the descriptor set").help(
                if near.is_empty() {
                    "give the full name: package.Message".to_owned()
                } else {
                    format!("there is {}", near.join(", "))
                },
            )
        })?;
        let plan = build(schema, root, options)?;
        Ok(Generator {
            breaches: breaches(&plan, schema).into(),
            key: Key::message(options.seed, &schema.messages[root].name),
            limits: options.limits,
            plan: Arc::new(plan),
        })
    }

    /// Appends the payload with this index.
    pub fn encode(&self, index: u64, into: &mut Vec<u8>) {
        self.write(index, None, into);
    }

    /// Appends the payload with this index with one validation rule broken, and
    /// says which; the valid payload and `None` if the message has no rule that
    /// can be broken alone.
    pub fn encode_invalid(&self, index: u64, into: &mut Vec<u8>) -> Option<&Violation> {
        let key = self.key.child(index).child(BREACH);
        let breach = match self.breaches.len() {
            0 => None,
            count => Some(&self.breaches[key.rng().at(count)]),
        };
        self.write(index, breach, into);
        breach.map(|breach| &breach.violation)
    }

    /// All rules that [`Generator::encode_invalid`] breaks in turn.
    pub fn violations(&self) -> impl Iterator<Item = &Violation> {
        self.breaches.iter().map(|breach| &breach.violation)
    }

    /// The message's full name.
    pub fn message(&self) -> &str {
        &self.plan.messages[0].name
    }

    /// What is written in rules and cannot be followed, and fields that are left
    /// out for it: a line each, to be shown before a run.
    pub fn notes(&self) -> &[String] {
        &self.plan.notes
    }

    fn write(&self, index: u64, breach: Option<&Breach>, into: &mut Vec<u8>) {
        let row = self.key.child(index);
        let encoder = Encoder {
            plan: &self.plan,
            limits: &self.limits,
            index,
            row,
            breach,
        };
        encoder.message(
            0,
            row,
            self.limits.max_size as u64,
            Depth::root(breach.is_some()),
            into,
        );
    }
}
