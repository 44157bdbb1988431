//! The trait that handlers implement, and the adapter that the runtime serves.

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use super::context::{Context, ident, path};
use super::rt::{Rt, Std};
use crate::model::{Method, Service, Shape};

pub(super) fn server(context: &Context, service: &Service) -> TokenStream {
    let trait_ = handler(context, service);
    let adapter = adapter(context, service);
    quote!(#trait_ #adapter)
}

fn handler(context: &Context, service: &Service) -> TokenStream {
    let Context {
        std: Std { send, sync, .. },
        visibility,
        ..
    } = context;
    let name = ident(&service.name.rust.handler);
    let otherwise = format!("Handles the calls of `{}`.", service.full_name);
    let docs = context.docs(&service.docs, &otherwise, service.deprecated);
    let methods = service.methods.iter().map(|method| {
        let docs = context.method_docs(service, method);
        let signature = signature(context, method);
        quote!(#docs #signature;)
    });
    quote!(#docs #visibility trait #name: #send + #sync + 'static { #(#methods)* })
}

fn signature(context: &Context, method: &Method) -> TokenStream {
    let Rt {
        request,
        response,
        sender,
        streaming,
        ..
    } = &context.rt;
    let name = ident(&method.name.rust.function);
    let (input, output) = (path(&method.input), path(&method.output));
    let one = context.future(&quote!(#response<#output>));
    let none = context.future(&quote!(()));
    match method.shape {
        Shape::Unary => quote!(fn #name(&self, request: #request<#input>) -> #one),
        Shape::ServerStreaming => {
            quote!(fn #name(&self, request: #request<#input>, responses: #sender<#output>) -> #none)
        }
        Shape::ClientStreaming => {
            quote!(fn #name(&self, requests: #request<#streaming<#input>>) -> #one)
        }
        Shape::BidiStreaming => quote! {
            fn #name(&self, requests: #request<#streaming<#input>>, responses: #sender<#output>) -> #none
        },
    }
}

fn adapter(context: &Context, service: &Service) -> TokenStream {
    let Context {
        rt,
        std:
            Std {
                arc,
                clone,
                debug,
                formatter,
                fmt_result,
                ..
            },
        visibility,
        ..
    } = context;
    let Rt {
        outcome,
        server_call,
        service: rt_service,
        service_spec,
        ..
    } = rt;
    let (server, handler) = (
        ident(&service.name.rust.server),
        ident(&service.name.rust.handler),
    );
    let server_name = server.to_string();
    let docs = context.docs(
        &[format!("Serves `{}` with a handler.", service.full_name)],
        "",
        false,
    );
    let arms = service.methods.iter().enumerate().map(|(index, method)| {
        let index = Literal::usize_unsuffixed(index);
        let function = ident(&method.name.rust.function);
        let (shape, _) = Context::shape(method.shape);
        let arguments = match method.shape {
            Shape::Unary => quote!(request),
            Shape::ServerStreaming => quote!(request, responses),
            Shape::ClientStreaming => quote!(requests),
            Shape::BidiStreaming => quote!(requests, responses),
        };
        let call = quote!(<T as self::#handler>::#function(&self.handler, #arguments));
        quote!(#index => call.#shape(|#arguments| { #call }).await,)
    });
    quote! {
        #docs
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

        impl<T: self::#handler> #rt_service for #server<T> {
            fn spec(&self) -> &'static #service_spec {
                &SPEC
            }

            async fn call(&self, call: #server_call) -> #outcome {
                match call.method_index() {
                    #(#arms)*
                    _ => call.unimplemented().await,
                }
            }
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
