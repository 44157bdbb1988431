//! A server that sends one message after the other on one stream.

use std::io::IoSlice;
use std::time::{Duration, Instant};

use bytes::Bytes;
use scaffold_http2::{
    Config, Connection, Field, Handler, Head, Reset, Session, Stream, Template, Time,
};

#[derive(Default)]
struct Keep(Option<Stream>);

impl Handler for Keep {
    fn head(&mut self, _session: &mut Session, stream: Stream, _head: &Head<'_>, _end: bool) {
        self.0 = Some(stream);
    }

    fn data(&mut self, _: &mut Session, _: Stream, _: &[u8], _: bool) {}

    fn trailers(&mut self, _: &mut Session, _: Stream, _: &Head<'_>) {}

    fn reset(&mut self, _: &mut Session, _: Stream, _: Reset) {}
}

/// Nanoseconds per message of `size` bytes.
pub(crate) fn streaming(size: usize) -> f64 {
    let now = Time::default();
    let mut keep = Keep::default();
    let mut server = Connection::server(Config::default(), now);
    let mut opening = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_vec();
    opening.extend([0, 0, 0, 4, 0, 0, 0, 0, 0]);
    opening.extend([0, 0, 3, 1, 5, 0, 0, 0, 1, 0x82, 0x86, 0x84]);
    server.receive(&opening, now, &mut keep).expect("a request");
    let stream = keep.0.expect("a stream");
    let head = Template::new(&[Field::new(":status", "200")]).expect("a fine head");
    server
        .session()
        .send_headers(stream, &head, &[], false)
        .expect("open");
    let message = Bytes::from(vec![1; size]);
    // Half of the first window, prefixes left aside.
    let turn = (32 << 10) / size.clamp(22, 32 << 10);
    let mut times = Vec::new();
    for _ in 0..if size > 65_536 { 300 } else { 3_000 } {
        let start = Instant::now();
        for _ in 0..turn {
            if size > 65_536 {
                server
                    .session()
                    .send_bytes(stream, message.clone(), false)
                    .expect("room");
            } else {
                let frame = server.session().data_frame(stream, size);
                let mut frame = frame.expect("room");
                frame.buffer().extend_from_slice(&message);
                frame.finish(false).expect("room");
            }
        }
        loop {
            server.flush(now, &mut keep);
            let session = server.session();
            let mut slices = [IoSlice::new(&[]); 32];
            let filled = session.output_slices(&mut slices);
            let count = slices[..filled].iter().map(|slice| slice.len()).sum();
            session.advance(count);
            let mut updates = Vec::new();
            for id in [0, 1] {
                let increment = (count as u32).max(1).to_be_bytes();
                updates.extend([0, 0, 4, 8, 0, 0, 0, 0, id]);
                updates.extend(increment);
            }
            server.receive(&updates, now, &mut keep).expect("windows");
            if count == 0 {
                break;
            }
        }
        times.push(start.elapsed());
    }
    times.sort();
    let best = &times[..times.len() / 4];
    best.iter().sum::<Duration>().as_nanos() as f64 / (best.len() * turn) as f64
}
