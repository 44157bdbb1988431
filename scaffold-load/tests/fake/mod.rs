//! A server whose behaviour is known, and a driver for it.
#![allow(dead_code, reason = "each test uses a part of it")]

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, mpsc};
use std::time::Duration;

use scaffold_load::{Driver, Mix, Plan, Requests, codegen};
use scaffold_runtime::codegen::ServerCall;
use scaffold_runtime::{
    CallShape, MethodSpec, Outcome, Request, Response, Sender, Server, ServerConfig, Service,
    ServiceSpec, Slo, Status, Streaming,
};

pub(crate) static SPEC: ServiceSpec = ServiceSpec::new(
    "fake.Fake",
    &[
        MethodSpec::new("/fake.Fake/Plain", CallShape::Unary),
        MethodSpec::new("/fake.Fake/Promised", CallShape::Unary).slo(Slo {
            availability: Some(0.8),
            latency_nanos: None,
            latency_quantile: 0.99,
        }),
        MethodSpec::new("/fake.Fake/Repeat", CallShape::ServerStreaming),
        MethodSpec::new("/fake.Fake/Gather", CallShape::ClientStreaming),
        MethodSpec::new("/fake.Fake/Chat", CallShape::BidiStreaming),
    ],
    None,
);

/// What the server does.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Behaviour {
    /// What each unary call takes, and each answer of a stream.
    pub(crate) takes: Duration,
    /// The unary call of this number blocks the whole server.
    pub(crate) blocks_at: Option<(u64, Duration)>,
    /// `Promised` fails once in so many calls.
    pub(crate) fails_every: Option<u64>,
    /// Whether what is not empty must be an email address.
    pub(crate) validates: bool,
    /// Streams that a client may have.
    pub(crate) max_streams: Option<u32>,
}

/// What came to the server.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    pub(crate) calls: AtomicU64,
    pub(crate) texts: Mutex<Vec<String>>,
    pub(crate) metadata: Mutex<Vec<(String, String)>>,
}

#[derive(Debug, Clone)]
pub(crate) struct Fake {
    behaviour: Behaviour,
    pub(crate) seen: Arc<Seen>,
}

impl Fake {
    async fn plain(
        &self,
        request: Request<String>,
        promised: bool,
    ) -> Result<Response<String>, Status> {
        let number = self.seen.calls.fetch_add(1, Ordering::SeqCst);
        for (name, value) in request.metadata().iter().filter_map(ascii) {
            let mut seen = self.seen.metadata.lock().unwrap();
            if seen.len() < 10_000 {
                seen.push((name, value));
            }
        }
        let text = request.into_inner();
        if self.behaviour.validates && !text.contains('@') {
            return Err(Status::invalid_argument("not an email address"));
        }
        if !text.is_empty() {
            self.seen.texts.lock().unwrap().push(text);
        }
        if let Some((at, time)) = self.behaviour.blocks_at
            && at == number
        {
            std::thread::sleep(time);
        }
        if !self.behaviour.takes.is_zero() {
            tokio::time::sleep(self.behaviour.takes).await;
        }
        match self.behaviour.fails_every {
            Some(every) if promised && number.is_multiple_of(every) => {
                Err(Status::unavailable("<b>no</b>"))
            }
            _ => Ok(Response::new("fine".to_owned())),
        }
    }

    async fn repeat(
        &self,
        request: Request<u64>,
        mut responses: Sender<u64>,
    ) -> Result<(), Status> {
        for number in 0..request.into_inner() {
            tokio::time::sleep(self.behaviour.takes).await;
            responses.send(number).await?;
        }
        Ok(())
    }

    async fn gather(&self, requests: Request<Streaming<u64>>) -> Result<Response<u64>, Status> {
        let mut requests = requests.into_inner();
        let mut sum = 0;
        while let Some(number) = requests.message().await? {
            sum += number;
        }
        tokio::time::sleep(self.behaviour.takes).await;
        Ok(Response::new(sum))
    }

    async fn chat(
        &self,
        requests: Request<Streaming<u64>>,
        mut responses: Sender<u64>,
    ) -> Result<(), Status> {
        let mut requests = requests.into_inner();
        while let Some(number) = requests.message().await? {
            tokio::time::sleep(self.behaviour.takes).await;
            responses.send(number).await?;
        }
        Ok(())
    }
}

