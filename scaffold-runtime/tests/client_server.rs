//! The client against this crate's own server, through stubs in the shape that
//! is generated.

mod client_support;

use std::future::Future;
use std::sync::Arc;
use std::time::{Duration, Instant};

use client_support::{Note, note};
use scaffold_runtime::codegen::ServerCall;
use scaffold_runtime::{
    BidiStreaming, CallShape, Caller, Channel, ClientStreaming, Code, IntoRequest, MethodSpec,
    Outcome, Request, Response, Sender, Server, ServerConfig, Service, ServiceSpec, Status,
    Streaming, blocking,
};

const NAME: &str = "test.Notes";

mod methods {
    use super::*;
    pub(super) const ECHO: MethodSpec = MethodSpec::new("/test.Notes/Echo", CallShape::Unary);
    pub(super) const COUNT: MethodSpec =
        MethodSpec::new("/test.Notes/Count", CallShape::ServerStreaming);
    pub(super) const SUM: MethodSpec =
        MethodSpec::new("/test.Notes/Sum", CallShape::ClientStreaming);
    pub(super) const DOUBLE: MethodSpec =
        MethodSpec::new("/test.Notes/Double", CallShape::BidiStreaming);
}

static SPEC: ServiceSpec = ServiceSpec::new(
    NAME,
    &[methods::ECHO, methods::COUNT, methods::SUM, methods::DOUBLE],
    None,
);

struct Handler;

impl Handler {
    async fn echo(&self, request: Request<Note>) -> Result<Response<Note>, Status> {
        if request.text == "slow" {
            tokio::time::sleep(Duration::from_secs(600)).await;
        }
        if request.text == "missing" {
            let mut status = Status::not_found("nö such note");
            let _ = status.metadata_mut().insert("x-why", "gone");
            return Err(status);
        }
        let mut response = Response::new(note(&request.text, request.number));
        if let Some(value) = request.metadata().get_bin("x-raw-bin") {
            let _ = response.metadata_mut().insert_bin("x-raw-bin", value);
        }
        let _ = response.trailers_mut().insert("x-end", "z");
        Ok(response)
    }

    async fn count(&self, request: Request<Note>, mut to: Sender<Note>) -> Result<(), Status> {
        let _ = to.metadata_mut().insert("x-a", "b");
        for number in 0..request.number {
            to.send(note(&request.text, number)).await?;
        }
        if request.text == "broken" {
            return Err(Status::data_loss("lost"));
        }
        Ok(())
    }

    async fn sum(&self, requests: Request<Streaming<Note>>) -> Result<Response<Note>, Status> {
        let mut requests = requests.into_inner();
        let mut sum = 0;
        while let Some(note) = requests.message().await? {
            if note.text == "stop" {
                return Err(Status::invalid_argument("stopped"));
            }
            sum += note.number;
        }
        Ok(note("sum", sum).into())
    }

    async fn double(
        &self,
        requests: Request<Streaming<Note>>,
        mut to: Sender<Note>,
    ) -> Result<(), Status> {
        let mut requests = requests.into_inner();
        while let Some(got) = requests.message().await? {
            to.send(note(&got.text, got.number * 2)).await?;
        }
        Ok(())
    }
}

struct NotesServer {
    handler: Arc<Handler>,
}

impl Service for NotesServer {
    fn spec(&self) -> &'static ServiceSpec {
        &SPEC
    }

    async fn call(&self, call: ServerCall) -> Outcome {
        match call.method_index() {
            0 => call.unary(|request| self.handler.echo(request)).await,
            1 => {
                call.server_streaming(|request, to| self.handler.count(request, to))
                    .await
            }
            2 => {
                call.client_streaming(|requests| self.handler.sum(requests))
                    .await
            }
            3 => {
                call.bidi_streaming(|requests, to| self.handler.double(requests, to))
                    .await
            }
            _ => call.unimplemented().await,
        }
    }
}

#[derive(Clone, Debug)]
struct NotesClient<C = Channel> {
    channel: C,
}

impl<C: Caller> NotesClient<C> {
    fn echo(
        &self,
        request: impl IntoRequest<Note>,
    ) -> impl Future<Output = Result<Response<Note>, Status>> + Send + '_ {
        self.channel.unary(&methods::ECHO, request.into_request())
    }

    fn count(
        &self,
        request: impl IntoRequest<Note>,
    ) -> impl Future<Output = Result<Streaming<Note>, Status>> + Send + '_ {
        self.channel
            .server_streaming(&methods::COUNT, request.into_request())
    }

    fn sum(
        &self,
        request: impl IntoRequest<()>,
    ) -> impl Future<Output = Result<ClientStreaming<Note, Note>, Status>> + Send + '_ {
        self.channel
            .client_streaming(&methods::SUM, request.into_request())
    }

    fn double(
        &self,
        request: impl IntoRequest<()>,
    ) -> impl Future<Output = Result<BidiStreaming<Note, Note>, Status>> + Send + '_ {
        self.channel
            .bidi_streaming(&methods::DOUBLE, request.into_request())
    }
}

