//! `test.Echo`, as the generator would print it, and a handler that does what
//! the request's text says.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use scaffold_runtime::{Code, Metadata, Request, Response, Sender, Status, Streaming};

#[derive(Clone, PartialEq, prost::Message)]
pub struct Note {
    #[prost(string, tag = "1")]
    pub text: String,
    #[prost(uint64, tag = "2")]
    pub number: u64,
    #[prost(bytes = "bytes", tag = "3")]
    pub payload: bytes::Bytes,
}

pub fn note(text: &str, number: u64) -> Note {
    Note {
        text: text.to_owned(),
        number,
        ..Default::default()
    }
}

pub mod methods {
    use scaffold_runtime::{CallShape, MethodSpec};

    pub const SAY: MethodSpec = MethodSpec::new("/test.Echo/Say", CallShape::Unary);
    pub const REPEAT: MethodSpec = MethodSpec::new("/test.Echo/Repeat", CallShape::ServerStreaming);
    pub const GATHER: MethodSpec = MethodSpec::new("/test.Echo/Gather", CallShape::ClientStreaming);
    pub const CHAT: MethodSpec = MethodSpec::new("/test.Echo/Chat", CallShape::BidiStreaming);
}

pub static SPEC: ::scaffold_runtime::ServiceSpec = ::scaffold_runtime::ServiceSpec::new(
    "test.Echo",
    &[
        methods::SAY,
        methods::REPEAT,
        methods::GATHER,
        methods::CHAT,
    ],
    None,
);

pub trait Echo: ::core::marker::Send + ::core::marker::Sync + 'static {
    fn say(
        &self,
        request: Request<Note>,
    ) -> impl ::core::future::Future<Output = Result<Response<Note>, Status>> + ::core::marker::Send;
    fn repeat(
        &self,
        request: Request<Note>,
        responses: Sender<Note>,
    ) -> impl ::core::future::Future<Output = Result<(), Status>> + ::core::marker::Send;
    fn gather(
        &self,
        requests: Request<Streaming<Note>>,
    ) -> impl ::core::future::Future<Output = Result<Response<Note>, Status>> + ::core::marker::Send;
    fn chat(
        &self,
        requests: Request<Streaming<Note>>,
        responses: Sender<Note>,
    ) -> impl ::core::future::Future<Output = Result<(), Status>> + ::core::marker::Send;
}

pub struct EchoServer<T> {
    handler: Arc<T>,
}

impl<T: Echo> EchoServer<T> {
    pub fn new(handler: T) -> Self {
        Self {
            handler: Arc::new(handler),
        }
    }
}

impl<T: Echo> ::scaffold_runtime::Service for EchoServer<T> {
    fn spec(&self) -> &'static ::scaffold_runtime::ServiceSpec {
        &SPEC
    }

    async fn call(
        &self,
        call: ::scaffold_runtime::codegen::ServerCall,
    ) -> ::scaffold_runtime::Outcome {
        match call.method_index() {
            0 => call.unary(|request| T::say(&self.handler, request)).await,
            1 => {
                call.server_streaming(|request, responses| {
                    T::repeat(&self.handler, request, responses)
                })
                .await
            }
            2 => {
                call.client_streaming(|requests| T::gather(&self.handler, requests))
                    .await
            }
            3 => {
                call.bidi_streaming(|requests, responses| {
                    T::chat(&self.handler, requests, responses)
                })
                .await
            }
            _ => call.unimplemented().await,
        }
    }
}

/// The handler, and what a test sees of it.
#[derive(Clone, Default)]
pub struct Hooks {
    pub begun: Arc<AtomicUsize>,
    pub dropped: Arc<AtomicUsize>,
    pub sent: Arc<AtomicUsize>,
    pub ended_in_task: Arc<AtomicUsize>,
}

/// Counts when a handler's future is gone.
struct Alive(Arc<AtomicUsize>);

impl Drop for Alive {
    fn drop(&mut self) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }
}

impl Hooks {
    fn enter(&self) -> Alive {
        self.begun.fetch_add(1, Ordering::SeqCst);
        Alive(self.dropped.clone())
    }

    pub fn begun(&self) -> usize {
        self.begun.load(Ordering::SeqCst)
    }

    pub fn dropped(&self) -> usize {
        self.dropped.load(Ordering::SeqCst)
    }
}

