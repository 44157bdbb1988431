//! Our service called by hand: heads, deadlines, back-pressure, cancellation, and
//! requests that break off.

use std::convert::Infallible;
use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response, StatusCode};
use http_body::{Body, Frame};
use http_body_util::{BodyExt, Full, StreamBody};
use scaffold_mounted_tests::Notes;
use scaffold_runtime::codegen::prost::Message;
use scaffold_runtime::tower::{GrpcService, Limits, ResponseBody};
use scaffold_runtime::{Call, Code, Identity, Interceptor, Next, Outcome, Peer};
use scaffold_tests::pb::probe::v1::probe::ProbeServer;
use scaffold_tests::pb::probe::v1::{Answer, Ask};
use scaffold_tests::probe::ProbeHandler;
use tower::ServiceExt;

type Probe<I = Identity> = GrpcService<ProbeServer<ProbeHandler>, I>;

fn probe() -> Probe {
    GrpcService::new(ProbeServer::new(ProbeHandler::default()))
}

fn noted(limits: Limits) -> (Probe<impl Interceptor>, Notes) {
    let notes = Notes::default();
    let probe = GrpcService::builder()
        .limits(limits)
        .intercept(notes.clone())
        .service(ProbeServer::new(ProbeHandler::default()));
    (probe, notes)
}

fn framed(ask: &Ask) -> Bytes {
    let message = ask.encode_to_vec();
    let mut out = vec![0];
    out.extend((message.len() as u32).to_be_bytes());
    out.extend(message);
    out.into()
}

fn request<B>(method: &str, body: B) -> Request<B> {
    Request::post(format!("/probe.v1.Probe/{method}"))
        .header("content-type", "application/grpc")
        .header("te", "trailers")
        .body(body)
        .unwrap()
}

fn asking(method: &str, ask: Ask) -> Request<Full<Bytes>> {
    request(method, Full::new(framed(&ask)))
}

fn with_timeout<B>(mut request: Request<B>, timeout: &'static str) -> Request<B> {
    let timeout = http::HeaderValue::from_static(timeout);
    request.headers_mut().append("grpc-timeout", timeout);
    request
}

async fn send<I, B>(probe: &Probe<I>, request: Request<B>) -> Response<ResponseBody>
where
    I: Interceptor,
    B: Body + Send + 'static,
{
    let Ok(response) = probe.clone().oneshot(request).await;
    response
}

/// The messages of a response, and its `grpc-status`.
async fn read(response: Response<ResponseBody>) -> (Vec<Answer>, String) {
    let at_once = response.headers().get("grpc-status").cloned();
    let is_over = response.body().is_end_stream();
    assert_eq!(at_once.is_some(), is_over, "trailers-only has no body");
    let Ok(all) = response.into_body().collect().await;
    let status = match at_once {
        Some(status) => status,
        None => all.trailers().unwrap()["grpc-status"].clone(),
    };
    let mut bytes = all.to_bytes();
    let mut answers = Vec::new();
    while !bytes.is_empty() {
        let prefix = bytes.split_to(5);
        let length = u32::from_be_bytes(prefix[1..].try_into().unwrap());
        answers.push(Answer::decode(bytes.split_to(length as usize)).unwrap());
    }
    (answers, status.to_str().unwrap().to_owned())
}

fn code(code: Code) -> String {
    (code as i32).to_string()
}

#[tokio::test]
async fn what_is_no_call_is_refused_as_by_our_server() {
    let refused = async |request| {
        let response = send(&probe(), request).await;
        assert!(response.body().is_end_stream());
        let status = response.headers()["grpc-status"].to_str().unwrap();
        (response.status(), status.to_owned())
    };
    let ask = || asking("Unary", Ask::default());

    // What is not gRPC is told so in plain text.
    let plain = async |request| {
        let response = send(&probe(), request).await;
        assert!(!response.headers().contains_key("grpc-status"));
        assert_eq!(
            response.headers()["content-type"],
            "text/plain; charset=utf-8"
        );
        let status = response.status();
        let Ok(all) = response.into_body().collect().await;
        let text = all.to_bytes();
        assert!(text.is_empty() || text.starts_with(b"This is a gRPC server: "));
        (status, text.is_empty())
    };
    for method in [http::Method::GET, http::Method::HEAD] {
        let mut request = ask();
        *request.method_mut() = method.clone();
        // What answers HEAD has no body.
        let answer = (StatusCode::METHOD_NOT_ALLOWED, method == http::Method::HEAD);
        assert_eq!(plain(request).await, answer);
    }
    let mut json = ask();
    json.headers_mut()
        .insert("content-type", "application/json".parse().unwrap());
    let answer = (StatusCode::UNSUPPORTED_MEDIA_TYPE, false);
    assert_eq!(plain(json).await, answer);

    let unknown = asking("Nope", Ask::default());
    let unimplemented = code(Code::Unimplemented);
    assert_eq!(
        refused(unknown).await,
        (StatusCode::OK, unimplemented.clone())
    );

    let mut encoded = ask();
    encoded
        .headers_mut()
        .insert("grpc-encoding", "snappy".parse().unwrap());
    assert_eq!(refused(encoded).await, (StatusCode::OK, unimplemented));

    let internal = code(Code::Internal);
    for timeouts in [&["1s"][..], &["123456789S"], &["1S", "1S"]] {
        let malformed = timeouts.iter().fold(ask(), |ask, t| with_timeout(ask, t));
        assert_eq!(refused(malformed).await, (StatusCode::OK, internal.clone()));
    }
    let late = with_timeout(ask(), "0n");
    let exceeded = code(Code::DeadlineExceeded);
    assert_eq!(refused(late).await, (StatusCode::OK, exceeded));
}

