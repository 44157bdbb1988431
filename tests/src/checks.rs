//! What a client of ours must see, whatever server it talks to.

use std::time::{Duration, Instant};

use scaffold_runtime::{Channel, ChannelConfig, Code, CompressionConfig, Encoding, Request};

use crate::pb::probe::v1::probe::ProbeClient;
use crate::pb::probe::v1::{Answer, Ask, Failure};

/// How long a test may wait for what must come.
const LONG: Duration = Duration::from_secs(30);

/// Runs every check against the probe service at an address.
///
/// # Panics
///
/// If one fails.
pub fn check(address: &str) {
    check_with(address, ChannelConfig::default());
}

/// The same with all requests in gzip.
///
/// # Panics
///
/// If one fails.
pub fn check_compressed(address: &str) {
    let compression = CompressionConfig {
        send: vec![Encoding::Gzip],
        min_size: 0,
        ..Default::default()
    };
    let config = ChannelConfig {
        compression,
        ..Default::default()
    };
    check_with(address, config);
}

fn check_with(address: &str, config: ChannelConfig) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime starts");
    runtime.block_on(async {
        let channel = Channel::with_config(address, config).expect("a good target");
        channel.ready().await.expect("the server listens");
        let probe = ProbeClient::new(channel);
        unary(&probe).await;
        streams(&probe).await;
        bidi_in_step(&probe).await;
        failures(&probe).await;
        deadlines(&probe).await;
        cancellation(&probe).await;
        sizes(address).await;
        many_at_once(&probe).await;
    });
    blocking(address);
}

/// A request for this text.
pub fn ask(text: &str) -> Ask {
    Ask {
        text: text.to_owned(),
        ..Ask::default()
    }
}

fn with_metadata<T>(message: T) -> Request<T> {
    let mut request = Request::new(message);
    let all: Vec<u8> = (0..=255).collect();
    request
        .metadata_mut()
        .insert("x-ask", "plain value")
        .expect("a legal name and value");
    request
        .metadata_mut()
        .insert_bin("x-ask-bin", &all)
        .expect("a legal name");
    request.set_timeout(LONG);
    request
}

fn came_back(initial: &scaffold_runtime::Metadata, trailing: &scaffold_runtime::Metadata) {
    let all: Vec<u8> = (0..=255).collect();
    assert_eq!(initial.get("x-answer"), Some("plain value"));
    assert_eq!(trailing.get_bin("x-answer-bin").as_deref(), Some(&all[..]));
}

async fn unary(probe: &ProbeClient) {
    let response = probe
        .unary(with_metadata(Ask {
            payload: vec![0, 255],
            ..ask("grüße")
        }))
        .await
        .expect("answered");
    assert_eq!(
        (&*response.text, &response.payload[..]),
        ("grüße", &[0, 255][..])
    );
    assert!(response.deadline_ms > 0, "the deadline travels");
    came_back(response.metadata(), response.trailers());

    let without = probe.unary(ask("")).await.expect("answered");
    assert_eq!(without.deadline_ms, 0, "no deadline is invented");
}

async fn streams(probe: &ProbeClient) {
    let mut answers = probe
        .server_stream(with_metadata(Ask {
            count: 100,
            ..ask("s")
        }))
        .await
        .expect("started");
    let mut indexes = Vec::new();
    while let Some(answer) = answers.message().await.expect("a message") {
        indexes.push(answer.index);
    }
    assert_eq!(indexes, (0..100).collect::<Vec<_>>());
    came_back(
        answers.metadata(),
        answers.trailers().expect("after the end"),
    );

    let mut empty = probe.server_stream(ask("")).await.expect("started");
    assert_eq!(empty.message().await.expect("a clean end"), None);

    let mut call = probe
        .client_stream(with_metadata(()))
        .await
        .expect("started");
    for i in 0..50 {
        call.send(Ask {
            payload: vec![b'x'; 1000],
            ..ask(&i.to_string())
        })
        .await
        .expect("sent");
    }
    let total = call.finish().await.expect("answered");
    assert_eq!((total.index, &total.payload[..]), (50, &b"50000"[..]));
    came_back(total.metadata(), total.trailers());
}

