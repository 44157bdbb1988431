//! The async client.

use proc_macro2::TokenStream;
use quote::quote;

use super::context::{Context, docs, hole, says};
use super::rt::{Rt, Std};
use super::template::{blank, each};
use crate::model::Shape;

pub(super) fn client(context: &Context, shape: Shape) -> TokenStream {
    let Context {
        rt: Rt {
            caller, channel, ..
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
    let (client, blocking, client_name) = (hole("client"), hole("blocking"), blank("client"));
    let client_docs = says("Calls `", "full_name", "`. Cheap to clone.");
    let deprecated = docs("service_deprecated");
    let (each, method_docs) = (each(), docs("method_docs"));
    let method = method(context, shape);
    quote! {
        #client_docs
        #deprecated
        #cfg
        #visibility struct #client<C = #channel> { channel: C }

        #cfg
        impl<C: #caller> #client<C> {
            /// Calls over a channel, or over one with interceptors.
            pub fn new(channel: C) -> Self {
                Self { channel }
            }

            /// The same methods without async.
            pub fn blocking(&self) -> self::#blocking<C> {
                self::#blocking { client: #clone::clone(self) }
            }

            #[doc = #each]
            #method_docs
            #method
        }

        #cfg
        impl<C: #clone> #clone for #client<C> {
            fn clone(&self) -> Self {
                Self { channel: #clone::clone(&self.channel) }
            }
        }

        #cfg
        impl<C> #debug for #client<C> {
            fn fmt(&self, f: &mut #formatter<'_>) -> #fmt_result {
                f.debug_struct(#client_name).finish_non_exhaustive()
            }
        }
    }
}

fn method(context: &Context, shape: Shape) -> TokenStream {
    let Rt {
        caller,
        into_request,
        ..
    } = &context.rt;
    let (name, constant) = (hole("function"), hole("constant"));
    let (call, _) = Context::shape(shape);
    let request = request(shape);
    let future = context.future(&reply(context, shape));
    quote! {
        pub fn #name(&self, request: impl #into_request<#request>) -> #future + '_ {
            #caller::#call(&self.channel, &methods::#constant, #into_request::into_request(request))
        }
    }
}

/// What a call starts with: the request, or nothing but metadata.
pub(super) fn request(shape: Shape) -> TokenStream {
    let input = hole("input");
    match shape {
        Shape::Unary | Shape::ServerStreaming => quote!(#input),
        Shape::ClientStreaming | Shape::BidiStreaming => quote!(()),
    }
}

/// What a call that started gives.
fn reply(context: &Context, shape: Shape) -> TokenStream {
    let Rt {
        response,
        streaming,
        client_streaming,
        bidi_streaming,
        ..
    } = &context.rt;
    let (input, output) = (hole("input"), hole("output"));
    match shape {
        Shape::Unary => quote!(#response<#output>),
        Shape::ServerStreaming => quote!(#streaming<#output>),
        Shape::ClientStreaming => quote!(#client_streaming<#input, #output>),
        Shape::BidiStreaming => quote!(#bidi_streaming<#input, #output>),
    }
}
