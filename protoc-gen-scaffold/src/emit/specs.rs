//! `NAME`, the table `methods`, and `SPEC`.

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use super::context::{Context, ident};
use super::joined::string;
use super::rt::Std;
use crate::model::{Hedge, Idempotency, Method, Policy, Priority, Rate, Retry, Service, Slo};

pub(super) fn specs(context: &Context, service: &Service, has_descriptors: bool) -> TokenStream {
    let Context {
        rt,
        std,
        visibility,
        ..
    } = context;
    let (method_spec, service_spec) = (&rt.method_spec, &rt.service_spec);
    let Std { some, none, .. } = std;
    let full_name = &service.full_name;
    let name_docs = context.docs(&[format!("`{full_name}`.")], "", false);
    let consts = service.methods.iter().map(|method| {
        let name = ident(&method.name.rust.constant);
        let docs = context.docs(
            &[format!("`{full_name}.{}`.", method.name.proto)],
            "",
            false,
        );
        let value = method_spec_value(context, method);
        quote!(#docs #visibility const #name: #method_spec = #value;)
    });
    let names = service
        .methods
        .iter()
        .map(|method| ident(&method.name.rust.constant));
    let descriptors = if has_descriptors {
        quote!(#some(&super::FILE_DESCRIPTORS))
    } else {
        quote!(#none)
    };
    quote! {
        #name_docs
        #visibility const NAME: &str = #full_name;

        /// One spec for each method.
        #visibility mod methods { #(#consts)* }

        /// The service, and its methods in the order of the `.proto`.
        #visibility static SPEC: #service_spec =
            #service_spec::new(NAME, &[#(methods::#names),*], #descriptors);
    }
}

fn method_spec_value(context: &Context, method: &Method) -> TokenStream {
    let (method_spec, call_shape) = (&context.rt.method_spec, &context.rt.call_shape);
    let path = &method.path;
    let (_, shape) = Context::shape(method.shape);
    let policy = policy(context, &method.policy);
    quote!(#method_spec::new(#path, #call_shape::#shape) #policy)
}

fn policy(context: &Context, policy: &Policy) -> TokenStream {
    let rt = &context.rt;
    let idempotency = match policy.idempotency {
        Idempotency::Unknown => None,
        Idempotency::NoSideEffects => Some("NoSideEffects"),
        Idempotency::Idempotent => Some("Idempotent"),
        Idempotency::NotIdempotent => Some("NotIdempotent"),
    };
    let idempotency = idempotency.map(|variant| {
        let (variant, idempotency) = (ident(variant), &rt.idempotency);
        quote!(.idempotency(#idempotency::#variant))
    });
    let timeout = policy.timeout_nanos.map(|nanos| {
        let nanos = whole(nanos);
        quote!(.timeout_nanos(#nanos))
    });
    let retry = policy
        .retry
        .as_ref()
        .map(|retry| self::retry(context, retry));
    let hedge = policy
        .hedge
        .as_ref()
        .map(|hedge| self::hedge(context, hedge));
    let rate = policy.rate.map(|Rate { per_second, burst }| {
        let (rate_limit, per_second, burst) =
            (&rt.rate_limit, decimal(per_second), whole(burst.into()));
        quote!(.rate(#rate_limit { per_second: #per_second, burst: #burst }))
    });
    let concurrency = policy.concurrency.map(|calls| {
        let calls = whole(calls.into());
        quote!(.concurrency(#calls))
    });
    let priority = policy.priority.map(|priority| {
        let variant = ident(match priority {
            Priority::Sheddable => "Sheddable",
            Priority::Normal => "Normal",
            Priority::High => "High",
            Priority::Critical => "Critical",
        });
        let priority = &rt.priority;
        quote!(.priority(#priority::#variant))
    });
    let slo = policy.slo.map(|slo| self::slo(context, slo));
    let auth_scopes = strings("auth_scopes", &policy.auth_scopes);
    let request = strings("sensitive_request", &policy.sensitive_request);
    let response = strings("sensitive_response", &policy.sensitive_response);
    quote!(#timeout #idempotency #retry #hedge #rate #concurrency #auth_scopes #priority #slo #request #response)
}

fn retry(context: &Context, retry: &Retry) -> TokenStream {
    let retry_policy = &context.rt.retry_policy;
    let attempts = whole(retry.max_attempts.into());
    let (initial, max) = (
        whole(retry.initial_backoff_nanos),
        whole(retry.max_backoff_nanos),
    );
    let multiplier = decimal(retry.backoff_multiplier);
    let codes = codes(context, &retry.retryable_codes);
    quote! {
        .retry(#retry_policy {
            max_attempts: #attempts,
            initial_backoff_nanos: #initial,
            max_backoff_nanos: #max,
            backoff_multiplier: #multiplier,
            retryable_codes: #codes,
        })
    }
}

fn hedge(context: &Context, hedge: &Hedge) -> TokenStream {
    let hedge_policy = &context.rt.hedge_policy;
    let (attempts, delay) = (whole(hedge.max_attempts.into()), whole(hedge.delay_nanos));
    let codes = codes(context, &hedge.non_fatal_codes);
    quote! {
        .hedge(#hedge_policy { max_attempts: #attempts, delay_nanos: #delay, non_fatal_codes: #codes })
    }
}

fn slo(context: &Context, slo: Slo) -> TokenStream {
    let (slo_type, Std { some, none, .. }) = (&context.rt.slo, &context.std);
    let maybe = |value: Option<Literal>| match value {
        Some(value) => quote!(#some(#value)),
        None => quote!(#none),
    };
    let availability = maybe(slo.availability.map(decimal));
    let latency = maybe(slo.latency_nanos.map(whole));
    let quantile = decimal(slo.latency_quantile);
    quote! {
        .slo(#slo_type { availability: #availability, latency_nanos: #latency, latency_quantile: #quantile })
    }
}

fn codes(context: &Context, codes: &[&str]) -> TokenStream {
    let code = &context.rt.code;
    let codes = codes.iter().map(|variant| ident(variant));
    quote!(&[#(#code::#codes),*])
}

fn strings(setter: &str, values: &[String]) -> Option<TokenStream> {
    let setter = ident(setter);
    let strings = values.iter().map(|value| string(value));
    (!values.is_empty()).then(|| quote!(.#setter(&[#(#strings),*])))
}

fn whole(value: u64) -> Literal {
    Literal::u64_unsuffixed(value)
}

fn decimal(value: f64) -> Literal {
    Literal::f64_unsuffixed(value)
}
