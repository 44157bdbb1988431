//! `Channel`: what stubs call through.

use std::fmt;
use std::future::poll_fn;
use std::sync::Arc;

use prost::Message;

use super::dial::Dialer;
use super::engine::{Frame, Prepared};
use super::head::CallHead;
use super::link::Link;
use super::open::{open, within};
use super::unary::unary;
use super::{ChannelConfig, ConnectivityState, Receiver, Requests, Upload};
use crate::client_stream::CallSource;
use crate::net::Network;
use crate::request::Parts;
use crate::stream::Source;
use crate::stream::undecodable_answer;
use crate::{
    BidiStreaming, Caller, Metadata, MethodSpec, Request, RequestSender, Response, Status,
    Streaming,
};

/// A connection to a server, made when it is needed and made again when it is
/// lost. Cheap to clone: all clones share the connection.
///
/// A target is `http://host:port`, `https://host:port`, `dns:///host:port` or
/// `host:port`, where the host is a name, an IPv4 address, or an IPv6 address in
/// brackets. All addresses of a name are tried in the resolver's order, at each
/// attempt. `unix:path` and `unix-abstract:name` are Unix sockets, `memory:name`
/// is a server in this process.
///
/// One HTTP/2 connection carries all calls. Calls beyond the server's limit of
/// concurrent streams wait for their turn. A call that the server surely did not
/// process (GOAWAY, REFUSED_STREAM) is sent again, once. Dropping the last clone
/// closes the connection when the calls on it are over.
///
/// It works in any tokio runtime, and outside one, where a background thread of
/// the process does its work. A connection lives in the runtime of the call that
/// opened it: if that runtime shuts down, the next call opens another connection;
/// a current-thread runtime that nobody drives stalls the connection with it.
///
/// ```no_run
/// # async fn run() -> Result<(), scaffold_runtime::Status> {
/// use scaffold_runtime::Channel;
///
/// let channel = Channel::connect("dns:///users:50051").await?;
/// // let users = UserServiceClient::new(channel);
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Channel {
    link: Arc<Link>,
}

// === impl Channel ===

impl Channel {
    /// A channel that is connected.
    ///
    /// # Errors
    ///
    /// `INVALID_ARGUMENT` if the target is not valid; `UNAVAILABLE` with the
    /// addresses tried and the system's reasons if no connection can be made.
    pub async fn connect(target: impl AsRef<str>) -> Result<Channel, Status> {
        let channel = Channel::lazy(target)?;
        channel.ready().await?;
        Ok(channel)
    }

    /// [`connect`](Self::connect) for code without async.
    ///
    /// # Errors
    ///
    /// Those of `connect`, and `FAILED_PRECONDITION` inside async code.
    pub fn connect_blocking(target: impl AsRef<str>) -> Result<Channel, Status> {
        crate::blocking::block_on(Channel::connect(target))
    }

    /// A channel that connects at the first call.
    ///
    /// # Errors
    ///
    /// `INVALID_ARGUMENT` if the target is not valid.
    pub fn lazy(target: impl AsRef<str>) -> Result<Channel, Status> {
        Channel::with_config(target, ChannelConfig::default())
    }

    /// A channel with settings of its own, which connects at the first call or
    /// when [`ready`](Self::ready) is awaited.
    ///
    /// # Errors
    ///
    /// `INVALID_ARGUMENT` if the target is not valid.
    pub fn with_config(target: impl AsRef<str>, config: ChannelConfig) -> Result<Channel, Status> {
        Channel::with_network(target, config, Network::system())
    }

    /// [`with_config`](Self::with_config) on another network than the system's,
    /// such as a [`MemoryNetwork`](crate::net::MemoryNetwork).
    ///
    /// # Errors
    ///
    /// `INVALID_ARGUMENT` if the target is not valid, the network has no such
    /// targets, or [`compression`](ChannelConfig::compression) names an encoding that
    /// is not built in.
    pub fn with_network(
        target: impl AsRef<str>,
        config: ChannelConfig,
        network: impl Into<Network>,
    ) -> Result<Channel, Status> {
        config
            .compression
            .check()
            .map_err(Status::invalid_argument)?;
        let dialer = Dialer::new(target.as_ref(), &config, network.into())
            .map_err(Status::invalid_argument)?;
        Ok(Channel {
            link: Link::new(dialer, config),
        })
    }

