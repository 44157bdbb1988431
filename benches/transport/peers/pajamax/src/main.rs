//! pajamax: unary calls, a thread for each connection.

use std::net::TcpListener;

#[allow(dead_code)]
mod pb {
    pajamax::include_proto!("bench.v1");
}

use pajamax::Response;
use pb::{Bench, BenchServer, ExportResult, HelloReply, HelloRequest, LogBatch, Order};

#[global_allocator]
static ALLOCATOR: peer::Counting = peer::Counting;

struct Handler;

// === impl Handler ===

impl Bench for Handler {
    fn say_hello(&self, request: HelloRequest) -> Response<HelloReply> {
        messages::work(request.work);
        Ok(HelloReply {
            message: request.name,
        })
    }

    fn echo_order(&self, request: Order) -> Response<Order> {
        Ok(request)
    }

    fn export_logs(&self, request: LogBatch) -> Response<ExportResult> {
        let accepted = request.records.len() as u32;
        Ok(ExportResult { accepted })
    }

    fn echo_logs(&self, request: LogBatch) -> Response<LogBatch> {
        Ok(request)
    }
}

fn main() {
    // It does not tell which port it took, so one is found for it.
    let free = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = free.local_addr().expect("an address");
    drop(free);
    peer::control();
    peer::announce(address);
    let server = pajamax::Config::new()
        .max_concurrent_connections(20_000)
        .add_service(BenchServer::new(Handler));
    server.serve(address).expect("serves");
}
