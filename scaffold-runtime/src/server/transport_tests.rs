//! A connection over a transport that does as it is told.

use std::collections::VecDeque;
use std::future::{Ready, ready};
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, Wake, Waker};

use scaffold_http2::{Config, Connection, ErrorCode, Field, Handler, Head, Reset, Session};
use scaffold_http2::{Stream, Template, Time};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::ServerConfig;
use super::crowd::Crowd;
use super::engine::Engine;
use super::exchange::{CallLimits, Start};
use super::heads::Door;
use super::requests::Body;
use super::router::Router;
use super::transport::{Step, Transport};
use crate::compression::CompressionConfig;
use crate::counters::Counters;
use crate::framing::Rules;
use crate::pool::Budget;
use crate::{CallShape, Metadata, MethodSpec, Outcome, Peer, PeerAddress, ServiceSpec, Status};

const SAY: MethodSpec = MethodSpec::new("/test.Echo/Say", CallShape::Unary);
static SPEC: ServiceSpec = ServiceSpec::new("test.Echo", &[SAY], None);

/// The peer's end, and the system between.
#[derive(Default)]
struct Gate {
    /// What comes, a read at a time.
    input: VecDeque<Vec<u8>>,
    /// What goes out arrives only when it is flushed.
    holds: bool,
    /// Nothing more goes out.
    shut: bool,
    held: Vec<u8>,
    arrived: Vec<u8>,
}

