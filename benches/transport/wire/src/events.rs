//! What frames do to a connection.

use std::io::{self, Read};

use crate::connection::{Connection, Plan};
use crate::frame::{
    ACK, DATA, Frame, GOAWAY, HEADERS, PING, RST_STREAM, SETTINGS, WINDOW_UPDATE, number, write,
};
use crate::histogram::Histogram;

/// What one turn of the load has seen.
pub(crate) struct Seen {
    pub(crate) calls: u64,
    pub(crate) messages: u64,
    pub(crate) bytes: u64,
    pub(crate) latency: Histogram,
    /// Nanoseconds since the epoch, read once a turn.
    pub(crate) now: u64,
    /// Whether calls that end are followed by others.
    pub(crate) again: bool,
    /// Whether what is answered is at once asked again.
    pub(crate) closed: bool,
}

/// Reads what is there and handles it. `buffer` is all connections'.
pub(crate) fn read(
    connection: &mut Connection,
    buffer: &mut [u8],
    plan: &Plan,
    seen: &mut Seen,
) -> Result<(), String> {
    loop {
        let held = connection.partial.len();
        buffer[..held].copy_from_slice(&connection.partial);
        connection.partial.clear();
        let len = match connection.socket.read(&mut buffer[held..]) {
            Ok(0) => return Err("the server closed a connection".into()),
            Ok(len) => held + len,
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                connection.partial.extend_from_slice(&buffer[..held]);
                return Ok(());
            }
            Err(error) => return Err(format!("cannot read: {error}")),
        };
        let mut rest = &buffer[..len];
        while let Some((frame, behind)) = Frame::cut(rest) {
            handle(connection, &frame, plan, seen)?;
            rest = behind;
        }
        connection.partial.extend_from_slice(rest);
        if len < buffer.len() {
            // The socket was emptied; the next bytes are an event of their own.
            return Ok(());
        }
    }
}

fn handle(
    connection: &mut Connection,
    frame: &Frame<'_>,
    plan: &Plan,
    seen: &mut Seen,
) -> Result<(), String> {
    match frame.kind {
        DATA => data(connection, frame, plan, seen)?,
        HEADERS if frame.ends() => end(connection, frame.stream, plan, seen)?,
        SETTINGS if frame.flags & ACK == 0 => settings(connection, frame.payload),
        PING if frame.flags & ACK == 0 => write(&mut connection.out, PING, ACK, 0, frame.payload),
        WINDOW_UPDATE if frame.stream == 0 => connection.window += i64::from(number(frame.payload)),
        WINDOW_UPDATE => {
            if let Some(call) = connection.call(frame.stream) {
                call.window += i64::from(number(frame.payload));
            }
        }
        RST_STREAM => {
            // After its answer a server may say that it wants no more of the request.
            if connection.call(frame.stream).is_some() {
                return Err(format!(
                    "stream {} was reset with {}",
                    frame.stream,
                    number(frame.payload)
                ));
            }
        }
        GOAWAY => {
            let text = String::from_utf8_lossy(&frame.payload[8..]).into_owned();
            return Err(format!(
                "GOAWAY with {}: {text}",
                number(&frame.payload[4..])
            ));
        }
        _ => {}
    }
    Ok(())
}

fn settings(connection: &mut Connection, payload: &[u8]) {
    for setting in payload.chunks_exact(6) {
        let value = number(&setting[2..]);
        match u16::from_be_bytes([setting[0], setting[1]]) {
            3 => connection.max_streams = value as usize,
            4 => {
                let change = i64::from(value) - connection.initial;
                connection.initial += change;
                connection
                    .calls
                    .iter_mut()
                    .for_each(|call| call.window += change);
            }
            _ => {}
        }
    }
    write(&mut connection.out, SETTINGS, ACK, 0, &[]);
    connection.ready = true;
}

fn data(
    connection: &mut Connection,
    frame: &Frame<'_>,
    plan: &Plan,
    seen: &mut Seen,
) -> Result<(), String> {
    connection.grant(frame.stream, frame.payload.len() as u32);
    let Some(call) = connection.call(frame.stream) else {
        return Ok(());
    };
    let ended = call.take(frame.data());
    seen.messages += ended;
    seen.bytes += frame.payload.len() as u64;
    if plan.chat {
        for _ in 0..ended {
            if seen.again {
                connection.say(frame.stream, plan);
            } else {
                connection.finish(frame.stream);
            }
        }
    }
    if frame.ends() {
        return Err("a stream ended without trailers".into());
    }
    Ok(())
}

fn end(
    connection: &mut Connection,
    stream: u32,
    plan: &Plan,
    seen: &mut Seen,
) -> Result<(), String> {
    let Some(call) = connection.end(stream) else {
        return Ok(());
    };
    // A status that is no OK comes without the message.
    if let Some(answer) = plan.answer
        && answer != (call.messages, call.bytes)
    {
        return Err(format!(
            "an answer of {} messages, {} bytes; expected {answer:?}",
            call.messages, call.bytes
        ));
    }
    seen.calls += 1;
    seen.latency.record(seen.now.saturating_sub(call.due));
    if seen.again && seen.closed {
        connection.waiting.push_back(seen.now);
    }
    Ok(())
}
