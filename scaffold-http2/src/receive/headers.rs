//! Complete header sections: requests, responses, trailers.

use super::Reader;
use super::block::Section;
use crate::head::{self, Decoded, Head, Response};
use crate::hpack::Refusal;
use crate::session::Lookup;
use crate::stream::{HEAD_RECEIVED, NO_LENGTH, REMOTE_CLOSED, Stream};
use crate::{Cause, Handler, Role, Session};

impl Reader {
    /// Decodes a block, whatever becomes of it: later blocks depend on it.
    pub(super) fn section<H: Handler>(
        &mut self,
        session: &mut Session,
        section: Section,
        block: &[u8],
        handler: &mut H,
    ) -> Result<(), Cause> {
        let decoded = match self.heads.decode(&mut self.decoder, block) {
            Ok(decoded) => decoded,
            Err(Refusal::Compression) => return Err(Cause::Compression),
            Err(Refusal::Bomb) => return Err(Cause::HeaderListBomb),
        };
        if decoded.fresh {
            session.counters.heads_decoded += 1;
        } else {
            session.counters.heads_recognised += 1;
        }
        let done = match (session.lookup(section.stream), session.role) {
            (Lookup::Idle, Role::Server) => self.request(session, section, decoded, handler),
            (Lookup::Idle, Role::Client) => Err(Cause::IdleStream),
            (Lookup::Live(stream), _) => self.known(session, stream, section, decoded, handler),
            // A server cannot have forgotten what it never knew: the peer
            // goes back (section 5.1.1).
            (Lookup::Forgotten, Role::Server) => Err(Cause::StreamId),
            (lookup, _) => session.late(section.stream, lookup),
        };
        self.heads.done(decoded);
        done
    }

    /// The peer opens a stream.
    fn request<H: Handler>(
        &mut self,
        session: &mut Session,
        section: Section,
        decoded: Decoded,
        handler: &mut H,
    ) -> Result<(), Cause> {
        let id = section.stream;
        if id.is_multiple_of(2) {
            return Err(Cause::StreamId);
        }
        if !session.note_peer_stream(id) {
            return session.refuse(id, Cause::GoingAway);
        }
        if session.open_streams() >= session.limits.max_streams as usize {
            return session.refuse(id, Cause::StreamLimit);
        }
        if section.self_dependent {
            return session.reject(id, Cause::SelfDependency);
        }
        let buf = self.heads.head(decoded);
        let length = buf.content_length();
        match head::request(buf) {
            Ok(()) if section.end && length.is_some_and(|length| length > 0) => {
                return session.reject(id, Cause::ContentLength);
            }
            Ok(()) => {}
            Err(Cause::HeaderListTooLarge) => return session.answer_431(id, section.end),
            Err(cause) => return session.reject(id, cause),
        }
        self.heads.resolve(decoded, |head| handler.resolve(head));
        let stream = session.admit(id);
        session.head_received(stream, length, section.end);
        let head = Head(self.heads.head(decoded));
        handler.head(session, stream, &head, section.end);
        session.settle(stream);
        Ok(())
    }

    /// A header section on an open stream.
    fn known<H: Handler>(
        &mut self,
        session: &mut Session,
        stream: Stream,
        section: Section,
        decoded: Decoded,
        handler: &mut H,
    ) -> Result<(), Cause> {
        let flags = session.stream_flags(stream);
        let fault = if flags & REMOTE_CLOSED != 0 {
            Some(Cause::AfterEnd)
        } else if section.self_dependent {
            Some(Cause::SelfDependency)
        } else if flags & HEAD_RECEIVED == 0 {
            self.response(session, stream, section, decoded, handler)?
        } else {
            self.trailers(session, stream, section, decoded, handler)
        };
        match fault {
            Some(cause) => session.stream_error(stream, cause, handler),
            None => Ok(()),
        }
    }

    /// The server answers. `Ok(Some(_))` is the stream's fault, `Err` the
    /// connection's.
    fn response<H: Handler>(
        &mut self,
        session: &mut Session,
        stream: Stream,
        section: Section,
        decoded: Decoded,
        handler: &mut H,
    ) -> Result<Option<Cause>, Cause> {
        let buf = self.heads.head(decoded);
        let length = buf.content_length();
        match head::response(buf) {
            Err(cause) => return Ok(Some(cause)),
            Ok(Response::Interim) if section.end => return Ok(Some(Cause::InterimEnd)),
            Ok(Response::Interim) => {
                let within = session.budgets.interims.take(1, session.now);
                return within.then_some(None).ok_or(Cause::TooManyInterims);
            }
            Ok(Response::Final) => {}
        }
        self.heads.resolve(decoded, |head| handler.resolve(head));
        // A response without a body may say how long one would be (RFC 9110
        // section 8.6), so `end` is not held against it.
        session.head_received(stream, length, section.end);
        let head = Head(self.heads.head(decoded));
        handler.head(session, stream, &head, section.end);
        session.settle(stream);
        Ok(None)
    }

    fn trailers<H: Handler>(
        &mut self,
        session: &mut Session,
        stream: Stream,
        section: Section,
        decoded: Decoded,
        handler: &mut H,
    ) -> Option<Cause> {
        let buf = self.heads.head(decoded);
        if !section.end {
            return Some(Cause::TrailersWithoutEnd);
        }
        if let Err(cause) = head::trailers(buf) {
            return Some(cause);
        }
        if !session.body_complete(stream) {
            return Some(Cause::ContentLength);
        }
        session.remote_closed(stream);
        handler.trailers(session, stream, &Head(buf));
        session.settle(stream);
        None
    }
}

impl Session {
    fn head_received(&mut self, stream: Stream, length: Option<u64>, end: bool) {
        if let Some(slot) = self.slot_mut(stream) {
            slot.set(HEAD_RECEIVED | if end { REMOTE_CLOSED } else { 0 });
            slot.body_left = length.unwrap_or(NO_LENGTH);
        }
    }
}