async fn notes() -> NotesClient {
    let config = ServerConfig {
        address: "127.0.0.1:0".parse().unwrap(),
        ..Default::default()
    };
    let handler = Arc::new(Handler);
    let server = Server::new(config).add_service(NotesServer { handler });
    let bound = server.bind().unwrap();
    let target = bound.local_addr().to_string();
    tokio::spawn(bound.serve());
    let channel = Channel::connect(target).await.unwrap();
    NotesClient { channel }
}

#[tokio::test]
async fn unary() {
    let notes = notes().await;
    let mut request = Request::new(note("hi", 7));
    let raw = [0u8, 255, 7];
    request.metadata_mut().insert_bin("x-raw-bin", raw).unwrap();
    let response = notes.echo(request).await.unwrap();
    assert_eq!(*response, note("hi", 7));
    let back = response.metadata().get_bin("x-raw-bin").unwrap();
    assert_eq!(back, raw[..]);
    assert_eq!(response.trailers().get("x-end"), Some("z"));

    let status = notes.echo(note("missing", 0)).await.err().unwrap();
    assert_eq!(status.code(), Code::NotFound);
    assert_eq!(status.message(), "nö such note");
    assert_eq!(status.metadata().get("x-why"), Some("gone"));

    let mut request = Request::new(note("slow", 0));
    request.set_timeout(Duration::from_millis(50));
    let begun = Instant::now();
    let status = notes.echo(request).await.err().unwrap();
    assert_eq!(status.code(), Code::DeadlineExceeded);
    assert!(begun.elapsed() >= Duration::from_millis(50));

    let large = note(&"x".repeat(3 << 20), 0);
    assert!(*notes.echo(large.clone()).await.unwrap() == large);
    let status = notes.echo(note(&"x".repeat(5 << 20), 0)).await;
    assert_eq!(status.err().unwrap().code(), Code::ResourceExhausted);
}

#[tokio::test]
async fn server_streaming() {
    let notes = notes().await;
    let mut stream = notes.count(note("n", 1000)).await.unwrap();
    assert_eq!(stream.metadata().get("x-a"), Some("b"));
    for number in 0..1000 {
        assert_eq!(stream.message().await.unwrap(), Some(note("n", number)));
    }
    assert_eq!(stream.message().await.unwrap(), None);

    let mut stream = notes.count(note("broken", 1)).await.unwrap();
    assert!(stream.message().await.unwrap().is_some());
    let status = stream.message().await.unwrap_err();
    assert_eq!((status.code(), status.message()), (Code::DataLoss, "lost"));
}

#[tokio::test]
async fn client_streaming() {
    let notes = notes().await;
    let mut call = notes.sum(()).await.unwrap();
    for number in 0..1000 {
        call.send(note("", number)).await.unwrap();
    }
    assert_eq!(call.finish().await.unwrap().number, 499_500);

    let mut call = notes.sum(()).await.unwrap();
    let status = loop {
        if let Err(status) = call.send(note("stop", 0)).await {
            break status;
        }
        tokio::task::yield_now().await;
    };
    assert_eq!(status.code(), Code::InvalidArgument, "{status}");
}

#[tokio::test]
async fn bidi_streaming() {
    let notes = notes().await;
    let mut call = notes.double(()).await.unwrap();
    for number in 0..100 {
        call.send(note("n", number)).await.unwrap();
        let back = call.message().await.unwrap();
        assert_eq!(back, Some(note("n", number * 2)));
    }
    call.close_send().await.unwrap();
    assert_eq!(call.message().await.unwrap(), None);
}

#[tokio::test]
async fn many_calls_at_once() {
    let notes = notes().await;
    let calls: Vec<_> = (0..500)
        .map(|number| {
            let notes = notes.clone();
            tokio::spawn(async move { notes.echo(note("n", number)).await })
        })
        .collect();
    for (number, call) in calls.into_iter().enumerate() {
        let response = call.await.unwrap().unwrap();
        assert_eq!(response.number, number as i64);
    }
}

#[tokio::test]
async fn blocking_beside_a_server() {
    let notes = notes().await;
    let done = tokio::task::spawn_blocking(move || {
        let response = blocking::block_on(notes.echo(note("hi", 1)))?;
        let stream = blocking::server_streaming(notes.count(note("n", 3)))?;
        let count = stream.filter(|item| item.is_ok()).count();
        Ok::<_, Status>((response.number, count))
    });
    assert_eq!(done.await.unwrap().unwrap(), (1, 3));
}
