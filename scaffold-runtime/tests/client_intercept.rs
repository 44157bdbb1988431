//! Interceptors on the client, around all four call shapes.

mod client_support;

use std::sync::{Arc, Mutex};

use client_support::*;
use scaffold_runtime::{
    BidiStreaming, Call, Caller, Channel, ClientStreaming, Code, Interceptor, Next, Outcome,
    Request, Side, Status, Streaming,
};

/// Writes down what it sees.
#[derive(Clone)]
struct Log {
    name: &'static str,
    lines: Arc<Mutex<Vec<String>>>,
}

impl Log {
    fn new(name: &'static str) -> Log {
        Log {
            name,
            lines: Arc::default(),
        }
    }

    fn named(&self, name: &'static str) -> Log {
        Log {
            name,
            lines: self.lines.clone(),
        }
    }

    fn take(&self) -> Vec<String> {
        std::mem::take(&mut self.lines.lock().unwrap())
    }

    fn line(&self, text: String) {
        self.lines
            .lock()
            .unwrap()
            .push(format!("{} {text}", self.name));
    }
}

impl Interceptor for Log {
    async fn intercept<N: Next>(&self, mut call: Call, next: N) -> Outcome {
        assert_eq!(call.side(), Side::Client);
        self.line(format!("begins {}", call.spec().name()));
        call.metadata_mut().append("x-log", self.name).unwrap();
        let mut outcome = next.run(call).await;
        // Real interceptors wait for things, too.
        tokio::task::yield_now().await;
        self.line(format!(
            "{} sent {} received {} a={} end={}",
            outcome.code(),
            outcome.messages_sent(),
            outcome.messages_received(),
            outcome.metadata().get("x-a").unwrap_or("-"),
            outcome.trailers().get("x-end").unwrap_or("-"),
        ));
        outcome.trailers_mut().append("x-seen", self.name).unwrap();
        outcome
    }
}

/// Refuses without making the call.
struct Refuse;

impl Interceptor for Refuse {
    async fn intercept<N: Next>(&self, _: Call, _: N) -> Outcome {
        Status::permission_denied("not today").into()
    }
}

/// Puts another status in place of failures.
struct Mask;

impl Interceptor for Mask {
    async fn intercept<N: Next>(&self, call: Call, next: N) -> Outcome {
        let mut outcome = next.run(call).await;
        if outcome.status().is_err() {
            outcome.set_status(Err(Status::aborted("masked")));
        }
        outcome
    }
}

/// Echoes each message at the end; the end is what the first message says.
async fn echo() -> (String, Arc<Mutex<Vec<Vec<String>>>>) {
    let seen: Arc<Mutex<Vec<Vec<String>>>> = Arc::default();
    let target = calls({
        let seen = seen.clone();
        move |_, request, mut respond| {
            let log = request
                .headers()
                .get_all("x-log")
                .iter()
                .map(|v| v.to_str().unwrap().to_owned())
                .collect();
            seen.lock().unwrap().push(log);
            async move {
                let single = request.uri().path().ends_with("/Unary")
                    || request.uri().path().ends_with("/Client");
                let mut notes = unframe(&read_all(request.into_body()).await.unwrap());
                let code = notes[0].number.to_string();
                let head = headers(200, &[("content-type", "application/grpc"), ("x-a", "b")]);
                let mut body = respond.send_response(head, false).unwrap();
                if single {
                    notes.truncate(1);
                }
                for note in notes {
                    body.send_data(frame(&note), false).unwrap();
                }
                body.send_trailers(trailers(&[("grpc-status", &code), ("x-end", "z")]))
                    .unwrap();
            }
        }
    })
    .await;
    (target, seen)
}

#[tokio::test]
async fn first_listed_acts_first_on_all_shapes() {
    let (target, seen) = echo().await;
    let log = Log::new("A");
    let channel = Channel::connect(&target)
        .await
        .unwrap()
        .intercept(log.clone())
        .intercept(log.named("B"));
    let expect = |name: &str, sent: u32, received: u32, code: &str| {
        vec![
            format!("A begins {name}"),
            format!("B begins {name}"),
            format!("B {code} sent {sent} received {received} a=b end=z"),
            format!("A {code} sent {sent} received {received} a=b end=z"),
        ]
    };

    let response = channel
        .unary::<Note, Note>(&UNARY, Request::new(note("", 0)))
        .await
        .unwrap();
    assert_eq!(log.take(), expect("Unary", 1, 1, "OK"));
    assert_eq!(response.metadata().get("x-a"), Some("b"));
    assert_eq!(
        response.trailers().get_all("x-seen").collect::<Vec<_>>(),
        ["B", "A"]
    );

    let mut stream: Streaming<Note> = channel
        .server_streaming(&SERVER, Request::new(note("", 0)))
        .await
        .unwrap();
    assert_eq!(stream.metadata().get("x-a"), Some("b"));
    assert!(stream.message().await.unwrap().is_some());
    assert_eq!(log.take().len(), 2, "the call goes on");
    assert_eq!(stream.message().await.unwrap(), None);
    let trailers = stream.trailers().unwrap();
    assert_eq!(trailers.get_all("x-seen").collect::<Vec<_>>(), ["B", "A"]);
    assert_eq!(log.take(), expect("Server", 1, 1, "OK")[2..]);

    let mut call: ClientStreaming<Note, Note> = channel
        .client_streaming(&CLIENT, Request::new(()))
        .await
        .unwrap();
    for _ in 0..3 {
        call.send(note("", 0)).await.unwrap();
    }
    let response = call.finish().await.unwrap();
    assert_eq!(response.metadata().get("x-a"), Some("b"));
    assert_eq!(response.trailers().get("x-end"), Some("z"));
    assert_eq!(log.take(), expect("Client", 3, 1, "OK"));

    let mut call: BidiStreaming<Note, Note> = channel
        .bidi_streaming(&BIDI, Request::new(()))
        .await
        .unwrap();
    call.send(note("", 0)).await.unwrap();
    call.send(note("", 0)).await.unwrap();
    call.close_send().await.unwrap();
    while call.message().await.unwrap().is_some() {}
    assert_eq!(call.metadata().get("x-a"), Some("b"));
    assert_eq!(log.take(), expect("Bidi", 2, 2, "OK"));

    for log in seen.lock().unwrap().iter() {
        assert_eq!(log, &["A", "B"]);
    }
}

