//! Interceptors on a server: order, refusal, what they see and change.

mod server_support;

use std::sync::{Arc, Mutex};

use scaffold_runtime::{Call, Chain, Interceptor, Next, Outcome, Server, Side, Status};
use server_support::raw::{frame, headers, raw_frame};
use server_support::*;

/// Writes down what it sees.
#[derive(Clone, Default)]
struct Diary {
    name: &'static str,
    lines: Arc<Mutex<Vec<String>>>,
}

impl Diary {
    fn new(name: &'static str, lines: &Arc<Mutex<Vec<String>>>) -> Diary {
        Diary {
            name,
            lines: lines.clone(),
        }
    }

    fn write(&self, line: String) {
        self.lines
            .lock()
            .unwrap()
            .push(format!("{} {line}", self.name));
    }
}

impl Interceptor for Diary {
    async fn intercept<N: Next>(&self, mut call: Call, next: N) -> Outcome {
        assert_eq!(call.side(), Side::Server);
        assert!(
            call.peer()
                .unwrap()
                .socket_addr()
                .unwrap()
                .ip()
                .is_loopback()
        );
        self.write(format!("in {}", call.spec().name()));
        call.metadata_mut().append("x-seen-by", self.name).unwrap();
        call.response_metadata_mut()
            .append("x-passed", self.name)
            .unwrap();
        let mut outcome = next.run(call).await;
        self.write(format!(
            "out {} {}/{}",
            outcome.code(),
            outcome.messages_received(),
            outcome.messages_sent()
        ));
        outcome.trailers_mut().append("x-left", self.name).unwrap();
        outcome
    }
}

struct Refuse;

impl Interceptor for Refuse {
    async fn intercept<N: Next>(&self, call: Call, next: N) -> Outcome {
        match call.metadata().get("x-token") {
            Some("letmein") => next.run(call).await,
            _ => Status::unauthenticated("who is it?").into(),
        }
    }
}

/// Puts a failure in place of every success.
struct Spoil;

impl Interceptor for Spoil {
    async fn intercept<N: Next>(&self, call: Call, next: N) -> Outcome {
        let mut outcome = next.run(call).await;
        outcome.set_status(Err(Status::data_loss("spoiled")));
        outcome
    }
}

