//! TLS as the plan says.

use scaffold_runtime::ChannelConfig;

use crate::plan::{Fault, Plan};

/// The plan's TLS and authority on top of `config`.
pub(crate) fn apply(config: ChannelConfig, plan: &Plan) -> Result<ChannelConfig, Fault> {
    let config = ChannelConfig {
        authority: plan.authority.clone(),
        ..config
    };
    let asked = plan.tls_ca.is_some() || plan.tls_cert.is_some() || plan.tls_key.is_some();
    if plan.tls_cert.is_some() != plan.tls_key.is_some() {
        return Err(Fault::usage(
            "--tls-cert and --tls-key go together: the certificate and its key".to_owned(),
        ));
    }
    if !asked && !plan.target.starts_with("https://") {
        return Ok(config);
    }
    secured(config, plan)
}

#[cfg(feature = "tls")]
fn secured(config: ChannelConfig, plan: &Plan) -> Result<ChannelConfig, Fault> {
    use scaffold_runtime::net::{ClientIdentity, ClientTls, Pem};

    let system = cfg!(feature = "tls-native-roots") && plan.tls_ca.is_none();
    if plan.tls_ca.is_none() && !system {
        return Err(Fault::usage(
            "TLS needs --tls-ca: the certificate of the authority to trust".to_owned(),
        ));
    }
    let ca = plan.tls_ca.iter().cloned().map(Pem::File).collect();
    let identity = plan.tls_cert.as_ref().zip(plan.tls_key.as_ref());
    let identity = identity.map(|(certificate, key)| ClientIdentity {
        certificate: Pem::File(certificate.clone()),
        key: Pem::File(key.clone()),
    });
    let name = plan.authority.as_deref().map(|authority| {
        let host = authority
            .rsplit_once(':')
            .map_or(authority, |(host, _)| host);
        host.to_owned()
    });
    let tls = ClientTls {
        ca,
        system_roots: system,
        identity,
        server_name: name,
        ..ClientTls::default()
    };
    Ok(ChannelConfig {
        tls: Some(tls),
        ..config
    })
}

#[cfg(not(feature = "tls"))]
fn secured(_: ChannelConfig, _: &Plan) -> Result<ChannelConfig, Fault> {
    Err(Fault::usage(
        "this load test was built without TLS: give scaffold-load the feature `tls` in its Cargo.toml".to_owned(),
    ))
}
