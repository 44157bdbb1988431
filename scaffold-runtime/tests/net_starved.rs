//! Row H18: no descriptor is left. In a process of its own, whose limit is its
//! own.
#![cfg(target_os = "linux")]

mod net_support;
mod server_support;

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};
use std::time::Duration;

use net_support::*;
use scaffold_runtime::{Channel, Server};
use server_support::{EchoServer, Hooks, PATIENCE};
use tokio::net::TcpStream;

const CHILD: &str = "SCAFFOLD_TEST_STARVED_CHILD";

/// The child: not a test unless it is asked to be one.
#[test]
fn child() {
    let Some(address) = std::env::var_os(CHILD) else {
        return;
    };
    let server = Server::new(at(address.to_str().unwrap()))
        .add_service(EchoServer::new(Hooks::default()))
        .bind()
        .unwrap();
    println!("\nlistens on {}", server.local_addr());
    server.run().unwrap();
}

/// CPU time of a process, in clock ticks of a hundredth of a second.
fn ticks(id: u32) -> u64 {
    let stat = std::fs::read_to_string(format!("/proc/{id}/stat")).unwrap();
    // The second field is a name in parentheses that may hold anything.
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap().split(' ').collect();
    fields[12].parse::<u64>().unwrap() + fields[13].parse::<u64>().unwrap()
}

async fn starve(address: &str) {
    let command = "ulimit -n 64 && exec \"$0\" child --exact --nocapture";
    let mut child = Command::new("sh")
        .args(["-c", command])
        .arg(std::env::current_exe().unwrap())
        .env(CHILD, address)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut output = BufReader::new(child.stdout.take().unwrap());
    let mut line = String::new();
    let target = loop {
        line.clear();
        assert_ne!(output.read_line(&mut line).unwrap(), 0, "the child ended");
        if let Some(target) = line.trim().strip_prefix("listens on ") {
            break target.to_owned();
        }
    };
    let before = Channel::connect(&target).await.unwrap();
    works(&before).await;
    let mut sockets: Vec<Box<dyn Send>> = Vec::new();
    for _ in 0..100 {
        match target.strip_prefix("unix:") {
            Some(path) => sockets.push(Box::new(
                tokio::net::UnixStream::connect(path).await.unwrap(),
            )),
            None => sockets.push(Box::new(TcpStream::connect(&target).await.unwrap())),
        }
    }
    // The system says that there are none, to be sure that the test tests it.
    let open = || {
        std::fs::read_dir(format!("/proc/{}/fd", child.id()))
            .unwrap()
            .count()
    };
    let full = async {
        while open() < 64 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(PATIENCE, full).await.unwrap();
    let begun = ticks(child.id());
    for _ in 0..20 {
        works(&before).await;
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    // A loop that spins takes 200 of them; 20 calls and some wake-ups take few.
    let spent = ticks(child.id()) - begun;
    assert!(spent < 60, "{spent} ticks of CPU time in 200");
    sockets.clear();
    let after = Channel::connect(&target);
    works(
        &tokio::time::timeout(PATIENCE, after)
            .await
            .unwrap()
            .unwrap(),
    )
    .await;
    child.kill().unwrap();
    child.wait().unwrap();
}

#[tokio::test]
async fn a_server_without_descriptors_waits_and_recovers() {
    starve("127.0.0.1:0").await;
}

#[tokio::test]
async fn over_unix_sockets_too() {
    let name = format!("scaffold-starved-{}.sock", std::process::id());
    let path = std::env::temp_dir().join(name);
    starve(&format!("unix:{}", path.display())).await;
    // The child was killed, and its file is left.
    std::fs::remove_file(path).unwrap();
}
