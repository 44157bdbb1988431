//! Every name of the runtime that generated code says. Nothing else prints one.

use proc_macro2::TokenStream;
use quote::quote;

use crate::options::Options;

/// The number of the contract between generated code and the runtime; see
/// docs/contract.md.
const CONTRACT: u32 = 1;

macro_rules! table {
    ($($name:ident: $root:ident $path:expr,)*) => {
        /// Paths, ready to be spliced.
        pub(super) struct Rt { $(pub(super) $name: TokenStream,)* }

        impl Rt {
            pub(super) fn new(options: &Options) -> Self {
                Self { $($name: path(&options.$root, $path),)* }
            }
        }
    };
}

table! {
    bidi_streaming: runtime "BidiStreaming",
    blocking: runtime "blocking",
    call_shape: runtime "CallShape",
    caller: runtime "Caller",
    channel: runtime "Channel",
    client_streaming: runtime "ClientStreaming",
    code: runtime "Code",
    hedge_policy: runtime "HedgePolicy",
    idempotency: runtime "Idempotency",
    into_request: runtime "IntoRequest",
    method_spec: runtime "MethodSpec",
    named_service: runtime "NamedService",
    outcome: runtime "Outcome",
    priority: runtime "Priority",
    rate_limit: runtime "RateLimit",
    request: runtime "Request",
    response: runtime "Response",
    retry_policy: runtime "RetryPolicy",
    sender: runtime "Sender",
    server_call: runtime "codegen::ServerCall",
    service: runtime "Service",
    service_spec: runtime "ServiceSpec",
    slo: runtime "Slo",
    status: runtime "Status",
    streaming: runtime "Streaming",
    driver: load "Driver",
    load_codegen: load "codegen",
    requests: load "Requests",
}

/// The line that a runtime too old or too new does not compile.
pub(super) fn handshake(options: &Options) -> String {
    format!(
        "const _: () = {}::codegen::contract({CONTRACT});\n",
        options.runtime
    )
}

/// The type of `FILE_DESCRIPTORS`.
pub(super) fn descriptors(options: &Options) -> String {
    format!("{}::Descriptors", options.runtime)
}

/// The macro that `mount=scan` leaves the tree to.
pub(super) fn mount(options: &Options) -> String {
    format!("{}::mount!();\n", options.runtime)
}

fn path(root: &str, name: &str) -> TokenStream {
    format!("{root}::{name}")
        .parse()
        .expect("options hold paths only")
}

/// A path as text.
pub(super) fn said(path: &TokenStream) -> String {
    path.to_string().replace(' ', "")
}

/// Paths of the standard library.
pub(super) struct Std {
    pub(super) arc: TokenStream,
    pub(super) clone: TokenStream,
    pub(super) debug: TokenStream,
    pub(super) default: TokenStream,
    pub(super) fn_: TokenStream,
    pub(super) formatter: TokenStream,
    pub(super) future: TokenStream,
    pub(super) none: TokenStream,
    pub(super) ok: TokenStream,
    pub(super) result: TokenStream,
    pub(super) fmt_result: TokenStream,
    pub(super) send: TokenStream,
    pub(super) some: TokenStream,
    pub(super) string: TokenStream,
    pub(super) sync: TokenStream,
    pub(super) vec: TokenStream,
}

impl Std {
    pub(super) fn new() -> Self {
        Self {
            arc: quote!(::std::sync::Arc),
            clone: quote!(::core::clone::Clone),
            debug: quote!(::core::fmt::Debug),
            default: quote!(::core::default::Default),
            fn_: quote!(::core::ops::Fn),
            formatter: quote!(::core::fmt::Formatter),
            future: quote!(::core::future::Future),
            none: quote!(::core::option::Option::None),
            ok: quote!(::core::result::Result::Ok),
            result: quote!(::core::result::Result),
            fmt_result: quote!(::core::fmt::Result),
            send: quote!(::core::marker::Send),
            some: quote!(::core::option::Option::Some),
            string: quote!(::std::string::String),
            sync: quote!(::core::marker::Sync),
            vec: quote!(::std::vec::Vec),
        }
    }
}
