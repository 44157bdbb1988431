//! Interceptors composed as types.

use std::future::Future;

use super::{Call, Interceptor, Next, Outcome};

/// No interceptor.
#[derive(Clone, Copy, Debug, Default)]
pub struct Identity;

/// Two interceptors as one; the first acts first.
#[derive(Clone, Copy, Debug)]
pub struct Chain<A, B> {
    first: A,
    second: B,
}

/// What follows the first of a chain: the second, then what follows the chain.
struct Then<'a, B, N> {
    second: &'a B,
    next: N,
}

// === impl Identity ===

impl Interceptor for Identity {
    fn intercept<N: Next>(&self, call: Call, next: N) -> impl Future<Output = Outcome> + Send {
        next.run(call)
    }
}

// === impl Chain ===

impl<A, B> Chain<A, B> {
    /// `first`, then `second`.
    pub fn new(first: A, second: B) -> Chain<A, B> {
        Chain { first, second }
    }
}

impl<A: Interceptor, B: Interceptor> Interceptor for Chain<A, B> {
    fn intercept<N: Next>(&self, call: Call, next: N) -> impl Future<Output = Outcome> + Send {
        self.first.intercept(
            call,
            Then {
                second: &self.second,
                next,
            },
        )
    }
}

// === impl Then ===

impl<B: Interceptor, N: Next> Next for Then<'_, B, N> {
    fn run(self, call: Call) -> impl Future<Output = Outcome> + Send {
        self.second.intercept(call, self.next)
    }
}