#[tokio::test]
async fn first_listed_acts_first_and_sees_the_answer_last() {
    let lines = Arc::default();
    // Before the service and after it: it makes no difference.
    let server = Server::new(config())
        .intercept(Diary::new("a", &lines))
        .add_service(EchoServer::new(Hooks::default()))
        .intercept(Diary::new("b", &lines))
        .bind()
        .unwrap();
    let (address, handle) = (server.local_addr().socket_addr().unwrap(), server.handle());
    let done = tokio::spawn(server.serve());
    let client = Client::connect(address).await;
    let reply = client.say(&note("", 1)).await;
    let all = |map: &http::HeaderMap, name: &str| {
        map.get_all(name)
            .iter()
            .map(|value| value.to_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(all(&reply.headers, "x-seen-by"), ["a", "b"]);
    assert_eq!(all(&reply.headers, "x-passed"), ["a", "b"]);
    assert_eq!(all(&reply.trailers, "x-left"), ["b", "a"]);
    assert_eq!(
        *lines.lock().unwrap(),
        ["a in Say", "b in Say", "b out OK 1/1", "a out OK 1/1"]
    );
    handle.shutdown();
    done.await.unwrap().unwrap();
}

#[tokio::test]
async fn every_shape_is_seen_and_counted() {
    let lines = Arc::default();
    let server = start_with(config(), Diary::new("a", &lines)).await;
    let client = server.client().await;
    let frames = [frame(&note("", 3)), frame(&note("", 4))];
    for (path, frames) in [
        ("Repeat", &frames[..1]),
        ("Gather", &frames[..]),
        ("Chat", &frames[..]),
    ] {
        let reply = client
            .call(&format!("/test.Echo/{path}"), headers(&[]), frames)
            .await;
        assert_eq!(
            (reply.code(), reply.text("x-left").as_deref()),
            (0, Some("a")),
            "{path}"
        );
        assert_eq!(reply.headers["x-passed"], "a", "{path}");
    }
    let expected = [
        "a in Repeat",
        "a out OK 1/3",
        "a in Gather",
        "a out OK 2/1",
        "a in Chat",
        "a out OK 2/2",
    ];
    assert_eq!(*lines.lock().unwrap(), expected);
}

#[tokio::test]
async fn they_refuse_and_spoil() {
    let server = start_with(config(), Refuse).await;
    let client = server.client().await;
    let refused = client.say(&note("", 1)).await;
    assert_eq!(
        (refused.code(), refused.trailers_only, server.hooks.begun()),
        (16, true, 0)
    );
    let sent = headers(&[("x-token", "letmein")]);
    assert_eq!(
        client
            .call("/test.Echo/Say", sent, &[frame(&note("", 1))])
            .await
            .code(),
        0
    );

    let server = start_with(config(), Chain::new(Spoil, scaffold_runtime::Identity)).await;
    let reply = server.client().await.say(&note("", 1)).await;
    assert_eq!(
        (reply.code(), reply.trailers_only, reply.notes().len()),
        (15, true, 0)
    );
}

#[tokio::test]
async fn they_see_calls_that_are_cut_off() {
    let lines = Arc::default();
    let server = start_with(config(), Diary::new("a", &lines)).await;
    let client = server.client().await;
    let sent = headers(&[("grpc-timeout", "50m")]);
    assert_eq!(
        client
            .call("/test.Echo/Say", sent, &[frame(&note("hang", 1))])
            .await
            .code(),
        4
    );
    let mut open = client.open("/test.Echo/Repeat", headers(&[])).await;
    open.body.send_data(frame(&note("hang", 2)), true).unwrap();
    until("the handler begins", || server.hooks.begun() == 2).await;
    open.body.send_reset(h2::Reason::CANCEL);
    until("both are written", || lines.lock().unwrap().len() == 4).await;
    let lines = lines.lock().unwrap();
    assert_eq!(lines[1], "a out DEADLINE_EXCEEDED 0/0");
    assert_eq!(lines[3], "a out CANCELLED 1/2");
}

/// Says that all is well, whatever the handler answered.
struct Whitewash;

impl Interceptor for Whitewash {
    async fn intercept<N: Next>(&self, call: Call, next: N) -> Outcome {
        let outcome = next.run(call).await;
        assert!(outcome.status().is_err());
        Outcome::new(Ok(()))
    }
}

/// A response that is not there is no success, however the request came: whole,
/// or in pieces through a pipe.
#[tokio::test]
async fn success_without_a_response_is_a_failure() {
    let server = start_with(config(), Whitewash).await;
    let client = server.client().await;
    let whole = client.say(&note("fail", 1)).await;
    let mut open = client.open("/test.Echo/Say", headers(&[])).await;
    let frame = frame(&note("fail", 2));
    let (first, second) = frame.split_at(3);
    open.body.send_data(first.to_vec().into(), false).unwrap();
    tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    open.body.send_data(second.to_vec().into(), true).unwrap();
    let pieces = open.reply().await;
    for reply in [whole, pieces] {
        let said = (reply.code(), reply.message());
        let text = "an interceptor claimed success without a response".to_owned();
        assert_eq!(said, (13, text));
    }
    // Of a method that streams, no message is an answer.
    let failing = [raw_frame(7, b"")];
    let streamed = client
        .call("/test.Echo/Gather", headers(&[]), &failing)
        .await;
    assert_eq!(streamed.code(), 13);
    let streamed = client
        .call("/test.Echo/Repeat", headers(&[]), &failing)
        .await;
    assert_eq!(streamed.code(), 0);
}