#[tokio::test(start_paused = true)]
async fn a_deadline_ends_a_call_before_and_after_its_head() {
    let (probe, notes) = noted(Limits::default());
    let slow = Ask {
        sleep_ms: 1000,
        count: 5,
        ..Ask::default()
    };
    let response = send(&probe, with_timeout(asking("Unary", slow.clone()), "250m")).await;
    assert_eq!(read(response).await, (vec![], code(Code::DeadlineExceeded)));

    let stream = with_timeout(asking("ServerStream", slow), "2500m");
    let (answers, status) = read(send(&probe, stream).await).await;
    assert_eq!((answers.len(), status), (2, code(Code::DeadlineExceeded)));
    assert!(answers[0].deadline_ms > 0, "the handler knows of it");
    let codes: Vec<_> = notes.all().iter().map(|went| went.code).collect();
    assert_eq!(codes, [Code::DeadlineExceeded; 2], "interceptors see it");
}

#[tokio::test]
async fn a_reader_that_waits_makes_the_handler_wait_and_one_that_leaves_cancels_it() {
    let (probe, notes) = noted(Limits::default());
    let endless = Ask {
        payload: vec![1; 1000],
        count: u32::MAX,
        ..Ask::default()
    };
    let mut body = send(&probe, asking("ServerStream", endless))
        .await
        .into_body();
    let first = body.frame().await.unwrap().unwrap();
    assert!(first.is_data());
    assert!(notes.all().is_empty());
    drop(body);
    let went = notes.all();
    assert_eq!((went.len(), went[0].code), (1, Code::Cancelled));
    let most = 2 * Limits::default().send_buffer as u64 / 1000;
    assert!((1..=most).contains(&went[0].sent), "{went:?}");
}

#[tokio::test]
async fn a_response_that_nobody_waits_for_is_cancelled() {
    let (probe, notes) = noted(Limits::default());
    let slow = Ask {
        sleep_ms: 60_000,
        ..Ask::default()
    };
    {
        let mut answer = pin!(probe.oneshot(asking("Unary", slow)));
        let polled = poll_fn(|cx| Poll::Ready(answer.as_mut().poll(cx))).await;
        assert!(polled.is_pending() && notes.all().is_empty());
    }
    assert_eq!(notes.all()[0].code, Code::Cancelled);
}

/// Asks without end, and counts how often it is asked for more.
struct Endless(Arc<AtomicUsize>, Bytes);

impl Body for Endless {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        self.0.fetch_add(1, Ordering::Relaxed);
        Poll::Ready(Some(Ok(Frame::data(self.1.clone()))))
    }
}

#[tokio::test]
async fn a_handler_that_waits_makes_the_client_wait() {
    let (probe, _) = noted(Limits {
        receive_buffer: 10_000,
        ..Limits::default()
    });
    let ask = Ask {
        payload: vec![1; 990],
        sleep_ms: 60_000,
        ..Ask::default()
    };
    let pieces = Arc::new(AtomicUsize::new(0));
    let body = Endless(pieces.clone(), framed(&ask));
    let mut answer = pin!(probe.oneshot(request("ClientStream", body)));
    for _ in 0..50 {
        let polled = poll_fn(|cx| Poll::Ready(answer.as_mut().poll(cx))).await;
        assert!(polled.is_pending());
        tokio::task::yield_now().await;
    }
    // The buffer, what the decoder took of it, and the buffer again.
    let pieces = pieces.load(Ordering::Relaxed);
    assert!((2..=30).contains(&pieces), "{pieces}");
}

