//! What the tests of mounted services share: servers that stop by themselves, and
//! an interceptor that writes down how calls ended.

use std::future::Future;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use scaffold_runtime::{Call, Code, Interceptor, Next, Outcome, Server, ServerConfig};
use tokio::net::TcpListener;
use tokio::sync::oneshot;

/// A server on a thread of its own, until this is dropped.
#[derive(Debug)]
pub struct Running {
    /// Where it listens.
    pub address: SocketAddr,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<thread::JoinHandle<()>>,
}

// === impl Running ===

impl Running {
    /// Runs a server that takes the listener.
    ///
    /// # Panics
    ///
    /// If no port is free.
    pub fn start<F: Future<Output = ()>>(
        server: impl FnOnce(TcpListener) -> F + Send + 'static,
    ) -> Running {
        let listener = std::net::TcpListener::bind(("127.0.0.1", 0)).expect("a free port");
        listener.set_nonblocking(true).expect("a socket");
        let address = listener.local_addr().expect("an address");
        let (stop, stopped) = oneshot::channel();
        let thread = thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .expect("a runtime starts");
            runtime.block_on(async {
                let listener = TcpListener::from_std(listener).expect("a listener");
                tokio::select! {
                    () = server(listener) => {}
                    _ = stopped => {}
                }
            });
        });
        Running {
            address,
            stop: Some(stop),
            thread: Some(thread),
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            let ended = thread.join();
            assert!(ended.is_ok() || thread::panicking(), "the server panicked");
        }
    }
}

/// Our own server, on a free port.
pub fn server() -> Server {
    Server::new(ServerConfig {
        address: SocketAddr::from(([127, 0, 0, 1], 0)).into(),
        workers: 1,
        drain: Duration::from_millis(100),
        ..ServerConfig::default()
    })
}

/// How one call went.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Went {
    /// The path of its spec.
    pub path: &'static str,
    /// The path of its URI, where that is among the extensions.
    pub uri: Option<String>,
    /// Messages that were sent.
    pub sent: u64,
    /// Messages that were received.
    pub received: u64,
    /// The code that it ended with.
    pub code: Code,
}

/// An interceptor that writes down how calls ended.
#[derive(Clone, Debug, Default)]
pub struct Notes {
    went: Arc<Mutex<Vec<Went>>>,
}

// === impl Notes ===

impl Notes {
    /// All calls that have ended.
    ///
    /// # Panics
    ///
    /// If a writer has panicked.
    pub fn all(&self) -> Vec<Went> {
        self.went.lock().expect("no writer panics").clone()
    }

    /// Waits until `count` calls have ended.
    ///
    /// # Panics
    ///
    /// If they have not after ten seconds.
    pub async fn ended(&self, count: usize) -> Vec<Went> {
        for _ in 0..1000 {
            let all = self.all();
            if all.len() >= count {
                return all;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("{count} calls have not ended: {:?}", self.all());
    }
}

impl Interceptor for Notes {
    async fn intercept<N: Next>(&self, call: Call, next: N) -> Outcome {
        let path = call.spec().path;
        let uri = call.extensions().get::<http::Uri>();
        let uri = uri.map(|uri| uri.path().to_owned());
        let outcome = next.run(call).await;
        self.went.lock().expect("no writer panics").push(Went {
            path,
            uri,
            sent: outcome.messages_sent(),
            received: outcome.messages_received(),
            code: outcome.code(),
        });
        outcome
    }
}