async fn bidi_in_step(probe: &ProbeClient) {
    let mut call = probe.bidi(with_metadata(())).await.expect("started");
    for i in 0..20 {
        call.send(ask(&i.to_string())).await.expect("sent");
        let answer = call
            .message()
            .await
            .expect("a message")
            .expect("not the end");
        assert_eq!((answer.text, answer.index), (i.to_string(), i));
    }
    call.close_send().await.expect("closed");
    assert_eq!(call.message().await.expect("a clean end"), None);
}

fn failing(code: Code, reason: &str) -> Ask {
    Ask {
        fail: Some(Failure {
            code: code as i32,
            message: format!("so {}: ü%\n", code.name()),
            reason: reason.to_owned(),
        }),
        ..ask("")
    }
}

async fn failures(probe: &ProbeClient) {
    for number in 1..=16 {
        let code = Code::from(number);
        let status = probe
            .unary(failing(code, ""))
            .await
            .expect_err("asked to fail");
        assert_eq!(status.code(), code);
        assert_eq!(status.message(), format!("so {}: ü%\n", code.name()));
    }

    let rich = failing(Code::NotFound, "NO_SUCH_USER");
    let unary = probe.unary(rich.clone()).await.expect_err("asked to fail");
    let mut answers = probe
        .server_stream(Ask {
            count: 3,
            ..rich.clone()
        })
        .await
        .expect("started");
    for _ in 0..3 {
        answers
            .message()
            .await
            .expect("a message")
            .expect("not the end");
    }
    let server_stream = answers.message().await.expect_err("asked to fail");
    let mut call = probe.client_stream(()).await.expect("started");
    call.send(rich.clone()).await.expect("sent");
    let client_stream = call.finish().await.expect_err("asked to fail");
    let mut call = probe.bidi(()).await.expect("started");
    call.send(ask("well")).await.expect("sent");
    call.message()
        .await
        .expect("a message")
        .expect("not the end");
    call.send(rich).await.expect("sent");
    let bidi = call.message().await.expect_err("asked to fail");
    for status in [unary, server_stream, client_stream, bidi] {
        assert_eq!(status.code(), Code::NotFound);
        let details = status.error_details();
        let info = details.error_info.expect("an ErrorInfo");
        assert_eq!(
            (&*info.reason, &*info.domain),
            ("NO_SUCH_USER", "probe.scaffold")
        );
    }
}

fn short<T>(message: T) -> Request<T> {
    let mut request = Request::new(message);
    request.set_timeout(Duration::from_millis(200));
    request
}

async fn deadlines(probe: &ProbeClient) {
    let slow = Ask {
        sleep_ms: 20_000,
        count: 2,
        ..ask("")
    };
    let began = Instant::now();
    let unary = probe
        .unary(short(slow.clone()))
        .await
        .expect_err("too slow");
    let server_stream = async {
        let mut answers = probe.server_stream(short(slow.clone())).await?;
        while answers.message().await?.is_some() {}
        Ok(())
    }
    .await
    .expect_err("too slow");
    let mut call = probe.client_stream(short(())).await.expect("started");
    call.send(slow.clone()).await.expect("sent");
    let client_stream = call.finish().await.expect_err("too slow");
    let bidi = async {
        let mut call = probe.bidi(short(())).await?;
        call.send(slow).await?;
        call.message().await?;
        Ok(())
    }
    .await
    .expect_err("too slow");
    for status in [unary, server_stream, client_stream, bidi] {
        assert_eq!(status.code(), Code::DeadlineExceeded, "{status}");
    }
    assert!(began.elapsed() < LONG);
}

