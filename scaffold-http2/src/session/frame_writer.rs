//! A DATA frame that is written where it will be sent from.

use super::Session;
use crate::SendError;
use crate::frame::{self, END_STREAM, HEADER_LEN, Kind};
use crate::stream::Stream;

/// A DATA frame under construction, from [`Session::data_frame`].
///
/// Append to [`buffer`](Self::buffer), then [`finish`](Self::finish). A
/// writer that is dropped leaves nothing behind.
///
/// ```no_run
/// # use scaffold_http2::{SendError, Session, Stream};
/// # fn example(session: &mut Session, stream: Stream, message: &[u8]) -> Result<(), SendError> {
/// let mut frame = session.data_frame(stream, 5 + message.len())?;
/// frame.buffer().extend_from_slice(&[0, 0, 0, 0, message.len() as u8]);
/// frame.buffer().extend_from_slice(message);
/// frame.finish(false)
/// # }
/// ```
#[derive(Debug)]
pub struct FrameWriter<'a> {
    session: &'a mut Session,
    stream: Stream,
    /// Where the frame header stands.
    at: usize,
    max: usize,
    finished: bool,
}

impl<'a> FrameWriter<'a> {
    #[inline]
    pub(super) fn begin(session: &'a mut Session, stream: Stream, max: usize) -> Self {
        let out = session.out.run();
        let at = out.len();
        frame::write_header(out, 0, Kind::Data, 0, stream.id);
        out.reserve(max);
        Self {
            session,
            stream,
            at,
            max,
            finished: false,
        }
    }

    /// The output. Frames of other streams stand in front: append only.
    #[inline]
    pub fn buffer(&mut self) -> &mut Vec<u8> {
        self.session.out.run()
    }

    /// How many more bytes the frame may take.
    #[must_use]
    pub fn remaining(&self) -> usize {
        let end = self.at + HEADER_LEN + self.max;
        end.saturating_sub(self.session.out.len())
    }

    /// Completes the frame; with `end` it ends the stream. An empty frame
    /// that ends nothing is left out.
    ///
    /// # Errors
    ///
    /// [`Full`](SendError::Full) when more was appended than asked for:
    /// nothing is sent.
    #[inline]
    pub fn finish(mut self, end: bool) -> Result<(), SendError> {
        let len = self.session.out.len().checked_sub(self.at + HEADER_LEN);
        let Some(len) = len.filter(|&len| len <= self.max) else {
            return Err(SendError::Full);
        };
        if len == 0 && !end {
            return Ok(());
        }
        self.finished = true;
        let flags = if end { END_STREAM } else { 0 };
        frame::patch_length(self.session.out.run(), self.at, len, flags);
        self.session.wrote_data(self.stream, len, end);
        Ok(())
    }
}

impl Drop for FrameWriter<'_> {
    fn drop(&mut self) {
        if !self.finished {
            self.session.out.run().truncate(self.at);
        }
    }
}
