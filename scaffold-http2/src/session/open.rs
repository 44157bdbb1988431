//! Streams that a client opens.

use super::{Session, Template};
use crate::stream::{HEAD_SENT, LOCAL_CLOSED, Stream};
use crate::{Field, OpenError, Role};

impl Session {
    /// Opens a stream with a request: the template's fields, then `extra`.
    /// With `end` the request has no body.
    ///
    /// # Errors
    ///
    /// See [`OpenError`]. Nothing was sent, and no identifier was used.
    ///
    /// ```
    /// use scaffold_http2::{Config, Connection, Field, Template, Time};
    ///
    /// let get = Template::new(&[
    ///     Field::new(":method", "GET"),
    ///     Field::new(":scheme", "http"),
    ///     Field::new(":path", "/"),
    /// ])?;
    /// let mut client = Connection::client(Config::default(), Time::default());
    /// let stream = client.session().open(&get, &[], true)?;
    /// assert_eq!(stream.id(), 1);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn open(
        &mut self,
        template: &Template,
        extra: &[Field<'_>],
        end: bool,
    ) -> Result<Stream, OpenError> {
        self.can_open()?;
        if self.check_list(template, extra).is_err() {
            return Err(OpenError::Field);
        }
        let id = self.next_local;
        self.next_local += 2;
        let stream = self.admit(id);
        self.write_section(id, template, extra, end);
        let slot = self.streams.at(stream.index);
        slot.set(HEAD_SENT);
        if end {
            slot.set(LOCAL_CLOSED);
        }
        Ok(stream)
    }

    /// Whether [`open`](Self::open) would open a stream now.
    ///
    /// # Errors
    ///
    /// What [`open`](Self::open) would say, fields aside.
    pub fn can_open(&self) -> Result<(), OpenError> {
        let max = self.peer.max_streams.min(self.limits.max_streams);
        if self.failed.is_some() || self.role == Role::Server {
            Err(OpenError::Closed)
        } else if self.peer_last.is_some() || self.drain.is_on() {
            Err(OpenError::GoingAway)
        } else if self.next_local > Self::MAX_ID {
            Err(OpenError::IdsExhausted)
        } else if self.streams.live() >= max {
            Err(OpenError::TooManyStreams)
        } else if self.is_choked() {
            Err(OpenError::Full)
        } else {
            Ok(())
        }
    }

    /// How many streams [`open`](Self::open) would open now, one after the
    /// other.
    #[must_use]
    pub fn streams_left(&self) -> usize {
        let max = self.peer.max_streams.min(self.limits.max_streams);
        match self.can_open() {
            Ok(()) => (max - self.streams.live()) as usize,
            Err(_) => 0,
        }
    }

    /// Makes room for a stream of either side.
    pub(crate) fn admit(&mut self, id: u32) -> Stream {
        self.counters.streams_opened += 1;
        self.timers.opened(self.now);
        let stream = self.streams.insert(id);
        self.ids.insert(id, stream.index);
        let slot = self.streams.at(stream.index);
        // Checked to be below 2^31 when the setting was taken.
        slot.send_window = self.peer.initial_window as i32;
        slot.recv_window = self.recv.stream_target;
        stream
    }
}