#[tokio::test]
async fn failures_are_seen_and_can_be_replaced() {
    let (target, _) = echo().await;
    let log = Log::new("A");
    let channel = Channel::connect(&target)
        .await
        .unwrap()
        .intercept(Mask)
        .intercept(log.clone());
    let last = || log.take().pop().unwrap();

    let status = channel
        .unary::<Note, Note>(&UNARY, Request::new(note("", 5)))
        .await
        .err()
        .unwrap();
    assert_eq!(status.message(), "masked");
    assert!(last().starts_with("A NOT_FOUND"));

    let mut stream: Streaming<Note> = channel
        .server_streaming(&SERVER, Request::new(note("", 5)))
        .await
        .unwrap();
    assert!(stream.message().await.unwrap().is_some());
    assert_eq!(stream.message().await.unwrap_err().message(), "masked");
    assert!(last().starts_with("A NOT_FOUND"));

    let mut call: ClientStreaming<Note, Note> = channel
        .client_streaming(&CLIENT, Request::new(()))
        .await
        .unwrap();
    call.send(note("", 5)).await.unwrap();
    assert_eq!(call.finish().await.unwrap_err().message(), "masked");
    assert!(last().starts_with("A NOT_FOUND"));

    let mut call: BidiStreaming<Note, Note> = channel
        .bidi_streaming(&BIDI, Request::new(()))
        .await
        .unwrap();
    call.send(note("", 5)).await.unwrap();
    call.close_send().await.unwrap();
    assert!(call.message().await.unwrap().is_some());
    assert_eq!(call.message().await.unwrap_err().message(), "masked");
    assert!(last().starts_with("A NOT_FOUND"));
}

#[tokio::test]
async fn a_call_can_be_refused_before_it_is_made() {
    // No server: refused calls do not even connect.
    let channel = Channel::lazy("127.0.0.1:1").unwrap().intercept(Refuse);
    let code = |status: Option<Status>| assert_eq!(status.unwrap().code(), Code::PermissionDenied);
    code(
        channel
            .unary::<Note, Note>(&UNARY, Request::new(note("", 0)))
            .await
            .err(),
    );
    code(
        channel
            .server_streaming::<Note, Note>(&SERVER, Request::new(note("", 0)))
            .await
            .err(),
    );
    code(
        channel
            .client_streaming::<Note, Note>(&CLIENT, Request::new(()))
            .await
            .err(),
    );
    code(
        channel
            .bidi_streaming::<Note, Note>(&BIDI, Request::new(()))
            .await
            .err(),
    );
}

/// Ends the call while it runs.
struct Impatient;

impl Interceptor for Impatient {
    async fn intercept<N: Next>(&self, call: Call, next: N) -> Outcome {
        let running = tokio::time::timeout(std::time::Duration::from_millis(50), next.run(call));
        running
            .await
            .unwrap_or_else(|_| Status::unavailable("too slow").into())
    }
}

#[tokio::test]
async fn an_interceptor_that_ends_early_cancels_the_call() {
    let (seen, mut saw) = tokio::sync::mpsc::channel(1);
    let target = calls(move |_, _, mut respond| {
        let seen = seen.clone();
        async move {
            let mut body = respond.send_response(ok_headers(), false).unwrap();
            let reason = std::future::poll_fn(|cx| body.poll_reset(cx)).await;
            seen.send(reason.ok()).await.unwrap();
        }
    })
    .await;
    let channel = Channel::connect(&target)
        .await
        .unwrap()
        .intercept(Impatient);
    let mut stream: Streaming<Note> = channel
        .server_streaming(&SERVER, Request::new(note("", 0)))
        .await
        .unwrap();
    assert_eq!(stream.message().await.unwrap_err().message(), "too slow");
    assert_eq!(saw.recv().await, Some(Some(h2::Reason::CANCEL)));

    let mut call: ClientStreaming<Note, Note> = channel
        .client_streaming(&CLIENT, Request::new(()))
        .await
        .unwrap();
    let status = loop {
        if let Err(status) = call.send(note(&"x".repeat(10_000), 0)).await {
            break status;
        }
    };
    assert_eq!(status.message(), "too slow");
    assert_eq!(saw.recv().await, Some(Some(h2::Reason::CANCEL)));
}
