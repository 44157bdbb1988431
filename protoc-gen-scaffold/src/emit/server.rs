//! The trait that handlers implement, and the adapter that the runtime serves.

use proc_macro2::TokenStream;
use quote::quote;

use super::context::{Context, docs, hole, says};
use super::rt::{Rt, Std};
use super::template::{blank, each, end};
use crate::model::Shape;

pub(super) fn server(context: &Context, shape: Shape) -> TokenStream {
    let trait_ = handler(context, shape);
    let adapter = adapter(context, shape);
    quote!(#trait_ #adapter)
}

fn handler(context: &Context, shape: Shape) -> TokenStream {
    let Context {
        std: Std { send, sync, .. },
        visibility,
        ..
    } = context;
    let (handler, trait_docs) = (hole("handler"), docs("handler_docs"));
    let (each, method_docs) = (each(), docs("method_docs"));
    let signature = signature(context, shape);
    quote! {
        #trait_docs
        #visibility trait #handler: #send + #sync + 'static {
            #[doc = #each]
            #method_docs
            #signature;
        }
    }
}

fn signature(context: &Context, shape: Shape) -> TokenStream {
    let Rt {
        request,
        response,
        sender,
        streaming,
        ..
    } = &context.rt;
    let (name, input, output) = (hole("function"), hole("input"), hole("output"));
    let one = context.future(&quote!(#response<#output>));
    let none = context.future(&quote!(()));
    match shape {
        Shape::Unary => quote!(fn #name(&self, request: #request<#input>) -> #one),
        Shape::ServerStreaming => quote! {
            fn #name(&self, request: #request<#input>, responses: #sender<#output>) -> #none
        },
        Shape::ClientStreaming => quote! {
            fn #name(&self, requests: #request<#streaming<#input>>) -> #one
        },
        Shape::BidiStreaming => quote! {
            fn #name(&self, requests: #request<#streaming<#input>>, responses: #sender<#output>) -> #none
        },
    }
}

fn adapter(context: &Context, shape: Shape) -> TokenStream {
    let Context {
        rt:
            Rt {
                named_service,
                outcome,
                server_call,
                service,
                service_spec,
                ..
            },
        std:
            Std {
                arc,
                clone,
                debug,
                fmt_result,
                formatter,
                ..
            },
        visibility,
        ..
    } = context;
    let (server, handler, server_name) = (hole("server"), hole("handler"), blank("server"));
    let server_docs = says("Serves `", "full_name", "` with a handler.");
    let (each, end) = (each(), end());
    let (index, function) = (hole("index"), hole("function"));
    let (call, _) = Context::shape(shape);
    let arguments = match shape {
        Shape::Unary => quote!(request),
        Shape::ServerStreaming => quote!(request, responses),
        Shape::ClientStreaming => quote!(requests),
        Shape::BidiStreaming => quote!(requests, responses),
    };
    quote! {
        #server_docs
        #visibility struct #server<T> { handler: #arc<T> }

        impl<T: self::#handler> #server<T> {
            /// Serves a handler.
            pub fn new(handler: T) -> Self {
                Self { handler: #arc::new(handler) }
            }

            /// Serves a handler that others hold too.
            pub fn from_arc(handler: #arc<T>) -> Self {
                Self { handler }
            }
        }

        impl<T: self::#handler> #service for #server<T> {
            fn spec(&self) -> &'static #service_spec {
                &SPEC
            }

            async fn call(&self, call: #server_call) -> #outcome {
                match call.method_index() {
                    #[doc = #each]
                    #index => {
                        call.#call(|#arguments| {
                            <T as self::#handler>::#function(&self.handler, #arguments)
                        })
                        .await
                    }
                    #[doc = #end]
                    _ => call.unimplemented().await,
                }
            }
        }

        impl<T: self::#handler> #named_service for #server<T> {
            const NAME: &'static str = NAME;
        }

        impl<T> #clone for #server<T> {
            fn clone(&self) -> Self {
                Self { handler: #clone::clone(&self.handler) }
            }
        }

        impl<T> #debug for #server<T> {
            fn fmt(&self, f: &mut #formatter<'_>) -> #fmt_result {
                f.debug_struct(#server_name).finish_non_exhaustive()
            }
        }
    }
}
