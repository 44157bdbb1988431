//! TLS and mTLS: who is let in, who is not, and certificates that change.
#![cfg(feature = "tls")]

mod net_support;
mod server_support;

use std::path::{Path, PathBuf};
use std::time::Duration;

use net_support::tls::{Authority, over};
use net_support::*;
use scaffold_runtime::net::{
    ClientAuth, ClientTls, MemoryNetwork, Network, Pem, ServerTls, TlsVersion,
};
use scaffold_runtime::{Channel, ChannelConfig, Code, ServerConfig, Status};
use server_support::{PATIENCE, until};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

async fn connect(target: &str, tls: ClientTls) -> Result<Channel, Status> {
    let config = ChannelConfig {
        tls: Some(tls),
        connect_timeout: PATIENCE,
        ..Default::default()
    };
    let channel = Channel::with_config(target, config)?;
    channel.ready().await?;
    Ok(channel)
}

fn https(served: &Served) -> String {
    format!("https://{}", served.address)
}

#[tokio::test]
async fn calls_go_through_tls() {
    let ca = Authority::new();
    for version in [TlsVersion::V12, TlsVersion::V13] {
        let tls = ServerTls {
            min_version: version,
            ..ca.server()
        };
        let served = serve(over(tls), Network::system()).unwrap();
        let channel = connect(&https(&served), ClientTls::new(ca.pem())).await;
        works(&channel.unwrap()).await;
        let peer = served.peers.last();
        let info = peer.tls().unwrap();
        assert_eq!(info.alpn.as_deref(), Some("h2"));
        assert_eq!(info.version, Some("TLSv1.3"));
        assert!(info.certificates.is_empty());
        // Without a scheme, too, TLS is what the configuration says.
        let target = served.address.to_string();
        let channel = connect(&target, ClientTls::new(ca.pem())).await.unwrap();
        works(&channel).await;
        served.stop().await;
    }
}

#[tokio::test]
async fn tls_goes_over_memory_too() {
    let (ca, network) = (Authority::new(), MemoryNetwork::new());
    let config = ServerConfig {
        tls: Some(ca.server()),
        ..at("memory:notes")
    };
    let served = serve(config, &network).unwrap();
    let config = ChannelConfig {
        tls: Some(ClientTls::new(ca.pem())),
        ..Default::default()
    };
    let channel = Channel::with_network("memory:notes", config, &network).unwrap();
    works(&channel).await;
    let peer = served.peers.last();
    assert_eq!(
        peer.tls().unwrap().server_name.as_deref(),
        Some("localhost")
    );
    served.stop().await;
}

#[tokio::test]
async fn who_is_not_trusted_is_refused() {
    let (ca, other) = (Authority::new(), Authority::new());
    let served = serve(over(ca.server()), Network::system()).unwrap();
    let refused = connect(&https(&served), ClientTls::new(other.pem())).await;
    let status = refused.unwrap_err();
    assert_eq!(status.code(), Code::Unavailable);
    assert!(
        status.message().contains("invalid peer certificate"),
        "{status}"
    );
    let tls = ClientTls {
        server_name: Some("other.example".to_owned()),
        ..ClientTls::new(ca.pem())
    };
    let status = connect(&https(&served), tls).await.unwrap_err();
    assert!(status.message().contains("other.example"), "{status}");
    served.stop().await;
}

#[tokio::test]
async fn clients_show_certificates() {
    let (ca, other) = (Authority::new(), Authority::new());
    let (certificate, key) = ca.issue(&["client"]);
    let known = || ClientTls::new(ca.pem()).with_identity(certificate.clone(), key.clone());
    let (strange, strange_key) = other.issue(&["client"]);
    let stranger = || ClientTls::new(ca.pem()).with_identity(strange.clone(), strange_key.clone());
    let unnamed = || ClientTls::new(ca.pem());

    let served = serve(
        over(ca.server().require_clients(ca.pem())),
        Network::system(),
    )
    .unwrap();
    works(&connect(&https(&served), known()).await.unwrap()).await;
    assert_eq!(served.peers.last().tls().unwrap().certificates.len(), 1);
    for tls in [unnamed(), stranger()] {
        let status = connect(&https(&served), tls).await.unwrap_err();
        assert_eq!(status.code(), Code::Unavailable, "{status}");
    }
    served.stop().await;

    let tls = ServerTls {
        client_auth: ClientAuth::Optional,
        ..ca.server().require_clients(ca.pem())
    };
    let served = serve(over(tls), Network::system()).unwrap();
    works(&connect(&https(&served), unnamed()).await.unwrap()).await;
    assert!(served.peers.last().tls().unwrap().certificates.is_empty());
    works(&connect(&https(&served), known()).await.unwrap()).await;
    assert!(connect(&https(&served), stranger()).await.is_err());
    served.stop().await;
}

/// Files in a directory that is removed at the end.
struct Files(PathBuf);

impl Files {
    fn new(name: &str) -> Files {
        let name = format!("scaffold-tls-{name}-{}", std::process::id());
        let path = std::env::temp_dir().join(name);
        std::fs::create_dir_all(&path).unwrap();
        Files(path)
    }