impl AsyncRead for Gate {
    fn poll_read(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let Some(mut next) = self.input.pop_front() else {
            return Poll::Pending;
        };
        let rest = next.split_off(next.len().min(buf.remaining()));
        if !rest.is_empty() {
            self.input.push_front(rest);
        }
        buf.put_slice(&next);
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Gate {
    fn poll_write(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
        data: &[u8],
    ) -> Poll<io::Result<usize>> {
        if self.shut {
            return Poll::Pending;
        }
        match self.holds {
            true => self.held.extend_from_slice(data),
            false => self.arrived.extend_from_slice(data),
        }
        Poll::Ready(Ok(data.len()))
    }

    fn poll_flush(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        if self.shut {
            return Poll::Pending;
        }
        let held = std::mem::take(&mut self.held);
        self.arrived.extend(held);
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}

#[derive(Default)]
struct Woken(AtomicBool);

impl Wake for Woken {
    fn wake(self: Arc<Self>) {
        self.0.store(true, Ordering::SeqCst);
    }
}

/// A client that only asks.
struct Asking {
    http2: Connection,
    template: Template,
}

struct Deaf;

impl Handler for Deaf {
    fn head(&mut self, _: &mut Session, _: Stream, _: &Head<'_>, _: bool) {}
    fn data(&mut self, _: &mut Session, _: Stream, _: &[u8], _: bool) {}
    fn trailers(&mut self, _: &mut Session, _: Stream, _: &Head<'_>) {}
    fn reset(&mut self, _: &mut Session, _: Stream, _: Reset) {}
}

impl Asking {
    fn new() -> Asking {
        let config = Config {
            stream_window: 1 << 30,
            connection_window: 1 << 30,
            ..Config::default()
        };
        let template = Template::new(&[
            Field::new(":method", "POST"),
            Field::new(":scheme", "http"),
            Field::new(":path", "/test.Echo/Say"),
            Field::new("content-type", "application/grpc"),
        ]);
        Asking {
            http2: Connection::client(config, Time::default()),
            template: template.unwrap(),
        }
    }

    /// The bytes of some calls; each says how many came before it.
    fn calls(&mut self, numbers: std::ops::Range<u8>) -> Vec<u8> {
        let session = self.http2.session();
        for number in numbers {
            let stream = session.open(&self.template, &[], false).unwrap();
            let body = [0, 0, 0, 0, 1, number];
            session.send_data(stream, &body, true).unwrap();
        }
        self.output()
    }

    /// The heads of some calls whose messages do not come; each says how many
    /// came before it.
    fn heads(&mut self, numbers: std::ops::Range<u8>) -> Vec<u8> {
        for number in numbers {
            let number = number.to_string();
            let fields = [Field::new("x-number", &*number)];
            let session = self.http2.session();
            session.open(&self.template, &fields, false).unwrap();
        }
        self.output()
    }

    fn output(&mut self) -> Vec<u8> {
        self.http2.flush(Time::default(), &mut Deaf);
        let session = self.http2.session();
        let bytes = session.output().unwrap().to_vec();
        session.advance(bytes.len());
        bytes
    }
}

fn limits() -> CallLimits {
    CallLimits {
        budget: Arc::new(Budget::new(1 << 20)),
        responses: Arc::new(Budget::new(64 << 20)),
        calls: Crowd::new(usize::MAX),
        max_receive: 1 << 20,
        max_elements: usize::MAX,
        rules: Rules::new(4 << 20, &CompressionConfig::default()),
        body_timeout: std::time::Duration::from_secs(60),
        pipe_room: 1 << 16,
        counters: Counters::new(),
    }
}

/// Serves `gate`, answering each call with what `answer` makes of its number,
/// until nothing has woken the connection after a turn for the second time;
/// `between` comes after each, and is told how often that has been.
fn serve(
    gate: Gate,
    mut answer: impl FnMut(u8) -> Outcome,
    mut between: impl FnMut(usize, &mut Gate),
    end: &str,
) -> Vec<u8> {
    let router = Router::new(&[&SPEC], |_| false).unwrap();
    let begin = |start: Start| -> Ready<Outcome> {
        let number = match start.body {
            Body::Message(message) => message[0],
            Body::Pipe(_) => {
                let number = start.parts.metadata.get("x-number");
                number.and_then(|number| number.parse().ok()).unwrap()
            }
        };
        ready(answer(number))
    };
    let peer = Peer::new(PeerAddress::Memory);
    let config = ServerConfig::default();
    let door = Door {
        router: &router,
        compression: &config.compression,
    };
    let engine = Engine::new(door, limits(), peer, begin);
    let http2 = super::connection::http2(&config);
    let mut transport = Transport::new(gate, http2, &config, engine);
    let counters = Counters::new();
    let woken = Arc::new(Woken::default());
    let waker = Waker::from(woken.clone());
    let mut idle = 0;
    while idle < 2 {
        let step = transport.turn(&mut Context::from_waker(&waker), &counters);
        assert_eq!(step, Step::Open);
        idle += usize::from(!woken.0.swap(false, Ordering::SeqCst));
        between(idle, transport.io());
    }
    transport.abort(ErrorCode::NO_ERROR, end);
    let (gate, output) = transport.end(&counters);
    [gate.arrived, output].concat()
}

/// An answer whose head does not count as data: no window holds it back.
fn long_failure() -> Outcome {
    let mut trailers = Metadata::new();
    trailers.insert("x-long", &"x".repeat(8_000)).unwrap();
    Outcome::from(Status::aborted("")).with_trailers(trailers)
}

#[test]
fn what_came_while_the_output_was_full_is_answered_when_it_is_not() {
    let mut client = Asking::new();
    let gate = Gate {
        input: [client.calls(0..150)].into(),
        shut: true,
        ..Gate::default()
    };
    let mut more = Some(client.calls(150..160));
    let mut begun = Vec::new();
    serve(
        gate,
        |number| {
            begun.push(number);
            long_failure()
        },
        // More comes, and all of the output is taken at once.
        |idle, gate| {
            if idle > 0 {
                gate.input.extend(more.take());
                gate.shut = false;
            }
        },
        "",
    );
    assert_eq!(begun, (0..160).collect::<Vec<_>>());
}

#[test]
fn what_a_transport_holds_back_is_flushed() {
    let mut client = Asking::new();
    let gate = Gate {
        input: [client.calls(0..1)].into(),
        holds: true,
        ..Gate::default()
    };
    let arrived = serve(gate, |_| long_failure(), |_, _| {}, "");
    let long = arrived
        .windows(100)
        .any(|part| part.iter().all(|c| *c == 0xf3));
    assert!(long || arrived.len() > 4_000, "{} bytes", arrived.len());
}

#[test]
fn the_last_output_is_whole() {
    let mut client = Asking::new();
    let gate = Gate {
        input: [client.calls(0..20)].into(),
        shut: true,
        ..Gate::default()
    };
    let answer = |_| {
        let message = vec![7u8; 1 << 20];
        let frame = crate::framing::frame(&message, &limits().rules).unwrap();
        Outcome::of_reply(frame, Metadata::new(), Metadata::new(), 1)
    };
    let output = serve(gate, answer, |_, _| {}, "so long");
    assert!(output.len() > 256 << 10 && output.ends_with(b"so long"));
}

#[test]
fn requests_wait_in_the_order_they_came() {
    let mut client = Asking::new();
    // The second half comes when the first turn is over.
    let gate = Gate {
        input: [client.calls(0..60)].into(),
        ..Gate::default()
    };
    let mut second = Some(client.calls(60..120));
    let mut begun = Vec::new();
    serve(
        gate,
        |number| {
            begun.push(number);
            std::thread::sleep(std::time::Duration::from_micros(200));
            Outcome::new(Err(Status::aborted("")))
        },
        |_, gate| gate.input.extend(second.take()),
        "",
    );
    assert_eq!(begun, (0..120).collect::<Vec<_>>());
}

#[test]
fn requests_that_do_not_come_whole_begin_in_the_order_they_came() {
    let mut client = Asking::new();
    let gate = Gate {
        input: [client.heads(0..60)].into(),
        ..Gate::default()
    };
    let mut begun = Vec::new();
    serve(
        gate,
        |number| {
            begun.push(number);
            Outcome::new(Err(Status::aborted("")))
        },
        |_, _| {},
        "",
    );
    assert_eq!(begun, (0..60).collect::<Vec<_>>());
}
