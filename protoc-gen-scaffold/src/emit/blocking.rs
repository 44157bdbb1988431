//! The client without async.

use proc_macro2::TokenStream;
use quote::quote;

use super::client::request;
use super::context::{Context, docs, hole, says};
use super::rt::{Rt, Std};
use super::template::{blank, each};
use crate::model::Shape;

pub(super) fn blocking(context: &Context, shape: Shape) -> TokenStream {
    let Context {
        rt:
            Rt {
                caller,
                channel,
                into_request,
                blocking: runtime,
                ..
            },
        std:
            Std {
                clone,
                debug,
                fmt_result,
                formatter,
                ..
            },
        visibility,
        client_cfg: cfg,
        ..
    } = context;
    let (name, client, name_text) = (hole("blocking"), hole("client"), blank("blocking"));
    let name_docs = says("Calls `", "full_name", "` and waits.");
    let deprecated = docs("service_deprecated");
    let (each, method_docs, function) = (each(), docs("method_docs"), hole("function"));
    let (call, _) = Context::shape(shape);
    let request = request(shape);
    let result = context.result(&reply(context, shape));
    quote! {
        #name_docs
        #deprecated
        #cfg
        #visibility struct #name<C = #channel> { client: self::#client<C> }

        #cfg
        impl<C: #caller> #name<C> {
            #[doc = #each]
            #method_docs
            pub fn #function(&self, request: impl #into_request<#request>) -> #result {
                #runtime::#call(self.client.#function(request))
            }
        }

        #cfg
        impl<C: #clone> #clone for #name<C> {
            fn clone(&self) -> Self {
                Self { client: #clone::clone(&self.client) }
            }
        }

        #cfg
        impl<C> #debug for #name<C> {
            fn fmt(&self, f: &mut #formatter<'_>) -> #fmt_result {
                f.debug_struct(#name_text).finish_non_exhaustive()
            }
        }
    }
}

fn reply(context: &Context, shape: Shape) -> TokenStream {
    let Rt {
        response, blocking, ..
    } = &context.rt;
    let (input, output) = (hole("input"), hole("output"));
    match shape {
        Shape::Unary => quote!(#response<#output>),
        Shape::ServerStreaming => quote!(#blocking::Streaming<#output>),
        Shape::ClientStreaming => quote!(#blocking::ClientStreaming<#input, #output>),
        Shape::BidiStreaming => quote!(#blocking::BidiStreaming<#input, #output>),
    }
}