    /// Waits until the channel is connected, or an attempt has failed.
    ///
    /// # Errors
    ///
    /// `UNAVAILABLE` with the reason if the last attempt failed.
    pub async fn ready(&self) -> Result<(), Status> {
        self.link.connection(false).await.map(drop)
    }

    /// What the channel is doing about its connection now.
    pub fn state(&self) -> ConnectivityState {
        self.link.kind()
    }

    /// Waits until the state is another than `from`, and returns it.
    pub async fn state_changed(&self, from: ConnectivityState) -> ConnectivityState {
        let mut states = self.link.watch();
        // The link that sends the states lives in `self`.
        let changed = states.wait_for(|state| state.kind() != from).await;
        changed.map_or(from, |state| state.kind())
    }

    /// How many more calls the channel's connection takes at once; `None` without a
    /// connection. For load generators: calls beyond it wait inside the channel.
    #[doc(hidden)]
    pub fn streams_left(&self) -> Option<usize> {
        self.link.streams_left()
    }

    fn head(&self, spec: &'static MethodSpec, parts: Parts) -> Result<CallHead, Status> {
        CallHead::new(spec, parts, &self.link)
    }
}

impl Caller for Channel {
    async fn unary<Req, Res>(
        &self,
        spec: &'static MethodSpec,
        request: Request<Req>,
    ) -> Result<Response<Res>, Status>
    where
        Req: Message + 'static,
        Res: Message + Default + 'static,
    {
        let (message, parts) = request.into_parts();
        unary(&self.link, self.head(spec, parts)?, message).await
    }

    async fn server_streaming<Req, Res>(
        &self,
        spec: &'static MethodSpec,
        request: Request<Req>,
    ) -> Result<Streaming<Res>, Status>
    where
        Req: Message + 'static,
        Res: Message + Default + 'static,
    {
        let (message, parts) = request.into_parts();
        let head = self.head(spec, parts)?;
        let frame = Prepared::new(&message, &head.rules)?.frame().to_bytes();
        drop(message);
        let opening = open(&self.link, &head, false, Some(Frame::Encoded(&frame)));
        let call = within(head.deadline, opening).await?;
        let requests = Requests::One(Some(frame));
        let mut receiver = Receiver::new(self.link.clone(), head, requests, call);
        // Waiting for the head tells a call that is refused from one that begins.
        poll_fn(|cx| receiver.poll_head(cx)).await?;
        let mut source = CallSource::new(receiver);
        let metadata = source.take_metadata().unwrap_or_default();
        Ok(Streaming::new(
            Box::new(source),
            metadata,
            undecodable_answer,
        ))
    }

    async fn bidi_streaming<Req, Res>(
        &self,
        spec: &'static MethodSpec,
        request: Request<()>,
    ) -> Result<BidiStreaming<Req, Res>, Status>
    where
        Req: Message + 'static,
        Res: Message + Default + 'static,
    {
        let head = self.head(spec, request.into_parts().1)?;
        let upload = Arc::new(Upload::new(self.link.config.replay_buffer));
        let sender = RequestSender::new(upload.clone(), head.rules, head.deadline);
        let call = within(head.deadline, open(&self.link, &head, false, None)).await?;
        let requests = Requests::Many(upload);
        let receiver = Receiver::new(self.link.clone(), head, requests, call);
        let source = Box::new(CallSource::new(receiver));
        let responses = Streaming::new(source, Metadata::new(), undecodable_answer);
        Ok(BidiStreaming::new(sender, responses))
    }
}

impl fmt::Debug for Channel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Channel")
            .field("target", &self.link.dialer.to_string())
            .field("state", &self.state())
            .finish_non_exhaustive()
    }
}
