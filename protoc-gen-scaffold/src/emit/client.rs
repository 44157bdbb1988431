//! The async client.

use proc_macro2::TokenStream;
use quote::quote;

use super::context::{Context, ident, path};
use super::rt::{Rt, Std};
use crate::model::{Method, Service, Shape};

pub(super) fn client(context: &Context, service: &Service) -> TokenStream {
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
        caller, channel, ..
    } = rt;
    let client = ident(&service.name.rust.client);
    let client_name = client.to_string();
    let blocking = ident(&service.name.rust.blocking);
    let docs = context.docs(
        &[format!("Calls `{}`. Cheap to clone.", service.full_name)],
        "",
        service.deprecated,
    );
    let methods = service.methods.iter().map(|method| {
        let docs = context.method_docs(service, method);
        let method = self::method(context, method);
        quote!(#docs #method)
    });
    quote! {
        #docs
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

            #(#methods)*
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

fn method(context: &Context, method: &Method) -> TokenStream {
    let Rt {
        caller,
        into_request,
        ..
    } = &context.rt;
    let name = ident(&method.name.rust.function);
    let constant = ident(&method.name.rust.constant);
    let (shape, _) = Context::shape(method.shape);
    let request = request(method);
    let future = context.future(&reply(context, method));
    quote! {
        pub fn #name(&self, request: impl #into_request<#request>) -> #future + '_ {
            #caller::#shape(&self.channel, &methods::#constant, #into_request::into_request(request))
        }
    }
}

/// What a call starts with: the request, or nothing but metadata.
pub(super) fn request(method: &Method) -> TokenStream {
    match method.shape {
        Shape::Unary | Shape::ServerStreaming => path(&method.input),
        Shape::ClientStreaming | Shape::BidiStreaming => quote!(()),
    }
}

/// What a call that started gives.
fn reply(context: &Context, method: &Method) -> TokenStream {
    let Rt {
        response,
        streaming,
        client_streaming,
        bidi_streaming,
        ..
    } = &context.rt;
    let (input, output) = (path(&method.input), path(&method.output));
    match method.shape {
        Shape::Unary => quote!(#response<#output>),
        Shape::ServerStreaming => quote!(#streaming<#output>),
        Shape::ClientStreaming => quote!(#client_streaming<#input, #output>),
        Shape::BidiStreaming => quote!(#bidi_streaming<#input, #output>),
    }
}
