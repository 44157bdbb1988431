//! `attack.v1.Target`: handlers that can be made to do all that goes wrong.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use scaffold_runtime::{Channel, Request, Response, Sender, Status, Streaming};

use crate::pb::attack::v1::target::{Target, TargetClient};
use crate::pb::attack::v1::{Answer, Ask, Handlers};

/// The handler, and what it counts.
#[derive(Clone, Debug, Default)]
pub struct Victim {
    started: Arc<AtomicU64>,
    gone: Arc<AtomicU64>,
}

/// Counts when a handler's future is gone, however it goes.
struct Alive<'a>(&'a Victim);

impl Drop for Alive<'_> {
    fn drop(&mut self) {
        self.0.gone.fetch_add(1, Ordering::SeqCst);
    }
}

impl Victim {
    fn enter(&self) -> Alive<'_> {
        self.started.fetch_add(1, Ordering::SeqCst);
        Alive(self)
    }
}

/// What [`Ask::text`] says, where it says that no answer comes.
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

fn left(deadline: Option<Instant>) -> u64 {
    let left = deadline.map(|at| at.saturating_duration_since(Instant::now()));
    left.map_or(0, |left| left.as_millis() as u64)
}

async fn hop(address: &[u8]) -> Result<u64, Status> {
    let address = String::from_utf8_lossy(address).into_owned();
    let client = TargetClient::new(Channel::connect(&*address).await?);
    let ask = Ask {
        text: "deadline".to_owned(),
        ..Ask::default()
    };
    Ok(client.unary(ask).await?.number)
}

impl Target for Victim {
    async fn unary(&self, request: Request<Ask>) -> Result<Response<Answer>, Status> {
        let _alive = self.enter();
        act(&request).await?;
        let mut answer = Answer {
            number: request.number,
            ..Answer::default()
        };
        match &*request.text {
            "big" => answer.payload = vec![7; request.size as usize],
            "metadata" => {
                let metadata = request.metadata();
                let names = metadata.iter().map(|(name, _)| name);
                let legible = names
                    .filter(|name| !name.ends_with("-bin") || metadata.get_bin(name).is_some());
                answer.text = legible.collect::<Vec<_>>().join(",");
            }
            "deadline" => answer.number = left(request.deadline()),
            "hop" => answer.number = hop(&request.payload).await?,
            text => answer.text = text.to_owned(),
        }
        Ok(answer.into())
    }

    async fn server_stream(
        &self,
        request: Request<Ask>,
        mut responses: Sender<Answer>,
    ) -> Result<(), Status> {
        let _alive = self.enter();
        for number in 0..u64::from(request.count) {
            responses
                .send(Answer {
                    number,
                    payload: vec![7; request.size as usize],
                    ..Answer::default()
                })
                .await?;
        }
        act(&request).await
    }

    async fn client_stream(
        &self,
        requests: Request<Streaming<Ask>>,
    ) -> Result<Response<Answer>, Status> {
        let _alive = self.enter();
        let mut requests = requests.into_inner();
        let mut number = 0;
        while let Some(ask) = requests.message().await? {
            act(&ask).await?;
            number += 1;
        }
        Ok(Answer {
            number,
            ..Answer::default()
        }
        .into())
    }

    async fn bidi(
        &self,
        requests: Request<Streaming<Ask>>,
        mut responses: Sender<Answer>,
    ) -> Result<(), Status> {
        let _alive = self.enter();
        let mut requests = requests.into_inner();
        while let Some(ask) = requests.message().await? {
            act(&ask).await?;
            responses
                .send(Answer {
                    text: ask.text,
                    number: ask.number,
                    ..Answer::default()
                })
                .await?;
        }
        Ok(())
    }

    async fn seen(&self, _: Request<()>) -> Result<Response<Handlers>, Status> {
        // Gone first: what starts meanwhile is not missing then.
        let gone = self.gone.load(Ordering::SeqCst);
        let started = self.started.load(Ordering::SeqCst);
        Ok(Handlers { started, gone }.into())
    }
}