#[tokio::test]
async fn a_request_that_breaks_off_is_a_client_that_is_gone() {
    for (method, sleep_ms) in [("ClientStream", 0), ("Bidi", 0), ("Bidi", 60_000)] {
        let (probe, notes) = noted(Limits::default());
        let ask = Ask {
            sleep_ms,
            ..Ask::default()
        };
        let pieces = [Ok(Frame::data(framed(&ask))), Err("the wire is cut")];
        let broken = StreamBody::new(tokio_stream::iter(pieces));
        let response = send(&probe, request(method, broken)).await;
        let (_, status) = read(response).await;
        assert_eq!(status, code(Code::Cancelled), "{method}");
        assert_eq!(notes.all()[0].code, Code::Cancelled, "{method}");
    }
}

#[tokio::test]
async fn limits_hold_both_ways() {
    let (probe, _) = noted(Limits {
        max_receive_message_size: 100,
        max_send_message_size: 1000,
        ..Limits::default()
    });
    let exhausted = code(Code::ResourceExhausted);
    let long = Ask {
        payload: vec![1; 101],
        ..Ask::default()
    };
    let (_, status) = read(send(&probe, asking("Unary", long)).await).await;
    assert_eq!(status, exhausted);
    let long_answer = Ask {
        answer_size: 1001,
        ..Ask::default()
    };
    let (_, status) = read(send(&probe, asking("Unary", long_answer)).await).await;
    assert_eq!(status, exhausted);

    let (probe, _) = noted(Limits {
        in_flight_request_bytes: 1000,
        ..Limits::default()
    });
    let long = framed(&Ask {
        payload: vec![1; 20_000],
        ..Ask::default()
    });
    let halves = [long.slice(..10_000), long.slice(10_000..)];
    let halves = halves.map(|half| Ok::<_, Infallible>(Frame::data(half)));
    let body = StreamBody::new(tokio_stream::iter(halves));
    let (_, status) = read(send(&probe, request("Unary", body)).await).await;
    assert_eq!(status, exhausted);
}

/// Panics once it knows the peer.
struct Panics;

impl Interceptor for Panics {
    async fn intercept<N: Next>(&self, call: Call, _: N) -> Outcome {
        panic!("{:?}", call.peer());
    }
}

#[tokio::test]
async fn a_panic_is_internal_and_says_nothing() {
    let probe = GrpcService::builder()
        .intercept(Panics)
        .service(ProbeServer::new(ProbeHandler::default()));
    let response = send(&probe, asking("Unary", Ask::default())).await;
    assert_eq!(response.headers()["grpc-message"], "the handler panicked");
    assert_eq!(read(response).await.1, code(Code::Internal));
}

/// Says what it knows of the peer and of the request's extensions.
struct Knows;

impl Interceptor for Knows {
    async fn intercept<N: Next>(&self, call: Call, _: N) -> Outcome {
        let peer = call.peer().map(Peer::to_string).unwrap_or_default();
        let extensions = call.extensions().get::<http::Extensions>();
        let number = extensions.and_then(|all| all.get::<u8>());
        scaffold_runtime::Status::aborted(format!("{peer} {number:?}")).into()
    }
}

#[tokio::test]
async fn a_peer_and_extensions_come_from_the_request() {
    let probe = GrpcService::builder()
        .intercept(Knows)
        .service(ProbeServer::new(ProbeHandler::default()));
    let mut request = asking("Unary", Ask::default());
    let address: std::net::SocketAddr = ([192, 0, 2, 1], 7).into();
    request.extensions_mut().insert(Peer::new(address));
    request.extensions_mut().insert(5u8);
    let response = send(&probe, request).await;
    let message = response.headers()["grpc-message"].to_str().unwrap();
    assert_eq!(message, "192.0.2.1:7 Some(5)");
}

#[tokio::test]
async fn ends_that_come_late_are_still_heard() {
    // The last piece of the request comes when the handler already waits.
    let (sender, receiver) = tokio::sync::mpsc::channel::<Result<_, Infallible>>(1);
    let stream = tokio_stream::wrappers::ReceiverStream::new(receiver);
    let answer = tokio::spawn(async move {
        let response = send(&probe(), request("Bidi", StreamBody::new(stream))).await;
        read(response).await
    });
    for index in 0..3 {
        tokio::time::sleep(Duration::from_millis(5)).await;
        let text = index.to_string();
        let ask = Ask {
            text,
            ..Ask::default()
        };
        sender.send(Ok(Frame::data(framed(&ask)))).await.unwrap();
    }
    drop(sender);
    let (answers, status) = answer.await.unwrap();
    let texts: Vec<_> = answers.iter().map(|answer| &*answer.text).collect();
    assert_eq!((texts, status), (vec!["0", "1", "2"], code(Code::Ok)));
}