/// What of a request's metadata comes back.
fn echo(from: &Metadata, to: &mut Metadata) {
    for (name, value) in from {
        if name.ends_with("-bin") {
            for value in from.get_all_bin(name) {
                to.append_bin(name, value).unwrap();
            }
        } else if name.starts_with("x-") || name.starts_with("grpc-") {
            to.append(name, value).unwrap();
        }
    }
}

impl Echo for Hooks {
    async fn say(&self, request: Request<Note>) -> Result<Response<Note>, Status> {
        let _alive = self.enter();
        match request.text.as_str() {
            "hang" => std::future::pending().await,
            "panic" => panic!("the secret of the panic"),
            "panic later" => {
                tokio::task::yield_now().await;
                panic!("the secret of the panic")
            }
            "fail" => {
                let mut status = Status::new(Code::Aborted, "über\r\n100%");
                status.metadata_mut().insert("x-why", "because")?;
                return Err(status);
            }
            "ok as failure" => return Err(Status::ok("")),
            "long failure" => return Err(Status::internal("🦀\r\n\0".repeat(1 << 18))),
            "big" => {
                let payload = vec![7; request.number as usize].into();
                return Ok(Response::new(Note {
                    payload,
                    ..Default::default()
                }));
            }
            "deadline" => {
                let left =
                    scaffold_runtime::deadline::current().map(|at| at - std::time::Instant::now());
                assert_eq!(scaffold_runtime::deadline::current(), request.deadline());
                return Ok(note("left", left.map_or(0, |left| left.as_millis() as u64)).into());
            }
            "names" => {
                let names: Vec<_> = request.metadata().iter().map(|(name, _)| name).collect();
                return Ok(note(&names.join(","), 0).into());
            }
            "block" => std::thread::sleep(Duration::from_millis(request.number)),
            _ => {}
        }
        let mut response = Response::new(Note {
            number: request.number + 1,
            ..request.get_ref().clone()
        });
        echo(request.metadata(), response.metadata_mut());
        response.trailers_mut().insert("x-trailer", "end")?;
        response.trailers_mut().insert("grpc-status", "13")?;
        Ok(response)
    }

    async fn repeat(
        &self,
        request: Request<Note>,
        mut responses: Sender<Note>,
    ) -> Result<(), Status> {
        let _alive = self.enter();
        if request.text == "fail at once" {
            return Err(Status::not_found("nothing to repeat"));
        }
        if request.text == "task" {
            // The sender lives longer than the handler.
            let ended = self.ended_in_task.clone();
            tokio::spawn(async move {
                responses.closed().await;
                assert!(responses.is_closed());
                assert_eq!(
                    responses.send(Note::default()).await.unwrap_err().code(),
                    Code::Cancelled
                );
                ended.fetch_add(1, Ordering::SeqCst);
            });
            return Ok(());
        }
        responses.metadata_mut().insert("x-initial", "first")?;
        responses.trailers_mut().insert("x-trailer", "last")?;
        for number in 0..request.number {
            if request.text == "panic" && number == 2 {
                panic!("the secret of the panic");
            }
            let payload = request.payload.clone();
            responses
                .send(Note {
                    number,
                    payload,
                    ..Default::default()
                })
                .await?;
            self.sent.fetch_add(1, Ordering::SeqCst);
        }
        match request.text.as_str() {
            "hang" => std::future::pending().await,
            "fail" => Err(Status::data_loss("lost")),
            _ => Ok(()),
        }
    }

    async fn gather(&self, requests: Request<Streaming<Note>>) -> Result<Response<Note>, Status> {
        let _alive = self.enter();
        let mut requests = requests.into_inner();
        let mut sum = 0;
        while let Some(request) = requests.message().await? {
            if request.text == "enough" {
                return Err(Status::out_of_range("enough"));
            }
            sum += request.number;
        }
        Ok(note("sum", sum).into())
    }

    async fn chat(
        &self,
        requests: Request<Streaming<Note>>,
        mut responses: Sender<Note>,
    ) -> Result<(), Status> {
        let _alive = self.enter();
        let mut requests = requests.into_inner();
        while let Some(request) = requests.message().await? {
            responses
                .send(Note {
                    number: request.number * 2,
                    ..request
                })
                .await?;
        }
        Ok(())
    }
}
