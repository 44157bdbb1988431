//! connect-rust, as its guide has it: requests are views, echoes are owned.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::Bytes;
use connectrpc::{
    ConnectError, InboundStream, RequestContext, Response, Router, Server, ServiceRequest,
    ServiceResult, ServiceStream,
};
use tokio_stream::Stream;

#[allow(warnings)]
mod pb {
    connectrpc::include_generated!("generated.rs");
}

use pb::bench::v1::{
    Bench, Chunk, DownloadRequest, ExportResult, HelloReply, HelloRequest, LogBatch, Order,
};

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
    type Item = Result<Chunk, ConnectError>;

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if self.next == self.count {
            return Poll::Ready(None);
        }
        let chunk = Chunk {
            sequence: self.next,
            payload: self.payload.clone(),
            ..Chunk::default()
        };
        self.next += 1;
        Poll::Ready(Some(Ok(chunk)))
    }
}

// === impl Handler ===

// The trait leaves what is encoded open; these say it.
#[allow(refining_impl_trait)]
impl Bench for Handler {
    async fn say_hello(
        &self,
        _: RequestContext,
        request: ServiceRequest<'_, HelloRequest>,
    ) -> ServiceResult<HelloReply> {
        messages::work(request.work);
        Response::ok(HelloReply {
            message: request.name.into(),
            ..HelloReply::default()
        })
    }

    async fn echo_order(
        &self,
        _: RequestContext,
        request: ServiceRequest<'_, Order>,
    ) -> ServiceResult<Order> {
        Response::ok(request.to_owned_message())
    }

    async fn export_logs(
        &self,
        _: RequestContext,
        request: ServiceRequest<'_, LogBatch>,
    ) -> ServiceResult<ExportResult> {
        let accepted = request.records.len() as u32;
        Response::ok(ExportResult {
            accepted,
            ..ExportResult::default()
        })
    }

    async fn echo_logs(
        &self,
        _: RequestContext,
        request: ServiceRequest<'_, LogBatch>,
    ) -> ServiceResult<LogBatch> {
        Response::ok(request.to_owned_message())
    }

    async fn download(
        &self,
        _: RequestContext,
        request: ServiceRequest<'_, DownloadRequest>,
    ) -> ServiceResult<ServiceStream<Chunk>> {
        let payload = Bytes::from(vec![b'x'; request.size as usize]);
        Response::stream_ok(Chunks {
            next: 0,
            count: request.count,
            payload,
        })
    }

    async fn chat(
        &self,
        _: RequestContext,
        requests: InboundStream<Chunk>,
    ) -> ServiceResult<ServiceStream<impl connectrpc::Encodable<Chunk> + Send + use<>>> {
        // Messages are forwarded as they came, which the library offers for this.
        Response::stream_ok(requests)
    }
}

async fn serve() {
    let router = Router::new().add_service(Arc::new(Handler));
    let server = Server::bind("127.0.0.1:0")
        .await
        .expect("a port")
        .with_max_concurrent_streams(20_000);
    peer::control();
    peer::announce(server.local_addr().expect("an address"));
    server.serve(router).await.expect("serves");
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
