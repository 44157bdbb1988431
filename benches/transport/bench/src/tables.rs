//! Which tables there are, and what they are made of.

use crate::peers::PEERS;
use crate::results::Results;
use crate::scenarios::RATE;
use crate::table::{Table, number};

/// A column: its title, the scenario, the value.
type Column = (&'static str, &'static str, &'static str);

/// A table with peers as rows: caption, columns, and whether ratios follow.
type Spec = (&'static str, &'static [Column], bool);

const SPECS: [Spec; 6] = [
    (
        "Server CPU per unary call of 17 bytes, µs (connections x calls in flight); the last three with h2load",
        &[
            ("10 x 100", "hello-10x100", "cpu_us"),
            ("50 x 20", "hello-50x20", "cpu_us"),
            ("50 x 1", "hello-50x1", "cpu_us"),
            ("1 x 1", "hello-1x1", "cpu_us"),
            ("10 x 100", "h2load-10x100", "cpu_us"),
            ("50 x 20", "h2load-50x20", "cpu_us"),
            ("50 x 1", "h2load-50x1", "cpu_us"),
        ],
        true,
    ),
    (
        "Server CPU per unary call of larger messages, µs",
        &[
            ("1 KiB, nested, there and back", "order-10x100", "cpu_us"),
            ("50 log records, 15 KiB, in", "logs-10x20", "cpu_us"),
            ("the same, there and back", "logs-echo-10x20", "cpu_us"),
        ],
        true,
    ),
    (
        "Streams, per second of server CPU",
        &[
            (
                "small messages sent",
                "small-10x1",
                "messages_per_cpu_second",
            ),
            (
                "GiB sent, 1 MiB messages",
                "large-4x1",
                "gib_per_cpu_second",
            ),
            ("messages echoed", "chat-10x10", "messages_per_cpu_second"),
        ],
        true,
    ),
    (
        "Heap allocations per unary call, or per message of a stream (a call's own strings and lists count: 1 in SayHello)",
        &[
            ("17 bytes", "hello-10x100", "allocations"),
            ("1 KiB", "order-10x100", "allocations"),
            ("15 KiB in", "logs-10x20", "allocations"),
            ("message sent", "small-10x1", "allocations"),
            ("message echoed", "chat-10x10", "allocations"),
        ],
        false,
    ),
    (
        "Latency of a unary call, µs: at a fixed rate over 10 connections, from the moment a call was due; and one at a time",
        &[
            ("p50", "rate", "p50_us"),
            ("p99", "rate", "p99_us"),
            ("p99.9", "rate", "p999_us"),
            ("CPU", "rate", "cpu_us"),
            ("1 x 1, p50", "hello-1x1", "p50_us"),
            ("1 x 1, p99", "hello-1x1", "p99_us"),
        ],
        true,
    ),
    (
        "Memory: of the process after 10 x 100, MiB; of an idle connection that has made one call, bytes",
        &[
            ("process", "hello-10x100", "rss_mib"),
            ("idle connection", "idle", "bytes_each"),
        ],
        false,
    ),
];

const CLIENTS: Spec = (
    "A client's own cost per unary call at 10 x 100",
    &[
        ("CPU, µs", "client-10x100", "cpu_us"),
        ("allocations", "client-10x100", "allocations"),
    ],
    true,
);

const WORKERS: Spec = (
    "Two workers beside one, with 2 and with 3 connections: calls with work in them per second, how evenly two workers are busy, CPU of a call without work with one worker and with two, µs",
    &[
        ("speed-up, 2", "workers-2", "speedup"),
        ("evenness, 2", "workers-2", "balance"),
        ("one worker, 2", "workers-2", "cpu_us_one"),
        ("two workers, 2", "workers-2", "cpu_us_two"),
        ("speed-up, 3", "workers-3", "speedup"),
        ("evenness, 3", "workers-3", "balance"),
        ("one worker, 3", "workers-3", "cpu_us_one"),
        ("two workers, 3", "workers-3", "cpu_us_two"),
    ],
    false,
);

/// All tables that have something in them.
pub(crate) fn tables(results: &Results) -> Vec<Table> {
    let specs = SPECS.iter().chain([&CLIENTS, &WORKERS]);
    let mut tables: Vec<Table> = specs.filter_map(|spec| by_peer(results, spec)).collect();
    let curves = [
        (
            "connections-",
            "Server CPU per unary call against connections, one call in flight on each, µs",
        ),
        (
            "streams-",
            "Server CPU per unary call against streams that are open and idle on the same connection, 100 calls in flight, µs",
        ),
    ];
    tables.extend(
        curves
            .iter()
            .filter_map(|(start, caption)| curve(results, start, caption)),
    );
    for table in &mut tables {
        table.caption = table
            .caption
            .replace("a fixed rate", &format!("{} calls a second", number(RATE)));
    }
    tables
}

fn by_peer(results: &Results, (caption, columns, ratios): &Spec) -> Option<Table> {
    let columns: Vec<&Column> = columns
        .iter()
        .filter(|(_, scenario, value)| {
            PEERS
                .iter()
                .any(|peer| results.median(scenario, peer.name, value).is_some())
        })
        .collect();
    let value = |peer: &str, column: &Column| results.median(column.1, peer, column.2);
    let mut rows = Vec::new();
    for peer in PEERS {
        let values: Vec<Option<f64>> = columns
            .iter()
            .map(|column| value(peer.name, column))
            .collect();
        if values.iter().any(Option::is_some) {
            let title = if peer.name == "scaffold" {
                "**scaffold**"
            } else {
                peer.name
            };
            let cells = values
                .into_iter()
                .map(|value| value.map_or(String::new(), number));
            rows.push(std::iter::once(title.to_owned()).chain(cells).collect());
        }
    }
    for other in ["tonic", "floor"].iter().filter(|_| *ratios) {
        let ratio = |column: &&Column| Some(value("scaffold", column)? / value(other, column)?);
        let ratios: Vec<Option<f64>> = columns.iter().map(ratio).collect();
        if ratios.iter().any(Option::is_some) {
            let cells = ratios
                .into_iter()
                .map(|ratio| ratio.map_or(String::new(), |ratio| format!("{ratio:.2}")));
            rows.push(
                std::iter::once(format!("scaffold / {other}"))
                    .chain(cells)
                    .collect(),
            );
        }
    }
    let head = std::iter::once("").chain(columns.iter().map(|column| column.0));
    table(caption, head.map(str::to_owned).collect(), rows)
}

/// Points as columns.
fn curve(results: &Results, start: &str, caption: &str) -> Option<Table> {
    let mut points: Vec<usize> = results
        .results
        .iter()
        .filter_map(|row| row.scenario.strip_prefix(start)?.parse().ok())
        .collect();
    points.sort_unstable();
    points.dedup();
    let mut rows = Vec::new();
    for peer in PEERS.iter().filter(|peer| peer.curves) {
        let value = |point: &usize| results.median(&format!("{start}{point}"), peer.name, "cpu_us");
        let cells = points
            .iter()
            .map(|point| value(point).map_or(String::new(), number));
        let row: Vec<String> = std::iter::once(peer.name.to_owned()).chain(cells).collect();
        if row[1..].iter().any(|cell| !cell.is_empty()) {
            rows.push(row);
        }
    }
    let head = std::iter::once(String::new()).chain(points.iter().map(|&point| point.to_string()));
    table(caption, head.collect(), rows)
}

fn table(caption: &str, head: Vec<String>, rows: Vec<Vec<String>>) -> Option<Table> {
    (!rows.is_empty()).then(|| Table {
        caption: caption.to_owned(),
        head,
        rows,
    })
}
