//! `ClientTls::system_roots`: who the system trusts is trusted.
#![cfg(feature = "tls")]

mod net_support;
mod server_support;

use net_support::tls::{Authority, over};
use net_support::*;
use scaffold_runtime::net::{ClientTls, Network};
use scaffold_runtime::{Channel, ChannelConfig};

/// Where the process that this test starts finds its server.
#[cfg(feature = "tls-native-roots")]
const TARGET: &str = "SCAFFOLD_TEST_SYSTEM_ROOTS";

fn trusting_the_system() -> ChannelConfig {
    let tls = ClientTls {
        system_roots: true,
        ..ClientTls::default()
    };
    ChannelConfig {
        tls: Some(tls),
        ..Default::default()
    }
}

/// The system's store is what `SSL_CERT_FILE` names. A process has one environment,
/// so that the client is this test once more, in a process of its own.
#[cfg(feature = "tls-native-roots")]
#[tokio::test]
async fn the_systems_authorities_are_trusted() {
    if let Ok(target) = std::env::var(TARGET) {
        let channel = Channel::with_config(target, trusting_the_system()).unwrap();
        return works(&channel).await;
    }
    let (ca, other) = (Authority::new(), Authority::new());
    let served = serve(over(ca.server()), Network::system()).unwrap();
    let target = format!("https://{}", served.address);
    let call = async |authority: &Authority| {
        let name = format!("scaffold-roots-{}.pem", std::process::id());
        let file = std::env::temp_dir().join(name);
        std::fs::write(&file, authority.pem()).unwrap();
        let mut child = std::process::Command::new(std::env::current_exe().unwrap());
        child
            .args(["--exact", "the_systems_authorities_are_trusted"])
            .env(TARGET, &target)
            .env("SSL_CERT_FILE", &file)
            .env_remove("SSL_CERT_DIR");
        let output = tokio::task::spawn_blocking(move || child.output());
        let output = output.await.unwrap().unwrap();
        std::fs::remove_file(&file).unwrap();
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(text.contains("running 1 test"), "{text}");
        (output.status.success(), text)
    };
    let (called, text) = call(&ca).await;
    assert!(called, "{text}");
    assert_eq!(served.handle.counters().get("tls_handshake"), 0);
    let (called, text) = call(&other).await;
    assert!(
        !called && text.contains("invalid peer certificate"),
        "{text}"
    );
    served.stop().await;
}

#[cfg(not(feature = "tls-native-roots"))]
#[tokio::test]
async fn the_systems_authorities_need_a_feature() {
    let served = serve(over(Authority::new().server()), Network::system()).unwrap();
    let target = format!("https://{}", served.address);
    let error = Channel::with_config(target, trusting_the_system()).unwrap_err();
    assert!(error.message().contains("tls-native-roots"), "{error}");
    served.stop().await;
}