fn ascii(entry: (&str, impl AsRef<[u8]>)) -> Option<(String, String)> {
    let value = std::str::from_utf8(entry.1.as_ref()).ok()?;
    Some((entry.0.to_owned(), value.to_owned()))
}

impl Service for Fake {
    fn spec(&self) -> &'static ServiceSpec {
        &SPEC
    }

    async fn call(&self, call: ServerCall) -> Outcome {
        match call.method_index() {
            0 => call.unary(|request| self.plain(request, false)).await,
            1 => call.unary(|request| self.plain(request, true)).await,
            2 => {
                call.server_streaming(|request, responses| self.repeat(request, responses))
                    .await
            }
            3 => {
                call.client_streaming(|requests| self.gather(requests))
                    .await
            }
            4 => {
                call.bidi_streaming(|requests, responses| self.chat(requests, responses))
                    .await
            }
            _ => call.unimplemented().await,
        }
    }
}

/// A server that runs until it is dropped, and then is gone at once.
pub(crate) struct Running {
    pub(crate) target: String,
    pub(crate) seen: Arc<Seen>,
    stop: Option<tokio::sync::oneshot::Sender<()>>,
    thread: Option<std::thread::JoinHandle<()>>,
}

/// Starts a server.
pub(crate) fn start(behaviour: Behaviour) -> Running {
    start_with(behaviour, |_| {})
}

/// Starts a server with other settings.
pub(crate) fn start_with(
    behaviour: Behaviour,
    change: impl FnOnce(&mut ServerConfig) + Send + 'static,
) -> Running {
    let seen = Arc::new(Seen::default());
    let service = Fake {
        behaviour,
        seen: Arc::clone(&seen),
    };
    let (sender, address) = mpsc::channel();
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let thread = std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .expect("a runtime");
        runtime.block_on(async {
            let mut config = ServerConfig {
                address: "127.0.0.1:0".parse().expect("an address"),
                ..ServerConfig::default()
            };
            change(&mut config);
            if let Some(streams) = behaviour.max_streams {
                config.max_concurrent_streams = streams;
            }
            let server = Server::new(config)
                .add_service(service)
                .bind()
                .expect("a free port");
            sender.send(server.local_addr().to_string()).expect("sent");
            let served = tokio::spawn(server.serve());
            let _ = stopped.await;
            served.abort();
        });
        // Dropped with the runtime: connections end as those of a process that is killed.
        drop(runtime);
    });
    Running {
        target: address.recv().expect("a server"),
        seen,
        stop: Some(stop),
        thread: Some(thread),
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// Sends the index as text, or `messages` numbers.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Load {
    pub(crate) messages: u64,
    /// Whether unary calls say which they are.
    pub(crate) says: bool,
    /// Whether answers are taken for what they are.
    pub(crate) wants: bool,
}

impl Default for Load {
    fn default() -> Self {
        Self {
            messages: 3,
            says: false,
            wants: true,
        }
    }
}

impl Driver for Load {
    fn spec(&self) -> &'static ServiceSpec {
        &SPEC
    }

    fn encode(&self, method: usize, index: u64, requests: &mut Requests) -> Result<bool, String> {
        match method {
            0 | 1 if self.says => requests.push(&format!("call {index}")),
            0 | 1 => return Ok(false),
            2 => requests.push(&self.messages),
            _ => (0..self.messages).for_each(|number| requests.push(&number)),
        }
        Ok(true)
    }

    fn verify(&self, method: usize, response: &[u8]) -> Result<(), String> {
        if !self.wants {
            return Err("not what was wanted".to_owned());
        }
        match method {
            0 | 1 => codegen::verify::<String>(response),
            _ => codegen::verify::<u64>(response),
        }
    }
}

/// Leaves all messages to the engine.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Silent(pub(crate) &'static ServiceSpec);

impl Driver for Silent {
    fn spec(&self) -> &'static ServiceSpec {
        self.0
    }

    fn encode(&self, _: usize, _: u64, _: &mut Requests) -> Result<bool, String> {
        Ok(false)
    }
}

/// A plan for one method, without a warm-up, evenly spaced.
pub(crate) fn plan(server: &Running, method: &str, rate: f64, milliseconds: u64) -> Plan {
    Plan {
        target: server.target.clone(),
        rate,
        duration: Duration::from_millis(milliseconds),
        warmup: Some(Duration::ZERO),
        arrival: scaffold_load::Arrival::Uniform,
        mix: Mix::parse(method).expect("a mix"),
        connections: 1,
        workers: 1,
        ..Plan::default()
    }
}
