//! `NAME`, the table `methods`, and `SPEC`.

use proc_macro2::TokenStream;
use quote::quote;

use super::context::{Context, docs, hole, says};
use super::rt::Std;
use super::template::{CHAIN, blank, each};
use crate::model::Shape;

pub(super) fn specs(context: &Context, shape: Shape, has_descriptors: bool) -> TokenStream {
    let Context {
        rt,
        std: Std { some, none, .. },
        visibility,
        ..
    } = context;
    let (method_spec, service_spec, call_shape) =
        (&rt.method_spec, &rt.service_spec, &rt.call_shape);
    let (full_name, path) = (blank("full_name"), blank("path"));
    let name_docs = says("`", "full_name", "`.");
    let (each, const_docs) = (each(), docs("spec_docs"));
    let (constant, policy, table) = (hole("constant"), hole(CHAIN), hole("table"));
    let (_, variant) = Context::shape(shape);
    let descriptors = match has_descriptors {
        true => quote!(#some(&super::FILE_DESCRIPTORS)),
        false => quote!(#none),
    };
    quote! {
        #name_docs
        #visibility const NAME: &str = #full_name;

        /// One spec for each method.
        #visibility mod methods {
            #[doc = #each]
            #const_docs
            #visibility const #constant: #method_spec =
                #method_spec::new(#path, #call_shape::#variant).#policy();
        }

        /// The service, and its methods in the order of the `.proto`.
        #visibility static SPEC: #service_spec = #service_spec::new(NAME, &[#table], #descriptors);
    }
}
