//! What all emitters of a service's items share.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote};

use super::rt::{Rt, Std};
use crate::model::{Method, Service, Shape};
use crate::options::{Options, Visibility};

/// Names of the runtime and the standard library, and what the options say.
pub(super) struct Context {
    pub(super) rt: Rt,
    pub(super) std: Std,
    pub(super) visibility: TokenStream,
    pub(super) client_cfg: TokenStream,
    pub(super) load_cfg: TokenStream,
}

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
            // A load driver drives a client: without one there is none.
            load_cfg: quote!(#client_cfg #load_cfg),
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

/// An identifier that the names stage has made sure is one.
pub(super) fn ident(name: &str) -> Ident {
    match name.strip_prefix("r#") {
        Some(raw) => Ident::new_raw(raw, Span::call_site()),
        None => Ident::new(name, Span::call_site()),
    }
}

/// A path that the names stage has made sure is one.
pub(super) fn path(path: &str) -> TokenStream {
    path.parse().expect("a path made of identifiers")
}

/// Doc lines as attributes, then `#[deprecated]` if so.
pub(super) fn docs(lines: &[String], otherwise: &str, deprecated: bool) -> TokenStream {
    let mut tokens = TokenStream::new();
    if lines.is_empty() {
        doc(otherwise, &mut tokens);
    }
    lines.iter().for_each(|line| doc(line, &mut tokens));
    if deprecated {
        quote!(#[deprecated]).to_tokens(&mut tokens);
    }
    tokens
}

fn doc(line: &str, tokens: &mut TokenStream) {
    let line = if line.is_empty() {
        String::new()
    } else {
        format!(" {line}")
    };
    quote!(#[doc = #line]).to_tokens(tokens);
}

/// What is said of a method that has no comment.
pub(super) fn method_docs(service: &Service, method: &Method) -> TokenStream {
    let otherwise = format!("`{}.{}`.", service.full_name, method.name.proto);
    docs(&method.docs, &otherwise, method.deprecated)
}

fn cfg(feature: Option<&str>) -> TokenStream {
    feature.map_or(
        TokenStream::new(),
        |feature| quote!(#[cfg(feature = #feature)]),
    )
}
