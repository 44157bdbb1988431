//! One connection: its calls, its windows, what waits to be written.

use std::collections::VecDeque;
use std::io::{self, Write};

use mio::net::TcpStream;

use crate::call::Call;
use crate::frame::{self, DATA, END_HEADERS, END_STREAM, HEADERS, WINDOW_UPDATE};
use crate::request::Blocks;

/// Window of each stream, and of a connection.
pub(crate) const STREAM_WINDOW: u32 = 8 << 20;
pub(crate) const CONNECTION_WINDOW: u32 = 64 << 20;

/// What every call is.
pub(crate) struct Plan {
    pub(crate) blocks: Blocks,
    /// The message with its prefix.
    pub(crate) body: Vec<u8>,
    /// Whether a call goes on, message for message, until the load ends.
    pub(crate) chat: bool,
    /// What the answer must be: messages, and their bytes.
    pub(crate) answer: Option<(u64, u64)>,
}

/// One end of a connection.
pub(crate) struct Connection {
    pub(crate) socket: TcpStream,
    /// The beginning of a frame that has not come whole.
    pub(crate) partial: Vec<u8>,
    pub(crate) out: Vec<u8>,
    /// Bytes of `out` that are written.
    written: usize,
    next: u32,
    /// The stream of the first of `calls`; idle streams are below.
    pub(crate) base: u32,
    pub(crate) calls: VecDeque<Call>,
    /// Calls in flight.
    pub(crate) live: usize,
    /// When those calls were due that windows or streams hold back.
    pub(crate) waiting: VecDeque<u64>,
    pub(crate) window: i64,
    pub(crate) initial: i64,
    /// Bytes that came since we last gave some back.
    pub(crate) received: u32,
    pub(crate) max_streams: usize,
    idle: usize,
    /// Whether the server's settings came.
    pub(crate) ready: bool,
}

// === impl Connection ===

impl Connection {
    pub(crate) fn new(socket: TcpStream) -> Connection {
        let mut out = Vec::new();
        frame::preface(&mut out, STREAM_WINDOW, CONNECTION_WINDOW);
        Connection {
            socket,
            partial: Vec::new(),
            out,
            written: 0,
            next: 1,
            base: 1,
            calls: VecDeque::new(),
            live: 0,
            waiting: VecDeque::new(),
            window: 65_535,
            initial: 65_535,
            received: 0,
            max_streams: usize::MAX,
            idle: 0,
            ready: false,
        }
    }

    /// Opens streams that stay.
    pub(crate) fn open_idle(&mut self, count: usize, plan: &Plan) -> Result<(), String> {
        if count + 1 > self.max_streams {
            return Err(format!(
                "the server takes no more than {} streams",
                self.max_streams
            ));
        }
        for _ in 0..count {
            frame::write(
                &mut self.out,
                HEADERS,
                END_HEADERS,
                self.next,
                &plan.blocks.idle,
            );
            self.next += 2;
        }
        self.idle = count;
        self.base = self.next;
        Ok(())
    }

    /// Starts the calls that wait, as far as windows and limits allow.
    pub(crate) fn start(&mut self, plan: &Plan) {
        while self.window >= plan.body.len() as i64 && self.live + self.idle < self.max_streams {
            let Some(due) = self.waiting.pop_front() else {
                break;
            };
            let stream = self.next;
            self.next += 2;
            let first = stream == 1 + 2 * self.idle as u32;
            let block = if first {
                &plan.blocks.first
            } else {
                &plan.blocks.then
            };
            frame::write(&mut self.out, HEADERS, END_HEADERS, stream, block);
            let flags = if plan.chat { 0 } else { END_STREAM };
            frame::write(&mut self.out, DATA, flags, stream, &plan.body);
            let len = plan.body.len() as i64;
            self.window -= len;
            self.calls.push_back(Call::new(due, self.initial - len));
            self.live += 1;
        }
    }

    /// The next message of a chat, when the windows have room.
    pub(crate) fn say(&mut self, stream: u32, plan: &Plan) {
        let len = plan.body.len() as i64;
        let index = (stream - self.base) as usize / 2;
        assert!(
            self.window >= len && self.calls[index].window >= len,
            "a server gives windows back in time"
        );
        self.window -= len;
        self.calls[index].window -= len;
        frame::write(&mut self.out, DATA, 0, stream, &plan.body);
    }

    /// Nothing more will be said on the stream.
    pub(crate) fn finish(&mut self, stream: u32) {
        frame::write(&mut self.out, DATA, END_STREAM, stream, &[]);
    }

    /// The call of a stream, unless it is idle or over.
    pub(crate) fn call(&mut self, stream: u32) -> Option<&mut Call> {
        let index = stream.checked_sub(self.base)? as usize / 2;
        self.calls.get_mut(index).filter(|call| !call.done)
    }

    /// Ends a call, and forgets those at the front that have ended.
    pub(crate) fn end(&mut self, stream: u32) -> Option<Call> {
        let call = self.call(stream)?;
        call.done = true;
        let call = call.clone();
        self.live -= 1;
        while self.calls.front().is_some_and(|call| call.done) {
            self.calls.pop_front();
            self.base += 2;
        }
        Some(call)
    }

    /// Gives windows back when half of them is used.
    pub(crate) fn grant(&mut self, stream: u32, bytes: u32) {
        self.received += bytes;
        if self.received > CONNECTION_WINDOW / 2 {
            frame::write(
                &mut self.out,
                WINDOW_UPDATE,
                0,
                0,
                &self.received.to_be_bytes(),
            );
            self.received = 0;
        }
        let Some(call) = self.call(stream) else {
            return;
        };
        call.received += bytes;
        if call.received > STREAM_WINDOW / 2 {
            let received = std::mem::take(&mut call.received);
            frame::write(
                &mut self.out,
                WINDOW_UPDATE,
                0,
                stream,
                &received.to_be_bytes(),
            );
        }
    }

    /// Writes what the socket takes.
    pub(crate) fn flush(&mut self) -> io::Result<()> {
        while self.written < self.out.len() {
            match self.socket.write(&self.out[self.written..]) {
                Ok(written) => self.written += written,
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Ok(()),
                Err(error) => return Err(error),
            }
        }
        self.out.clear();
        self.written = 0;
        Ok(())
    }
}
