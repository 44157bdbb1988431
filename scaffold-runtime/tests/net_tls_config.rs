//! TLS as people write it: what does not go together, and what is in print.
#![cfg(feature = "tls")]

mod net_support;
mod server_support;

#[cfg(feature = "config")]
use std::time::Duration;

use net_support::tls::{Authority, over};
use net_support::*;
use scaffold_runtime::net::{ClientAuth, ClientTls, Network, Pem, ServerTls};
use scaffold_runtime::{Channel, ChannelConfig};
#[cfg(feature = "config")]
use scaffold_runtime::{ServerConfig, net::TlsVersion};

#[tokio::test]
async fn what_does_not_go_together_is_told_at_once() {
    let ca = Authority::new();
    let text = |tls: ServerTls| format!("{:?}", serve(over(tls), Network::system()).err().unwrap());
    let (certificate, key) = ca.issue(&["localhost"]);
    for (tls, part) in [
        (
            ServerTls::new(Pem::file("no/such/cert.pem"), key.clone()),
            "cannot read no/such/cert.pem",
        ),
        (
            ServerTls::new(certificate.clone(), certificate.clone()),
            "holds no private key",
        ),
        (
            ServerTls::new(key.clone(), key.clone()),
            "holds no certificate",
        ),
        (
            ServerTls::new(certificate.clone(), ca.issue(&["x"]).1),
            "do not go together",
        ),
        (
            ServerTls {
                client_auth: ClientAuth::Required,
                ..ca.server()
            },
            "needs client_ca",
        ),
        (
            ServerTls {
                client_auth: ClientAuth::None,
                ..ca.server().require_clients(ca.pem())
            },
            "client_auth is none",
        ),
    ] {
        let error = text(tls);
        assert!(error.contains(part), "{part}: {error}");
        assert!(!error.contains("PRIVATE KEY-----\nM"), "{error}");
    }
    let channel = |target: &str, tls| {
        let config = ChannelConfig {
            tls,
            ..Default::default()
        };
        let result = Channel::with_config(target, config);
        result.unwrap_err().message().to_owned()
    };
    let trusting = || Some(ClientTls::new(ca.pem()));
    for (text, part) in [
        (channel("https://users", None), "needs `tls`"),
        (channel("http://users", trusting()), "write https://"),
        (
            channel("https://users", Some(ClientTls::default())),
            "no authority is trusted",
        ),
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
}

#[cfg(feature = "config")]
#[test]
fn is_read_from_toml_and_shows_no_key() {
    #[derive(Debug, serde::Deserialize, serde::Serialize)]
    struct File {
        server: ServerConfig,
        channel: ChannelConfig,
    }
    let text = "
        [server.tls]
        certificate = 'server.pem'
        key = '''
-----BEGIN PRIVATE KEY-----
c2VjcmV0
-----END PRIVATE KEY-----
'''
        client_ca = 'ca.pem'
        client_auth = 'required'
        min_version = '1.3'
        reload_interval = '5m'
        [channel.tls]
        ca = ['ca.pem']
        identity = { certificate = 'client.pem', key = 'client.key' }
    ";
    let file: File = toml::from_str(text).unwrap();
    let server = file.server.tls.as_ref().unwrap();
    assert_eq!(server.certificate, Pem::file("server.pem"));
    assert_eq!(server.client_auth, ClientAuth::Required);
    assert_eq!(server.min_version, TlsVersion::V13);
    assert_eq!(server.handshake_timeout, Duration::from_secs(5));
    assert_eq!(server.reload_interval, Duration::from_secs(300));
    let client = file.channel.tls.as_ref().unwrap();
    assert_eq!(client.ca, [Pem::file("ca.pem")]);
    for shown in [
        format!("{file:?}"),
        scaffold_runtime::config::render(&file).unwrap(),
    ] {
        assert!(!shown.contains("c2VjcmV0"), "{shown}");
    }
    assert!(toml::from_str::<File>("[server.tls]\ncertificate = 'x'").is_err());
}