    fn write(&self, (certificate, key): (String, String)) -> ServerTls {
        std::fs::write(self.path("cert.pem"), certificate).unwrap();
        std::fs::write(self.path("key.pem"), key).unwrap();
        ServerTls::new(
            Pem::file(self.path("cert.pem")),
            Pem::file(self.path("key.pem")),
        )
    }

    fn path(&self, name: &str) -> PathBuf {
        Path::new(&self.0).join(name)
    }
}

impl Drop for Files {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

#[tokio::test]
async fn new_certificates_are_taken_and_broken_ones_are_not() {
    let (old, new, files) = (Authority::new(), Authority::new(), Files::new("reload"));
    let names = ["127.0.0.1"];
    let served = serve(over(files.write(old.issue(&names))), Network::system()).unwrap();
    let target = https(&served);
    let before = connect(&target, ClientTls::new(old.pem())).await.unwrap();
    works(&before).await;
    assert!(!served.handle.reload().unwrap(), "nothing is new");

    // Half of a change: the key is the old one's.
    std::fs::write(files.path("cert.pem"), new.issue(&names).0).unwrap();
    let error = format!("{:?}", served.handle.reload().unwrap_err());
    assert!(error.contains("do not go together"), "{error}");
    assert!(error.contains("key.pem"), "{error}");
    connect(&target, ClientTls::new(old.pem())).await.unwrap();

    files.write(new.issue(&names));
    assert!(served.handle.reload().unwrap());
    connect(&target, ClientTls::new(new.pem())).await.unwrap();
    assert!(connect(&target, ClientTls::new(old.pem())).await.is_err());
    works(&before).await;

    std::fs::remove_file(files.path("cert.pem")).unwrap();
    let error = format!("{:?}", served.handle.reload().unwrap_err());
    assert!(error.contains("cannot read"), "{error}");
    connect(&target, ClientTls::new(new.pem())).await.unwrap();
    served.stop().await;
}

#[tokio::test]
async fn files_are_looked_at_from_time_to_time() {
    let (old, new, files) = (Authority::new(), Authority::new(), Files::new("period"));
    let tls = ServerTls {
        reload_interval: Duration::from_secs(1),
        ..files.write(old.issue(&["127.0.0.1"]))
    };
    let served = serve(over(tls), Network::system()).unwrap();
    files.write(new.issue(&["127.0.0.1"]));
    let taken = async {
        while connect(&https(&served), ClientTls::new(new.pem()))
            .await
            .is_err()
        {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    tokio::time::timeout(PATIENCE, taken).await.unwrap();
    served.stop().await;
}

/// Row H13: half a hello, many times.
#[tokio::test]
async fn half_hellos_are_closed_and_others_are_served() {
    let ca = Authority::new();
    let tls = ServerTls {
        handshake_timeout: Duration::from_secs(2),
        max_handshakes: 25,
        ..ca.server()
    };
    let served = serve(over(tls), Network::system()).unwrap();
    let mut mute = Vec::new();
    for _ in 0..50 {
        let mut socket = TcpStream::connect(served.address.socket_addr().unwrap())
            .await
            .unwrap();
        // A record of a handshake, 512 bytes long, of which 2 come.
        socket.write_all(&[22, 3, 1, 2, 0, 1, 0]).await.unwrap();
        mute.push(socket);
    }
    let channel = connect(&https(&served), ClientTls::new(ca.pem())).await;
    works(&channel.unwrap()).await;
    for mut socket in mute {
        let mut rest = Vec::new();
        let closed = tokio::time::timeout(PATIENCE, socket.read_to_end(&mut rest)).await;
        closed.expect("is closed").ok();
    }
    assert_eq!(served.handle.counters().get("tls_handshake"), 50);
    served.stop().await;
}

/// Row H19, both ways round.
#[tokio::test]
async fn plain_text_and_tls_do_not_meet() {
    let ca = Authority::new();
    let secure = serve(over(ca.server()), Network::system()).unwrap();
    let address = secure.address.socket_addr().unwrap();
    let mut socket = TcpStream::connect(address).await.unwrap();
    let hello = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0";
    socket.write_all(hello).await.unwrap();
    let mut rest = Vec::new();
    let ended = tokio::time::timeout(Duration::from_secs(4), socket.read_to_end(&mut rest));
    ended.await.expect("sooner than the handshake timeout").ok();
    let status = Channel::connect(secure.address.to_string()).await;
    assert_eq!(status.unwrap_err().code(), Code::Unavailable);
    until("no connection is left", || secure.handle.connections() == 0).await;
    secure.stop().await;

    let plain = serve(at("127.0.0.1:0"), Network::system()).unwrap();
    let status = connect(&https(&plain), ClientTls::new(ca.pem())).await;
    assert_eq!(status.unwrap_err().code(), Code::Unavailable);
    until("no connection is left", || plain.handle.connections() == 0).await;
    plain.stop().await;
}
