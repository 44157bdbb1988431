//! tonic's client: channels of one connection each, and tasks that call, one
//! call after the other, on one current-thread runtime.

mod pb {
    tonic::include_proto!("bench.v1");
}

use std::time::Instant;

use pb::HelloRequest;
use pb::bench_client::BenchClient;
use peer::client::{Phase, Plan};
use tonic::Status;
use tonic::transport::{Channel, Endpoint};

#[global_allocator]
static ALLOCATOR: peer::Counting = peer::Counting;

/// Calls until the phase is over; says how many.
async fn caller(mut client: BenchClient<Channel>, end: Instant) -> Result<u64, Status> {
    let mut calls = 0;
    while Instant::now() < end {
        let reply = client
            .say_hello(HelloRequest {
                name: "fifteen letters".into(),
                work: 0,
            })
            .await?;
        assert_eq!(reply.get_ref().message, "fifteen letters");
        calls += 1;
    }
    Ok(calls)
}

async fn phase(clients: &[BenchClient<Channel>], plan: &Plan, phase: Phase) -> u64 {
    let end = Instant::now() + plan.time(phase);
    let callers = clients
        .iter()
        .flat_map(|client| (0..plan.streams).map(|_| client.clone()));
    let tasks: Vec<_> = callers
        .map(|client| tokio::spawn(caller(client, end)))
        .collect();
    let mut calls = 0;
    for task in tasks {
        calls += task.await.expect("no panic").expect("status 0");
    }
    calls
}

async fn load() {
    let plan = Plan::from_args();
    let mut clients = Vec::new();
    for _ in 0..plan.connections {
        let endpoint =
            Endpoint::from_shared(format!("http://{}", plan.address)).expect("an address");
        clients.push(BenchClient::new(
            endpoint.connect().await.expect("a server"),
        ));
    }
    phase(&clients, &plan, Phase::Warm).await;
    peer::client::warm();
    let calls = phase(&clients, &plan, Phase::Measured).await;
    peer::client::done(calls, &plan);
}

fn main() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    runtime.block_on(async { tokio::spawn(load()).await.expect("no panic") });
}
