//! What a run sees of its server: as the system tells, or the server itself.

mod fake;

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::process::{Command, Stdio};

use fake::{Behaviour, Load, plan, start};
use scaffold_load::{Exit, LoadTest, Plan, run};

/// Serves `page` to whoever connects; its address.
fn page(page: impl Fn(usize) -> String + Send + 'static) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = listener.local_addr().expect("an address");
    std::thread::spawn(move || {
        for (number, stream) in listener.incoming().enumerate() {
            let mut stream = stream.expect("a connection");
            let mut request = [0; 1024];
            let length = stream.read(&mut request).expect("a request");
            assert!(request[..length].starts_with(b"GET /stats HTTP/1.0\r\n"));
            // Whoever asked may be gone.
            let _ = stream.write_all(page(number).as_bytes());
        }
    });
    format!("http://{address}/stats")
}

fn ok(body: &str) -> String {
    format!("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n{body}")
}

#[test]
fn a_server_tells_of_itself() {
    let server = start(Behaviour::default());
    // Half a core, and a queue that grows; the fourth answer is none.
    let url = page(|number| match number {
        3 => "HTTP/1.1 500 no\r\n\r\n".to_owned(),
        _ => ok(&format!(
            "process_cpu_seconds_total {}\nprocess_resident_memory_bytes 3e6\nqueue{{a=\"b\"}} {number}\n",
            number as f64 * 0.5
        )),
    });
    let plan = Plan {
        scrape: Some(url.clone()),
        scrape_metrics: vec!["queue".to_owned()],
        ..plan(&server, "Plain", 50.0, 3500)
    };
    let run = run(Load::default(), plan).expect("a run");
    let seen = run.server.expect("a server");
    assert_eq!(seen.source, url);
    assert_eq!(seen.peak_memory(), Some(3_000_000));
    // At 0, 1 and 3 seconds and at the end; at 2 there was none. One before the run.
    assert_eq!(seen.samples.len(), 4, "{seen:?}");
    assert_eq!(seen.samples[0].cpu, None);
    let cores = seen.samples[1].cpu.expect("CPU");
    assert!((0.2..1.0).contains(&cores), "{cores}");
    let queue: Vec<f64> = seen
        .samples
        .iter()
        .map(|sample| sample.metrics["queue"])
        .collect();
    assert_eq!(queue, [1.0, 2.0, 4.0, 5.0]);
    assert_eq!(seen.cpu, Some(2.0));
    assert_eq!(seen.fault, None);
}

#[test]
fn a_page_that_is_none_is_said_before_the_run() {
    let server = start(Behaviour::default());
    let gone = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let nobody = format!("http://{}/", gone.local_addr().expect("an address"));
    drop(gone);
    let missing = page(|_| "HTTP/1.1 404 Not Found\r\n\r\n".to_owned());
    let fine = page(|_| ok("up 1\n"));
    for (url, metric, says) in [
        (&*nobody, None, "refused"),
        (&*missing, None, "404"),
        (&*fine, Some("down"), "no metric down"),
        ("https://127.0.0.1/", None, "http://HOST"),
    ] {
        let plan = Plan {
            scrape: Some(url.to_owned()),
            scrape_metrics: metric.map(str::to_owned).into_iter().collect(),
            ..plan(&server, "Plain", 50.0, 100)
        };
        let fault = run(Load::default(), plan).expect_err("no run");
        assert_eq!(fault.exit(), Exit::Usage);
        assert!(fault.to_string().contains(says), "{fault}");
    }
    // Nor is another machine asked by mistake.
    let line = [
        "--target",
        &server.target,
        "--scrape",
        "http://10.1.2.3:9/metrics",
    ];
    let test = LoadTest::new("fake").driver(Load::default());
    assert_eq!(
        test.command(line.into_iter().map(str::to_owned)),
        Exit::Usage
    );
}

/// A server in a process of its own is found by its port.
#[cfg(target_os = "linux")]
#[test]
fn the_system_tells_of_a_process() {
    let mut child = Command::new(std::env::current_exe().expect("this program"))
        .args(["--exact", "--ignored", "--nocapture", "inner_server"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("this program runs");
    let mut lines = BufReader::new(child.stdout.take().expect("piped")).lines();
    let target = lines.by_ref().map_while(Result::ok).find_map(|line| {
        let (_, target) = line.split_once("serving ")?;
        Some(target.to_owned())
    });
    let mut long = {
        // One in this process, which is told nothing of.
        let here = start(Behaviour::default());
        let plan = plan(&here, "Plain", 500.0, 1200);
        let run = run(Load::default(), plan.clone()).expect("a run");
        assert_eq!(run.server, None);
        plan
    };
    long.target = target.expect("an address");
    let done = run(Load::default(), long).expect("a run");
    drop(child.stdin.take());
    child.wait().expect("it ends");
    let seen = done.server.expect("a server");
    assert!(
        seen.source
            .starts_with(&format!("process {} (", child.id())),
        "{seen:?}"
    );
    assert_eq!(seen.samples.len(), 3, "{seen:?}");
    assert!(seen.peak_memory() > Some(500_000), "{seen:?}");
    assert!(seen.cpu > Some(0.0), "600 calls take CPU: {seen:?}");
}

#[test]
#[ignore = "run by the_system_tells_of_a_process"]
fn inner_server() {
    let server = start(Behaviour::default());
    println!("serving {}", server.target);
    // Until the other hangs up.
    let _ = std::io::stdin().read_to_end(&mut Vec::new());
}
