//! TLS with peers that are not of this crate: versions, protocols, and handshakes
//! that are begun and not ended.
#![cfg(feature = "tls")]

mod net_support;
mod server_support;

use std::io::{Error, ErrorKind};
use std::sync::Arc;
use std::time::Duration;

use net_support::tls::{Authority, over};
use net_support::*;
use scaffold_runtime::net::{ClientTls, Network, ServerTls, TlsVersion};
use scaffold_runtime::{Channel, ChannelConfig, Code, Status};
use server_support::{PATIENCE, until};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::timeout;
use tokio_rustls::client::TlsStream;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use tokio_rustls::rustls::version::{TLS12, TLS13};
use tokio_rustls::rustls::{
    ClientConfig, ClientConnection, RootCertStore, ServerConfig, SupportedProtocolVersion,
};
use tokio_rustls::{TlsAcceptor, TlsConnector};

/// A client of rustls' own that speaks these versions and offers this protocol.
fn client(
    ca: &Authority,
    versions: &[&'static SupportedProtocolVersion],
    alpn: &str,
) -> ClientConfig {
    let mut roots = RootCertStore::empty();
    let ca = CertificateDer::from_pem_slice(ca.pem().as_bytes()).unwrap();
    roots.add(ca).unwrap();
    let mut config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_protocol_versions(versions)
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    config.alpn_protocols = vec![alpn.as_bytes().to_vec()];
    config
}

/// Shakes hands with the server, and reads the first bytes of HTTP/2.
async fn greet(served: &Served, config: ClientConfig) -> Result<TlsStream<TcpStream>, Error> {
    let greeting = async {
        let socket = TcpStream::connect(served.address.socket_addr().unwrap()).await?;
        let name = ServerName::try_from("localhost").unwrap();
        let connector = TlsConnector::from(Arc::new(config));
        let mut stream = connector.connect(name, socket).await?;
        stream
            .write_all(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0")
            .await?;
        let mut header = [0; 9];
        stream.read_exact(&mut header).await?;
        assert_eq!(header[3], 4, "SETTINGS come first");
        Ok(stream)
    };
    let late = |_| Error::from(ErrorKind::TimedOut);
    timeout(PATIENCE, greeting).await.map_err(late)?
}

#[tokio::test]
async fn clients_of_an_old_version_are_served_as_configured() {
    let ca = Authority::new();
    for (least, is_served) in [(TlsVersion::V12, true), (TlsVersion::V13, false)] {
        let tls = ServerTls {
            min_version: least,
            ..ca.server()
        };
        let served = serve(over(tls), Network::system()).unwrap();
        let old = greet(&served, client(&ca, &[&TLS12], "h2")).await;
        let refused = served.handle.counters().get("tls_handshake");
        match old {
            Ok(stream) => {
                assert!(is_served);
                let version = stream.get_ref().1.protocol_version();
                assert_eq!(version, Some(TLS12.version));
                assert_eq!(refused, 0);
            }
            Err(error) => {
                assert!(!is_served, "{error}");
                assert!(error.to_string().contains("ProtocolVersion"), "{error}");
                let count = || served.handle.counters().get("tls_handshake");
                until("the refusal is counted", || count() == 1).await;
            }
        }
        // Its neighbours are served, whatever it speaks.
        let new = greet(&served, client(&ca, &[&TLS13], "h2")).await.unwrap();
        let version = new.get_ref().1.protocol_version();
        assert_eq!(version, Some(TLS13.version));
        served.stop().await;
    }
}

#[tokio::test]
async fn clients_that_do_not_ask_for_http2_are_refused() {
    let ca = Authority::new();
    let served = serve(over(ca.server()), Network::system()).unwrap();
    for version in [&TLS12, &TLS13] {
        let refused = greet(&served, client(&ca, &[version], "http/1.1")).await;
        assert!(refused.is_err());
    }
    until("both are counted", || {
        served.handle.counters().get("tls_handshake") == 2
    })
    .await;
    served.stop().await;
}

/// A server of rustls' own that speaks TLS 1.2 alone, and answers with SETTINGS.
async fn old_server(ca: &Authority) -> String {
    let (certificate, key) = ca.issue(&["localhost", "127.0.0.1"]);
    let mut config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_protocol_versions(&[&TLS12])
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(
            vec![CertificateDer::from_pem_slice(certificate.as_bytes()).unwrap()],
            PrivateKeyDer::from_pem_slice(key.as_bytes()).unwrap(),
        )
        .unwrap();
    config.alpn_protocols = vec![b"h2".to_vec()];
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((socket, _)) = listener.accept().await {
            let acceptor = acceptor.clone();
            tokio::spawn(async move {
                let mut connection = match acceptor.accept(socket).await {
                    Ok(stream) => h2::server::handshake(stream).await.unwrap(),
                    Err(_) => return,
                };
                while let Some(Ok(_)) = connection.accept().await {}
            });
        }
    });
    format!("https://{address}")
}

