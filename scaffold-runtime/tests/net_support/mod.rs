//! A server and a channel, over whatever carries them.

#![allow(dead_code, reason = "each test file uses a part")]
#![allow(unreachable_pub, reason = "nothing is reached from outside a test")]

#[cfg(feature = "tls")]
pub mod tls;

use std::sync::{Arc, Mutex};

use scaffold_runtime::net::{ListenAddress, Network};
use scaffold_runtime::{
    Call, Caller, Channel, Error, Interceptor, Next, Outcome, Peer, Request, Response, Server,
    ServerConfig, ServerHandle, Status,
};
use tokio::task::JoinHandle;

use crate::server_support::service::methods;
use crate::server_support::{EchoServer, Hooks, Note, note};

/// A server on the test's runtime.
pub struct Served {
    pub address: ListenAddress,
    pub handle: ServerHandle,
    pub peers: Peers,
    pub done: JoinHandle<Result<(), Error>>,
}

/// Remembers who called.
#[derive(Clone, Default)]
pub struct Peers(Arc<Mutex<Vec<Peer>>>);

impl Interceptor for Peers {
    async fn intercept<N: Next>(&self, call: Call, next: N) -> Outcome {
        let peer = call.peer().unwrap().clone();
        self.0.lock().unwrap().push(peer);
        next.run(call).await
    }
}

impl Peers {
    pub fn last(&self) -> Peer {
        self.0.lock().unwrap().last().unwrap().clone()
    }
}

impl Served {
    pub async fn stop(self) {
        self.handle.shutdown();
        self.done.await.unwrap().unwrap();
    }
}

pub fn at(address: &str) -> ServerConfig {
    ServerConfig {
        address: address.parse().unwrap(),
        ..Default::default()
    }
}

pub fn serve(config: ServerConfig, network: impl Into<Network>) -> Result<Served, Error> {
    let peers = Peers::default();
    let server = Server::new(config)
        .network(network)
        .intercept(peers.clone())
        .add_service(EchoServer::new(Hooks::default()))
        .bind()?;
    Ok(Served {
        address: server.local_addr(),
        handle: server.handle(),
        peers,
        done: tokio::spawn(server.serve()),
    })
}

pub async fn say(channel: &Channel, request: Request<Note>) -> Result<Response<Note>, Status> {
    channel.unary(&methods::SAY, request).await
}

/// A call that must be answered.
pub async fn works(channel: &Channel) {
    let response = say(channel, Request::new(note("hi", 1))).await.unwrap();
    assert_eq!(response.number, 2);
}
