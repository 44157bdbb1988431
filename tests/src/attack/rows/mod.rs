//! The rows.

mod calls;
mod floods;
mod framing;
mod headers;
mod heads;
mod messages;
mod quiet;
mod resets;
mod streams;

use std::time::Duration;

use super::peer::Peer;
use super::report::Case;
use super::target::Target;
use super::wire;

/// A row of docs/hostile-inputs.md.
#[derive(Debug)]
pub struct Row {
    pub id: &'static str,
    pub input: &'static str,
    pub run: fn(&Target) -> Vec<Case>,
}

const fn row(id: &'static str, input: &'static str, run: fn(&Target) -> Vec<Case>) -> Row {
    Row { id, input, run }
}

/// Those that need nothing but an address, in the order of the document.
pub const ROWS: &[Row] = &[
    row("H1", "rapid reset, 100,000 times", resets::rapid_reset),
    row(
        "H2",
        "MadeYouReset, six ways, 10,000 times each",
        resets::made_you_reset,
    ),
    row(
        "H3",
        "CONTINUATION without END_HEADERS",
        headers::continuations,
    ),
    row("H4", "HPACK bomb", headers::bomb),
    row("H5", "large header lists", headers::large_lists),
    row("H6", "1,000,000 SETTINGS", floods::settings),
    row("H7", "1,000,000 PING", floods::pings),
    row(
        "H8",
        "1,000,000 WINDOW_UPDATE, PRIORITY, unknown frames",
        floods::windows,
    ),
    row(
        "H9",
        "1,000,000 DATA that carry nothing",
        floods::empty_data,
    ),
    row("H10", "10,000 streams at once", streams::ten_thousand),
    row("H11", "5,000 connections that say nothing", quiet::silent),
    row("H12", "a greeting in slow motion", quiet::trickle),
    row("H13", "5,000 TLS handshakes half begun", quiet::half_hello),
    row(
        "H14",
        "no window for 200 answers of 4 MiB",
        streams::no_window,
    ),
    row("H15", "answers read byte by byte", streams::slow_reader),
    row("H16", "a connection without calls", quiet::idle),
    row("H17", "the last stream identifier", headers::identifiers),
    row(
        "H19",
        "other protocols, 300 connections each",
        quiet::other_protocols,
    ),
    row("H20", "malformed requests", headers::malformed),
    row("W1", "prefixes above the limit", framing::long_prefix),
    row(
        "W2",
        "200 prefixes of 4 MiB and nothing more",
        framing::empty_promises,
    ),
    row("W3", "compression bombs", framing::bombs),
    row(
        "W4",
        "flags and encodings that nobody knows",
        framing::flags,
    ),
    row("W5", "2,097,152 empty messages in one", messages::elements),
    row("W6", "messages and groups nested too deep", messages::depth),
    row(
        "W7",
        "none, two, endless messages where one belongs",
        framing::message_count,
    ),
    row(
        "W8",
        "content types that are not gRPC's",
        heads::content_types,
    ),
    row("W9", "verbs other than POST", heads::verbs),
    row("W10", "deadlines that are none", heads::timeouts),
    row("W11", "deadlines that pass", calls::deadlines),
    row(
        "W12",
        "100,000 honest cancellations on one connection",
        calls::cancels,
    ),
    row(
        "W13",
        "a status message of 1 MiB with line ends and NUL",
        calls::long_status,
    ),
    row("W14", "handlers that panic", calls::panics),
    row("W15", "metadata that is none", heads::metadata),
    row(
        "W17",
        "200 messages held back before their last byte",
        framing::held_messages,
    ),
    row("W18", "20 messages a byte at a time", framing::trickles),
    row("L8", "a handler that holds its thread", calls::blocked),
];

/// Finds a row by its name.
///
/// # Panics
///
/// If there is none.
pub fn find(id: &str) -> &'static Row {
    let mut rows = ROWS.iter();
    rows.find(|row| row.id == id)
        .unwrap_or_else(|| panic!("no row {id}"))
}

/// A flood on a connection of its own.
fn flood(
    target: &Target,
    name: &str,
    count: usize,
    unit: impl FnMut(&mut Peer, usize) -> Vec<u8>,
) -> Case {
    let mut peer = target.peer();
    let sent = peer.flood(count, unit);
    Case::new(name, sent, peer.fate(target.patience))
}

/// One request on a connection of its own, whole, and what came back.
fn asked(target: &Target, name: &str, block: &[u8], body: &[u8]) -> Case {
    let mut peer = target.peer();
    peer.begin();
    let stream = peer.stream();
    let whole = [
        wire::long_headers(stream, block, false),
        wire::data(stream, body, true),
    ];
    let sent = peer.send(&whole.concat());
    let answer = peer.answer(stream, target.patience.min(Duration::from_secs(5)));
    Case::new(name, usize::from(sent.is_ok()), peer.fate(target.patience)).answer(answer)
}
