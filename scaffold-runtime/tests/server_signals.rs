//! SIGTERM, once and twice, to a process of its own.
#![cfg(unix)]

mod server_support;

use std::io::{BufRead, BufReader, Read};
use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use scaffold_runtime::{Server, ServerConfig};
use server_support::raw::{frame, headers};
use server_support::*;

const CHILD: &str = "SCAFFOLD_TEST_SIGNALS_CHILD";

/// The child: not a test unless it is asked to be one.
#[test]
fn child() {
    if std::env::var_os(CHILD).is_none() {
        return;
    }
    let limits = ServerConfig {
        drain: Duration::from_secs(3),
        ..config()
    };
    let server = Server::new(limits)
        .add_service(EchoServer::new(Hooks::default()))
        .bind()
        .unwrap();
    println!("\nlistens on {}", server.local_addr());
    server.run().unwrap();
    println!("has ended");
}

fn spawn() -> (Child, SocketAddr, impl BufRead) {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["child", "--exact", "--nocapture"])
        .env(CHILD, "1")
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut output = BufReader::new(child.stdout.take().unwrap());
    let mut line = String::new();
    let address = loop {
        line.clear();
        assert_ne!(output.read_line(&mut line).unwrap(), 0, "the child ended");
        if let Some(address) = line.trim().strip_prefix("listens on ") {
            break address.parse().unwrap();
        }
    };
    (child, address, output)
}

fn signal(child: &Child, name: &str) {
    assert!(
        Command::new("kill")
            .args([name, &child.id().to_string()])
            .status()
            .unwrap()
            .success()
    );
}

#[tokio::test]
async fn the_first_signal_drains_and_the_exit_is_clean() {
    let (mut child, address, mut output) = spawn();
    let client = Client::connect(address).await;
    let mut open = client.open("/test.Echo/Chat", headers(&[])).await;
    open.body.send_data(frame(&note("a", 1)), false).unwrap();
    let (_, mut stream, mut body) = open.head().await;
    signal(&child, "-TERM");
    until("no more is accepted", || {
        std::net::TcpStream::connect(address).is_err()
    })
    .await;
    body.send_data(frame(&note("b", 2)), true).unwrap();
    let mut received = Vec::new();
    while let Some(piece) = stream.data().await {
        received.extend_from_slice(&piece.unwrap());
    }
    assert_eq!(
        received,
        [frame(&note("a", 2)), frame(&note("b", 4))].concat()
    );
    until("the process ends", || child.try_wait().unwrap().is_some()).await;
    assert!(child.wait().unwrap().success());
    let mut rest = String::new();
    output.read_to_string(&mut rest).unwrap();
    assert!(rest.contains("has ended"));
}

#[tokio::test]
async fn the_second_signal_exits_at_once() {
    let (mut child, address, _output) = spawn();
    let client = Client::connect(address).await;
    let mut open = client.open("/test.Echo/Say", headers(&[])).await;
    open.body.send_data(frame(&note("hang", 1)), true).unwrap();
    assert_eq!(client.say(&note("", 1)).await.code(), 0);
    signal(&child, "-INT");
    until("no more is accepted", || {
        std::net::TcpStream::connect(address).is_err()
    })
    .await;
    let begun = Instant::now();
    signal(&child, "-TERM");
    until("the process ends", || child.try_wait().unwrap().is_some()).await;
    assert_eq!(child.wait().unwrap().code(), Some(128 + 15));
    assert!(
        begun.elapsed() < Duration::from_millis(2_500),
        "did not wait for the drain"
    );
}
