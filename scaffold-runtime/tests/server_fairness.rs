//! Turns: calls of one connection, and connections of one worker, each make
//! progress beside others that take all they can get.

mod server_support;

use std::future::Future;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::task::Poll;
use std::time::Duration;

use scaffold_runtime::{Request, Response, Sender, Server, ServerConfig, Status, Streaming};
use server_support::raw::{frame, headers};
use server_support::service::Echo;
use server_support::*;
use tokio::time::timeout;

/// How long a call computes.
const WORK: Duration = Duration::from_millis(2);

/// Calls that compute, at once: more than a turn has time for by far.
const BUSY: usize = 160;

/// What hogs a worker.
#[derive(Clone, Default)]
struct Hog {
    /// Calls that computed.
    computed: Arc<AtomicUsize>,
}

impl Hog {
    fn computed(&self) -> usize {
        self.computed.load(Ordering::SeqCst)
    }
}

impl Echo for Hog {
    async fn say(&self, request: Request<Note>) -> Result<Response<Note>, Status> {
        if request.text == "compute" {
            std::thread::sleep(WORK);
            self.computed.fetch_add(1, Ordering::SeqCst);
        }
        if request.text == "wait" {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        Ok(request.into_inner().into())
    }

    async fn repeat(&self, _: Request<Note>, mut responses: Sender<Note>) -> Result<(), Status> {
        loop {
            responses.send(note("again", 0)).await?;
        }
    }

    async fn gather(&self, _: Request<Streaming<Note>>) -> Result<Response<Note>, Status> {
        Ok(Note::default().into())
    }

    async fn chat(&self, _: Request<Streaming<Note>>, _: Sender<Note>) -> Result<(), Status> {
        Ok(())
    }
}

/// A server with one worker, which is a thread of its own.
fn one_worker(hog: &Hog) -> SocketAddr {
    let server = Server::new(ServerConfig {
        workers: 1,
        drain: Duration::ZERO,
        ..config()
    })
    .add_service(EchoServer::new(hog.clone()))
    .bind()
    .unwrap();
    let address = server.local_addr().socket_addr().unwrap();
    std::thread::spawn(move || server.run());
    address
}

/// Keeps calls that compute under way until told to stop; returns how many
/// each of them made.
async fn compute(client: &Arc<Client>, stop: &Arc<AtomicBool>) -> Vec<usize> {
    let loops: Vec<_> = (0..BUSY)
        .map(|_| {
            let (client, stop) = (client.clone(), stop.clone());
            tokio::spawn(async move {
                let mut made = 0;
                while !stop.load(Ordering::SeqCst) {
                    assert_eq!(client.say(&note("compute", 0)).await.code(), 0);
                    made += 1;
                }
                made
            })
        })
        .collect();
    let mut all = Vec::new();
    for made in loops {
        all.push(made.await.unwrap());
    }
    all
}

/// A stream that never stops, and somebody who reads it.
async fn endless(client: &Client) -> tokio::task::JoinHandle<()> {
    let mut open = client.open("/test.Echo/Repeat", headers(&[])).await;
    open.body.send_data(frame(&note("", 0)), true).unwrap();
    let (_, mut stream, _) = open.head().await;
    tokio::spawn(async move {
        while let Some(Ok(piece)) = stream.data().await {
            let _ = stream.flow_control().release_capacity(piece.len());
        }
    })
}

#[tokio::test]
async fn calls_that_compute_come_to_their_turn_in_order() {
    let hog = Hog::default();
    let client = Arc::new(Client::connect(one_worker(&hog)).await);
    let stop = Arc::new(AtomicBool::new(false));
    let ender = async {
        until("all had four turns", || hog.computed() >= 4 * BUSY).await;
        stop.store(true, Ordering::SeqCst);
    };
    let (made, ()) = tokio::join!(compute(&client, &stop), ender);
    let (least, most) = (made.iter().min().unwrap(), made.iter().max().unwrap());
    assert!(*least >= 3 && *most <= least + 4, "{made:?}");
}

#[tokio::test]
async fn bystanders_are_served_beside_those_who_take_all() {
    let hog = Hog::default();
    let address = one_worker(&hog);
    let busy = Arc::new(Client::connect(address).await);
    let other = Client::connect(address).await;
    let reading = endless(&busy).await;
    let stop = Arc::new(AtomicBool::new(false));
    let computing = tokio::spawn({
        let (busy, stop) = (busy.clone(), stop.clone());
        async move { compute(&busy, &stop).await }
    });
    until("it computes", || hog.computed() > 2 * BUSY).await;
    // On the same connection it is behind those that came before, and on
    // another it waits for a turn or two.
    let clients = [
        (&*busy, "the same", 2 * BUSY),
        (&other, "another", BUSY / 2),
    ];
    for (client, what, most) in clients {
        // With and without something to wait for inside.
        for text in ["", "wait"] {
            let before = hog.computed();
            for number in 0..5 {
                let reply = timeout(PATIENCE, client.say(&note(text, number))).await;
                let reply = reply.unwrap_or_else(|_| panic!("no answer on {what} connection"));
                assert_eq!(reply.notes()[0].number, number);
            }
            let meanwhile = (hog.computed() - before) / 5;
            println!("{text:?} on {what} connection: {meanwhile} calls of others");
            assert!(meanwhile <= most, "{meanwhile} on {what} connection");
        }
    }
    assert!(!computing.is_finished() && !reading.is_finished());
    stop.store(true, Ordering::SeqCst);
    timeout(PATIENCE, computing)
        .await
        .expect("the end")
        .unwrap();
    reading.abort();
}

/// To wait for the end is no reason to be polled.
#[tokio::test]
async fn who_waits_for_the_end_is_left_alone() {
    let polls = Arc::new(AtomicUsize::new(0));
    let server = Server::new(config())
        .add_service(EchoServer::new(Closed(polls.clone())))
        .bind()
        .unwrap();
    let address = server.local_addr().socket_addr().unwrap();
    let serving = tokio::spawn(server.serve());
    let client = Client::connect(address).await;
    let mut open = client.open("/test.Echo/Chat", headers(&[])).await;
    open.body.send_data(frame(&note("", 1)), false).unwrap();
    let (_, mut stream, mut body) = open.head().await;
    // Other calls of the connection are polled meanwhile.
    for number in 0..50 {
        assert_eq!(client.say(&note("", number)).await.code(), 0);
    }
    let before = polls.load(Ordering::SeqCst);
    assert!(before < 20, "polled {before} times");
    body.send_reset(h2::Reason::CANCEL);
    assert!(stream.data().await.unwrap().is_err());
    until("it learns of the end", || {
        polls.load(Ordering::SeqCst) > before
    })
    .await;
    serving.abort();
}

/// Waits for the end, in the call's own task.
struct Closed(Arc<AtomicUsize>);

impl Echo for Closed {
    async fn say(&self, request: Request<Note>) -> Result<Response<Note>, Status> {
        Ok(request.into_inner().into())
    }

    async fn repeat(&self, _: Request<Note>, _: Sender<Note>) -> Result<(), Status> {
        Ok(())
    }

    async fn gather(&self, _: Request<Streaming<Note>>) -> Result<Response<Note>, Status> {
        Ok(Note::default().into())
    }

    async fn chat(
        &self,
        _: Request<Streaming<Note>>,
        responses: Sender<Note>,
    ) -> Result<(), Status> {
        let polls = Count(self.0.clone());
        let mut responses = responses;
        responses.send_metadata().await?;
        let mut closed = pin!(responses.closed());
        std::future::poll_fn(|cx| {
            polls.0.fetch_add(1, Ordering::SeqCst);
            match closed.as_mut().poll(cx) {
                Poll::Ready(()) => Poll::Ready(Ok(())),
                Poll::Pending => Poll::Pending,
            }
        })
        .await
    }
}

/// Counts its end as well: a handler whose client is gone is dropped.
struct Count(Arc<AtomicUsize>);

impl Drop for Count {
    fn drop(&mut self) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }
}
