//! More streams than there may be, and readers that do not read.

use std::time::{Duration, Instant};

use crate::attack::peer::{Manners, Peer};
use crate::attack::report::{Answers, Case, Fate};
use crate::attack::target::Target;
use crate::attack::view::Closed;
use crate::attack::wire;
use crate::pb::attack::v1::Ask;

/// H10. A server that allows fewer refuses the rest; the others stay open.
pub(super) fn ten_thousand(target: &Target) -> Vec<Case> {
    let mut peer = target.peer();
    let hanging = Ask {
        text: "hang".to_owned(),
        ..Ask::default()
    };
    let sent = peer.flood(10_000, |peer, _| peer.whole("Unary", &hanging));
    let ids: Vec<u32> = (0..sent as u32).map(|n| n * 2 + 1).collect();
    // Those that are served never end.
    peer.wait(Duration::from_secs(3), |view| {
        let refused = view.streams.values().filter(|stream| stream.is_over());
        (refused.count() + 200 >= sent || view.is_unwelcome()).then_some(())
    });
    let answers = verdicts(&peer, &ids);
    let closed = peer.view().closed;
    let fate = match closed {
        None => Fate::Open {
            goaway: peer.view().goaway(),
            after: peer.elapsed(),
        },
        Some(_) => peer.end(target.patience),
    };
    vec![Case::new("calls that hang", sent, fate).answers(answers)]
}

/// The same as [`View::verdicts`], counting streams the server never named.
fn verdicts(peer: &Peer, ids: &[u32]) -> Answers {
    let view = peer.view();
    let mut answers = Answers::new();
    for id in ids {
        let verdict = view.streams.get(id).map(|stream| stream.verdict());
        let verdict = verdict.unwrap_or_else(|| "open".to_owned());
        *answers.entry(verdict).or_default() += 1;
    }
    answers
}

/// H14.
pub(super) fn no_window(target: &Target) -> Vec<Case> {
    let streamed = Ask {
        size: 65_000,
        count: 64,
        ..Ask::default()
    };
    let whole = Ask {
        text: "big".to_owned(),
        size: (4 << 20) - 64,
        ..Ask::default()
    };
    vec![
        unwindowed(target, "200 streams of 4 MiB", "ServerStream", &streamed),
        unwindowed(target, "200 messages of 4 MiB", "Unary", &whole),
    ]
}

fn unwindowed(target: &Target, name: &str, method: &str, ask: &Ask) -> Case {
    let manners = Manners {
        settings: vec![(wire::INITIAL_WINDOW, 0)],
        ..Manners::default()
    };
    let mut peer = Peer::with(target.address, &manners).expect("the server takes connections");
    let base = target.pid.and_then(crate::attack::process::resident);
    let sent = peer.flood(200, |peer, _| peer.whole(method, ask));
    std::thread::sleep(Duration::from_millis(200));
    let held = target.pid.and_then(crate::attack::process::resident);
    let answers = peer.answers(200, target.patience);
    // With a window again it must be as good as new.
    let window = wire::settings(&[(wire::INITIAL_WINDOW, 65_535)]);
    peer.send(&window).ok();
    let fate = peer.fate(target.patience);
    let case = Case::new(name, sent, fate).answers(answers);
    match base.zip(held) {
        Some((base, held)) => {
            let mib = held.saturating_sub(base) as f64 / f64::from(1 << 20);
            case.note(format!("holds {mib:.0} MiB"))
        }
        None => case,
    }
}

/// H15.
pub(super) fn slow_reader(target: &Target) -> Vec<Case> {
    let manners = Manners {
        reads: false,
        receive_buffer: Some(4_096),
        ..Manners::default()
    };
    let mut peer = Peer::with(target.address, &manners).expect("the server takes connections");
    peer.begin();
    let ask = Ask {
        size: 65_000,
        count: 1_000,
        ..Ask::default()
    };
    let sent = peer.flood(10, |peer, _| peer.whole("ServerStream", &ask));
    let until = Instant::now() + target.patience;
    let mut open = true;
    while open && Instant::now() < until {
        std::thread::sleep(target.pace);
        open = peer.sip();
    }
    let after = peer.elapsed();
    let fate = match open {
        true => Fate::Open {
            goaway: None,
            after,
        },
        false => Fate::Ended {
            goaway: None,
            how: Closed::Reset,
            after,
        },
    };
    vec![Case::new("one byte at a time", sent, fate)]
}
