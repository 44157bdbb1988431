//! `cargo scaffold load` and servers that say nonsense of themselves: no panic, no
//! hang, and a sentence that says whose fault it is.

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use prost::Message;
use scaffold_runtime::codegen::ServerCall;
use scaffold_runtime::{
    CallShape, MethodSpec, Outcome, Request, Sender, Server, ServerConfig, ServerHandle, Service,
    ServiceSpec, Status, Streaming,
};

static SPEC: ServiceSpec = ServiceSpec::new(
    "grpc.reflection.v1.ServerReflection",
    &[MethodSpec::new(
        "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo",
        CallShape::BidiStreaming,
    )],
    None,
);

/// A response of reflection, as far as it is needed to lie.
#[derive(Clone, PartialEq, Message)]
struct Said {
    #[prost(message, optional, tag = "4")]
    files: Option<Listed>,
    #[prost(message, optional, tag = "6")]
    services: Option<Listed>,
}

/// Files, or encoded services.
#[derive(Clone, PartialEq, Message)]
struct Listed {
    #[prost(bytes = "vec", repeated, tag = "1")]
    items: Vec<Vec<u8>>,
}

/// What the server says when it is asked for files.
type Files = fn() -> Option<Vec<Vec<u8>>>;

struct Liar(Files);

impl Service for Liar {
    fn spec(&self) -> &'static ServiceSpec {
        &SPEC
    }

    async fn call(&self, call: ServerCall) -> Outcome {
        let files = self.0;
        call.bidi_streaming(move |requests, responses| lie(files, requests, responses))
            .await
    }
}

async fn lie(
    files: Files,
    requests: Request<Streaming<Listed>>,
    mut responses: Sender<Said>,
) -> Result<(), Status> {
    let mut requests = requests.into_inner();
    let mut first = true;
    while let Ok(Some(_)) = requests.message().await {
        let name = b"\x0a\x0ba.v1.Nobody".to_vec();
        let listed = |items| Some(Listed { items });
        let said = match std::mem::take(&mut first) {
            true => Said {
                files: None,
                services: listed(vec![name]),
            },
            false => match files() {
                Some(files) => Said {
                    files: listed(files),
                    services: None,
                },
                // It listens, and says nothing.
                None => std::future::pending().await,
            },
        };
        responses.send(said).await?;
    }
    Ok(())
}

fn serve(files: Files) -> (String, ServerHandle) {
    let server = Server::new(ServerConfig {
        address: "127.0.0.1:0".parse().expect("an address"),
        workers: 1,
        reflection: false,
        max_send_message_size: 128 << 20,
        ..ServerConfig::default()
    })
    .add_service(Liar(files))
    .bind()
    .expect("a free port");
    let (address, handle) = (server.local_addr().to_string(), server.handle());
    std::thread::spawn(move || server.run());
    (address, handle)
}

/// A file with a name, imports, and a message of this name.
fn file(name: &str, import: &str, message: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for (tag, value) in [(1, name.as_bytes()), (3, import.as_bytes()), (4, message)] {
        prost::encoding::bytes::encode(tag, &value.to_vec(), &mut bytes);
    }
    bytes
}

#[test]
fn a_server_that_lies_is_told_so() {
    let cases: [(Files, &str); 6] = [
        (
            || Some(vec![b"\xff\xff\xff".to_vec()]),
            "a file that is none",
        ),
        (|| Some(Vec::new()), "there is no method Nobody"),
        // Each file imports one that nobody has heard of.
        (
            || {
                let number = next();
                Some(vec![file(
                    &format!("{number}.proto"),
                    &format!("{}.proto", number + 1),
                    b"",
                )])
            },
            "20000 files",
        ),
        (
            || {
                Some(vec![file(
                    "a.proto",
                    "a.proto",
                    b"\x0a\x01M\x12\x02\x18\x63",
                )])
            },
            "",
        ),
        (
            || Some(vec![file("a.proto", "a.proto", &[0x0a; 40 << 20]); 2]),
            "the limit is",
        ),
        (|| None, "no answer in 10 s"),
    ];
    for (number, (files, says)) in cases.into_iter().enumerate() {
        let (address, handle) = serve(files);
        let begun = Instant::now();
        let mut child = Command::new(env!("CARGO_BIN_EXE_cargo-scaffold"))
            .args([
                "scaffold",
                "load",
                &address,
                "--call",
                "Nobody",
                "--no-report",
            ])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the tool starts");
        while child.try_wait().expect("a child").is_none() {
            if begun.elapsed() > Duration::from_secs(60) {
                child.kill().expect("it runs");
                panic!("case {number} has no end");
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        let output = child.wait_with_output().expect("it ended");
        handle.shutdown();
        let said = String::from_utf8_lossy(&output.stderr);
        let code = output.status.code();
        assert!(
            matches!(code, Some(2 | 6)),
            "case {number}: {code:?} {said}"
        );
        assert!(
            said.starts_with("error: ") && said.contains(says),
            "case {number}: {said}"
        );
    }
}

/// A number that differs from call to call.
fn next() -> u64 {
    use std::sync::atomic::{AtomicU64, Ordering};
    static NEXT: AtomicU64 = AtomicU64::new(0);
    NEXT.fetch_add(1, Ordering::Relaxed)
}