async fn hears_of_it(probe: &ProbeClient, before: u32) {
    let began = Instant::now();
    while probe.seen(()).await.expect("answered").cancelled <= before {
        assert!(began.elapsed() < LONG, "the handler did not hear of it");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

async fn cancellation(probe: &ProbeClient) {
    let seen = probe.seen(()).await.expect("answered").into_inner();
    let call = probe.unary(Ask {
        sleep_ms: 60_000,
        ..ask("")
    });
    // A call that is dropped before its handler starts has none to tell.
    let starts = async {
        while probe.seen(()).await.expect("answered").started <= seen.started {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::select! {
        answer = call => panic!("answered after a minute: {answer:?}"),
        () = starts => {}
    }
    hears_of_it(probe, seen.cancelled).await;

    let before = probe.seen(()).await.expect("answered").cancelled;
    let mut endless = probe
        .server_stream(Ask {
            count: 1 << 30,
            ..ask("")
        })
        .await
        .expect("started");
    for _ in 0..10 {
        endless
            .message()
            .await
            .expect("a message")
            .expect("not the end");
    }
    drop(endless);
    hears_of_it(probe, before).await;

    let before = probe.seen(()).await.expect("answered").cancelled;
    let mut call = probe.bidi(()).await.expect("started");
    call.send(ask("one")).await.expect("sent");
    call.message()
        .await
        .expect("a message")
        .expect("not the end");
    drop(call);
    hears_of_it(probe, before).await;
}

async fn sizes(address: &str) {
    let small = ProbeClient::new(Channel::connect(address).await.expect("the server listens"));
    let big = 3 << 20;
    let request = Ask {
        payload: vec![7; big],
        ..ask("")
    };
    let answer: Answer = small.unary(request).await.expect("answered").into_inner();
    assert_eq!(answer.payload.len(), big);
    let over = Ask {
        answer_size: 5 << 20,
        ..ask("")
    };
    let status = small.unary(over.clone()).await.expect_err("over 4 MiB");
    assert_eq!(status.code(), Code::ResourceExhausted, "{status}");

    let config = ChannelConfig {
        max_receive_message_size: 8 << 20,
        ..ChannelConfig::default()
    };
    let large = ProbeClient::new(Channel::with_config(address, config).expect("a good target"));
    // A server of ours has its own limit on what it sends.
    match large.unary(over).await {
        Ok(answer) => assert_eq!(answer.payload.len(), 5 << 20),
        Err(status) => assert_eq!(status.code(), Code::ResourceExhausted, "{status}"),
    }
}

async fn many_at_once(probe: &ProbeClient) {
    let calls: Vec<_> = (0..500)
        .map(|i| {
            let probe = probe.clone();
            tokio::spawn(async move {
                let request = Ask {
                    sleep_ms: 5,
                    ..ask(&i.to_string())
                };
                probe
                    .unary(request)
                    .await
                    .map(|answer| answer.into_inner().text)
            })
        })
        .collect();
    for (i, call) in calls.into_iter().enumerate() {
        let text = call.await.expect("no panic").expect("answered");
        assert_eq!(text, i.to_string());
    }
}

/// The twin without async, from a thread that knows no runtime.
fn blocking(address: &str) {
    let probe = ProbeClient::new(Channel::lazy(address).expect("a good target")).blocking();
    assert_eq!(probe.unary(ask("b")).expect("answered").text, "b");
    let answers = probe
        .server_stream(Ask {
            count: 5,
            ..ask("")
        })
        .expect("started");
    let indexes: Vec<u32> = answers
        .map(|answer| answer.expect("a message").index)
        .collect();
    assert_eq!(indexes, [0, 1, 2, 3, 4]);
    let mut call = probe.client_stream(()).expect("started");
    for text in ["a", "b"] {
        call.send(ask(text)).expect("sent");
    }
    assert_eq!(call.finish().expect("answered").text, "a,b");
    let mut call = probe.bidi(()).expect("started");
    call.send(ask("to")).expect("sent");
    assert_eq!(
        call.message()
            .expect("a message")
            .expect("not the end")
            .text,
        "to"
    );
    call.close_send().expect("closed");
    assert_eq!(call.message().expect("a clean end"), None);
}
