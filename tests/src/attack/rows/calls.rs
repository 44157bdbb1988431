//! Calls that end in ways a client does not hope for.

use std::time::Duration;

use prost::Message;

use super::asked;
use crate::attack::report::{Case, Fate};
use crate::attack::target::Target;
use crate::attack::wire;
use crate::pb::attack::v1::{Answer, Ask};

const UNARY: &str = "/attack.v1.Target/Unary";
const SERVER_STREAM: &str = "/attack.v1.Target/ServerStream";

fn ask(text: &str) -> Ask {
    Ask {
        text: text.to_owned(),
        ..Ask::default()
    }
}

fn body(ask: &Ask) -> Vec<u8> {
    wire::message(&ask.encode_to_vec())
}

/// W11.
pub(super) fn deadlines(target: &Target) -> Vec<Case> {
    let soon = |path: &str| wire::call_with(path, &[("grpc-timeout", "200m")]);
    let hang = ask("hang");
    let streamed = Ask {
        count: 3,
        ..hang.clone()
    };
    let endless = Ask {
        count: u32::MAX,
        ..Ask::default()
    };
    let hop = Ask {
        payload: target.address.to_string().into_bytes(),
        ..ask("hop")
    };
    let far = wire::call_with(UNARY, &[("grpc-timeout", "5S")]);
    let hop = asked(target, "through another server, 5 s", &far, &body(&hop));
    let left = hop.last.as_ref().and_then(|answer| {
        let messages = answer.messages();
        Some(Answer::decode(&messages.first()?[..]).ok()?.number)
    });
    vec![
        asked(target, "unary that hangs", &soon(UNARY), &body(&hang)),
        asked(
            target,
            "stream that hangs",
            &soon(SERVER_STREAM),
            &body(&streamed),
        ),
        asked(
            target,
            "stream without end",
            &soon(SERVER_STREAM),
            &body(&endless),
        ),
        unsent(target, &soon),
        hop.note(format!("{} ms left there", left.unwrap_or_default())),
    ]
}

/// The request of each shape stays open, and empty but for half a prefix.
fn unsent(target: &Target, soon: &dyn Fn(&str) -> Vec<u8>) -> Case {
    let mut peer = target.peer();
    peer.begin();
    for method in ["Unary", "ServerStream", "ClientStream", "Bidi"] {
        let stream = peer.open(&soon(&format!("/attack.v1.Target/{method}")));
        let half = wire::data(stream.unwrap_or(1), &[0, 0], false);
        peer.send(&half).ok();
    }
    let answers = peer.answers(4, target.patience.min(Duration::from_secs(5)));
    Case::new("request that never comes", 4, peer.fate(target.patience)).answers(answers)
}

/// W12. Each call has got something when its client has seen enough: what
/// every `tail -f` does.
pub(super) fn cancels(target: &Target) -> Vec<Case> {
    let full = std::env::var_os("SCAFFOLD_FULL").is_some();
    let count = if full { 1_000_000 } else { 100_000 };
    const BATCH: usize = 100;
    let mut peer = target.peer();
    peer.begin();
    let watch = Ask {
        count: 1,
        ..ask("hang")
    };
    let mut sent = 0;
    while sent < count {
        let mut calls = Vec::new();
        let mut resets = Vec::new();
        for _ in 0..BATCH {
            calls.extend(peer.whole("ServerStream", &watch));
            resets.extend(wire::reset(peer.next - 2));
        }
        let seen = sent + BATCH;
        let arrived = |view: &crate::attack::view::View| {
            (view.data_frames >= seen || view.is_unwelcome()).then_some(())
        };
        if peer.send(&calls).is_err()
            || peer.wait(target.patience, arrived).is_none()
            || peer.view().is_unwelcome()
            || peer.send(&resets).is_err()
        {
            break;
        }
        sent = seen;
    }
    vec![Case::new(
        "seen one message, cancelled",
        sent,
        peer.fate(target.patience),
    )]
}

/// W13.
pub(super) fn long_status(target: &Target) -> Vec<Case> {
    let fail = Ask {
        size: 1 << 20,
        ..ask("fail")
    };
    let case = asked(target, "1 MiB of message", &wire::call(UNARY), &body(&fail));
    let length = case
        .last
        .as_ref()
        .and_then(|answer| answer.get("grpc-message"))
        .map(str::len);
    vec![case.note(format!("grpc-message of {length:?} bytes"))]
}

/// W14.
pub(super) fn panics(target: &Target) -> Vec<Case> {
    let streamed = Ask {
        count: 2,
        ..ask("panic")
    };
    let calls = [
        ("unary", UNARY, ask("panic")),
        ("after two answers", SERVER_STREAM, streamed),
        (
            "reading a stream",
            "/attack.v1.Target/ClientStream",
            ask("panic"),
        ),
    ];
    let calls = calls.into_iter();
    calls
        .map(|(name, path, ask)| asked(target, name, &wire::call(path), &body(&ask)))
        .collect()
}

/// L8. On a connection of its own; then one that comes while the thread is
/// held, beside the neighbour that was there before.
pub(super) fn blocked(target: &Target) -> Vec<Case> {
    let hold = target.patience.min(Duration::from_secs(3));
    let mut blocker = target.peer();
    let block = Ask {
        millis: hold.as_millis() as u32,
        ..ask("block")
    };
    let call = blocker.whole("Unary", &block);
    blocker.begin();
    blocker.send(&call).ok();
    std::thread::sleep(Duration::from_millis(100));
    let late = (0..8).map(|_| {
        let begun = std::time::Instant::now();
        let answer = target.peer().call("Unary", &Ask::default(), hold / 2);
        (answer, begun.elapsed())
    });
    let (mut worst, mut answered) = (Duration::ZERO, 0);
    for (answer, took) in late {
        answered += usize::from(answer.grpc() == Some(0));
        worst = worst.max(took);
    }
    let answer = blocker.answer(1, target.patience);
    let note = format!("{answered} of 8 that came meanwhile answered, worst {worst:.0?}");
    vec![
        Case::new("a thread held", 1, Fate::Served)
            .answer(answer)
            .note(note),
    ]
}
