//! Calls over a simulated network with paused time: late, lost, cut and healed.
#![cfg(feature = "sim")]

mod net_support;
mod server_support;

use std::time::Duration;

use net_support::*;
use scaffold_runtime::net::{LinkConfig, SimEventKind, SimNetwork};
use scaffold_runtime::{
    BackoffConfig, Channel, ChannelConfig, Code, KeepaliveConfig, Request, ServerConfig, Status,
};
use server_support::{Note, note};
use tokio::time::Instant;

const SECOND: Duration = Duration::from_secs(1);

/// Without the random parts that are not the network's.
fn server() -> ServerConfig {
    ServerConfig {
        max_connection_age_jitter: 0.0,
        ..at("memory:notes")
    }
}

fn channel(network: &SimNetwork, keepalive: Option<KeepaliveConfig>) -> Channel {
    let config = ChannelConfig {
        backoff: BackoffConfig {
            initial: Duration::from_millis(100),
            jitter: 0.0,
            ..Default::default()
        },
        connect_timeout: 5 * SECOND,
        keepalive,
        ..Default::default()
    };
    Channel::with_network("memory:notes", config, network.host("client")).unwrap()
}

fn start(network: &SimNetwork) -> Served {
    serve(server(), network.host("server")).unwrap()
}

fn within(timeout: Duration, text: &str) -> Request<Note> {
    let mut request = Request::new(note(text, 1));
    request.set_timeout(timeout);
    request
}

/// Waits, in the network's time.
async fn until(what: &str, mut holds: impl FnMut() -> bool) {
    let patience = Instant::now() + 3600 * SECOND;
    while !holds() {
        assert!(Instant::now() < patience, "never: {what}");
        tokio::time::sleep(10 * Duration::from_millis(1)).await;
    }
}

#[tokio::test(start_paused = true)]
async fn delay_is_what_a_call_takes() {
    let network = SimNetwork::new(1);
    let link = LinkConfig::with_delay(Duration::from_millis(100));
    network.set_link("client", "server", link.clone());
    network.set_link("server", "client", link);
    let served = start(&network);
    let channel = channel(&network, None);
    works(&channel).await;
    let begun = Instant::now();
    works(&channel).await;
    let took = begun.elapsed();
    let expected = Duration::from_millis(200);
    assert!(
        took >= expected && took < expected + 20 * Duration::from_millis(1),
        "{took:?}"
    );
    served.stop().await;
}

#[tokio::test(start_paused = true)]
async fn bandwidth_is_what_a_large_message_takes() {
    let network = SimNetwork::new(1);
    let slow = LinkConfig {
        bandwidth: 100_000,
        ..LinkConfig::default()
    };
    network.set_link("server", "client", slow);
    let served = start(&network);
    let channel = channel(&network, None);
    works(&channel).await;
    let begun = Instant::now();
    let response = say(&channel, Request::new(note("big", 1_000_000))).await;
    assert_eq!(response.unwrap().payload.len(), 1_000_000);
    let took = begun.elapsed();
    assert!(took >= 10 * SECOND && took < 11 * SECOND, "{took:?}");
    served.stop().await;
}

#[tokio::test(start_paused = true)]
async fn a_deadline_holds_across_a_partition_and_calls_go_on_after_it() {
    let network = SimNetwork::new(2);
    let served = start(&network);
    let channel = channel(&network, None);
    works(&channel).await;
    network.partition("client", "server");
    let begun = Instant::now();
    let status = say(&channel, within(3 * SECOND, "hi")).await.err().unwrap();
    assert_eq!(status.code(), Code::DeadlineExceeded);
    let took = begun.elapsed();
    assert!(took >= 3 * SECOND && took < 4 * SECOND, "{took:?}");

    network.at(network_time(&network) + 5 * SECOND, |network| {
        network.heal("client", "server");
    });
    // What waited arrives: the connection is the same one.
    let response = say(&channel, within(20 * SECOND, "hi")).await.unwrap();
    assert_eq!(response.number, 2);
    assert_eq!(network.connections(), 1);
    served.stop().await;
}

/// The time since the network was made, by what it says of its last event.
fn network_time(network: &SimNetwork) -> Duration {
    network
        .trace()
        .last()
        .map_or(Duration::ZERO, |event| event.at)
}

#[tokio::test(start_paused = true)]
async fn keepalive_finds_a_half_open_connection() {
    let network = SimNetwork::new(3);
    let served = start(&network);
    let keepalive = KeepaliveConfig {
        interval: 10 * SECOND,
        timeout: 5 * SECOND,
        without_calls: false,
    };
    let channel = channel(&network, Some(keepalive));
    works(&channel).await;
    network.black_hole("client", "server");
    let begun = Instant::now();
    let status = say(&channel, within(600 * SECOND, "hi"))
        .await
        .err()
        .unwrap();
    let took = begun.elapsed();
    assert_eq!(status.code(), Code::Unavailable, "{status}");
    assert!(took < 30 * SECOND, "{took:?}");
    works(&channel).await;
    // The server finds it by its own pings.
    until("the dead one is gone", || served.handle.connections() == 1).await;
    served.stop().await;
}

