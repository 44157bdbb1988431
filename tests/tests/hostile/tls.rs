//! Row H13: TLS handshakes that are begun and not ended.

use std::time::Duration;

use scaffold_runtime::net::{ClientTls, Pem};
use scaffold_runtime::{Channel, ChannelConfig};
use scaffold_tests::attack::{Target, process, rows};
use scaffold_tests::pb::attack::v1::Ask;
use scaffold_tests::pb::attack::v1::target::TargetClient;

use super::support::*;

/// A channel that trusts one certificate.
fn channel(port: u16, certificate: &str) -> Channel {
    let config = ChannelConfig {
        tls: Some(ClientTls {
            ca: vec![Pem::Text(certificate.to_owned())],
            ..ClientTls::default()
        }),
        ..ChannelConfig::default()
    };
    Channel::with_config(format!("https://localhost:{port}"), config).expect("a target")
}

#[test]
fn h13_half_a_client_hello() {
    rlimit::increase_nofile_limit(u64::MAX).expect("the limit can be raised");
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).expect("made");
    let files = tempfile::tempdir().expect("a folder");
    let write = |name: &str, text: String| {
        let path = files.path().join(name);
        std::fs::write(&path, text).expect("written");
        path.to_str().expect("UTF-8").to_owned()
    };
    let certificate = write("server.pem", made.cert.pem());
    let key = write("server.key", made.signing_key.serialize_pem());
    let mut server = server(&[
        ("ATTACK__TLS__CERTIFICATE", &certificate),
        ("ATTACK__TLS__KEY", &key),
        ("ATTACK__TLS__HANDSHAKE_TIMEOUT", "2s"),
    ]);
    let client = TargetClient::new(channel(server.address.port(), &made.cert.pem())).blocking();
    client.unary(Ask::default()).expect("answered before");
    let before = process::resident(server.pid());
    let mut target = Target::of(&server);
    target.patience = PATIENCE;
    let attack = std::thread::spawn(move || (rows::find("H13").run)(&target));
    let mut calls = 0;
    while !attack.is_finished() {
        client.unary(Ask::default()).expect("answered meanwhile");
        calls += 1;
        std::thread::sleep(Duration::from_millis(20));
    }
    let cases = attack.join().expect("no panic");
    println!("{}; {calls} calls beside it", cases[0]);
    // Those that come while others fail are served, too.
    let fresh = TargetClient::new(channel(server.address.port(), &made.cert.pem())).blocking();
    fresh.unary(Ask::default()).expect("answered after");
    assert_eq!(
        (cases[0].sent, cases[0].count("open")),
        (5_000, 0),
        "{}",
        cases[0]
    );
    assert!(cases[0].fate.ended_after().is_some(), "{}", cases[0]);
    assert!(calls > 0);
    assert_eq!(server.counters()["tls_handshake"], 5_000);
    if let Some((before, after)) = before.zip(process::resident(server.pid())) {
        // 20 KiB for each, which the allocator keeps for the next ones.
        assert!(after < before + 128 * MIB, "{} MiB", after / MIB);
    }
}
