//! Servers and channels over Unix sockets and in memory.

mod net_support;
mod server_support;

use net_support::*;
use scaffold_runtime::net::{MemoryNetwork, Network};
use scaffold_runtime::{Channel, ChannelConfig, Code, PeerAddress, Server};
use server_support::{EchoServer, Hooks};

#[tokio::test]
async fn calls_go_through_memory() {
    let network = MemoryNetwork::new();
    let served = serve(at("memory:notes"), &network).unwrap();
    let connect = || Channel::with_network("memory:notes", ChannelConfig::default(), &network);
    let channel = connect().unwrap();
    works(&channel).await;
    assert_eq!(served.peers.last().address(), &PeerAddress::Memory);
    assert_eq!(served.handle.connections(), 1);

    let error = serve(at("memory:notes"), &network).err().unwrap();
    assert!(
        format!("{error:?}").contains("cannot listen on memory:notes: another listener"),
        "{error:?}"
    );
    let elsewhere = Channel::connect("memory:notes").await.unwrap_err();
    assert_eq!(elsewhere.code(), Code::Unavailable);
    assert!(
        elsewhere.message().contains("nobody listens"),
        "{elsewhere}"
    );
    served.stop().await;
    let gone = connect().unwrap().ready().await.unwrap_err();
    assert_eq!(gone.code(), Code::Unavailable);
}

#[tokio::test]
async fn a_network_in_memory_has_no_sockets() {
    let network = MemoryNetwork::new();
    let error = serve(at("127.0.0.1:0"), &network).err().unwrap();
    assert!(format!("{error:?}").contains("memory:name"), "{error:?}");
    let status = Channel::with_network("users:1", ChannelConfig::default(), &network).unwrap_err();
    assert_eq!(status.code(), Code::InvalidArgument);
    assert!(status.message().contains("memory:name"), "{status}");
}

/// The server's own threads take connections in memory, too.
#[test]
fn workers_take_connections_in_memory() {
    let server = Server::new(at("memory:workers-take-connections"))
        .add_service(EchoServer::new(Hooks::default()))
        .bind()
        .unwrap();
    let handle = server.handle();
    let thread = std::thread::spawn(move || server.run());
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let channel = Channel::connect("memory:workers-take-connections").await;
        works(&channel.unwrap()).await;
    });
    // The client goes with its runtime.
    drop(runtime);
    handle.shutdown();
    thread.join().unwrap().unwrap();
}

#[cfg(unix)]
mod unix {
    use std::os::unix::fs::PermissionsExt;
    use std::path::PathBuf;

    use scaffold_runtime::ServerConfig;

    use super::*;

    /// A directory of its own, removed at the end.
    struct Directory(PathBuf);

    impl Directory {
        fn new(name: &str) -> Directory {
            let name = format!("scaffold-{name}-{}", std::process::id());
            let path = std::env::temp_dir().join(name);
            std::fs::create_dir_all(&path).unwrap();
            Directory(path)
        }

        fn address(&self) -> String {
            format!("unix:{}", self.0.join("s.sock").display())
        }
    }

    impl Drop for Directory {
        fn drop(&mut self) {
            let _ = std::fs::remove_dir_all(&self.0);
        }
    }

    #[tokio::test]
    async fn calls_go_through_a_unix_socket() {
        let directory = Directory::new("calls");
        let path = directory.0.join("s.sock");
        let config = ServerConfig {
            unix_socket_mode: 0o660,
            ..at(&directory.address())
        };
        let served = serve(config, Network::system()).unwrap();
        let mode = std::fs::metadata(&path).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o660);
        assert_eq!(served.address.to_string(), directory.address());
        for target in [directory.address(), format!("unix://{}", path.display())] {
            works(&Channel::connect(target).await.unwrap()).await;
        }
        assert_eq!(served.peers.last().address(), &PeerAddress::Unix(None));
        served.stop().await;
        assert!(!path.exists(), "the file is removed at the end");
    }

    #[tokio::test]
    async fn a_stale_socket_is_replaced_and_a_live_one_is_not() {
        let directory = Directory::new("stale");
        let path = directory.0.join("s.sock");
        // Dropped, a listener of the standard library leaves its file.
        drop(std::os::unix::net::UnixListener::bind(&path).unwrap());
        assert!(path.exists());
        let served = serve(at(&directory.address()), Network::system()).unwrap();
        works(&Channel::connect(directory.address()).await.unwrap()).await;

        let error = serve(at(&directory.address()), Network::system()).err();
        let text = format!("{:?}", error.unwrap());
        assert!(text.contains("another process listens there"), "{text}");
        works(&Channel::connect(directory.address()).await.unwrap()).await;

        // Another has taken the place: its file is not ours to remove.
        std::fs::remove_file(&path).unwrap();
        std::fs::write(&path, "a file").unwrap();
        served.stop().await;
        assert!(path.exists());
        let error = serve(at(&directory.address()), Network::system()).err();
        let text = format!("{:?}", error.unwrap());
        assert!(text.contains("no socket"), "{text}");
    }

    #[tokio::test]
    async fn a_path_that_is_too_long_is_told_at_both_ends() {
        let address = format!("unix:/tmp/{}", "x".repeat(200));
        let error = serve(at(&address), Network::system()).err().unwrap();
        let text = format!("{error:?}");
        assert!(text.contains("at most"), "{text}");
        assert!(text.contains("use a shorter one"), "{text}");
        let status = Channel::connect(&address).await.unwrap_err();
        assert!(status.message().contains("use a shorter one"), "{status}");
    }

    #[cfg(target_os = "linux")]
    #[tokio::test]
    async fn an_abstract_name_needs_no_file() {
        let address = format!("unix-abstract:scaffold-test-{}", std::process::id());
        let served = serve(at(&address), Network::system()).unwrap();
        works(&Channel::connect(&address).await.unwrap()).await;
        assert!(serve(at(&address), Network::system()).is_err());
        served.stop().await;
        assert!(Channel::connect(&address).await.is_err());
    }
}
