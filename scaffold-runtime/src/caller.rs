//! `Caller`: what generated clients call through, and interceptors in front of it.

use std::fmt;
use std::future::Future;
use std::sync::Arc;

use prost::Message;

use crate::client_stream::{begin, failed, unanswered};
use crate::{
    BidiStreaming, Call, Chain, ClientStreaming, Interceptor, MethodSpec, Next, Outcome, Request,
    Response, Side, Status, Streaming,
};

/// What carries the calls of a generated client: a [`Channel`](crate::Channel),
/// one with interceptors, or a stand-in of a test.
///
/// Futures borrow the caller only. A future that is dropped before it is ready
/// cancels its call.
pub trait Caller: Clone + Send + Sync + 'static {
    /// One request, one response.
    fn unary<Req, Res>(
        &self,
        spec: &'static MethodSpec,
        request: Request<Req>,
    ) -> impl Future<Output = Result<Response<Res>, Status>> + Send
    where
        Req: Message + 'static,
        Res: Message + Default + 'static;

    /// One request, many responses. Ready when the response's head is there, so
    /// that a call that is refused at once is an error here.
    fn server_streaming<Req, Res>(
        &self,
        spec: &'static MethodSpec,
        request: Request<Req>,
    ) -> impl Future<Output = Result<Streaming<Res>, Status>> + Send
    where
        Req: Message + 'static,
        Res: Message + Default + 'static;

    /// Many requests, one response. Ready when the stream is open, before any
    /// answer. On the wire it is a [`bidi_streaming`](Self::bidi_streaming)
    /// call, and by default it is one here.
    fn client_streaming<Req, Res>(
        &self,
        spec: &'static MethodSpec,
        request: Request<()>,
    ) -> impl Future<Output = Result<ClientStreaming<Req, Res>, Status>> + Send
    where
        Req: Message + 'static,
        Res: Message + Default + 'static,
    {
        let call = self.bidi_streaming(spec, request);
        async move { call.await.map(ClientStreaming::from_bidi) }
    }

    /// Many requests, many responses. Ready when the stream is open, before any
    /// answer.
    fn bidi_streaming<Req, Res>(
        &self,
        spec: &'static MethodSpec,
        request: Request<()>,
    ) -> impl Future<Output = Result<BidiStreaming<Req, Res>, Status>> + Send
    where
        Req: Message + 'static,
        Res: Message + Default + 'static;

    /// The same calls with an interceptor around each. First listed acts first,
    /// and sees the outcome last.
    ///
    /// Around a unary call it runs while the call's future is polled. Around a
    /// stream it runs as well whenever the stream's handle is polled, and its
    /// `next` answers when the stream has been read to its end; if the handle is
    /// dropped before, so is the interceptor's future. An interceptor that ends
    /// before the call cancels it.
    ///
    /// ```
    /// use scaffold_runtime::{Call, Caller, Channel, Interceptor, Next, Outcome, Status};
    ///
    /// struct Tenant(&'static str);
    ///
    /// impl Interceptor for Tenant {
    ///     async fn intercept<N: Next>(&self, mut call: Call, next: N) -> Outcome {
    ///         if let Err(error) = call.metadata_mut().insert("x-tenant", self.0) {
    ///             return Status::internal(error.to_string()).into();
    ///         }
    ///         next.run(call).await
    ///     }
    /// }
    ///
    /// let channel = Channel::lazy("users:50051")?.intercept(Tenant("blue"));
    /// # Ok::<(), Status>(())
    /// ```
    fn intercept<I: Interceptor>(self, interceptor: I) -> Intercepted<Self, I> {
        Intercepted {
            inner: self,
            interceptor: Arc::new(interceptor),
        }
    }

    /// A unary call through interceptors that act after the caller's own.
    #[doc(hidden)]
    fn unary_through<I, Req, Res>(
        &self,
        interceptor: I,
        spec: &'static MethodSpec,
        request: Request<Req>,
    ) -> impl Future<Output = Result<Response<Res>, Status>> + Send
    where
        I: Interceptor,
        Req: Message + 'static,
        Res: Message + Default + 'static,
    {
        async move {
            let (message, parts) = request.into_parts();
            let mut answer: Option<(Res, bool)> = None;
            let next = Unary {
                caller: self,
                message,
                answer: &mut answer,
            };
            let call = Call::new(spec, Side::Client, parts);
            let (result, metadata, trailers, _) =
                interceptor.intercept(call, next).await.into_parts();
            result?;
            let (message, compressed) = answer.ok_or_else(unanswered)?;
            Ok(Response::from_parts(message, metadata, trailers).received(compressed))
        }
    }

    /// The same for a server-streaming call.
    #[doc(hidden)]
    fn server_streaming_through<I, Req, Res>(
        &self,
        interceptor: I,
        spec: &'static MethodSpec,
        request: Request<Req>,
    ) -> impl Future<Output = Result<Streaming<Res>, Status>> + Send
    where
        I: Interceptor,
        Req: Message + 'static,
        Res: Message + Default + 'static,
    {
        let caller = self.clone();
        async move {
            let (message, parts) = request.into_parts();
            let call = Call::new(spec, Side::Client, parts);
            let open = move |call: Call| async move {
                caller
                    .server_streaming(spec, Request::from_parts(message, call.parts))
                    .await
            };
            let (handle, tail) = begin(interceptor, call, open).await?;
            Ok(tail.around(handle))
        }
    }

    /// The same for a call with a request stream.
    #[doc(hidden)]
    fn bidi_streaming_through<I, Req, Res>(
        &self,
        interceptor: I,
        spec: &'static MethodSpec,
        request: Request<()>,
    ) -> impl Future<Output = Result<BidiStreaming<Req, Res>, Status>> + Send
    where
        I: Interceptor,
        Req: Message + 'static,
        Res: Message + Default + 'static,
    {
        let caller = self.clone();
        async move {
            let call = Call::new(spec, Side::Client, request.into_parts().1);
            let open = move |call: Call| async move {
                caller
                    .bidi_streaming::<Req, Res>(spec, Request::from_parts((), call.parts))
                    .await
            };
            let (handle, tail) = begin(interceptor, call, open).await?;
            Ok(handle.with_tail(tail))
        }
    }
}

