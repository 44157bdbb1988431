//! What all emitters of a service's items share.

use std::cell::RefCell;

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;

pub(super) use super::joined::path;
use super::rt::{Rt, Std};
use crate::lower::doc_marker;
use crate::model::{Method, Service, Shape};
use crate::options::{Options, Visibility};

/// Names of the runtime and the standard library, and what the options say.
pub(super) struct Context {
    pub(super) rt: Rt,
    pub(super) std: Std,
    pub(super) visibility: TokenStream,
    pub(super) client_cfg: TokenStream,
    pub(super) load_cfg: TokenStream,
    /// Comments, set aside: no token needs to hold them.
    docs: RefCell<Vec<String>>,
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
            docs: RefCell::default(),
        }
    }

    /// Doc lines as one attribute that stands for them, then `#[deprecated]` if
    /// so.
    pub(super) fn docs(&self, lines: &[String], otherwise: &str, deprecated: bool) -> TokenStream {
        let mut docs = self.docs.borrow_mut();
        let marker = doc_marker(docs.len());
        docs.push(if lines.is_empty() {
            otherwise.to_owned()
        } else {
            lines.join("\n")
        });
        let deprecated = deprecated.then(|| quote!(#[deprecated]));
        quote!(#[doc = #marker] #deprecated)
    }

    /// What is said of a method.
    pub(super) fn method_docs(&self, service: &Service, method: &Method) -> TokenStream {
        let otherwise = format!("`{}.{}`.", service.full_name, method.name.proto);
        self.docs(&method.docs, &otherwise, method.deprecated)
    }

    /// The comments that were set aside, by number.
    pub(super) fn take_docs(&self) -> Vec<String> {
        self.docs.take()
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

fn cfg(feature: Option<&str>) -> TokenStream {
    feature.map_or(
        TokenStream::new(),
        |feature| quote!(#[cfg(feature = #feature)]),
    )
}
