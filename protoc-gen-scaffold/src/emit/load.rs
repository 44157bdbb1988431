//! The load driver: which message the i-th call of each method sends.

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use super::context::{Context, ident, path};
use super::rt::{Rt, Std};
use crate::model::{Method, Service, Shape};

pub(super) fn load(context: &Context, service: &Service) -> TokenStream {
    let Context {
        rt,
        std:
            Std {
                arc,
                debug,
                formatter,
                fmt_result,
                ..
            },
        visibility,
        load_cfg: cfg,
        ..
    } = context;
    let Rt {
        caller,
        channel,
        driver,
        sample,
        service_spec,
        ..
    } = rt;
    let name = ident(&service.name.rust.load);
    let name_text = name.to_string();
    let client = ident(&service.name.rust.client);
    let docs = context.docs(
        &[format!("Drives load at `{}`.", service.full_name)],
        "",
        service.deprecated,
    );
    let fields = service.methods.iter().map(|method| {
        let (field, payload) = (ident(&method.name.rust.payload), payload(context, method));
        quote!(#field: #arc<dyn #payload>,)
    });
    let defaults = service.methods.iter().map(|method| {
        let (field, value) = (ident(&method.name.rust.payload), default(context, method));
        quote!(#field: #arc::new(|_| #value),)
    });
    let setters = service
        .methods
        .iter()
        .map(|method| setter(context, service, method));
    let arms = service
        .methods
        .iter()
        .enumerate()
        .map(|(index, method)| arm(context, index, method));
    // Without methods there is nothing to count.
    let index = ident(if service.methods.is_empty() {
        "_index"
    } else {
        "index"
    });
    quote! {
        #docs
        #cfg
        #visibility struct #name<C = #channel> { client: self::#client<C>, #(#fields)* }

        #cfg
        impl<C: #caller> #name<C> {
            /// Sends default messages, and two on each request stream.
            pub fn new(channel: C) -> Self {
                Self { client: self::#client::new(channel), #(#defaults)* }
            }

            #(#setters)*
        }

        #cfg
        impl<C: #caller> #driver for #name<C> {
            fn spec(&self) -> &'static #service_spec {
                &SPEC
            }

            async fn call(&self, method: usize, #index: u64) -> #sample {
                match method {
                    #(#arms)*
                    _ => #sample::unknown_method(),
                }
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

fn payload(context: &Context, method: &Method) -> TokenStream {
    let Std {
        fn_,
        send,
        sync,
        vec,
        ..
    } = &context.std;
    let input = path(&method.input);
    let payload = if streams(method) {
        quote!(#vec<#input>)
    } else {
        input
    };
    quote!(#fn_(u64) -> #payload + #send + #sync)
}

fn default(context: &Context, method: &Method) -> TokenStream {
    let default = &context.std.default;
    let one = quote!(#default::default());
    if streams(method) {
        quote!(::std::vec![#one, #one])
    } else {
        one
    }
}

fn setter(context: &Context, service: &Service, method: &Method) -> TokenStream {
    let arc = &context.std.arc;
    let what = if streams(method) {
        "request stream"
    } else {
        "request"
    };
    let docs = context.docs(
        &[format!(
            "`payload(i)` is the {what} of the i-th call of `{}`.",
            method.name.proto
        )],
        "",
        method.deprecated || service.deprecated,
    );
    let name = ident(&method.name.rust.function);
    let field = ident(&method.name.rust.payload);
    let payload = payload(context, method);
    quote! {
        #docs
        pub fn #name(mut self, payload: impl #payload + 'static) -> Self {
            self.#field = #arc::new(payload);
            self
        }
    }
}

fn arm(context: &Context, index: usize, method: &Method) -> TokenStream {
    let codegen = &context.rt.load_codegen;
    let index = Literal::usize_unsuffixed(index);
    let name = ident(&method.name.rust.function);
    let field = ident(&method.name.rust.payload);
    let (shape, _) = Context::shape(method.shape);
    let arguments = if streams(method) {
        quote!(self.client.#name(()), (self.#field)(index))
    } else {
        quote!(self.client.#name((self.#field)(index)))
    };
    quote!(#index => #codegen::#shape(#arguments).await,)
}

fn streams(method: &Method) -> bool {
    matches!(method.shape, Shape::ClientStreaming | Shape::BidiStreaming)
}
