//! scaffold-runtime.

use std::net::SocketAddr;

use bytes::Bytes;
use scaffold_runtime::{Error, Request, Response, Sender, Server, ServerConfig, Status, Streaming};

mod pb {
    include!(concat!(env!("OUT_DIR"), "/mod.rs"));
}

use pb::bench::v1::bench::{Bench, BenchServer};
use pb::bench::v1::{
    Chunk, DownloadRequest, ExportResult, HelloReply, HelloRequest, LogBatch, Order,
};

#[global_allocator]
static ALLOCATOR: peer::Counting = peer::Counting;

struct Handler;

// === impl Handler ===

impl Bench for Handler {
    async fn say_hello(
        &self,
        request: Request<HelloRequest>,
    ) -> Result<Response<HelloReply>, Status> {
        let HelloRequest { name, work } = request.into_inner();
        messages::work(work);
        Ok(Response::new(HelloReply { message: name }))
    }

    async fn echo_order(&self, request: Request<Order>) -> Result<Response<Order>, Status> {
        Ok(Response::new(request.into_inner()))
    }

    async fn export_logs(
        &self,
        request: Request<LogBatch>,
    ) -> Result<Response<ExportResult>, Status> {
        let accepted = request.get_ref().records.len() as u32;
        Ok(Response::new(ExportResult { accepted }))
    }

    async fn echo_logs(&self, request: Request<LogBatch>) -> Result<Response<LogBatch>, Status> {
        Ok(Response::new(request.into_inner()))
    }

    async fn download(
        &self,
        request: Request<DownloadRequest>,
        mut responses: Sender<Chunk>,
    ) -> Result<(), Status> {
        let DownloadRequest { size, count } = request.into_inner();
        let payload = Bytes::from(vec![b'x'; size as usize]);
        for sequence in 0..count {
            let payload = payload.clone();
            responses.send(Chunk { sequence, payload }).await?;
        }
        Ok(())
    }

    async fn chat(
        &self,
        requests: Request<Streaming<Chunk>>,
        mut responses: Sender<Chunk>,
    ) -> Result<(), Status> {
        let mut requests = requests.into_inner();
        while let Some(chunk) = requests.message().await? {
            responses.send(chunk).await?;
        }
        Ok(())
    }
}

fn main() -> Result<(), Error> {
    // The defaults, but for what the curves need: more streams and connections.
    let config = ServerConfig {
        address: SocketAddr::from(([127, 0, 0, 1], 0)).into(),
        workers: peer::workers(),
        max_connections: 20_000,
        max_concurrent_streams: 20_000,
        ..ServerConfig::default()
    };
    let server = Server::new(config)
        .add_service(BenchServer::new(Handler))
        .bind()?;
    peer::control();
    peer::announce(server.local_addr());
    server.run()
}
