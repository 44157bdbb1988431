//! The client without async.

use proc_macro2::TokenStream;
use quote::quote;

use super::client::request;
use super::context::{Context, ident, path};
use super::rt::{Rt, Std};
use crate::model::{Method, Service, Shape};

pub(super) fn blocking(context: &Context, service: &Service) -> TokenStream {
    let Context {
        rt,
        std:
            Std {
                clone,
                debug,
                formatter,
                fmt_result,
                ..
            },
        visibility,
        client_cfg: cfg,
        ..
    } = context;
    let Rt {
        caller,
        channel,
        blocking: runtime,
        ..
    } = rt;
    let name = ident(&service.name.rust.blocking);
    let name_text = name.to_string();
    let client = ident(&service.name.rust.client);
    let docs = context.docs(
        &[format!("Calls `{}` and waits.", service.full_name)],
        "",
        service.deprecated,
    );
    let methods = service.methods.iter().map(|method| {
        let docs = context.method_docs(service, method);
        let function = ident(&method.name.rust.function);
        let (shape, _) = Context::shape(method.shape);
        let into_request = &rt.into_request;
        let request = request(method);
        let result = context.result(&reply(context, method));
        quote! {
            #docs
            pub fn #function(&self, request: impl #into_request<#request>) -> #result {
                #runtime::#shape(self.client.#function(request))
            }
        }
    });
    quote! {
        #docs
        #cfg
        #visibility struct #name<C = #channel> { client: self::#client<C> }

        #cfg
        impl<C: #caller> #name<C> { #(#methods)* }

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

fn reply(context: &Context, method: &Method) -> TokenStream {
    let Rt {
        response, blocking, ..
    } = &context.rt;
    let (input, output) = (path(&method.input), path(&method.output));
    match method.shape {
        Shape::Unary => quote!(#response<#output>),
        Shape::ServerStreaming => quote!(#blocking::Streaming<#output>),
        Shape::ClientStreaming => quote!(#blocking::ClientStreaming<#input, #output>),
        Shape::BidiStreaming => quote!(#blocking::BidiStreaming<#input, #output>),
    }
}
