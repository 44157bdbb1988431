//! What a case runs against, and how it says what it found.

use std::fmt;
use std::time::Duration;

use scaffold_runtime::net::{ClientTls, Pem};
use scaffold_runtime::{Channel, ChannelConfig, Code, Request, Status};

use super::flags::Flags;
use crate::pb::grpc::testing::test_service::TestServiceClient;
use crate::pb::grpc::testing::{Payload, PayloadType};

/// How a case went.
pub type Verdict = Result<(), Failed>;

/// What was found in place of what has to be.
#[derive(Debug)]
pub struct Failed(pub String);

/// A server under test.
#[derive(Debug)]
pub struct Target {
    address: String,
    config: ChannelConfig,
    /// The channel of all cases that do not make their own.
    pub channel: Channel,
    /// How the soak cases run.
    pub soak: Soak,
}

/// The sizes and limits of the soak cases, with the official names.
#[derive(Clone, Copy, Debug)]
pub struct Soak {
    /// Calls, of all threads together.
    pub iterations: u64,
    /// Calls that may fail.
    pub max_failures: u64,
    /// A call that takes longer has failed.
    pub per_iteration_max_acceptable_latency: Duration,
    /// When no more calls are started.
    pub overall_timeout: Duration,
    /// From the start of a thread's call to that of its next.
    pub min_time_between_rpcs: Duration,
    /// Bytes of a request's payload.
    pub request_size: usize,
    /// Bytes of an answer's payload.
    pub response_size: usize,
    /// Tasks that call at once.
    pub num_threads: u64,
}

/// The flags of a target.
pub const FLAGS: [&str; 14] = [
    "server_host",
    "server_port",
    "use_tls",
    "use_test_ca",
    "ca_file",
    "server_host_override",
    "soak_iterations",
    "soak_max_failures",
    "soak_per_iteration_max_acceptable_latency_ms",
    "soak_overall_timeout_seconds",
    "soak_min_time_ms_between_rpcs",
    "soak_request_size",
    "soak_response_size",
    "soak_num_threads",
];

/// TLS as the flags want it. Others' clients trust the system's authorities unless
/// they are told to use the test's; ours has to be told.
fn tls(flags: &Flags) -> Result<Option<ClientTls>, Status> {
    if !flags.is_set("use_tls") {
        return Ok(None);
    }
    let ca = flags.text("ca_file", "");
    if ca.is_empty() || !flags.is_set("use_test_ca") {
        return Err(Status::invalid_argument(
            "--use_tls needs --use_test_ca and --ca_file=FILE",
        ));
    }
    let name = flags.text("server_host_override", "");
    Ok(Some(ClientTls {
        server_name: (!name.is_empty()).then(|| name.to_owned()),
        ..ClientTls::new(Pem::file(ca))
    }))
}

/// A payload of zeros to send.
pub fn zeros(len: usize) -> Option<Payload> {
    Some(Payload {
        r#type: PayloadType::Compressable as i32,
        body: vec![0; len],
    })
}

/// Holds a payload that came to its length.
///
/// # Errors
///
/// If it has another, or is not all zeros.
pub fn is_zeros(payload: Option<&Payload>, len: usize) -> Verdict {
    let Some(payload) = payload else {
        return Err(Failed("the answer has no payload".to_owned()));
    };
    same(
        "the payload's type",
        payload.r#type,
        PayloadType::Compressable as i32,
    )?;
    same("the payload's length", payload.body.len(), len)?;
    match payload.body.iter().find(|byte| **byte != 0) {
        Some(byte) => Err(Failed(format!(
            "the payload has {byte:#04x} among its zeros"
        ))),
        None => Ok(()),
    }
}

/// Holds a value to what it has to be.
///
/// # Errors
///
/// If it is another.
pub fn same<T: PartialEq + fmt::Debug>(what: &str, found: T, wanted: T) -> Verdict {
    if found == wanted {
        return Ok(());
    }
    Err(Failed(format!("{what} is {found:?}, not {wanted:?}")))
}

/// Holds a call to the failure that it has to end with.
///
/// # Errors
///
/// If it ended well, or with another code.
pub fn fails<T>(result: Result<T, Status>, code: Code) -> Result<Status, Failed> {
    match result {
        Ok(_) => Err(Failed(format!(
            "the call went well, not with {}",
            code.name()
        ))),
        Err(status) if status.code() == code => Ok(status),
        Err(status) => Err(Failed(format!(
            "the call failed with {status}, not {}",
            code.name()
        ))),
    }
}

/// Holds a stream to its end.
///
/// # Errors
///
/// If another message comes.
pub fn ends<T>(message: Option<T>) -> Verdict {
    match message {
        Some(_) => Err(Failed("a message came behind the last".to_owned())),
        None => Ok(()),
    }
}

/// A message that has to come.
///
/// # Errors
///
/// If the stream has ended.
pub fn comes<T>(message: Option<T>) -> Result<T, Failed> {
    message.ok_or_else(|| Failed("the stream ended before its last message".to_owned()))
}

/// A request with this much time.
pub fn within<T>(timeout: Duration, message: T) -> Request<T> {
    let mut request = Request::new(message);
    request.set_timeout(timeout);
    request
}

// === impl Target ===

impl Target {
    /// The server that flags name; it is not called yet.
    ///
    /// # Errors
    ///
    /// If the flags name no target, or TLS without an authority to trust.
    pub fn from_flags(flags: &Flags) -> Result<Target, Status> {
        let host = flags.text("server_host", "127.0.0.1");
        let address = format!("{host}:{}", flags.number("server_port", 10_000));
        let config = ChannelConfig {
            tls: tls(flags)?,
            ..ChannelConfig::default()
        };
        Ok(Target {
            channel: Channel::with_config(&address, config.clone())?,
            address,
            config,
            soak: Soak::from_flags(flags),
        })
    }

    /// A stub over the channel.
    pub fn client(&self) -> TestServiceClient {
        TestServiceClient::new(self.channel.clone())
    }

    /// A channel of the caller's own.
    ///
    /// # Errors
    ///
    /// None that [`from_flags`](Target::from_flags) did not have.
    pub fn another_channel(&self) -> Result<Channel, Status> {
        Channel::with_config(&self.address, self.config.clone())
    }
}

// === impl Soak ===

impl Soak {
    fn from_flags(flags: &Flags) -> Soak {
        let millis = |name, default| Duration::from_millis(flags.number(name, default));
        let size = |name, default| flags.number(name, default) as usize;
        Soak {
            iterations: flags.number("soak_iterations", 10),
            max_failures: flags.number("soak_max_failures", 0),
            per_iteration_max_acceptable_latency: millis(
                "soak_per_iteration_max_acceptable_latency_ms",
                1000,
            ),
            overall_timeout: Duration::from_secs(flags.number("soak_overall_timeout_seconds", 10)),
            min_time_between_rpcs: millis("soak_min_time_ms_between_rpcs", 0),
            request_size: size("soak_request_size", 271_828),
            response_size: size("soak_response_size", 314_159),
            num_threads: flags.number("soak_num_threads", 1),
        }
    }
}

// === impl Failed ===

impl From<Status> for Failed {
    fn from(status: Status) -> Failed {
        Failed(format!("the call failed: {status}"))
    }
}

impl From<scaffold_runtime::InvalidMetadata> for Failed {
    fn from(error: scaffold_runtime::InvalidMetadata) -> Failed {
        Failed(error.to_string())
    }
}

impl fmt::Display for Failed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
