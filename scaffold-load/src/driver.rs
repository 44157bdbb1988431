//! What generated code gives the engine: a way to make each call of a service,
//! and what became of one call.

use std::future::Future;
use std::pin::Pin;
use std::time::Instant;

use scaffold_runtime::{Channel, Code, ServiceSpec, Status};

/// Makes the calls of one service.
pub trait Driver: Send + Sync + 'static {
    /// The service and its methods; `call` takes an index into them.
    fn spec(&self) -> &'static ServiceSpec;

    /// Makes the `index`-th call of the run, of the method at `method`.
    fn call(&self, method: usize, index: u64) -> impl Future<Output = Sample> + Send;
}

/// What became of one call.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Sample {
    /// When the call was sent.
    pub start: Instant,
    /// When the last of its answer was there.
    pub finish: Instant,
    /// When the first message of its answer was there.
    pub first_message: Option<Instant>,
    /// The code it ended with.
    pub code: Code,
    /// The status message, empty for OK.
    pub message: String,
    /// Messages sent.
    pub sent: u64,
    /// Messages received.
    pub received: u64,
}

/// A driver behind a pointer, so that a run can mix services.
pub(crate) trait AnyDriver: Send + Sync {
    fn spec(&self) -> &'static ServiceSpec;
    fn call(&self, method: usize, index: u64) -> Pin<Box<dyn Future<Output = Sample> + Send + '_>>;
}

/// Makes a driver for a connection: each connection of a run has its own.
pub(crate) type MakeDriver = Box<dyn Fn(Channel) -> Box<dyn AnyDriver> + Send + Sync>;

// === impl Sample ===

impl Sample {
    /// A call that starts now.
    pub(crate) fn begin() -> Self {
        let now = Instant::now();
        Self {
            start: now,
            finish: now,
            first_message: None,
            code: Code::Ok,
            message: String::new(),
            sent: 0,
            received: 0,
        }
    }

    /// The call's last event is now, and `result` is how it ended.
    pub(crate) fn end(mut self, result: Result<(), Status>) -> Self {
        self.finish = Instant::now();
        if let Err(status) = result {
            self.code = status.code();
            self.message = status.message().to_owned();
        }
        self
    }

    pub(crate) fn message_received(&mut self) {
        self.received += 1;
        if self.first_message.is_none() {
            self.first_message = Some(Instant::now());
        }
    }

    /// A method that the driver does not have: the generated table and the
    /// engine's disagree.
    pub fn unknown_method() -> Self {
        Self::begin().end(Err(Status::unimplemented(
            "the load driver has no such method",
        )))
    }

    /// Did the call end with OK?
    pub fn is_ok(&self) -> bool {
        self.code == Code::Ok
    }
}

// === impl AnyDriver ===

impl<D: Driver> AnyDriver for D {
    fn spec(&self) -> &'static ServiceSpec {
        Driver::spec(self)
    }

    fn call(&self, method: usize, index: u64) -> Pin<Box<dyn Future<Output = Sample> + Send + '_>> {
        Box::pin(Driver::call(self, method, index))
    }
}
