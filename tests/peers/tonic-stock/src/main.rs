//! `attack.v1.Target` as tonic serves it when nobody sets anything: what
//! docs/hostile-inputs.md measures beside our server. Its first line of output
//! is the address; it stops on SIGTERM, and with whoever started it.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio_stream::{Stream, StreamExt};
use tonic::{Request, Response, Status, Streaming};

mod pb {
    tonic::include_proto!("attack.v1");
}

use pb::target_server::{Target, TargetServer};
use pb::{Answer, Ask, Handlers};

#[derive(Clone, Default)]
struct Victim {
    started: Arc<AtomicU64>,
    gone: Arc<AtomicU64>,
}

struct Alive(Arc<AtomicU64>);

impl Drop for Alive {
    fn drop(&mut self) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }
}

impl Victim {
    fn enter(&self) -> Alive {
        self.started.fetch_add(1, Ordering::SeqCst);
        Alive(self.gone.clone())
    }
}

async fn act(ask: &Ask) -> Result<(), Status> {
    match &*ask.text {
        "hang" => std::future::pending().await,
        "panic" => panic!("the secret of the panic"),
        "block" => std::thread::sleep(Duration::from_millis(ask.millis.into())),
        "fail" => {
            let mut message = "🦀\r\n\0".repeat(1 + ask.size as usize / 7);
            message.push_str("the end");
            return Err(Status::internal(message));
        }
        _ if ask.millis > 0 => tokio::time::sleep(Duration::from_millis(ask.millis.into())).await,
        _ => {}
    }
    Ok(())
}

type Answers = Pin<Box<dyn Stream<Item = Result<Answer, Status>> + Send>>;

#[tonic::async_trait]
impl Target for Victim {
    type ServerStreamStream = Answers;
    type BidiStream = Answers;

    async fn unary(&self, request: Request<Ask>) -> Result<Response<Answer>, Status> {
        let _alive = self.enter();
        let (metadata, _, ask) = request.into_parts();
        act(&ask).await?;
        let mut answer = Answer {
            number: ask.number,
            ..Answer::default()
        };
        match &*ask.text {
            "big" => answer.payload = vec![7; ask.size as usize],
            "metadata" => {
                let names: Vec<_> = metadata.as_ref().keys().map(|name| name.as_str()).collect();
                answer.text = names.join(",");
            }
            // tonic tells a handler of no deadline, and hands none on.
            "deadline" | "hop" => {}
            text => answer.text = text.to_owned(),
        }
        Ok(Response::new(answer))
    }

    async fn server_stream(&self, request: Request<Ask>) -> Result<Response<Answers>, Status> {
        let alive = self.enter();
        let ask = request.into_inner();
        let size = ask.size as usize;
        let answers = tokio_stream::iter(0..u64::from(ask.count)).map(move |number| {
            Ok(Answer {
                number,
                payload: vec![7; size],
                ..Answer::default()
            })
        });
        // Ends with no answer more, or with an error.
        let ends = tokio_stream::once(()).then(move |()| {
            let ask = ask.clone();
            async move { act(&ask).await }
        });
        let ends = ends.filter_map(|end| end.err().map(Err));
        let all = answers.chain(ends).map(move |answer| {
            let _ = &alive;
            answer
        });
        Ok(Response::new(Box::pin(all)))
    }

    async fn client_stream(
        &self,
        request: Request<Streaming<Ask>>,
    ) -> Result<Response<Answer>, Status> {
        let _alive = self.enter();
        let mut requests = request.into_inner();
        let mut number = 0;
        while let Some(ask) = requests.message().await? {
            act(&ask).await?;
            number += 1;
        }
        Ok(Response::new(Answer {
            number,
            ..Answer::default()
        }))
    }

    async fn bidi(&self, request: Request<Streaming<Ask>>) -> Result<Response<Answers>, Status> {
        let alive = self.enter();
        let answers = request.into_inner().then(move |ask| {
            let _ = &alive;
            async move {
                let ask = ask?;
                act(&ask).await?;
                Ok(Answer {
                    text: ask.text,
                    number: ask.number,
                    ..Answer::default()
                })
            }
        });
        Ok(Response::new(Box::pin(answers)))
    }

    async fn seen(&self, _: Request<()>) -> Result<Response<Handlers>, Status> {
        let gone = self.gone.load(Ordering::SeqCst);
        let started = self.started.load(Ordering::SeqCst);
        Ok(Response::new(Handlers { started, gone }))
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    println!("{}", listener.local_addr()?);
    std::thread::spawn(|| {
        let _ = std::io::read_to_string(std::io::stdin());
        std::process::exit(3);
    });
    let mut terminate = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())?;
    tonic::transport::Server::builder()
        .add_service(TargetServer::new(Victim::default()))
        .serve_with_incoming_shutdown(
            tonic::transport::server::TcpIncoming::from(listener),
            async move {
                terminate.recv().await;
            },
        )
        .await?;
    Ok(())
}