/// A caller with an interceptor around each call, by [`Caller::intercept`].
pub struct Intercepted<C, I> {
    inner: C,
    interceptor: Arc<I>,
}

/// The end of a unary call's interceptors: the call itself.
struct Unary<'a, C, Req, Res> {
    caller: &'a C,
    message: Req,
    /// The message, and whether it came compressed.
    answer: &'a mut Option<(Res, bool)>,
}

// === impl Intercepted ===

/// Calls go inwards with the interceptors of the way composed into one: so the
/// first listed, which is the innermost caller's, acts first.
macro_rules! through {
    ($($name:ident $through:ident $request:ty => $handle:ty;)*) => {$(
        fn $name<Req, Res>(
            &self,
            spec: &'static MethodSpec,
            request: Request<$request>,
        ) -> impl Future<Output = Result<$handle, Status>> + Send
        where
            Req: Message + 'static,
            Res: Message + Default + 'static,
        {
            self.inner.$through::<_, Req, Res>(self.interceptor.clone(), spec, request)
        }

        fn $through<J, Req, Res>(
            &self,
            interceptor: J,
            spec: &'static MethodSpec,
            request: Request<$request>,
        ) -> impl Future<Output = Result<$handle, Status>> + Send
        where
            J: Interceptor,
            Req: Message + 'static,
            Res: Message + Default + 'static,
        {
            let chain = Chain::new(self.interceptor.clone(), interceptor);
            self.inner.$through::<_, Req, Res>(chain, spec, request)
        }
    )*};
}

impl<C: Caller, I: Interceptor> Caller for Intercepted<C, I> {
    through! {
        unary unary_through Req => Response<Res>;
        server_streaming server_streaming_through Req => Streaming<Res>;
        bidi_streaming bidi_streaming_through () => BidiStreaming<Req, Res>;
    }
}

impl<C: Clone, I> Clone for Intercepted<C, I> {
    fn clone(&self) -> Self {
        Self {
            inner: self.inner.clone(),
            interceptor: self.interceptor.clone(),
        }
    }
}

impl<C: fmt::Debug, I> fmt::Debug for Intercepted<C, I> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Intercepted")
            .field("inner", &self.inner)
            .finish_non_exhaustive()
    }
}

// === impl Unary ===

impl<C, Req, Res> Next for Unary<'_, C, Req, Res>
where
    C: Caller,
    Req: Message + 'static,
    Res: Message + Default + 'static,
{
    async fn run(self, call: Call) -> Outcome {
        let spec = call.spec();
        match self
            .caller
            .unary::<Req, Res>(spec, Request::from_parts(self.message, call.parts))
            .await
        {
            Ok(response) => {
                let compressed = response.was_compressed();
                let (message, metadata, trailers) = response.into_parts();
                *self.answer = Some((message, compressed));
                Outcome::new(Ok(()))
                    .with_metadata(metadata)
                    .with_trailers(trailers)
                    .with_counts(1, 1)
            }
            Err(status) => failed(status),
        }
    }
}
