//! The load driver: which message the i-th call of each method sends.

use proc_macro2::TokenStream;
use quote::quote;

use super::context::{Context, docs, hole, says};
use super::rt::{Rt, Std};
use super::template::{blank, each, end};
use crate::model::Shape;

pub(super) fn load(context: &Context, shape: Shape) -> TokenStream {
    let Context {
        rt: Rt {
            caller, channel, ..
        },
        std:
            Std {
                arc,
                debug,
                fmt_result,
                formatter,
                ..
            },
        visibility,
        load_cfg: cfg,
        ..
    } = context;
    let (name, client, name_text) = (hole("load"), hole("client"), blank("load"));
    let name_docs = says("Drives load at `", "full_name", "`.");
    let deprecated = docs("service_deprecated");
    let (each, field) = (each(), hole("payload"));
    let (payload, value) = (payload(context, shape), default(context, shape));
    let (setter, driver) = (setter(context, shape), driver(context, shape));
    quote! {
        #name_docs
        #deprecated
        #cfg
        #visibility struct #name<C = #channel> {
            client: self::#client<C>,
            #[doc = #each]
            #field: #arc<dyn #payload>,
        }

        #cfg
        impl<C: #caller> #name<C> {
            /// Sends default messages, and two on each request stream.
            pub fn new(channel: C) -> Self {
                Self {
                    client: self::#client::new(channel),
                    #[doc = #each]
                    #field: #arc::new(|_| #value),
                }
            }

            #setter
        }

        #cfg
        #driver

        #cfg
        impl<C> #debug for #name<C> {
            fn fmt(&self, f: &mut #formatter<'_>) -> #fmt_result {
                f.debug_struct(#name_text).finish_non_exhaustive()
            }
        }
    }
}

fn setter(context: &Context, shape: Shape) -> TokenStream {
    let arc = &context.std.arc;
    let (each, method_docs) = (each(), docs("payload_docs"));
    let (name, field, payload) = (hole("function"), hole("payload"), payload(context, shape));
    quote! {
        #[doc = #each]
        #method_docs
        pub fn #name(mut self, payload: impl #payload + 'static) -> Self {
            self.#field = #arc::new(payload);
            self
        }
    }
}

fn driver(context: &Context, shape: Shape) -> TokenStream {
    let Rt {
        caller,
        driver,
        load_codegen,
        sample,
        service_spec,
        ..
    } = &context.rt;
    let (name, argument) = (hole("load"), hole("index_argument"));
    let (each, end) = (each(), end());
    let (index, function, field) = (hole("index"), hole("function"), hole("payload"));
    let (call, _) = Context::shape(shape);
    let arguments = if streams(shape) {
        quote!(self.client.#function(()), (self.#field)(index))
    } else {
        quote!(self.client.#function((self.#field)(index)))
    };
    quote! {
        impl<C: #caller> #driver for #name<C> {
            fn spec(&self) -> &'static #service_spec {
                &SPEC
            }

            async fn call(&self, method: usize, #argument: u64) -> #sample {
                match method {
                    #[doc = #each]
                    #index => #load_codegen::#call(#arguments).await,
                    #[doc = #end]
                    _ => #sample::unknown_method(),
                }
            }
        }
    }
}

fn payload(context: &Context, shape: Shape) -> TokenStream {
    let Std {
        fn_,
        send,
        sync,
        vec,
        ..
    } = &context.std;
    let input = hole("input");
    let payload = if streams(shape) {
        quote!(#vec<#input>)
    } else {
        quote!(#input)
    };
    quote!(#fn_(u64) -> #payload + #send + #sync)
}

fn default(context: &Context, shape: Shape) -> TokenStream {
    let default = &context.std.default;
    let one = quote!(#default::default());
    if streams(shape) {
        quote!(::std::vec![#one, #one])
    } else {
        one
    }
}

fn streams(shape: Shape) -> bool {
    matches!(shape, Shape::ClientStreaming | Shape::BidiStreaming)
}
