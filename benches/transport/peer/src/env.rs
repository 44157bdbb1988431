//! Settings from the environment.

/// `BENCH_WORKERS`: threads that serve. Default 1.
///
/// # Panics
///
/// When it is no number.
pub fn workers() -> usize {
    match std::env::var("BENCH_WORKERS") {
        Ok(text) => text.parse().expect("BENCH_WORKERS is a number"),
        Err(_) => 1,
    }
}

/// `BENCH_METHOD`: the one method that a server without routing serves.
/// Default `SayHello`.
pub fn method() -> String {
    std::env::var("BENCH_METHOD").unwrap_or_else(|_| "SayHello".into())
}
