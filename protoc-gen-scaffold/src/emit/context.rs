//! What all emitters of a service's items share.

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;

use super::rt::{Rt, Std};
use super::template::blank;
use crate::model::Shape;
use crate::options::{Options, Visibility};

/// Names of the runtime and the standard library, and what the options say.
pub(super) struct Context {
    pub(super) rt: Rt,
    pub(super) std: Std,
    pub(super) visibility: TokenStream,
    pub(super) client_cfg: TokenStream,
    pub(super) load_cfg: TokenStream,
}

/// The call shapes, in the order of `Shape`.
pub(super) const SHAPES: [Shape; 4] = [
    Shape::Unary,
    Shape::ServerStreaming,
    Shape::ClientStreaming,
    Shape::BidiStreaming,
];

// === impl Context ===

impl Context {
    pub(super) fn new(options: &Options) -> Self {
        let client_cfg = cfg(options.client_feature.as_deref());
        let load_cfg = cfg(options.loadtest_feature.as_deref());
        Self {
            rt: Rt::new(options),
            std: Std::new(),
            visibility: match options.visibility {
                Visibility::Public => quote!(pub),
                Visibility::Crate => quote!(pub(crate)),
            },
            load_cfg,
            client_cfg,
        }
    }

    /// `impl Future<Output = Result<ok, Status>> + Send`
    pub(super) fn future(&self, ok: &TokenStream) -> TokenStream {
        let Self {
            std: Std { future, send, .. },
            ..
        } = self;
        let result = self.result(ok);
        quote!(impl #future<Output = #result> + #send)
    }

    /// `Result<ok, Status>`
    pub(super) fn result(&self, ok: &TokenStream) -> TokenStream {
        let (result, status) = (&self.std.result, &self.rt.status);
        quote!(#result<#ok, #status>)
    }

    /// The runtime's function or variant for a call shape.
    pub(super) fn shape(shape: Shape) -> (Ident, Ident) {
        let (function, variant) = match shape {
            Shape::Unary => ("unary", "Unary"),
            Shape::ServerStreaming => ("server_streaming", "ServerStreaming"),
            Shape::ClientStreaming => ("client_streaming", "ClientStreaming"),
            Shape::BidiStreaming => ("bidi_streaming", "BidiStreaming"),
        };
        (ident(function), ident(variant))
    }
}

/// A plain identifier.
pub(super) fn ident(name: &str) -> Ident {
    Ident::new(name, Span::call_site())
}

/// A name or type to be filled in.
pub(super) fn hole(key: &str) -> Ident {
    ident(&blank(key))
}

/// A comment to be filled in, and whether the item is deprecated.
pub(super) fn docs(key: &str) -> TokenStream {
    let marker = blank(key);
    quote!(#[doc = #marker])
}

/// A comment of ours about something to be filled in.
pub(super) fn says(before: &str, key: &str, after: &str) -> TokenStream {
    let text = format!(" {before}{}{after}", blank(key));
    quote!(#[doc = #text])
}

fn cfg(feature: Option<&str>) -> TokenStream {
    feature.map_or(
        TokenStream::new(),
        |feature| quote!(#[cfg(feature = #feature)]),
    )
}
