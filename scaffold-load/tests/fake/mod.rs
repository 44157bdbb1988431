//! A driver that makes no calls, and a server for its connections.

use std::sync::OnceLock;
use std::time::Duration;

use scaffold_load::{Driver, Sample, codegen};
use scaffold_runtime::{
    CallShape, MethodSpec, Response, Server, ServerConfig, ServiceSpec, Slo, Status,
};

/// What the driver does instead of a call.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Behaviour {
    pub(crate) takes: Duration,
    /// The call of this index blocks its thread.
    pub(crate) blocks_at: Option<(u64, Duration)>,
    pub(crate) fails_every: Option<u64>,
}

#[derive(Debug)]
pub(crate) struct Fake(pub(crate) Behaviour);

static SPEC: ServiceSpec = ServiceSpec::new(
    "fake.Fake",
    &[
        MethodSpec::new("/fake.Fake/Plain", CallShape::Unary),
        MethodSpec::new("/fake.Fake/Promised", CallShape::Unary).slo(Slo {
            availability: Some(0.8),
            latency_nanos: None,
            latency_quantile: 0.99,
        }),
    ],
    None,
);

impl Driver for Fake {
    fn spec(&self) -> &'static ServiceSpec {
        &SPEC
    }

    async fn call(&self, method: usize, index: u64) -> Sample {
        let Behaviour {
            takes,
            blocks_at,
            fails_every,
        } = self.0;
        codegen::unary(async move {
            if let Some((at, time)) = blocks_at
                && at == index
            {
                std::thread::sleep(time);
            }
            tokio::time::sleep(takes).await;
            match fails_every {
                Some(every) if method == 1 && index.is_multiple_of(every) => {
                    Err(Status::unavailable("<b>no</b>"))
                }
                _ => Ok(Response::new(())),
            }
        })
        .await
    }
}

/// Where a server without a service listens, for as long as the process lives.
pub(crate) fn target() -> String {
    static TARGET: OnceLock<String> = OnceLock::new();
    TARGET
        .get_or_init(|| {
            let (sender, address) = std::sync::mpsc::channel();
            std::thread::spawn(move || {
                let runtime = tokio::runtime::Builder::new_current_thread()
                    .enable_all()
                    .build()
                    .expect("a runtime");
                runtime.block_on(async {
                    let config = ServerConfig {
                        address: "127.0.0.1:0".parse().expect("an address"),
                        ..ServerConfig::default()
                    };
                    let server = Server::new(config).bind().expect("a free port");
                    sender.send(server.local_addr().to_string()).expect("sent");
                    server.serve().await.expect("served");
                });
            });
            address.recv().expect("a server")
        })
        .clone()
}