#[tokio::test(start_paused = true)]
async fn a_channel_connects_again_after_a_cut() {
    let network = SimNetwork::new(4);
    let served = start(&network);
    let channel = channel(&network, None);
    for hang_up in [false, true] {
        works(&channel).await;
        network.at(network_time(&network) + SECOND, move |network| {
            if hang_up {
                network.hang_up("client", "server");
            } else {
                network.cut("client", "server");
            }
        });
        let status = say(&channel, within(60 * SECOND, "hang")).await.err();
        assert_eq!(status.unwrap().code(), Code::Unavailable);
        works(&channel).await;
        until("one is left", || served.handle.connections() == 1).await;
    }
    let reset = |kind: &SimEventKind| *kind == SimEventKind::Reset;
    let trace = network.trace();
    assert_eq!(trace.iter().filter(|event| reset(&event.kind)).count(), 1);
    drop(channel);
    until("none is left", || network.connections() == 0).await;
    served.stop().await;
}

#[tokio::test(start_paused = true)]
async fn connections_pass_each_other_and_bytes_do_not() {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    let network = SimNetwork::new(5);
    let late = LinkConfig {
        jitter: SECOND,
        ..LinkConfig::default()
    };
    network.set_link("client", "server", late);
    let mut listener = network.host("server").listen("raw", 64).unwrap();
    let mut passed = false;
    let mut order = Vec::new();
    for connection in 0..32u8 {
        let mut near = network.host("client").connect("raw").await.unwrap();
        let mut far = listener.accept().await;
        order.push(tokio::spawn(async move {
            let mut received = Vec::new();
            let sending = async {
                for byte in 0..50u8 {
                    near.write_all(&[byte]).await.unwrap();
                    tokio::task::yield_now().await;
                }
                near.shutdown().await.unwrap();
            };
            tokio::join!(sending, far.read_to_end(&mut received))
                .1
                .unwrap();
            assert!(received.iter().copied().eq(0..50), "in order");
            (connection, Instant::now())
        }));
    }
    let mut last = None;
    for task in order {
        let (_, at) = task.await.unwrap();
        passed |= last.is_some_and(|last| at < last);
        last = Some(at);
    }
    assert!(passed, "no connection passed another");
}

/// What became of a run: how each call ended, and the network's fingerprint.
type Ends = (Vec<(Code, Duration)>, u64);

/// Calls under faults that the seed chooses.
async fn run(seed: u64) -> Ends {
    const CALLS: u64 = 24;
    const DEADLINE: Duration = Duration::from_secs(20);
    let network = SimNetwork::new(seed);
    let mut state = seed;
    let mut random = move |below: u64| {
        // A linear congruential generator (Knuth's MMIX): enough to choose.
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % below
    };
    for (from, to) in [("client", "server"), ("server", "client")] {
        let link = LinkConfig {
            delay: Duration::from_millis(random(200)),
            jitter: Duration::from_millis(random(100)),
            bandwidth: 10_000 + random(1_000_000),
            ..LinkConfig::default()
        };
        network.set_link(from, to, link);
    }
    for _ in 0..4 {
        let (when, fault) = (Duration::from_millis(random(30_000)), random(4));
        let lasts = Duration::from_millis(random(15_000));
        network.at(when, move |network| match fault {
            0 => network.cut("client", "server"),
            1 => network.hang_up("client", "server"),
            2 => network.black_hole("client", "server"),
            _ => network.partition("client", "server"),
        });
        if fault == 3 {
            network.at(when + lasts, |network| network.heal("client", "server"));
        }
    }
    let served = start(&network);
    let keepalive = KeepaliveConfig {
        interval: 10 * SECOND,
        timeout: 5 * SECOND,
        without_calls: true,
    };
    let channel = channel(&network, Some(keepalive));
    let calls: Vec<_> = (0..CALLS)
        .map(|index| {
            let (channel, wait) = (channel.clone(), Duration::from_millis(random(30_000)));
            let (text, number) = match index % 4 {
                0 => ("hang", 0),
                1 => ("big", random(100_000)),
                _ => ("hi", index),
            };
            tokio::spawn(async move {
                tokio::time::sleep(wait).await;
                let mut request = Request::new(note(text, number));
                request.set_timeout(DEADLINE);
                let begun = Instant::now();
                let ended: Result<_, Status> = say(&channel, request).await;
                let took = begun.elapsed();
                let late = DEADLINE + Duration::from_millis(100);
                assert!(took <= late, "{text} ended after {took:?}, seed {seed}");
                let code = ended.err().map_or(Code::Ok, |status| status.code());
                if text == "hang" {
                    assert_ne!(code, Code::Ok);
                }
                (code, took)
            })
        })
        .collect();
    let mut ends = Vec::new();
    for call in calls {
        ends.push(call.await.unwrap());
    }
    for (code, _) in &ends {
        let expected = [
            Code::Ok,
            Code::Unavailable,
            Code::DeadlineExceeded,
            Code::Cancelled,
        ];
        assert!(expected.contains(code), "{code:?}, seed {seed}");
    }
    // When faults are over, calls work.
    tokio::time::sleep(60 * SECOND).await;
    works(&channel).await;
    drop(channel);
    until("the server has no connection", || {
        served.handle.connections() == 0
    })
    .await;
    served.stop().await;
    (ends, network.fingerprint())
}

#[test]
fn random_faults_leave_no_call_and_no_connection_behind() {
    for seed in 0..100 {
        simulate(run(seed));
    }
}

#[test]
fn a_seed_is_a_run() {
    let runs: Vec<_> = [7, 7, 8]
        .into_iter()
        .map(|seed| simulate(run(seed)))
        .collect();
    assert_eq!(runs[0], runs[1]);
    assert_ne!(runs[0].1, runs[2].1);
}

fn simulate<T>(run: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .start_paused(true)
        .build()
        .unwrap();
    runtime.block_on(run)
}
