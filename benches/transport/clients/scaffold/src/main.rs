//! scaffold-runtime's client: channels of one connection each, and tasks that
//! call, one call after the other, on one current-thread runtime.

mod pb {
    include!(concat!(env!("OUT_DIR"), "/mod.rs"));
}

use std::time::Instant;

use pb::bench::v1::HelloRequest;
use pb::bench::v1::bench::BenchClient;
use peer::client::{Phase, Plan};
use scaffold_runtime::{Channel, Status};

#[global_allocator]
static ALLOCATOR: peer::Counting = peer::Counting;

/// Calls until the phase is over; says how many.
async fn caller(client: BenchClient, end: Instant) -> Result<u64, Status> {
    let mut calls = 0;
    while Instant::now() < end {
        let reply = client
            .say_hello(HelloRequest {
                name: "fifteen letters".into(),
                work: 0,
            })
            .await?;
        assert_eq!(reply.message, "fifteen letters");
        calls += 1;
    }
    Ok(calls)
}

async fn phase(clients: &[BenchClient], plan: &Plan, phase: Phase) -> u64 {
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
        let channel = Channel::connect(format!("http://{}", plan.address))
            .await
            .expect("a server");
        clients.push(BenchClient::new(channel));
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