#[tokio::test]
async fn servers_of_an_old_version_are_called_as_configured() {
    let ca = Authority::new();
    let target = old_server(&ca).await;
    let ready = async |least| -> Result<(), Status> {
        let tls = ClientTls {
            min_version: least,
            ..ClientTls::new(ca.pem())
        };
        let config = ChannelConfig {
            tls: Some(tls),
            connect_timeout: PATIENCE,
            ..Default::default()
        };
        Channel::with_config(&target, config)?.ready().await
    };
    ready(TlsVersion::V12).await.unwrap();
    let status = ready(TlsVersion::V13).await.unwrap_err();
    assert_eq!(status.code(), Code::Unavailable, "{status}");
}

/// Sends a whole hello, and nothing after it.
async fn hello(served: &Served, ca: &Authority) -> TcpStream {
    let name = ServerName::try_from("localhost").unwrap();
    let config = Arc::new(client(ca, &[&TLS13], "h2"));
    let mut session = ClientConnection::new(config, name).unwrap();
    let mut hello = Vec::new();
    while session.wants_write() {
        session.write_tls(&mut hello).unwrap();
    }
    let address = served.address.socket_addr().unwrap();
    let mut socket = TcpStream::connect(address).await.unwrap();
    socket.write_all(&hello).await.unwrap();
    socket
}

/// Whether the server has answered a hello.
async fn is_answered(socket: &mut TcpStream, patience: Duration) -> bool {
    let mut first = [0];
    let read = timeout(patience, socket.peek(&mut first)).await;
    matches!(read, Ok(Ok(1)))
}

/// Handshakes beyond `max_handshakes` wait for a turn; connections that are made,
/// and those that only begin, do not count.
#[tokio::test]
async fn handshakes_are_bounded_and_neighbours_served() {
    const MOST: usize = 3;
    let ca = Authority::new();
    let tls = ServerTls {
        max_handshakes: MOST,
        handshake_timeout: PATIENCE,
        ..ca.server()
    };
    let served = serve(over(tls), Network::system()).unwrap();
    let config = ChannelConfig {
        tls: Some(ClientTls::new(ca.pem())),
        ..Default::default()
    };
    let target = format!("https://{}", served.address);
    let neighbour = Channel::with_config(target, config).unwrap();
    works(&neighbour).await;

    // Who says nothing takes no turn.
    let address = served.address.socket_addr().unwrap();
    let mute = TcpStream::connect(address).await.unwrap();
    let mut turns = Vec::new();
    for _ in 0..MOST {
        let mut socket = hello(&served, &ca).await;
        assert!(is_answered(&mut socket, PATIENCE).await);
        turns.push(socket);
    }
    let mut waits = hello(&served, &ca).await;
    assert!(!is_answered(&mut waits, Duration::from_millis(300)).await);
    works(&neighbour).await;
    // One of them leaves: its turn goes to who waits.
    drop(turns.pop());
    assert!(is_answered(&mut waits, PATIENCE).await);
    works(&neighbour).await;

    drop((mute, turns, waits));
    until("all are counted", || {
        served.handle.counters().get("tls_handshake") == MOST as u64 + 2
    })
    .await;
    served.stop().await;
}
