//! Clients that take hardly any header list, and responses that do not fit.

mod server_support;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use scaffold_runtime::{Request, Response, Sender, Server, Status, Streaming};
use server_support::raw::{frame, headers};
use server_support::service::Echo;
use server_support::*;

async fn client_that_takes(server: &Running, bytes: u32) -> Client {
    let mut builder = h2::client::Builder::new();
    builder.max_header_list_size(bytes);
    Client::connect_with(server.address, &mut builder).await
}

#[tokio::test]
async fn a_client_that_takes_no_head_is_told_by_a_reset() {
    let server = start(config()).await;
    let client = client_that_takes(&server, 1).await;
    for (path, text) in [
        ("/test.Echo/Say", ""),
        ("/test.Echo/Say", "fail"),
        ("/test.Echo/Say", "panic"),
        ("/test.Echo/Repeat", ""),
        ("/test.Echo/Repeat", "hang"),
        ("/test.Echo/Repeat", "fail at once"),
        ("/test.Echo/Unknown", ""),
    ] {
        let mut open = client.open(path, headers(&[])).await;
        open.body.send_data(frame(&note(text, 2)), true).unwrap();
        let error = open.try_reply().await.expect_err("no head fits");
        assert_eq!(
            error.reason(),
            Some(h2::Reason::INTERNAL_ERROR),
            "{path} {text:?}"
        );
    }
    until("no handler is left", || {
        server.hooks.dropped() == server.hooks.begun()
    })
    .await;
}

/// Sends metadata that is long, and never ends by itself.
struct Long(Arc<AtomicUsize>);

struct Alive(Arc<AtomicUsize>);

impl Drop for Alive {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

impl Echo for Long {
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
        requests: Request<Streaming<Note>>,
        mut responses: Sender<Note>,
    ) -> Result<(), Status> {
        self.0.fetch_add(1, Ordering::SeqCst);
        let _alive = Alive(self.0.clone());
        let mut requests = requests.into_inner();
        // Begins in the call's first poll, or after a message.
        requests.message().await?;
        responses
            .metadata_mut()
            .insert("x-long", &"x".repeat(2000))?;
        responses.send_metadata().await?;
        std::future::pending().await
    }
}

#[tokio::test]
async fn a_stream_whose_metadata_does_not_fit_is_answered_and_ended() {
    let alive = Arc::new(AtomicUsize::new(0));
    let server = Server::new(config())
        .add_service(EchoServer::new(Long(alive.clone())))
        .bind()
        .unwrap();
    let address = server.local_addr().socket_addr().unwrap();
    let serving = tokio::spawn(server.serve());
    let mut builder = h2::client::Builder::new();
    builder.max_header_list_size(500);
    let client = Client::connect_with(address, &mut builder).await;
    for _ in 0..300 {
        let mut open = client.open("/test.Echo/Chat", headers(&[])).await;
        open.body.send_data(frame(&note("", 1)), false).unwrap();
        let reply = open.reply().await;
        assert_eq!((reply.code(), reply.trailers_only), (13, true));
        assert!(reply.message().contains("metadata"), "{}", reply.message());
    }
    until("no handler is left", || alive.load(Ordering::SeqCst) == 0).await;
    assert_eq!(client.say(&note("", 1)).await.code(), 0);
    serving.abort();
}
