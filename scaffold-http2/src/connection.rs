//! A connection: what a driver holds.

use crate::receive::Reader;
use crate::{Config, ConnectionError, Handler, Role, Session, Time};

/// One HTTP/2 connection as a state machine.
///
/// The driver owns the transport and the clock. Its loop:
///
/// 1. read bytes behind those that were left over;
/// 2. [`receive`](Self::receive) them: the [`Handler`] is called for each
///    event and may answer at once; keep what was not consumed;
/// 3. [`flush`](Self::flush): queued data moves into the output;
/// 4. write [`output`](Session::output) (or
///    [`output_slices`](Session::output_slices)) and say how much of it was
///    taken with [`advance`](Session::advance); repeat 3 and 4 until nothing
///    waits or the transport takes no more;
/// 5. while [`is_choked`](Session::is_choked), do not read;
/// 6. sleep until the transport is ready or [`deadline`](Self::deadline) is
///    reached, and then call [`on_time`](Self::on_time).
///
/// After an error of [`receive`](Self::receive) or [`on_time`](Self::on_time)
/// the output holds a GOAWAY: write it, then close.
///
/// The read buffer must hold a whole frame: nine bytes and
/// [`Limits::frame`](crate::Limits::frame).
#[derive(Debug)]
pub struct Connection {
    reader: Reader,
    session: Session,
}

impl Connection {
    /// The answering side. SETTINGS are in the output already.
    #[must_use]
    pub fn server(config: Config, now: Time) -> Self {
        Self::new(Role::Server, config, now)
    }

    /// The asking side. Preface and SETTINGS are in the output already, and
    /// streams may be opened at once.
    #[must_use]
    pub fn client(config: Config, now: Time) -> Self {
        Self::new(Role::Client, config, now)
    }

    fn new(role: Role, config: Config, now: Time) -> Self {
        Self {
            reader: Reader::new(role, &config),
            session: Session::new(role, config, now),
        }
    }

    /// Processes the whole frames at the front of `input`, calling `handler`
    /// for each event, and returns how many bytes they took. The rest belongs
    /// in front of what is read next; it is shorter than a frame unless
    /// [`is_choked`](Session::is_choked).
    ///
    /// After the connection has ended all input is consumed and ignored.
    ///
    /// # Errors
    ///
    /// The peer broke a rule of the connection, or a limit.
    pub fn receive<H: Handler>(
        &mut self,
        input: &[u8],
        now: Time,
        handler: &mut H,
    ) -> Result<usize, ConnectionError> {
        self.session.now = now;
        if self.session.error().is_some() {
            return Ok(input.len());
        }
        if !input.is_empty() {
            self.session.pings.heard(now);
        }
        let received = self.reader.receive(&mut self.session, input, handler);
        received.map_err(|cause| match self.session.error() {
            // The handler ended the connection first.
            Some(error) => error,
            None => self.session.fail(cause),
        })
    }

    /// Moves queued data into the output as far as windows and
    /// [`output_soft`](crate::Limits::output_soft) allow, one frame per
    /// stream and turn, and calls [`writable`](Handler::writable) for streams
    /// that have room again.
    pub fn flush<H: Handler>(&mut self, now: Time, handler: &mut H) {
        self.session.now = now;
        if self.session.error().is_none() {
            self.session.pump(handler);
        }
    }

    /// When [`on_time`](Self::on_time) must be called at the latest; `None`
    /// once the connection has ended.
    #[must_use]
    pub fn deadline(&self) -> Option<Time> {
        self.session.deadline()
    }

    /// Does what is due: timeouts, keepalive, the second GOAWAY; and gives
    /// memory back that calls have left behind. Calling it
    /// early does nothing.
    ///
    /// # Errors
    ///
    /// A timeout that ends the connection.
    pub fn on_time<H: Handler>(
        &mut self,
        now: Time,
        handler: &mut H,
    ) -> Result<(), ConnectionError> {
        self.session.now = now;
        if self.session.error().is_some() {
            return Ok(());
        }
        let done = self.session.on_time(handler);
        done.map_err(|cause| self.session.fail(cause))?;
        if self.session.trim() {
            self.reader.trim();
        }
        Ok(())
    }

    /// The half that commands act on.
    #[inline]
    pub fn session(&mut self) -> &mut Session {
        &mut self.session
    }

    /// The same for looking.
    #[must_use]
    #[inline]
    pub fn session_ref(&self) -> &Session {
        &self.session
    }

    /// Bytes of memory this connection holds, spare capacity included.
    #[must_use]
    pub fn memory(&self) -> usize {
        self.session.memory() + self.reader.memory() + size_of::<Self>() - size_of::<Session>()
    }
}
