//! tonic: one worker is a current-thread runtime, more are its multi-thread one.

use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use tokio_stream::Stream;
use tonic::transport::Server;
use tonic::transport::server::TcpIncoming;
use tonic::{Request, Response, Status, Streaming};

mod pb {
    tonic::include_proto!("bench.v1");
}

use pb::bench_server::{Bench, BenchServer};
use pb::{Chunk, DownloadRequest, ExportResult, HelloReply, HelloRequest, LogBatch, Order};

#[global_allocator]
static ALLOCATOR: peer::Counting = peer::Counting;

struct Handler;

/// `count` chunks.
struct Chunks {
    next: u64,
    count: u64,
    payload: Bytes,
}

// === impl Chunks ===

impl Stream for Chunks {
    type Item = Result<Chunk, Status>;

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if self.next == self.count {
            return Poll::Ready(None);
        }
        let chunk = Chunk {
            sequence: self.next,
            payload: self.payload.clone(),
        };
        self.next += 1;
        Poll::Ready(Some(Ok(chunk)))
    }
}

// === impl Handler ===

#[tonic::async_trait]
impl Bench for Handler {
    type DownloadStream = Chunks;
    type ChatStream = Streaming<Chunk>;

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
    ) -> Result<Response<Chunks>, Status> {
        let DownloadRequest { size, count } = request.into_inner();
        let payload = Bytes::from(vec![b'x'; size as usize]);
        Ok(Response::new(Chunks {
            next: 0,
            count,
            payload,
        }))
    }

    async fn chat(
        &self,
        request: Request<Streaming<Chunk>>,
    ) -> Result<Response<Streaming<Chunk>>, Status> {
        Ok(Response::new(request.into_inner()))
    }
}

async fn serve() {
    let incoming = TcpIncoming::bind(([127, 0, 0, 1], 0).into())
        .expect("a port")
        .with_nodelay(Some(true));
    peer::control();
    peer::announce(incoming.local_addr().expect("an address"));
    let server = Server::builder()
        .max_concurrent_streams(20_000)
        .add_service(BenchServer::new(Handler));
    server.serve_with_incoming(incoming).await.expect("serves");
}

fn main() {
    let mut builder = match peer::workers() {
        1 => tokio::runtime::Builder::new_current_thread(),
        _ => tokio::runtime::Builder::new_multi_thread(),
    };
    let runtime = builder
        .worker_threads(peer::workers())
        .enable_all()
        .build()
        .expect("a runtime");
    // On a worker, not on the thread that blocks.
    runtime.block_on(async { tokio::spawn(serve()).await.expect("no panic") });
}
