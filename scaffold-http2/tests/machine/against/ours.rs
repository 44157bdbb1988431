//! The bytes into this crate.

use scaffold_http2::{Config, Field, Role, Template};

use super::outcome::Outcome;
use crate::support::{Event, Side};

pub(super) fn run(role: Role, greeting: &[u8], frames: &[Vec<u8>]) -> Outcome {
    let mut side = Side::new(
        role,
        Config {
            stream_window: 65_535,
            connection_window: 65_535,
            ..Config::default()
        },
    );
    side.seen.hold = true;
    if role == Role::Client {
        let post = Template::new(&[
            Field::new(":method", "POST"),
            Field::new(":scheme", "http"),
            Field::new(":path", "/"),
        ]);
        let post = post.unwrap();
        for _ in 0..4 {
            side.session().open(&post, &[], false).unwrap();
        }
    }
    let mut output = Vec::new();
    for bytes in std::iter::once(&greeting.to_vec()).chain(frames) {
        let received = side.send(bytes);
        output.extend(side.output());
        if received.is_err() {
            break;
        }
    }
    let mut outcome = Outcome::default();
    for event in side.events() {
        let sorted = |mut fields: Vec<_>| {
            fields.sort();
            fields
        };
        match event {
            Event::Head(id, _, fields, end) => {
                let seen = outcome.streams.entry(id).or_default();
                seen.head = Some(sorted(fields));
                seen.ended = end;
            }
            Event::Data(id, bytes, end) => {
                let seen = outcome.streams.entry(id).or_default();
                seen.body.extend(bytes);
                seen.ended |= end;
            }
            Event::Trailers(id, fields) => {
                let seen = outcome.streams.entry(id).or_default();
                seen.trailers = Some(sorted(fields));
                seen.ended = true;
            }
            Event::Reset(id, ..) => outcome.streams.entry(id).or_default().broken = true,
            _ => {}
        }
    }
    outcome.frames(&output);
    outcome
}
