//! The load driver: what the i-th call of each method sends, encoded, and what
//! it answers with.

use proc_macro2::TokenStream;
use quote::quote;

use super::context::{Context, docs, hole, says};
use super::rt::{Rt, Std};
use super::template::{blank, each, end};
use crate::model::Shape;

pub(super) fn load(context: &Context, shape: Shape) -> TokenStream {
    let Context {
        std:
            Std {
                debug,
                default,
                fmt_result,
                formatter,
                none,
                ..
            },
        visibility,
        load_cfg: cfg,
        ..
    } = context;
    let (name, name_text) = (hole("load"), blank("load"));
    let name_docs = says("What load on `", "full_name", "` is made of.");
    let deprecated = docs("service_deprecated");
    let (each, field) = (each(), hole("payload"));
    let payload = payload(context, shape);
    let (setter, driver) = (setter(context, shape), driver(context, shape));
    quote! {
        #name_docs
        #deprecated
        #cfg
        #visibility struct #name {
            #[doc = #each]
            #field: #payload,
        }

        #cfg
        impl #name {
            /// Sends messages that are made up from the descriptors.
            pub fn new() -> Self {
                Self {
                    #[doc = #each]
                    #field: #none,
                }
            }

            #setter
        }

        #cfg
        #driver

        #cfg
        impl #default for #name {
            fn default() -> Self {
                Self::new()
            }
        }

        #cfg
        impl #debug for #name {
            fn fmt(&self, f: &mut #formatter<'_>) -> #fmt_result {
                f.debug_struct(#name_text).finish_non_exhaustive()
            }
        }
    }
}

fn setter(context: &Context, shape: Shape) -> TokenStream {
    let Std {
        arc,
        fn_,
        send,
        some,
        sync,
        vec,
        ..
    } = &context.std;
    let (each, method_docs) = (each(), docs("payload_docs"));
    let (name, field, input) = (hole("function"), hole("payload"), hole("input"));
    let made = if streams(shape) {
        quote!(#vec<#input>)
    } else {
        quote!(#input)
    };
    quote! {
        #[doc = #each]
        #method_docs
        pub fn #name(mut self, payload: impl #fn_(u64) -> #made + #send + #sync + 'static) -> Self {
            self.#field = #some(#arc::new(payload));
            self
        }
    }
}

fn driver(context: &Context, shape: Shape) -> TokenStream {
    let Rt {
        driver,
        load_codegen,
        requests,
        service_spec,
        ..
    } = &context.rt;
    let Std {
        ok, result, string, ..
    } = &context.std;
    let (name, index_argument) = (hole("load"), hole("index_argument"));
    let (requests_argument, response_argument) =
        (hole("requests_argument"), hole("response_argument"));
    let (each, end) = (each(), end());
    let (index, field, output) = (hole("index"), hole("payload"), hole("output"));
    let encode = if streams(shape) {
        quote!(many)
    } else {
        quote!(one)
    };
    quote! {
        impl #driver for #name {
            fn spec(&self) -> &'static #service_spec {
                &SPEC
            }

            fn encode(&self, method: usize, #index_argument: u64, #requests_argument: &mut #requests) -> #result<bool, #string> {
                #ok(match method {
                    #[doc = #each]
                    #index => #load_codegen::#encode(&self.#field, index, requests),
                    #[doc = #end]
                    _ => false,
                })
            }

            fn verify(&self, method: usize, #response_argument: &[u8]) -> #result<(), #string> {
                match method {
                    #[doc = #each]
                    #index => #load_codegen::verify::<#output>(response),
                    #[doc = #end]
                    _ => #ok(()),
                }
            }
        }
    }
}

/// The field of a method: a closure that makes its messages, or none.
fn payload(context: &Context, shape: Shape) -> TokenStream {
    let (load_codegen, input) = (&context.rt.load_codegen, hole("input"));
    if streams(shape) {
        quote!(#load_codegen::Many<#input>)
    } else {
        quote!(#load_codegen::One<#input>)
    }
}

fn streams(shape: Shape) -> bool {
    matches!(shape, Shape::ClientStreaming | Shape::BidiStreaming)
}
