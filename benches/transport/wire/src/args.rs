//! Arguments: `--name value`.

use std::net::SocketAddr;
use std::time::Duration;

use messages::Method;

/// What to do. Every name below is also the argument's.
#[derive(Clone, Debug)]
pub(crate) struct Args {
    pub(crate) address: SocketAddr,
    /// Of `bench.v1.Bench`; for `check`, several with commas between.
    pub(crate) methods: Vec<Method>,
    pub(crate) connections: usize,
    /// Calls in flight on each connection.
    pub(crate) streams: usize,
    /// Calls per second, due at fixed times; 0 is as many as are answered.
    pub(crate) rate: f64,
    /// Streams on each connection that are opened and left alone.
    pub(crate) idle: usize,
    /// Bytes of a chunk.
    pub(crate) size: u32,
    /// Chunks of a download.
    pub(crate) count: u64,
    /// Rounds of work in SayHello.
    pub(crate) work: u32,
    /// Whether to ask the kernel again and again rather than sleep.
    pub(crate) spin: bool,
    pub(crate) warm: Duration,
    /// 0 makes the warm-up the whole, and connections stay.
    pub(crate) seconds: Duration,
}

// === impl Args ===

impl Args {
    /// Says which argument it does not know or cannot read.
    pub(crate) fn parse(mut words: impl Iterator<Item = String>) -> Result<Args, String> {
        let mut args = Args {
            address: ([127, 0, 0, 1], 0).into(),
            methods: vec![Method::SayHello],
            connections: 1,
            streams: 1,
            rate: 0.0,
            idle: 0,
            size: 0,
            count: 0,
            work: 0,
            spin: false,
            warm: Duration::ZERO,
            seconds: Duration::ZERO,
        };
        while let Some(name) = words.next() {
            let value = words.next().ok_or(format!("{name} wants a value"))?;
            match name.as_str() {
                "--address" => args.address = read(&name, &value)?,
                "--methods" => {
                    let find = |name| Method::find(name).ok_or(format!("no method {name}"));
                    args.methods = value.split(',').map(find).collect::<Result<_, _>>()?;
                }
                "--connections" => args.connections = read(&name, &value)?,
                "--streams" => args.streams = read(&name, &value)?,
                "--rate" => args.rate = read(&name, &value)?,
                "--idle" => args.idle = read(&name, &value)?,
                "--size" => args.size = read(&name, &value)?,
                "--count" => args.count = read(&name, &value)?,
                "--work" => args.work = read(&name, &value)?,
                "--spin" => args.spin = read(&name, &value)?,
                "--warm" => args.warm = Duration::from_secs_f64(read(&name, &value)?),
                "--seconds" => args.seconds = Duration::from_secs_f64(read(&name, &value)?),
                _ => return Err(format!("no argument {name}")),
            }
        }
        Ok(args)
    }
}

fn read<T: std::str::FromStr>(name: &str, value: &str) -> Result<T, String> {
    value
        .parse()
        .map_err(|_| format!("{name} cannot be {value}"))
}
